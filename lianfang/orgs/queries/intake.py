"""What a list of units would do to the tree below a unit: which rows make units, which change one, which say
nothing new, and what is wrong with the others. Reads only; `orgs.actions.import_units` carries a plan out.

What a blank cell or a missing column says: nothing. A unit in the tree that the list leaves out stays as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from lianfang.core.problems import Problem
from lianfang.orgs import rules
from lianfang.orgs.models import LENGTHS, Kind, SponsorLine, Unit
from lianfang.orgs.queries.sheet import Row, RowProblem, Sheet
from lianfang.orgs.queries.words import FUNCTIONS, KINDS, first_words

_COPIED = ("name", "short_name", "students", "staff", "phone", "address", "valid_from")
_TEXTS = ("name", "short_name", "phone", "address")


@dataclass
class NewUnit:
    """A row that makes a unit. ``parent`` is a unit that exists, or the row that will make it."""

    row: Row
    code: str
    kind: Kind
    facts: dict[str, Any]
    parent: "Unit | NewUnit"

    @property
    def parent_name(self) -> str:
        return self.parent.name if isinstance(self.parent, Unit) else str(self.parent.facts["name"])


@dataclass
class ChangedUnit:
    """A row that changes a unit: field → [old, new]."""

    row: Row
    unit: Unit
    changed: dict[str, list[Any]]


@dataclass
class Plan:
    """``lines`` are (school's code, sponsor's code) of reporting lines to be added."""

    new: list[NewUnit] = field(default_factory=list)
    changed: list[ChangedUnit] = field(default_factory=list)
    unchanged: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.new) + len(self.changed) + self.unchanged + len({found.row for found in self.problems})


class _Found(Exception):
    """Something wrong at a field of the row at hand."""

    def __init__(self, code: str, name: str, /, **params: Any) -> None:
        self.name = name
        self.problem = Problem(code, name, params)


def plan(sheet: Sheet, under: Unit) -> Plan:
    """Compare a list with the tree below ``under``. A fixed number of queries, however long the list."""
    return _Planner(sheet, under).run()


class _Planner:
    def __init__(self, sheet: Sheet, under: Unit) -> None:
        self.sheet, self.under = sheet, under
        self.broken = {found.row for found in sheet.problems}
        self.rows: dict[str, Row] = {}
        self.planned: dict[int, NewUnit | Unit] = {}
        self.open: set[int] = set()
        self.out = Plan(problems=list(sheet.problems))
        self.row_names = _grouped((row.cells["name"], row) for row in sheet.rows if "name" in row.cells)
        self.units, self.named, self.sponsors, self.lines = self._known()

    def run(self) -> Plan:
        for row in self.sheet.rows:
            code = row.cells.get("code", "")
            if code and code in self.rows:
                first = self.rows[code].number
                self._report(row, _Found("orgs.code_twice", "code", code=code, first=first))
                self.broken.add(row.number)
            elif code:
                self.rows[code] = row
        for row in self.sheet.rows:
            if row.number not in self.broken:
                self._take(row)
        self.out.problems.sort(key=lambda found: found.row)
        return self.out

    def _known(self) -> tuple[dict[str, Unit], dict[str, list[Unit]], dict[str, list[Unit]], set[tuple[int, int]]]:
        """Units the list speaks of: by code, below ``under`` by name, sponsors by code or name; their present lines."""
        said = [row.cells for row in self.sheet.rows]
        codes = {cells["code"] for cells in said if "code" in cells}
        parents = {cells["parent"] for cells in said if "parent" in cells}
        sponsors = {part for cells in said for part in _several(cells.get("sponsor", ""))}
        open_units = Unit.objects.filter(valid_to__isnull=True)
        rows = open_units.filter(code__in=codes | parents).select_related("parent")
        named = open_units.under(self.under).filter(name__in=parents)
        can_sponsor = open_units.filter(kind__in=[*rules.AREAS, Kind.AUTHORITY])
        able = can_sponsor.filter(Q(name__in=sponsors) | Q(code__in=sponsors)) if sponsors else can_sponsor.none()
        lines = SponsorLine.objects.filter(valid_to__isnull=True, unit__code__in=codes if sponsors else [])
        return (
            {unit.code: unit for unit in rows},
            _grouped((unit.name, unit) for unit in named),
            _grouped((key, unit) for unit in able for key in {unit.name, unit.code}),
            set(lines.values_list("unit_id", "sponsor_id")),
        )

    def _take(self, row: Row) -> None:
        try:
            self._one(row)
        except _Found as found:
            self._report(row, found)
            self.broken.add(row.number)

    def _one(self, row: Row) -> "NewUnit | Unit":
        """Plan a row, once. A row another one stands below is planned before that one."""
        if row.number in self.planned:
            return self.planned[row.number]
        if row.number in self.open:
            raise _Found("orgs.parent_circle", "parent")
        self.open.add(row.number)
        try:
            code = row.cells.get("code", "")
            unit = self.units.get(code) if code else None
            self.planned[row.number] = self._compare(row, unit) if unit else self._new(row, code)
        finally:
            self.open.discard(row.number)
        return self.planned[row.number]

    def _new(self, row: Row, code: str) -> NewUnit:
        kind = self._kind(row, code)
        if problem := rules.wrong_code(kind, code):
            raise _Found(problem, "code", code=code, length=len(code))
        facts = self._facts(row, kind)
        if "name" not in facts:
            raise _Found("orgs.name_missing", "name")
        parent = self._parent(row) or self.under
        if not rules.may_stand_under(kind, parent.kind):
            labels = {"kind": kind.label, "parent_kind": Kind(parent.kind).label}
            raise _Found("orgs.parent_wrong_kind", "parent" if "parent" in row.cells else "kind", **labels)
        made = NewUnit(row, code, kind, facts, parent)
        lines = [(code, sponsor) for sponsor, _ in self._sponsors(row, kind, parent)]
        self.out.new.append(made)
        self.out.lines += lines
        return made

    def _compare(self, row: Row, unit: Unit) -> Unit:
        if not unit.path.startswith(self.under.path):
            raise _Found("orgs.code_elsewhere", "code", code=unit.code, under=self.under.name)
        if "kind" in row.cells and (given := self._kind(row, unit.code)) != unit.kind:
            labels = {"present": Kind(unit.kind).label, "given": given.label}
            raise _Found("orgs.kind_differs", "kind", code=unit.code, **labels)
        parent = self._parent(row)
        if parent is not None and not (isinstance(parent, Unit) and parent.pk == unit.parent_id):
            names = {"present": unit.parent.name if unit.parent else "–", "given": row.cells["parent"]}
            raise _Found("orgs.parent_differs", "parent", **names)
        facts = self._facts(row, Kind(unit.kind))
        changed = {name: [getattr(unit, name), value] for name, value in facts.items() if getattr(unit, name) != value}
        lines = [
            (unit.code, code)
            for code, sponsor in self._sponsors(row, Kind(unit.kind), unit)
            if sponsor is None or (unit.pk, sponsor.pk) not in self.lines
        ]
        self.out.lines += lines
        if changed or lines:
            self.out.changed.append(ChangedUnit(row, unit, changed))
        else:
            self.out.unchanged += 1
        return unit

    def _kind(self, row: Row, code: str) -> Kind:
        given = row.cells.get("kind", "")
        if given:
            kind = KINDS.get(given.lower().replace(" ", ""))
            if kind is None:
                raise _Found("orgs.kind_unknown", "kind", value=given[:20], known=first_words(KINDS))
            return kind
        told = rules.kind_of_code(code)
        if told is None:
            raise _Found("orgs.kind_missing", "kind") if code else _Found("orgs.code_missing", "code")
        return Kind(told)

    def _facts(self, row: Row, kind: Kind) -> dict[str, Any]:
        facts = {name: row.cells[name] for name in _COPIED if name in row.cells}
        for name in _TEXTS:
            most = LENGTHS[name]
            if len(facts.get(name, "")) > most:
                raise _Found("orgs.text_too_long", name, length=len(facts[name]), most=most)
        if "function" in row.cells:
            given = row.cells["function"]
            if kind != Kind.OFFICE:
                raise _Found("orgs.function_not_here", "function")
            if given.lower() not in FUNCTIONS:
                raise _Found("orgs.function_unknown", "function", value=given[:20], known=first_words(FUNCTIONS))
            facts["function"] = FUNCTIONS[given.lower()]
        return facts

    def _parent(self, row: Row) -> "Unit | NewUnit | None":
        """The superior a row names, by code or name; None when it names none."""
        given = row.cells.get("parent")
        if not given:
            return None
        unit = self.units.get(given)
        if unit is not None and unit.path.startswith(self.under.path):
            return unit
        if given in self.rows:
            return self._made(self.rows[given])
        named = self.named.get(given, [])
        listed = [row for row in self.row_names.get(given, []) if row.cells.get("code") not in self.units]
        if len(named) + len(listed) > 1:
            raise _Found("orgs.parent_ambiguous", "parent", parent=given)
        if named:
            return named[0]
        if listed:
            return self._made(listed[0])
        raise _Found("orgs.parent_unknown", "parent", parent=given[:40], under=self.under.name)

    def _made(self, row: Row) -> "Unit | NewUnit":
        """The unit of another row of the list; a row that is wrong itself makes no superior."""
        if row.number not in self.broken:
            try:
                return self._one(row)
            except _Found as found:
                if found.problem.code == "orgs.parent_circle":
                    raise
        raise _Found("orgs.parent_unknown", "parent", parent=row.cells["code"], under=self.under.name)

    def _sponsors(self, row: Row, kind: Kind, place: "Unit | NewUnit") -> list[tuple[str, Unit | None]]:
        """(code, unit) of the sponsors a row names that are not above the school anyway; None: a row will make it."""
        found: list[tuple[str, Unit | None]] = []
        above = _path_of(place)
        for given in _several(row.cells.get("sponsor", "")):
            if kind not in rules.SCHOOLS:
                raise _Found("orgs.sponsor_not_school", "sponsor")
            units = self.sponsors.get(given, [])
            listed = [other for other in self._listed_sponsors(given) if other.cells["code"] not in self.units]
            if len(units) + len(listed) > 1:
                raise _Found("orgs.sponsor_ambiguous", "sponsor", sponsor=given)
            if not units and not listed:
                raise _Found("orgs.sponsor_unknown", "sponsor", sponsor=given[:40])
            if listed:
                found.append((listed[0].cells["code"], None))
            elif not above.startswith(units[0].path):
                found.append((units[0].code, units[0]))
        return found

    def _listed_sponsors(self, given: str) -> list[Row]:
        rows = [self.rows[given]] if given in self.rows else self.row_names.get(given, [])
        return [
            row
            for row in rows
            if row.number not in self.broken and "code" in row.cells
            if KINDS.get(row.cells.get("kind", "").lower()) == Kind.AUTHORITY
        ]

    def _report(self, row: Row, found: _Found) -> None:
        column = self.sheet.headings.get(found.name, "")
        self.out.problems.append(RowProblem(row.number, column, found.problem))


def _path_of(place: Unit | NewUnit) -> str:
    """The path of a unit, or of the nearest existing unit above one that is still to be made."""
    while isinstance(place, NewUnit):
        place = place.parent
    return place.path


def _several(given: str) -> list[str]:
    """「湖南省教育厅；教育部」 names two sponsors."""
    for separator in ("；", "、", "|"):
        given = given.replace(separator, ";")
    return list(dict.fromkeys(part.strip() for part in given.split(";") if part.strip()))


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def in_order(new: Sequence[NewUnit]) -> list[NewUnit]:
    """Superiors before the units below them."""
    return sorted(new, key=_depth)


def _depth(unit: NewUnit) -> int:
    depth, place = 0, unit.parent
    while isinstance(place, NewUnit):
        depth, place = depth + 1, place.parent
    return depth


def plain(changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Old and new values as JSON holds them."""
    return {
        name: [value.isoformat() if isinstance(value, date) else value for value in pair]
        for name, pair in changed.items()
    }
