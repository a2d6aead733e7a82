"""Around the cases of the showcase school: a corridor with beds, who lies there, contacts that are followed, links
between cases, what was done about the cluster."""

from datetime import datetime, time, timedelta
from itertools import pairwise

from lianfang.cases.actions import apart, isolation, linking, observing, staying, tracing
from lianfang.cases.models import Case, IsolationPlace
from lianfang.cases.queries import finding
from lianfang.cases.queries.cases import steps
from lianfang.cases.queries.isolation import observation
from lianfang.cases.rules.course import course
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.surveillance.actions import clusters
from lianfang.web.demo import queries

_CORRIDORS = (
    ("校医院二层隔离区", "room", "general", "201", "204"),
    ("7栋一层隔离区", "dormitory", "risk_area", "101", "106"),
)


def play(*, school: Unit, doctor: User, now: datetime) -> None:
    for name, kind, zone, first, last in _CORRIDORS:
        made = isolation.open_place(by=doctor, school=school, name=name, kind=kind, zone=zone, where="", now=now)
        isolation.add_beds(by=doctor, place=made, first=first, last=last, each=2, now=now)
        if zone == "general":
            _beds_taken(made, school, doctor, now)
    for case in queries.cases(school, "varicella"):
        _followed(case, doctor, now)
    _linked(school, doctor, now)
    for cluster in queries.clusters(school):
        for hours, kind in ((3, "aired"), (2, "parents"), (1, "separated")):
            clusters.measure(
                by=doctor, cluster=cluster, kind=kind, words="", key=uuid7(), now=now - timedelta(hours=hours)
            )


def _beds_taken(place: IsolationPlace, school: Unit, doctor: User, now: datetime) -> None:
    """The two of whom it was last suspected, each with a temperature taken."""
    cases = queries.cases(school, "influenza").filter(closed_at__isnull=True).order_by("-opened_at")[:2]
    beds = place.beds.filter(number=1).order_by("room")
    began = datetime.combine(clock.day_of(now) - timedelta(days=1), time(9), clock.ZONE)
    for case, bed in zip(cases, beds, strict=False):
        if case.person is None:
            continue
        stay = staying.isolate(
            by=doctor, person=case.person, unit=case.unit, why="suspected", disease=case.disease,
            counts_from=case.onset_on or clock.day_of(began), where="bed", bed=bed, case=case, key=uuid7(), now=began,
        )  # fmt: skip
        watched = observation(stay)
        if watched is not None:
            observing.take(
                by=doctor, observation=watched, on=clock.day_of(began), round="morning", tenths=378, site="armpit",
                key=uuid7(), now=began,
            )  # fmt: skip
    apart.follow(now=now)


def _followed(case: Case, doctor: User, now: datetime) -> None:
    """Those of the same room and class."""
    said = course(steps(case.steps.order_by("number")))
    found = finding.search(case, said, clock.day_of(now)).found
    tracing.add_found(by=doctor, case=case, people=[one.person.pk for one in found[:24]], now=now)


def _linked(school: Unit, doctor: User, now: datetime) -> None:
    """Each of a class from the one who fell ill before."""
    cases = queries.cases(school, "influenza").order_by("unit", "onset_on", "opened_at")
    for source, case in pairwise(cases):
        if source.unit_id == case.unit_id and (source.onset_on or now.date()) < (case.onset_on or now.date()):
            linking.link(
                by=doctor,
                source=source,
                target=case,
                strength="probable",
                basis="同班，潜伏期相符",
                key=uuid7(),
                now=now,
            )
