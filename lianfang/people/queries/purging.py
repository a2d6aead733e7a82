"""Whose time is up, what that comes to by table, and how runs and holds stand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lianfang.core import clock, datamap
from lianfang.core.models import Event, Seal
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import (
    Claim,
    Consent,
    Enrolment,
    Guardianship,
    Hold,
    HouseholdMember,
    IdentityDocument,
    Lodging,
    Marking,
    Person,
    PersonalLink,
    PurgeRun,
    SubjectRequest,
    User,
)
from lianfang.people.queries import requests
from lianfang.people.rules import retention as rules
from lianfang.policies.models import Response

# Tables of rows that hang on a person and go with them.
CHILDREN = (
    IdentityDocument, Guardianship, Lodging, Marking, HouseholdMember, Claim, PersonalLink, Consent, SubjectRequest,
)  # fmt: skip


def holding(day: date) -> QuerySet[Hold]:
    """Holds that keep something from destruction on that day."""
    return Hold.objects.filter(lifted_at__isnull=True, from_on__lte=day, to_on__gte=day)


def held_among(people: Sequence[UUID], day: date) -> set[UUID]:
    """Those of these people whose data are held back, themselves or with a unit they belong or belonged to."""
    holds = holding(day)
    named = Q(holds__in=holds) | Q(duplicates__holds__in=holds)
    by_name = Person.objects.filter(named, pk__in=people).values_list("pk", flat=True)
    paths = list(holds.filter(person__isnull=True).values_list("unit__path", flat=True))
    units = Q(pk__in=[])
    for path in paths:
        units |= Q(unit__path__startswith=path)
    by_unit = Enrolment.objects.filter(units, person__in=people).values_list("person_id", flat=True)
    return {*by_name, *by_unit}


def returned_among(people: Sequence[UUID], run: PurgeRun) -> set[UUID]:
    """Those whose data are needed again since the run was prepared: they belong to a school, or to one as more than a
    resident. Who asked for deletion themselves stays on the list."""
    rows = Enrolment.objects.filter(person__in=people)
    if run.why == "retention":
        before = rules.over_before(clock.day_of(run.at), datamap.days("left_school"))
        rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=before))
    elif run.why == "response":
        rows = rows.exclude(as_a="resident")
    else:
        return set()
    return set(rows.values_list("person_id", flat=True))


def who_left(unit: Unit, before: date) -> QuerySet[Person]:
    """People who belonged to the unit or below, and have belonged nowhere since before that day."""
    here = Enrolment.objects.filter(person=OuterRef("pk"), unit__path__startswith=unit.path)
    since = Enrolment.objects.filter(person=OuterRef("pk")).filter(Q(to_on__isnull=True) | Q(to_on__gte=before))
    rows = Person.objects.filter(Exists(here), ~Exists(since), purged_at__isnull=True, merged_into__isnull=True)
    return rows.order_by("pk")


def schools_with_leavers(before: date) -> QuerySet[Unit]:
    """Schools where somebody's time is up and no run waits for it."""
    since = Enrolment.objects.filter(person=OuterRef("person_id")).filter(Q(to_on__isnull=True) | Q(to_on__gte=before))
    gone = Enrolment.objects.filter(school=OuterRef("pk"), to_on__lt=before, person__purged_at__isnull=True)
    waits = PurgeRun.objects.filter(unit=OuterRef("pk"), why="retention", done_at__isnull=True)
    return Unit.objects.filter(Exists(gone.filter(~Exists(since))), ~Exists(waits)).order_by("path")


def only_residents(response: Response) -> QuerySet[Person]:
    """People the unit knows as residents of its family quarter and as nothing else: known for the response alone."""
    mine = Enrolment.objects.filter(covered(response), person=OuterRef("pk"), as_a="resident")
    other = Enrolment.objects.filter(person=OuterRef("pk")).exclude(as_a="resident")
    rows = Person.objects.filter(Exists(mine), ~Exists(other), purged_at__isnull=True, merged_into__isnull=True)
    return rows.order_by("pk")


def covered(response: Response, prefix: str = "school__") -> Q:
    """Schools the response was for, without those where another one still runs."""
    at = Q(**{f"{prefix}path__startswith": response.unit.path})
    for path in (
        Response.objects.filter(to_on__isnull=True).exclude(pk=response.pk).values_list("unit__path", flat=True)
    ):
        if response.unit.path.startswith(path):
            return Q(pk__in=[])
        at &= ~Q(**{f"{prefix}path__startswith": path})
    return at


