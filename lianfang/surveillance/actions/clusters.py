"""Clusters: raised when a threshold is reached, reported, followed, closed.

Nobody's leave is asked and nobody can stop it: whoever has to know is told in the transaction that raises the alarm,
the principal beside the doctor (《传染病防治法》第五十条).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from lianfang.cases.models import Emergency
from lianfang.cases.queries import emergencies
from lianfang.core import clock, events, turns
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import looking
from lianfang.people.models import User
from lianfang.policies import diseases
from lianfang.surveillance.models import Alarm, Cluster, Counted, Measure
from lianfang.surveillance.queries import clusters as queries
from lianfang.surveillance.queries import counting, meals
from lianfang.surveillance.queries.counting import Hit
from lianfang.surveillance.rules import syndromes

REPORT = "cluster_report"
_TOLD = ("doctor", "office_head", "clerk", "leader", "principal")
# The law says "at once" for the graver ones; what is measured is two hours (《突发公共卫生事件应对法》第三十条).
_AT_ONCE = timedelta(hours=2)
_TELLS = ("cluster", "unexplained", "other")  # kinds of emergency reports by which a cluster is told


def watch(*, on: date, schools: Collection[int] | None = None, now: datetime) -> int:
    """Look whether a group has reached a threshold on that day; how many alarms are new. ``schools`` None: all. Doing
    it again raises nothing twice."""
    of_school: dict[int, list[Hit]] = defaultdict(list)
    counted = (*counting.symptomatic(on, schools), *counting.of_cases(on, schools), *meals.of_meals(on, schools))
    for hit in counted:
        of_school[hit.school_id].append(hit)
    return sum(_raise(school, hits, on, now) for school, hits in sorted(of_school.items()))


def watch_lately(*, since: datetime, now: datetime) -> int:
    """The schools about whose people something was said since then."""
    days: dict[date, set[int]] = defaultdict(set)
    for event in Event.objects.filter(at__gte=since, verb="finding.new"):
        for school, on in event.detail["places"]:
            days[date.fromisoformat(on)].add(int(school))
    days[clock.day_of(now)] |= set(counting.schools_with_cases_since(since))
    return sum(watch(on=on, schools=schools, now=now) for on, schools in sorted(days.items()) if schools)


@transaction.atomic
def _raise(school_id: int, hits: Iterable[Hit], on: date, now: datetime) -> int:
    turns.turn(f"clusters {school_id}")
    school = queries.school(school_id)
    new = 0
    running = {row.syndrome: row for row in Cluster.objects.running().filter(school=school)}
    for hit in sorted(hits, key=lambda one: (-one.threshold.tier, one.threshold.minutes)):
        syndrome = _syndrome(hit)
        cluster = running.get(syndrome)
        if cluster is None and _was_over(school, syndrome, hit):
            continue
        known = cluster is not None
        cluster = running[syndrome] = cluster or _begin(school, syndrome, hit, on, now)
        new += _note(cluster, hit, on, now, known=known)
    return new


def _syndrome(hit: Hit) -> str:
    """Of a meal, ``what`` is the poisoning, whichever rule it was."""
    if hit.what in diseases.catalog():
        return syndromes.of_disease(hit.what)
    return syndromes.of_symptom(hit.what)


def _was_over(school: Unit, syndrome: str, hit: Hit) -> bool:
    """Whoever closed it has looked at these people: only somebody who fell ill after that makes another event."""
    last = (
        Cluster.objects.filter(school=school, syndrome=syndrome, ended_at__isnull=False).order_by("-ended_at").first()
    )
    return last is not None and max(hit.persons.values()) <= last.last_on


def _begin(school: Unit, syndrome: str, hit: Hit, on: date, now: datetime) -> Cluster:
    made = Cluster.objects.create(
        school=school, syndrome=syndrome, tier=hit.threshold.tier, discovered_at=now, due_at=_due(hit, now), last_on=on
    )
    events.record("cluster.found", by=None, unit=school, subject=made, now=now)
    _tell(made, "found", now)
    singles.owe(
        kind=REPORT, key=_key(made), unit=school, due_at=made.due_at, by=None, now=now,
        url=reverse("surveillance:cluster", args=[made.pk]),
    )  # fmt: skip
    return made


def _due(hit: Hit, now: datetime) -> datetime:
    return now + (timedelta(minutes=hit.threshold.minutes) if hit.threshold.minutes else _AT_ONCE)


def _note(cluster: Cluster, hit: Hit, on: date, now: datetime, *, known: bool) -> bool:
    """Whether it is a new alarm. A graver one makes the cluster graver, and its clock shorter."""
    alarm, made = Alarm.objects.get_or_create(
        cluster=cluster, disease=hit.disease, threshold=hit.threshold.id, what=hit.what, group_kind=hit.kind,
        group=hit.place,
        defaults={
            "edition": hit.edition, "on": on, "days": hit.threshold.days, "wanted": hit.threshold.cases,
            "count": len(hit.persons), "tier": hit.threshold.tier, "minutes": hit.threshold.minutes, "at": now,
        },
    )  # fmt: skip
    if on > cluster.last_on:
        cluster.last_on = on
        cluster.save(update_fields=["last_on"])
    if not made:
        return False
    Counted.objects.bulk_create(
        Counted(alarm=alarm, person_id=person, onset_on=day) for person, day in hit.persons.items()
    )
    if known and hit.threshold.tier > cluster.tier:
        cluster.tier = hit.threshold.tier
        cluster.due_at = min(cluster.due_at, _due(hit, now)) if cluster.told_at is None else _due(hit, now)
        cluster.save(update_fields=["tier", "due_at"])
        events.record("cluster.graver", by=None, unit=cluster.school, subject=cluster, now=now)
        _tell(cluster, "graver", now)
    return True


def _tell(cluster: Cluster, what: str, now: datetime) -> None:
    school = cluster.school
    to = {post.user_id for post in access.holders(queries.desks(school), _TOLD, clock.day_of(now))}
    notices.post(
        by=None, unit=school, to=to, key=f"cluster:{cluster.pk}:{what}", now=now, channels=("app", "sms"),
        urgent=True, kind=f"cluster.{what}", params={"school": school.label},
        url=reverse("surveillance:cluster", args=[cluster.pk]),
    )  # fmt: skip


def _key(cluster: Cluster) -> str:
    return f"cluster:{cluster.pk}"


def reported(event: Event) -> None:
    """Handler of ``emergency.reported``: what runs at the school was told by it."""
    emergency = emergencies.by_id(event.subject_id)
    if emergency is not None:
        told(emergency=emergency)


@transaction.atomic
def told(*, emergency: Emergency) -> None:
    """What ran at the school when it was reported is told by it; again changes nothing."""
    if emergency.kind not in _TELLS:
        return
    at = emergency.reported_at
    rows = Cluster.objects.running().filter(school=emergency.school_id, told_at__isnull=True, discovered_at__lte=at)
    for cluster in rows.select_for_update():
        cluster.emergency_id, cluster.told_at = emergency.pk, at
        cluster.save(update_fields=["emergency", "told_at"])
        singles.fulfil(key=_key(cluster), by=None, now=at)


@transaction.atomic
def measure(*, by: User, cluster: Cluster, kind: str, words: str, key: UUID, now: datetime) -> Measure:
    """Note what was done. The same ``key`` twice is one line. Raises `Refused` where nothing is said."""
    if not words.strip() and kind == "other":
        raise refuse("surveillance.measure_empty", "words")
    if cluster.ended_at is not None:
        raise refuse("surveillance.over")
    values = {"cluster": cluster, "kind": kind, "words": words.strip() or None, "at": now, "by": by}
    made, new = Measure.objects.get_or_create(key=key, defaults=values)
    if new:
        events.record("cluster.measured", by=by, unit=cluster.school, subject=cluster, now=now)
    return made


@transaction.atomic
def taken_out(*, by: User, cluster: Cluster, now: datetime) -> None:
    """Somebody took the letter as a file."""
    events.record("cluster.letter", by=by, unit=cluster.school, subject=cluster, now=now)


@transaction.atomic
def end(*, by: User, cluster: Cluster, words: str, now: datetime) -> None:
    """It is over. Raises `Refused` without a reason, and for one that nobody has reported."""
    row = Cluster.objects.select_for_update(of=("self",)).select_related("school").get(pk=cluster.pk)
    if row.ended_at is not None:
        raise refuse("surveillance.over")
    if row.told_at is None:
        raise refuse("surveillance.not_told")
    if not words.strip():
        raise refuse("surveillance.reason_missing", "words")
    row.ended_at, row.ended_by, row.ending = now, by, words.strip()
    row.save(update_fields=["ended_at", "ended_by", "ending"])
    events.record("cluster.ended", by=by, unit=row.school, subject=row, now=now)


@transaction.atomic
def viewed(*, by: User, cluster: Cluster, now: datetime) -> None:
    """Somebody read the names of those who were counted."""
    looking.listed(by=by, unit=cluster.school, now=now)
