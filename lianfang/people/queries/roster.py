"""Reads of the roster: who may be seen, lists of a unit with search as one types, one person's file, counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, TextField, Value, Window

from lianfang.core import clock, crypto
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import (
    Enrolment,
    Guardianship,
    HouseholdMember,
    IdentityDocument,
    Lodging,
    Marking,
    Person,
    User,
)
from lianfang.people.rules import names, phones
from lianfang.people.rules import roster as rules

# Views of a list: who is there (leave included), who is on leave, who has left.
STATES = ("", "away", "left")
_SCHOOLS = ("school", "training")


def lasting(day: date) -> Q:
    """Belongings (lodgings, guardians …) that have not ended before that day; those still to begin count."""
    return Q(to_on__isnull=True) | Q(to_on__gte=day)


def visible(user: User, verb: str = "person.view", day: date | None = None) -> QuerySet[Person]:
    """Persons who belong to a unit at which the user has the verb; who has left is seen with ``person.history`` only.
    Merged records are not persons any more."""
    day = day or clock.today()
    held = Enrolment.objects.filter(access.scope(user, verb, "unit__"), person=OuterRef("pk"))
    seen = Q(Exists(held.filter(lasting(day))))
    if access.holds(user, "person.history"):
        seen |= Q(Exists(held.filter(access.scope(user, "person.history", "unit__"))))
    return Person.objects.filter(seen, merged_into__isnull=True)


def visible_belongings(user: User, person: Person, verb: str = "person.view") -> list[Enrolment]:
    """Where the person belongs and belonged, as far as the user may see it, present first, with units."""
    rows = Enrolment.objects.filter(access.scope(user, verb, "unit__"), person=person)
    if not access.holds(user, "person.history"):
        rows = rows.filter(lasting(clock.today()))
    return list(rows.select_related("unit", "school").order_by(F("to_on").desc(nulls_first=True), "-from_on", "pk"))


def home_of(user: User, person: Person, verb: str = "person.view") -> Unit | None:
    """The unit in whose name the user deals with a person: its newest belonging within the user's reach."""
    found = visible_belongings(user, person, verb)
    return found[0].unit if found else None


def units_seen(user: User, day: date, verb: str = "person.view") -> UnitQuerySet:
    """The topmost units of the user's reach: where a roster begins."""
    mine = access.units_for(user, verb).on(day)
    return mine.exclude(parent__in=mine.values("pk")).order_by("path")


def people_of(
    user: User, unit: Unit, day: date, *, words: str = "", as_a: str = "", mark: str = "", lodging: str = "",
    state: str = "", verb: str = "person.view",
) -> QuerySet[Enrolment]:  # fmt: skip
    """The belongings at a unit and below it, by name, with person and unit: one row a belonging.

    ``words`` are part of a name, its pinyin or initials, the beginning of the school's own number, or a telephone or
    document number in full. Merged records have no belongings, so they need no condition of their own.
    """
    rows = Enrolment.objects.filter(_at(unit), access.scope(user, verb, "unit__"))
    if state == "left":
        rows = rows.filter(access.scope(user, "person.history", "unit__"), to_on__lt=day).exclude(ending="class")
    else:
        rows = rows.filter(lasting(day))
    if state == "away":
        rows = rows.filter(Q(away_to__isnull=True) | Q(away_to__gte=day), away_from__lte=day)
    if as_a:
        rows = rows.filter(as_a=as_a)
    if mark:
        rows = rows.filter(Exists(_of_row(Marking.objects.filter(lasting(day), mark=mark))))
    if lodging:
        rows = rows.filter(Exists(_of_row(Lodging.objects.filter(lasting(day), kind=lodging))))
    if words := names.tidy_name(words):
        rows = rows.filter(_fits(words))
    return rows.select_related("person", "unit").order_by("spelt", "pk")


def page_of(rows: QuerySet[Enrolment], number: int, size: int) -> tuple[list[Enrolment], int]:
    """One page of `people_of`, and how many there are in all; an empty page beyond the end.

    Sorted and counted by key alone in one pass, then only the page's own rows are read: at 15,000 people that is half
    the time.
    """
    keys = rows.select_related(None).values_list("pk", Window(Count("pk")))
    found = list(keys[(number - 1) * size : number * size])
    full = rows.model._default_manager.select_related("person", "unit").in_bulk([pk for pk, _ in found])
    return [full[pk] for pk, _ in found if pk in full], found[0][1] if found else 0


def _at(unit: Unit) -> Q:
    """At the unit or below; a school by its own column, which has an index."""
    return Q(school=unit) if unit.kind in _SCHOOLS else Q(unit__path__startswith=unit.path)


