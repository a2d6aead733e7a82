"""Lists of class teachers on their way to accounts: what a table says, and what it would do."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from lianfang.core import crypto
from lianfang.core.problems import Problem, refuse
from lianfang.core.spreadsheets import Grid
from lianfang.orgs.models import Kind, Unit, UnitQuerySet
from lianfang.people.models import Posting, User

ROLE = "class_teacher"
MOST = 5_000
# Heading → column; what schools write above such lists.
_HEADS = {
    "班级代码": "code", "班号": "code", "班级": "class", "班级名称": "class", "所带班级": "class", "class": "class",
    "姓名": "name", "班主任": "name", "班主任姓名": "name", "教师姓名": "name", "name": "name",
    "手机": "phone", "手机号": "phone", "手机号码": "phone", "电话": "phone", "联系电话": "phone",
    "班主任电话": "phone", "phone": "phone",
}  # fmt: skip
_COLUMNS = ("class", "name", "phone")  # of pasted lines without headings
_MOBILE = re.compile(r"1[3-9]\d{9}")
LABELS = {"class": "班级", "name": "姓名", "phone": "手机号"}


@dataclass(frozen=True)
class Line:
    """A line of the table with its number, as it was typed."""

    number: int
    code: str
    place: str
    name: str
    phone: str


@dataclass(frozen=True)
class Row:
    """A line that can be carried out. ``plan``: "new" (account and duty), "post" (the duty; the account is there) or
    "same" (nothing)."""

    unit: int
    place: str
    name: str
    phone: str
    plan: str


@dataclass
class Plan:
    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[Line, Problem]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.plan for row in self.rows)


def without_teacher(unit: Unit, day: date) -> UnitQuerySet:
    """Classes at the unit and below that have no class teacher, posted or waiting."""
    held = Posting.objects.filter(role=ROLE, from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
    return classes(unit, day).exclude(pk__in=held.values("unit_id")).order_by("path")


def classes(unit: Unit, day: date) -> UnitQuerySet:
    return Unit.objects.on(day).filter(path__startswith=unit.path, kind=Kind.CLASS)


def lines(grids: Sequence[Grid]) -> list[Line]:
    """The lines of the first sheet that has the headings; of one without any, in the order class, name, telephone.

    Raises `Refused` when the columns cannot be told, or there are too many lines.
    """
    for grid in grids:
        for at, row in enumerate(grid.rows[:10]):
            found = {_HEADS[head]: column for column, head in enumerate(map(_head, row)) if head in _HEADS}
            if {"name", "phone"} <= found.keys() and found.keys() & {"class", "code"}:
                return _lines(grid.rows[at + 1 :], found, at + 2)
    if grids and any(len(row) >= len(_COLUMNS) and _MOBILE.search(_text(row[2])) for row in grids[0].rows[:10]):
        return _lines(grids[0].rows, {name: column for column, name in enumerate(_COLUMNS)}, 1)
    raise refuse("people.letters_columns", "file")


def plan(found: Iterable[Line], unit: Unit, day: date) -> Plan:
    """What the lines would do at the unit and below. Five queries, however many lines."""
    found = list(found)
    by_code, by_name = _classes(unit, day)
    known = _known([line.phone for line in found])
    users = {user.pk for those in known.values() for user in those}
    held = set(Posting.objects.filter(role=ROLE, user__in=users, to_on__isnull=True).values_list("user", "unit"))
    made = Plan()
    names: dict[str, str] = {}
    seen: set[tuple[int, str]] = set()
    for line in found:
        places = by_code.get(line.code, []) if line.code else by_name.get(line.place, [])
        problem = _problem(line, places, known.get(line.phone, []), names)
        if problem:
            made.problems.append((line, problem))
            continue
        place, user = places[0], next(iter(known.get(line.phone, [])), None)
        names[line.phone] = line.name
        if (place.pk, line.phone) in seen:
            continue
        seen.add((place.pk, line.phone))
        does = "new" if user is None else "same" if (user.pk, place.pk) in held else "post"
        made.rows.append(Row(place.pk, place.name, line.name, line.phone, does))
    return made


def place(pk: int) -> Unit:
    return Unit.objects.get(pk=pk)


def school_code(unit: Unit) -> str:
    """The code of the school a class belongs to; its own where there is none."""
    school = Unit.objects.filter(pk=unit.school_id).first() if unit.school_id else None
    return school.code if school else unit.code


def _problem(line: Line, places: list[Unit], known: list[User], names: dict[str, str]) -> Problem | None:
    if not places:
        return Problem("people.letters_class_unknown", "class")
    if len(places) > 1:
        return Problem("people.letters_class_twice", "class")
    if not line.name:
        return Problem("people.name_missing", "name")
    if not _MOBILE.fullmatch(line.phone):
        return Problem("people.letters_phone", "phone")
    if len(known) > 1:
        return Problem("people.letters_phone_shared", "phone")
    if (known and known[0].name != line.name) or names.get(line.phone, line.name) != line.name:
        return Problem("people.letters_other_name", "name")
    if known and not known[0].is_active:
        return Problem("people.letters_closed", "phone")
    return None


def _classes(unit: Unit, day: date) -> tuple[dict[str, list[Unit]], dict[str, list[Unit]]]:
    by_code: dict[str, list[Unit]] = {}
    by_name: dict[str, list[Unit]] = {}
    for place in classes(unit, day):
        by_code.setdefault(place.code, []).append(place)
        by_name.setdefault(place.name, []).append(place)
    return by_code, by_name


def _known(phones: Iterable[str]) -> dict[str, list[User]]:
    """Accounts by telephone."""
    sought = {index: phone for phone in set(phones) if phone for index in crypto.sought("phone", phone)}
    found: dict[str, list[User]] = {}
    for user in User.objects.filter(phone_index__in=list(sought)):
        found.setdefault(sought[bytes(user.phone_index or b"")], []).append(user)
    return found


def _lines(rows: Sequence[Sequence[Any]], columns: dict[str, int], first: int) -> list[Line]:
    read = []
    for number, row in enumerate(rows, first):
        told = {name: _text(row[at]) if at < len(row) else "" for name, at in columns.items()}
        if told["name"] or told["phone"]:
            phone = crypto.normal("phone", told["phone"]) if told["phone"] else ""
            read.append(Line(number, told.get("code", ""), told.get("class", ""), told["name"], phone))
    if len(read) > MOST:
        raise refuse("people.letters_many", "file", most=MOST)
    if not read:
        raise refuse("people.letters_empty", "file")
    return read


def _head(value: Any) -> str:
    return re.sub(r"[\s*＊（(].*$", "", _text(value)).lower()


def _text(value: Any) -> str:
    """Numbers of spreadsheet programs without the ".0"; full-width digits made plain."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(value if value is not None else ""))).strip("' ")
