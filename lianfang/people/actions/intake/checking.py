"""The dry run: every line of a file becomes a row that says what it would do. Nothing else is written."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from lianfang.core import clock
from lianfang.core.bulk import Sealer
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.actions.intake.turns import turn_of
from lianfang.people.models import RosterFile, RosterRow, User
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.queries.intake import leaving, reading, rows
from lianfang.people.queries.intake.known import Register
from lianfang.people.queries.intake.places import Ground, ground_of
from lianfang.people.queries.intake.reading import Part
from lianfang.people.rules import deciding
from lianfang.people.rules.deciding import Decision
from lianfang.people.rules.findings import Finding, error, warning
from lianfang.people.rules.headings import Layout
from lianfang.people.rules.lines import Line, read_line, title_in
from lianfang.people.rules.places import Place, key_of
from lianfang.policies import queries as policies

CHUNK = 1000
# Columns of which the wrong one would put everybody in the wrong place: two that claim to be it are the user's choice.
_DECISIVE = frozenset({"name", "number", "class"})
_COLUMNS = "id, file_id, sheet, line, plan, cells, problems, warned, person_id, applied"
_COPY = f"COPY people_rosterrow ({_COLUMNS}) FROM STDIN"
_TWICE = "UPDATE people_rosterrow SET plan = 'error', problems = problems || %s::jsonb, warned = true WHERE id = %s"


def take_up(event: Event) -> None:
    """Handler of "roster.uploaded" and "roster.columns_chosen"."""
    check(file_id=UUID(event.subject_id), now=clock.now())


def check(*, file_id: UUID, now: datetime) -> None:
    """Check a file from its beginning; what an interrupted check left is thrown away. Does nothing for a file that is
    past this step, so it can be run again at any time."""
    file = RosterFile.objects.select_related("unit__school").defer("content").get(pk=file_id)
    with turn_of(file.unit.school_id or 0):
        waits = RosterFile.objects.filter(pk=file.pk, stage__in=(Stage.WAITING, Stage.CHECKING), content__isnull=False)
        # asked and taken in one step: a file that is dropped in this moment stays dropped
        if not waits.update(stage=Stage.CHECKING, done=0, total=0, summary={}):
            return
        file.refresh_from_db()
        RosterRow.objects.filter(file=file).delete()
        try:
            _DryRun(file, now.date()).run()
        except Refused as refused:
            problem = refused.problems[0]
            _step(file, stage=Stage.REFUSED, summary={"problem": problem.code, "params": dict(problem.params)})


def _step(file: RosterFile, **values: Any) -> None:
    RosterFile.objects.filter(pk=file.pk).update(**values)
    for name, value in values.items():
        setattr(file, name, value)


@dataclass
class _Row:
    """A line on its way: ``unit`` as far as the line or its sheet says it."""

    number: int
    line: Line
    unit: int | None
    named: bool
    id: UUID = field(default_factory=uuid7)


class _DryRun:
    def __init__(self, file: RosterFile, on: date) -> None:
        self.file, self.on = file, on
        user = User.objects.filter(pk=file.by_id).first() if file.by_id else None
        self.ground: Ground = ground_of(file.unit, user)
        self.counts: Counter[str] = Counter()
        self.sheets: list[dict[str, Any]] = []
        self.used: set[UUID] = set()
        self.numbers: dict[tuple[str, str], tuple[UUID, int, int]] = {}
        self.twice: list[tuple[UUID, str, Finding]] = []
        self.units: set[int] = set()
        self.kinds: set[str] = set()
        self.wrong_names: set[str] = set()
        self.gathers = policies.mode(file.unit, on) is not None

    def run(self) -> None:
        content = self.file.content or b""
        for part in reading.parts(content, self.file.name, self.file.choices.get("columns", {})):
            self.file.content = content = None  # the reader holds what it needs
            self._sheet(part)
        self._told_twice()
        if not self.counts:
            self._nothing()
            return
        self._leaves()
        _step(self.file, stage=Stage.CHECKED, summary={"counts": dict(self.counts), "sheets": self.sheets})

    def _nothing(self) -> None:
        """No line at all: the columns have to be chosen, or there is nobody in the file."""
        summary: dict[str, Any] = {"counts": {}, "sheets": self.sheets}
        if any(sheet["state"] == "choose" for sheet in self.sheets):
            _step(self.file, stage=Stage.WAITING, summary=summary)
            return
        side = any(sheet["state"] == "side_by_side" for sheet in self.sheets)
        summary["problem"] = "people.file_side_by_side" if side else "people.file_no_people"
        _step(self.file, stage=Stage.REFUSED, summary=summary)

    def _sheet(self, part: Part) -> None:
        layout = part.layout
        told: dict[str, Any] = {"at": part.at, "name": part.name, "state": "read", "heading": part.heading_key}
        self.sheets.append(told)
        if (state := _aside(part)) is not None:
            told["state"] = state
            return
        if layout is None or layout.missing or _DECISIVE & set(layout.doubled):
            told["state"] = "blank" if reading.is_blank(part) else "choose"
            told["doubled"] = sorted(_DECISIVE & set(layout.doubled)) if layout else []
            return
        if not self.gathers:
            layout = part.layout = self._without_place(layout, told)
        told["columns"] = {str(at): name for at, name in layout.columns.items()}
        told["not_collected"], told["unknown"] = layout.not_collected, layout.unknown
        told["doubled"] = sorted(layout.doubled)
        _step(self.file, total=self.file.total + part.height)
        told["lines"] = sum(self._chunk(part, chunk) for chunk in _in_chunks(self._lines(part)))
        _step(self.file, done=self.file.total)

    def _without_place(self, layout: Layout, told: dict[str, Any]) -> Layout:
        """Where somebody is now is gathered for a response only: while none runs, the column is not read."""
        left = {at: name for at, name in layout.columns.items() if name != "place"}
        told["in_response"] = [layout.headings.get(at, "") for at in layout.columns if at not in left]
        return replace(layout, columns=left)

    def _lines(self, part: Part) -> Iterator[_Row]:
        columns = part.layout.columns if part.layout else {}
        by_title = not {"class", "department"} & set(columns.values())
        at_top = self._class_above(part) if by_title else None
        as_a = self.file.choices["as_a"]
        for number, raw in part.rows:
            line = read_line(raw, columns, as_a=as_a, on=self.on)
            if line is not None:
                unit, named = self._unit_of(line, at_top)
                yield _Row(number, line, unit, named)
            elif by_title and "班" in (title := title_in(raw)):
                # the next class of the sheet begins; one that is not known is nobody's class
                at_top = self.ground.places.named_in([title])

    def _class_above(self, part: Part) -> Place | None:
        """The class in the titles or in the name of the sheet; None where they speak of two."""
        titles = part.layout.titles if part.layout else ()
        return self.ground.places.named_in([*titles, part.name])

    def _unit_of(self, line: Line, at_top: Place | None) -> tuple[int | None, bool]:
        """The unit a line names: in its cells, else in the title of the sheet, else the class the file belongs to."""
        cells, ground = line.cells, self.ground
        self._school(line)
        found = self._place_said(line) or at_top
        if isinstance(found, str):
            return self._not_found(line, found)
        if found is None:
            return (ground.unit.pk, True) if ground.is_class else (None, False)
        if not found.open_to_me:
            line.problems.append(("class", error("people.row_class_outside")))
        elif cells["as_a"] == "student" and found.kind != "class":
            line.problems.append(("class", error("people.row_class_kind")))
        return found.id, True

    def _place_said(self, line: Line) -> Place | str | None:
        cells, find = line.cells, self.ground.places.find
        named, department = cells.get("class", ""), cells.get("department", "")
        if cells["as_a"] != "student" and department:
            return find(department)
        if not named:
            return find(department, cells.get("grade", "")) if department and not self.ground.is_class else None
        return find(named, cells.get("grade", ""), department)

    def _not_found(self, line: Line, code: str) -> tuple[None, bool]:
        """A class must exist; workers are not kept out by an office that is not kept here."""
        cells = line.cells
        at = "class" if cells.get("class") else "department"
        if cells["as_a"] != "student" and code == "people.row_class_unknown":
            line.problems.append((at, warning("people.row_department_unknown")))
            return None, True
        close = "、".join(self.ground.places.close_to(cells[at]))
        code = "people.row_class_close" if close and code == "people.row_class_unknown" else code
        line.problems.append((at, error(code, close=close)))
        return None, True

    def _school(self, line: Line) -> None:
        said, school = line.cells.get("school"), self.ground.school
        if not said or said == school.code or key_of(said) in (key_of(school.name), key_of(school.short_name)):
            return
        wrong = error if said.isdigit() and school.code.isdigit() else warning
        line.problems.append(("school", wrong("people.row_other_school")))

    def _chunk(self, part: Part, chunk: Sequence[_Row]) -> int:
        """Decide about some lines and write their rows in one transaction."""
        columns = {name: at for at, name in (part.layout.columns if part.layout else {}).items()}
        with transaction.atomic():
            register = Register(self.ground.school.pk, [row.line.cells for row in chunk if "name" in row.line.cells])
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in chunk:
                    copy.write_row(self._written(part.at, row, register, columns))
            _step(self.file, done=min(chunk[-1].number + self.file.total - part.height, self.file.total))
        return len(chunk)

    def _written(self, sheet: int, row: _Row, register: Register, columns: dict[str, int]) -> tuple[Any, ...]:
        line = row.line
        decision = self._decision(row, register)
        problems = [*line.problems, *decision.findings]
        plan = Plan.ERROR if any(one.is_error for _at, one in problems) else Plan(decision.plan)
        person = decision.known.id if decision.known else None
        self._remember(sheet, row, plan, person)
        self.counts[plan] += 1
        warned = bool(problems)
        self.counts["warned"] += warned and plan != Plan.ERROR
        name = self.ground.names.get(row.unit or 0, "")
        kept = rows.packed(rows.Kept.of(line.cells, row.unit, name, row.named, decision), register.sealer)
        told = Jsonb(rows.told(problems, columns))
        return row.id, self.file.pk, sheet, row.number, plan.value, kept, told, warned, person, False

    def _decision(self, row: _Row, register: Register) -> Decision:
        line = row.line
        if "name" not in line.cells:
            return Decision(Plan.ERROR)
        found = register.candidates(line.cells)
        decision = deciding.decide(line.cells, row.unit, found, self.used)
        if decision.plan == Plan.JOIN and row.unit is None and not line.is_wrong:
            if line.cells["as_a"] == "student":
                decision.findings.append(("class", error("people.row_class_missing")))
            else:
                row.unit = self.ground.unit.pk
        if decision.plan in (Plan.CHANGE, Plan.SAME) and row.unit is None and decision.known:
            row.unit = decision.known.unit
        return decision

    def _remember(self, sheet: int, row: _Row, plan: Plan, person: UUID | None) -> None:
        cells = row.line.cells
        if person:
            self.used.add(person)
        elif plan == Plan.ERROR and "name" in cells:
            self.wrong_names.add(cells["name"])
        self.kinds.add(cells["as_a"])
        # a class that does not exist widens nothing, nor does a line that cannot be read: who is "not in the file" is
        # asked per class
        if row.named:
            self.units |= {row.unit} if row.unit else set()
        elif plan != Plan.ERROR:
            self.units |= self.ground.inside
        numbers = [("people.row_number_twice", kind, number) for kind, number in deciding.documents_of(cells).items()]
        numbers.append(("people.row_school_number_twice", cells["as_a"], cells.get("school_number", "")))
        for code, kind, number in numbers:
            if number:
                self._once(code, (kind, number), (row.id, sheet, row.number))

    def _once(self, code: str, key: tuple[str, str], here: tuple[UUID, int, int]) -> None:
        """A number that stands in the file twice is an error at both places."""
        first = self.numbers.setdefault(key, here)
        if first is not here:
            at = "number" if code == "people.row_number_twice" else "school_number"
            self.twice.append((here[0], at, error(code, sheet=first[1] + 1, line=first[2])))
            self.twice.append((first[0], at, error(code, sheet=here[1] + 1, line=here[2])))

    def _told_twice(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            changed = [(json.dumps(rows.told([(at, one)], {})), key) for key, at, one in self.twice]
            cursor.executemany(_TWICE, changed)
        if changed:
            counted = RosterRow.objects.filter(file=self.file).values_list("plan", "warned")
            self.counts = Counter(plan for plan, _warned in counted)
            self.counts["warned"] = sum(warned and plan != Plan.ERROR for plan, warned in counted)

    def _leaves(self) -> None:
        """Rows for those who belong to the classes of the file and are not in it. Whoever has the name of a line that
        cannot be read is not told to have left."""
        number = 0
        missing = leaving.missing(self.file.pk, sorted(self.units & self.ground.inside), sorted(self.kinds))
        with transaction.atomic():
            sealer = Sealer()
            found = [one for one in missing if one[1] not in self.wrong_names]
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for number, (person, name, unit, as_a) in enumerate(found, 1):
                    kept = rows.Kept({"name": name, "as_a": as_a}, unit, self.ground.names.get(unit, ""))
                    sealed = rows.packed(kept, sealer)
                    copy.write_row((uuid7(), self.file.pk, 0, number, "leave", sealed, Jsonb([]), False, person, False))
        self.counts[Plan.LEAVE] = number


def _aside(part: Part) -> str | None:
    """Why nothing is read of a sheet, whatever its columns are."""
    if part.hidden:
        return "hidden"
    if part.is_example:
        return "example"
    return "side_by_side" if part.layout is not None and part.layout.side_by_side else None


def _in_chunks(lines: Iterator[_Row]) -> Iterator[list[_Row]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk
