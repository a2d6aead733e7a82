"""Contacts for pages: of a case, of a class on a day; what was said of one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import msgspec
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from lianfang.cases.models import Contact, ContactNote, Observation
from lianfang.cases.queries.cases import VIEW
from lianfang.cases.rules import following as rules
from lianfang.cases.rules.following import Note, Said, Standing
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User

ASK = "observation.take"
_LOOKED_BACK = 3  # days


def visible(user: User) -> QuerySet[Contact]:
    """Contacts of the cases one sees."""
    return Contact.objects.filter(access.scope(user, VIEW, "case__unit__"))


def whole(user: User) -> QuerySet[Contact]:
    notes = Prefetch("notes", ContactNote.objects.select_related("by").order_by("at", "pk"))
    rows = visible(user).select_related("case__person", "case__school", "person", "unit", "school", "became", "by")
    return rows.prefetch_related(notes)


def of_case(case: UUID) -> list[Contact]:
    """Those to be followed first, by level and class. One query."""
    rows = Contact.objects.filter(case=case).select_related("person", "unit", "became")
    order = {"followed": 0, "lost": 0, "case": 1, "released": 2, "removed": 3}
    return sorted(
        rows, key=lambda row: (order[row.state], row.level, row.unit.path, row.person.pinyin if row.person else "")
    )


def said(row: ContactNote) -> Said:
    return msgspec.convert(row.said or {}, Said)


def notes(rows: Iterable[ContactNote]) -> list[Note]:
    return [Note(row.kind, said(row), row.at.astimezone(clock.ZONE)) for row in rows]


def stands(contact: Contact, days: int | None) -> Standing:
    return rules.stands(notes(contact.notes.order_by("at", "pk")), days)


def running(person: UUID, disease: str) -> list[Contact]:
    """The contacts that somebody is, of cases of a disease, as long as they are followed."""
    rows = Contact.objects.filter(person=person, case__disease=disease, state__in=("followed", "lost"))
    return list(rows.exclude(case__person=person).select_related("unit", "school", "person").order_by("pk"))


# ── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Asked:
    """Somebody of a class whom to ask today, whose contact they are is not said. ``noted``: it was done."""

    person: Person
    contacts: tuple[Contact, ...]
    noted: bool
    is_ill: bool


def followed_in(unit: Unit, on: date) -> list[Asked]:
    """By name. Contacts of several cases are asked once. One query."""
    found: dict[UUID, list[Contact]] = {}
    for row in _followed(on).filter(unit=unit, person__isnull=False).select_related("person", "unit"):
        found.setdefault(row.person.pk, []).append(row)  # type: ignore[union-attr]
    made = [
        Asked(
            rows[0].person, tuple(rows), all(row.noted_on == on for row in rows),  # type: ignore[arg-type]
            any(row.ill_on for row in rows),
        )
        for rows in found.values()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one.person.pinyin, str(one.person.pk)))


def classes(user: User, on: date) -> list[tuple[Unit, int, int]]:
    """Of one's classes those with contacts: (class, how many, how many of them were asked today). One query."""
    rows = _followed(on).filter(access.scope(user, ASK, "unit__"), person__isnull=False)
    counted = rows.values_list("unit").annotate(
        people=Count("person", distinct=True), asked=Count("person", distinct=True, filter=Q(noted_on=on))
    )
    found = {pk: (people, asked) for pk, people, asked in counted}
    return [(unit, *found[unit.pk]) for unit in Unit.objects.filter(pk__in=found).order_by("path")]


def waiting(on: date) -> Collection[int]:
    """Classes whose contacts of the day have not all been asked."""
    rows = _followed(on).filter(person__isnull=False).exclude(noted_on=on)
    return set(rows.values_list("unit", flat=True))


def asked_before(on: date) -> list[tuple[int, date]]:
    """Classes and past days on which they may have owed to ask: nobody can ask any more how somebody was then."""
    days = [on - timedelta(days=back) for back in range(1, _LOOKED_BACK + 1)]
    rows = Contact.objects.filter(Q(until__isnull=True) | Q(until__gte=days[-1])).values_list("unit", flat=True)
    return [(unit, day) for unit in rows.distinct() for day in days]


def _followed(on: date) -> QuerySet[Contact]:
    """Whose temperature is taken anyway is asked then, not a second time by the class."""
    rows = Contact.objects.followed().filter(Q(until__isnull=True) | Q(until__gte=on), person__purged_at__isnull=True)
    watched = Observation.objects.filter(person=OuterRef("person"), school=OuterRef("school"), ended_at__isnull=True)
    return rows.exclude(Exists(watched))


def still_near(person: UUID, school: Unit) -> bool:
    """Whether somebody is followed as a close contact of any case there."""
    rows = Contact.objects.followed().filter(person=person, school=school, level="close")
    return rows.exclude(state="case").exists()


def choices(school: Unit, typed: str, on: date) -> Sequence[Enrolment]:
    """Up to twenty people of the school by name or pinyin."""
    typed = typed.strip().lower()
    if not typed:
        return []
    rows = Enrolment.objects.on(on).filter(school=school, person__purged_at__isnull=True)
    fits = Q()
    for column in ("name", "pinyin", "initials"):
        fits |= Q(**{f"person__{column}__startswith": typed})
    return list(rows.filter(fits).select_related("person", "unit").order_by("person__pinyin", "pk")[:20])
