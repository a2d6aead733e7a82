"""The struct of a return form, read from one YAML file. Free of Django: pages, sheets, roll-up and checks all read it.

A *cell* is one box of the form: a count field has a cell for each group ("confirmed.students"), a text or contact field
has one cell named like the field ("treatment").
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from lianfang.orgs.rules.calendar import Calendar

# What the system knows by itself, asked for by `queries.figures`. A count names one of the first, a text the last.
INDICATORS = frozenset(
    {
        "cases.confirmed", "cases.confirmed_here", "cases.suspected", "cases.suspected_here", "home.isolated",
        "checks.ill", "checks.leave", "checks.untraced", "checks.symptomatic", "checks.fever",
    }
)  # fmt: skip
TOLD = "cases.treatment"

CATALOG = Path(__file__).parent / "catalog"
ZONE = ZoneInfo("Asia/Shanghai")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in both languages."""

    zh: str
    en: str

    def in_language(self, code: str) -> str:
        return self.zh if code.startswith("zh") else self.en


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is counted, by which part; ``head_count`` names the unit's head count that bounds the group."""

    id: str
    label: Words
    part: str
    head_count: Literal["students", "staff"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one functional unit of a school owes to the office, by a minute of the day (China time)."""

    id: str
    function: str
    label: Words
    due: str


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the form. ``within`` bounds it by another count field, ``important`` makes the return important when
    it is above zero, ``required_when`` demands a text as soon as one of those counts is above zero. ``indicator`` is
    what the system fills it with (`INDICATORS`, `TOLD`)."""

    id: str
    kind: Literal["count", "text", "contact"]
    label: Words
    heading: Words | None = None
    help: Words | None = None
    within: str = ""
    important: bool = False
    required: bool = False
    required_when: tuple[str, ...] = ()
    max_length: int = 200
    rows: int = 1
    part: str = ""
    indicator: str = ""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signature: who may give it (a verb), and whether it is needed always or only for important returns."""

    id: str
    verb: str
    label: Words
    when: Literal["always", "important"]


class SelfSign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """May somebody sign what they alone filled in?"""

    ordinary: Literal["allowed", "refused"]
    important: Literal["allowed", "refused"]


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tier: Literal["school", "county", "city", "province", "nation"]
    steps: tuple[Step, ...]
    self_sign: SelfSign
    due: str | None = None


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The official spreadsheet: which layout draws it, and the filling notes printed below it."""

    layout: str
    note: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``calendar``: the days on which it is owed. What is filed on another day is taken and counted all the same.
    ``diseases``: whose cases its figures count, ids of `policies.diseases`."""

    id: str
    edition: int
    title: Words
    short: Words
    source: Words
    period: Literal["day"]
    filed_by: tuple[str, ...]
    closes_after_days: int
    groups: tuple[Group, ...]
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    tiers: tuple[Tier, ...]
    sheet: Sheet
    calendar: Calendar = "every_day"
    diseases: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.id == name)

    def tier(self, name: str) -> Tier | None:
        return next((tier for tier in self.tiers if tier.tier == name), None)

    @property
    def counts(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind == "count")

    @property
    def texts(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind != "count")

    def cells_of(self, field: Field) -> tuple[str, ...]:
        if field.kind != "count":
            return (field.id,)
        return tuple(f"{field.id}.{group.id}" for group in self.groups)

    @property
    def count_cells(self) -> tuple[str, ...]:
        return tuple(cell for field in self.counts for cell in self.cells_of(field))

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(cell for field in self.fields for cell in self.cells_of(field))

    def label_of(self, cell: str) -> Words:
        """ "学生 · 确诊人数": the words for a cell."""
        name, _, group_id = cell.partition(".")
        field = self.field(name)
        if not group_id:
            return field.label
        group = next(group for group in self.groups if group.id == group_id).label
        above = self.field(field.within).label if field.within else None
        zh = f"{above.zh}（{field.label.zh}）" if above else field.label.zh
        en = f"{above.en} ({field.label.en})" if above else field.label.en
        return Words(zh=f"{group.zh} · {zh}", en=f"{group.en} · {en}")

    def part_of(self, cell: str) -> str:
        """The part that owes a cell: a count belongs to its group's part, a text to the part it names ("" = the
        office).
        """
        name, _, group_id = cell.partition(".")
        if group_id:
            return next(group.part for group in self.groups if group.id == group_id)
        return self.field(name).part

    def cells_of_part(self, part: str) -> tuple[str, ...]:
        return tuple(cell for cell in self.cells if self.part_of(cell) == part)


def due_at(day: date, clock: str) -> datetime:
    """The moment "15:00" of a day in China. "24:00" is the end of the day."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(0), ZONE) + timedelta(hours=hours, minutes=minutes)


class BadForm(Exception):
    """A form file contradicts itself; the message says which file and what."""


def parse(text: bytes, name: str) -> Form:
    """Read and check one form file. Raises `BadForm` for what would only fail later, in front of a user."""
    try:
        form = msgspec.yaml.decode(text, type=Form)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadForm(f"{name}: {error}") from error
    known, counts = {field.id for field in form.fields}, {field.id for field in form.counts}
    parts = {part.id for part in form.parts}
    if len(known) != len(form.fields):
        raise BadForm(f"{name}: two fields have the same id")
    for field in form.fields:
        for other in (*([field.within] if field.within else ()), *field.required_when):
            if other not in counts:
                raise BadForm(f"{name}: field {field.id} refers to {other}, which is no count field")
    _check_indicators(form, text.decode(), name)
    owners = [(field.id, field.part) for field in form.fields] + [(group.id, group.part) for group in form.groups]
    for owner, part in owners:
        if part and part not in parts:
            raise BadForm(f"{name}: {owner} belongs to part {part}, which does not exist")
    for clock in [part.due for part in form.parts] + [tier.due for tier in form.tiers if tier.due]:
        try:
            due_at(date(2020, 1, 1), clock)
        except ValueError as error:
            raise BadForm(f"{name}: {clock!r} is no time of day") from error
    return form


def _check_indicators(form: Form, text: str, name: str) -> None:
    """An indicator nobody can answer, or of the wrong kind, with the line it stands in."""
    for field in form.fields:
        known = INDICATORS if field.kind == "count" else {TOLD} if field.kind == "text" else set()
        if field.indicator and field.indicator not in known:
            raise BadForm(f"{name}:{_line(text, field.indicator)}: field {field.id} has no indicator {field.indicator}")
        if field.indicator.startswith("cases.") and not form.diseases:
            raise BadForm(f"{name}:{_line(text, field.indicator)}: {field.id} counts cases, of no disease")


def _line(text: str, word: str) -> int:
    lines = text.splitlines()
    return next((at for at, line in enumerate(lines, 1) if f"indicator: {word}" in line), 1)


@cache
def catalog() -> dict[str, Form]:
    """All shipped forms by id."""
    forms = [parse(file.read_bytes(), file.name) for file in sorted(CATALOG.glob("*.yaml"))]
    return {form.id: form for form in forms}