def _of_row(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(person=OuterRef("person"), school=OuterRef("school"))


def _fits(words: str) -> Q:
    if rules.looks_like_number(words):
        return Q(number__startswith=words) | Q(person__in=ids_by_number(words))
    fits = Q(spelt__contains=words) | Q(number__startswith=words)
    if latin := names.latin(words):
        # one of the spellings begins so: the given name, the whole name without its blank, the initials
        fits |= Q(spelt__contains=f" {latin}")
    # 军字第1234567号: some documents have words in their number
    return fits | Q(person__in=ids_by_number(words)) if rules.may_hold_number(words) else fits


def ids_by_number(typed: str) -> set[UUID]:
    """Whose telephone, document or guardian's telephone this is. Three reads by index, whoever may see them."""
    phone = crypto.sought("phone", phones.normal(typed))
    found = set(Person.objects.filter(phone_index__in=phone).values_list("pk", flat=True))
    held = IdentityDocument.objects.filter(number_index__in=crypto.sought("identity", typed), to_on__isnull=True)
    found.update(held.values_list("person_id", flat=True))
    kept = Guardianship.objects.filter(guardian__phone_index__in=phone, to_on__isnull=True)
    found.update(kept.values_list("person_id", flat=True))
    return found


def found_by_number(user: User, typed: str) -> list[Person]:
    """Everybody within the user's reach with this telephone or document number, each with ``seen_at`` (units)."""
    ids = ids_by_number(names.tidy_name(typed))
    if not ids:
        return []
    held = Enrolment.objects.filter(access.scope(user, "person.view", "unit__")).select_related("unit")
    shown = Prefetch("enrolments", held.filter(lasting(clock.today())), to_attr="seen_at")
    return list(visible(user).filter(pk__in=ids).prefetch_related(shown).order_by("pinyin", "pk")[:50])


@dataclass
class Line:
    """One line of a list: the belonging with its person, how the person lodges, and the groups."""

    belonging: Enrolment
    away: bool
    lodging: Lodging | None = None
    marks: list[Marking] = field(default_factory=list)
    guardians: list[Guardianship] = field(default_factory=list)

    @property
    def person(self) -> Person:
        return self.belonging.person


def without_names(unit: Unit, words: str) -> str:
    """What somebody wrote, with "…" for the names of people who belong or belonged to the unit. One query."""
    here = Person.objects.filter(enrolments__unit__path__startswith=unit.path, name__regex=r"^..")
    named = here.annotate(said=Value(words, TextField())).filter(said__contains=F("name"))
    for name in sorted(set(named.values_list("name", flat=True)), key=len, reverse=True):
        words = words.replace(name, "…")
    return words


def lines(rows: Sequence[Enrolment], day: date, *, guardians: bool = False) -> list[Line]:
    """What a list shows of these belongings: two queries for all of them (three with guardians)."""
    made = [Line(row, rules.is_away(row.away_from, row.away_to, day)) for row in rows]
    by_place = {(row.person_id, row.school_id): line for row, line in zip(rows, made, strict=True)}
    people = [row.person_id for row in rows]
    for lodging in Lodging.objects.filter(lasting(day), person__in=people):
        if found := by_place.get((lodging.person_id, lodging.school_id)):
            found.lodging = lodging
    for marking in Marking.objects.filter(lasting(day), person__in=people).order_by("mark"):
        if found := by_place.get((marking.person_id, marking.school_id)):
            found.marks.append(marking)
    if guardians:
        kept = Guardianship.objects.filter(lasting(day), person__in=people).select_related("guardian")
        held: dict[UUID, list[Guardianship]] = {}
        for guardianship in kept.order_by("position", "pk"):
            held.setdefault(guardianship.person_id, []).append(guardianship)
        for line in made:
            line.guardians = held.get(line.belonging.person_id, [])
    return made


@dataclass(frozen=True)
class File:
    """Everything the roster knows about a person, present things first."""

    documents: list[IdentityDocument]
    lodgings: list[Lodging]
    markings: list[Marking]
    guardianships: list[Guardianship]
    households: list[HouseholdMember]


def file_of(person: Person, schools: Iterable[int]) -> File:
    """``schools`` are those whose rows the reader may see. Five queries."""
    at = list(schools)
    newest = F("to_on").desc(nulls_first=True)
    return File(
        list(IdentityDocument.objects.filter(person=person).order_by(newest, "kind")),
        list(Lodging.objects.filter(person=person, school__in=at).order_by(newest, "-from_on")),
        list(Marking.objects.filter(person=person, school__in=at).order_by(newest, "mark")),
        list(Guardianship.objects.filter(person=person).select_related("guardian").order_by(newest, "position", "pk")),
        list(
            HouseholdMember.objects.filter(person=person, household__school__in=at)
            .select_related("household")
            .order_by(newest)
        ),
    )


@dataclass(frozen=True)
class Heads:
    """How many belong to a unit of a school, on one day."""

    unit: Unit
    students: int
    workers: int
    away: int
    boarders: int
    staying: int
    interns: int


def counts(user: User, unit: Unit, day: date) -> list[Heads]:
    """Heads of each unit below that has any (the list by class); those on leave are counted among the students. One
    query."""
    boards = _of_row(Lodging.objects.filter(lasting(day), kind="boarder"))
    marked = {mark: Exists(_of_row(Marking.objects.filter(lasting(day), mark=mark))) for mark in ("staying", "intern")}
    away = Q(away_from__lte=day) & (Q(away_to__isnull=True) | Q(away_to__gte=day))
    held = Enrolment.objects.on(day).filter(_at(unit), access.scope(user, "person.view", "unit__"))
    rows = (
        held.annotate(boards=Exists(boards), **marked)
        .values("unit")
        .annotate(
            n_students=_how_many(Q(as_a="student")), n_workers=_how_many(~Q(as_a__in=["student", "resident"])),
            n_away=_how_many(away), n_boarders=_how_many(Q(boards=True)),
            n_staying=_how_many(Q(staying=True)), n_interns=_how_many(Q(intern=True)),
        )
        .order_by("unit__path")
    )  # fmt: skip
    found: list[Any] = list(rows)
    units = Unit.objects.in_bulk([row["unit"] for row in found])
    keys = ("n_students", "n_workers", "n_away", "n_boarders", "n_staying", "n_interns")
    return [Heads(units[row["unit"]], *(row[key] for key in keys)) for row in found]


def _how_many(which: Q) -> Any:
    return Count("pk", filter=which)