def with_duplicates(people: Iterable[UUID]) -> list[UUID]:
    """These people and every row that was merged into theirs."""
    found = set(people)
    fresh = set(found)
    while fresh:
        fresh = set(Person.objects.filter(merged_into__in=fresh).values_list("pk", flat=True)) - found
        found |= fresh
    return sorted(found)


def kept_of(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each of these people → the row that stands for them now: their own, or the one they were merged into."""
    stands = {one: one for one in people}
    while merged := dict(
        Person.objects.filter(pk__in=stands.values(), merged_into__isnull=False).values_list("pk", "merged_into")
    ):
        stands = {one: merged.get(kept) or kept for one, kept in stands.items()}
    return stands


def schools_of(people: Sequence[UUID]) -> list[int]:
    """Every school these people belong or belonged to, themselves or as the row they were merged into."""
    everyone = with_duplicates(kept_of(people).values())
    found = Enrolment.objects.filter(person__in=everyone).order_by().values_list("school_id", flat=True)
    return list(found.distinct())


def tally(people: Sequence[UUID]) -> dict[str, int]:
    """Table → rows that go or are emptied with these people. Two queries a table of persons' rows, none a person."""
    counted = {model._meta.label: model._default_manager.filter(person__in=people).count() for model in CHILDREN}
    counted["people.Enrolment"] = Enrolment.objects.filter(person__in=people).count()
    return {"people.Person": len(people), **{label: number for label, number in counted.items() if number}}


def people_of(run: PurgeRun) -> list[UUID]:
    """Whom the run is about: for rooms that keep rows about persons and join in destroying."""
    return [UUID(text) for text in run.tally.get("people", [])]


def state(run: PurgeRun, now: datetime) -> str:
    """A key of the states of `rules.run_state`."""
    asked = requests.state(run.request, now) if run.request else ""
    return rules.run_state(request=asked, begun_at=run.begun_at, done_at=run.done_at)


def runs(user: User) -> QuerySet[PurgeRun]:
    """Runs where the person prepares or decides, newest first."""
    mine = access.scope(user, "purge.manage", "unit__") | access.scope(user, "purge.decide", "unit__")
    rows = PurgeRun.objects.filter(mine).select_related("unit", "response", "request__by")
    return rows.prefetch_related("request__decisions__by").defer("certificate").order_by("-at", "-pk")


def certificate_lines(run: PurgeRun) -> list[dict[str, Any]]:
    """What each table lost, as it was reported while the run went on."""
    return [
        {"table": line.table, "destroyed": line.destroyed, "anonymised": line.anonymised, "at": line.at}
        for line in run.counts.order_by("table")
    ]


def chain_of(run: PurgeRun) -> tuple[Event | None, Seal | None]:
    """The event that ended the run, and the link of the audit chain that covers it (None until it is sealed)."""
    event = Event.objects.filter(subject_kind="purge", subject_id=str(run.pk), verb="purge.done").first()
    if event is None:
        return None, None
    return event, Seal.objects.filter(at__gte=event.at, events__contains=[event.pk]).order_by("at", "number").first()


def holds(user: User) -> QuerySet[Hold]:
    """Holds in the person's units, what holds first."""
    rows = Hold.objects.filter(access.scope(user, "hold.manage", "unit__")).select_related("unit", "person")
    return rows.order_by(F("lifted_at").asc(nulls_first=True), "to_on", "pk")


def granted_deletions(user: User) -> QuerySet[SubjectRequest]:
    """Agreed requests of persons to delete their data that no run has taken up."""
    taken = PurgeRun.objects.filter(person_id=OuterRef("person_id"), why="request")
    current = Enrolment.objects.filter(access.scope(user, "purge.manage", "school__"), person=OuterRef("person_id"))
    asked = SubjectRequest.objects.filter(~Exists(taken), Exists(current), kind="delete", granted=True)
    return asked.filter(person__purged_at__isnull=True).select_related("person").order_by("answered_at")


def by_number(unit: Unit, number: str) -> Person | None:
    """The one person with the school's own number in the unit or below; None for nobody or several."""
    # by school as well: numbers have their index in each school
    school = Q(school=unit.school_id) if unit.school_id else Q(school__path__startswith=unit.path)
    rows = Enrolment.objects.filter(school, unit__path__startswith=unit.path, number=number.strip())
    found = {row.person_id: row.person for row in rows.select_related("person").order_by("pk")[:20]}
    return next(iter(found.values())) if len(found) == 1 else None


def school_of(person: Person) -> Unit | None:
    """The school somebody belongs to, or belonged to last."""
    last = Enrolment.objects.filter(person=person).select_related("school")
    row = last.order_by(F("to_on").desc(nulls_first=True), "-from_on").first()
    return row.school if row else None
