"""Who owes a return on a day: the sources "returns" (the school's own, until it is signed), "return_parts" (what its
functional units hand in before) and "gatherings" (what a city signs after it) of `obligations.sources`.

Reads what the boards read (`rollup.SCOPE`, `board.due_case`). The slot of a return or gathering is its form, that of a
part is the form and the part ("situation_2020.students").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.core.clock import ZONE
from lianfang.obligations.sources import Owed, Silent, Slot, Standing
from lianfang.orgs import queries as orgs
from lianfang.orgs.models import Kind, Tier, Unit
from lianfang.people.models import User
from lianfang.returns import spec
from lianfang.returns.models import Return
from lianfang.returns.queries import board, filing, rollup, tasks
from lianfang.returns.queries.tasks import DONE, Task
from lianfang.returns.queries.words import say
from lianfang.returns.spec import Form, Part

# A school by sponsoring line only stands for itself.
_CHILD = """CASE WHEN NOT %(outside)s OR u.path LIKE %(path)s
    THEN split_part(u.path, '.', %(depth)s)::bigint ELSE u.id END"""
_JOINED = """
    FROM orgs_unit u LEFT JOIN returns_return r ON r.unit_id = u.id AND r.form = %(form)s AND r."on" = %(on)s
    CROSS JOIN LATERAL (SELECT {due} AS due) d {more}
    WHERE """
# The functional unit that owes a part: of several with the function the first in the tree (`filing.parts`).
_OWNER = """
    CROSS JOIN LATERAL (
        SELECT c.id, c.path FROM orgs_unit c
        WHERE c.school_id = u.id AND c.kind = 'office' AND c.function = %(function)s
          AND (c.valid_from IS NULL OR c.valid_from <= %(on)s) AND (c.valid_to IS NULL OR c.valid_to >= %(on)s)
        ORDER BY c.path LIMIT 1) c
    LEFT JOIN LATERAL (
        SELECT s.id FROM returns_statement s WHERE s.filed_id = r.id AND s.part = %(part)s LIMIT 1) s ON TRUE
"""
_GIVEN = "s.id IS NOT NULL OR r.counted_id IS NOT NULL"


class Returns:
    """A school's own return: filled in, and signed as its form asks."""

    verb, asks = "board.view", "return.chase"
    at: tuple[str, ...] = (Kind.SCHOOL, Kind.TRAINING)
    kind = filing.KIND
    whats: tuple[str, ...] = ("return", "sign")

    @property
    def functions(self) -> tuple[str, ...]:
        return ()

    @property
    def open_days(self) -> int:
        """As long as the form takes submissions."""
        return max(form.closes_after_days for form in spec.catalog().values())

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        found = []
        for form in spec.catalog().values():
            due = filing.due_of(form, unit, on, tier=Tier.SCHOOL)
            if due is not None and _reaches(form, unit, on):
                found.append(Slot(form.id, say(form.short), _midnight(on), due))
        return found

    def mine(self, user: User, now: datetime) -> list[Owed]:
        return [_row(self.kind, one) for one in tasks.tasks_for(user, now, self.whats)]

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        form = spec.catalog().get(slot)
        if form is None:
            return {}
        due, values = board.due_case(form, unit, on)
        sql = f"""
            SELECT {"u.id" if unit.school_id else _CHILD}, count(*), count(r.counted_id),
                   count(*) FILTER (WHERE r.counted_id IS NULL AND %(now)s > d.due),
                   min(d.due) FILTER (WHERE r.counted_id IS NULL AND %(now)s > d.due)
            {_joined(due)} GROUP BY 1"""
        return _standing(sql, {**rollup.parameters(form, unit, on), **values, "now": now})

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        form, top = spec.catalog().get(slot), orgs.root()
        if form is None or top is None:
            return []
        due, values = board.due_case(form, top, on)
        sql = f"""
            SELECT u.id, u.id, d.due {_joined(due)}
            AND r.counted_id IS NULL AND d.due <= %(due_by)s AND {_below("u", paths)}"""
        more = {"due_by": due_by, "paths": _prefixes(paths)}
        return _rows(sql, {**rollup.parameters(form, top, on), **values, **more})


class Parts(Returns):
    """What a functional unit of a school hands in to the office. Nothing is asked for any more once the school's return
    is signed."""

    at = (Kind.OFFICE,)
    kind = filing.PART
    whats = ("part",)

    @property
    def functions(self) -> tuple[str, ...]:
        return tuple(sorted({part.function for form in spec.catalog().values() for part in form.parts}))

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        forms = [form for form in spec.catalog().values() if _reaches(form, unit, on)]
        return [_part_slot(form, part, on) for form in forms for part in form.parts]

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        form, part = _part(slot)
        if form is None or part is None:
            return {}
        due = spec.due_at(on, part.due)
        inside = unit.school_id is not None
        sql = f"""
            SELECT {"c.id" if inside else _CHILD}, count(*), count(*) FILTER (WHERE {_GIVEN}),
                   count(*) FILTER (WHERE NOT ({_GIVEN}) AND %(now)s > %(due)s),
                   min(%(due)s::timestamptz) FILTER (WHERE NOT ({_GIVEN}) AND %(now)s > %(due)s)
            {_joined("%(due)s::timestamptz", _OWNER)} {"AND c.path LIKE %(within)s" if inside else ""} GROUP BY 1"""
        asked = rollup.parameters(form, unit.school or unit, on)
        return _standing(sql, {**asked, **_of_part(part), "due": due, "now": now, "within": unit.path + "%"})

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        (form, part), top = _part(slot), orgs.root()
        if form is None or part is None or top is None or spec.due_at(on, part.due) > due_by:
            return []
        sql = f"""
            SELECT c.id, u.id, d.due {_joined("%(due)s::timestamptz", _OWNER)}
            AND NOT ({_GIVEN}) AND {_below("c", paths)}"""
        more = {"due": spec.due_at(on, part.due), "paths": _prefixes(paths)}
        return _rows(sql, {**rollup.parameters(form, top, on), **_of_part(part), **more})


class Gatherings(Returns):
    """What cities sign after their schools. Provinces and sponsors gather too, without a deadline of their own: they
    have it on their list and are not chased."""

    at = (Kind.CITY, Kind.PROVINCE)
    kind = filing.GATHERED
    whats = ("gather",)

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        found = []
        for form in spec.catalog().values():
            due = filing.due_of(form, unit, on, tier=Tier.CITY)
            if due is not None and not unit.school_id and _reaches(form, unit, on):
                found.append(Slot(form.id, say(form.short), _midnight(on), due))
        return found

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        found: dict[int, Standing] = {}
        depth = unit.path.count(".")
        for gatherer, due, done in _gatherers(slot, on, [unit.path]):
            if gatherer.pk != unit.pk:
                stands = found.setdefault(int(gatherer.path.split(".")[depth]), Standing())
                stands.owing, stands.done = stands.owing + 1, stands.done + done
                if not done and due < now:
                    stands.late += 1
                    stands.since = min(due, stands.since or due)
        return found

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        found = _gatherers(slot, on, paths)
        return [Silent(unit.pk, unit.pk, due) for unit, due, done in found if not done and due <= due_by]


RETURNS, PARTS, GATHERINGS = Returns(), Parts(), Gatherings()


def _gatherers(slot: str, on: date, paths: Sequence[str]) -> list[tuple[Unit, datetime, bool]]:
    """Units with a deadline for gathering the form, and whether each has signed: some dozens, one query each."""
    form = spec.catalog().get(slot)
    if form is None:
        return []
    return [(unit, due, done) for unit, due, done in _all_gatherers(form, on) if any(map(unit.path.startswith, paths))]


def _all_gatherers(form: Form, on: date) -> Iterator[tuple[Unit, datetime, bool]]:
    ordered = [unit.path for unit in filing.assigned_units(form, on)]
    tiers = [tier.tier for tier in form.tiers if tier.due and tier.tier != "school"]
    units = Unit.objects.on(on).filter(tier__in=tiers, school__isnull=True).order_by("path")
    signed = set(Return.objects.filter(form=form.id, on=on, state__in=DONE).values_list("unit_id", flat=True))
    for unit in units:
        if any(unit.path.startswith(path) or path.startswith(unit.path) for path in ordered):
            due = filing.due_of(form, unit, on)
            if due is not None:
                yield unit, due, unit.pk in signed


def _joined(due: str, more: str = "") -> str:
    return f"{_JOINED.format(due=due, more=more)} {rollup.SCOPE} AND {rollup.OWED}"


def _below(alias: str, paths: Sequence[str]) -> str:
    return "TRUE" if "" in paths else f"{alias}.path LIKE ANY(%(paths)s::text[])"


def _prefixes(paths: Sequence[str]) -> list[str]:
    return [path + "%" for path in paths]


def _rows(sql: str, values: dict[str, Any]) -> Iterator[Silent]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(5000):
            yield from (Silent(*row) for row in rows)


def _standing(sql: str, values: dict[str, Any]) -> dict[int, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {child: Standing(*counts) for child, *counts in cursor.fetchall()}


def _reaches(form: Form, unit: Unit, on: date) -> bool:
    """Whether the form is owed at the unit or anywhere below it."""
    orders = [one.path for one in filing.assigned_units(form, on)]
    near = any(unit.path.startswith(path) or path.startswith(unit.path) for path in orders)
    return near or (unit.kind == Kind.AUTHORITY and bool(orders))


def _part_slot(form: Form, part: Part, on: date) -> Slot:
    label = f"{say(form.short)} · {say(part.label)}"
    return Slot(f"{form.id}.{part.id}", label, _midnight(on), spec.due_at(on, part.due))


def _part(slot: str) -> tuple[Form | None, Part | None]:
    name, _dot, wanted = slot.partition(".")
    form = spec.catalog().get(name)
    return form, next((part for part in form.parts if part.id == wanted), None) if form else None


def _of_part(part: Part) -> dict[str, str]:
    return {"part": part.id, "function": part.function}


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(0), ZONE)


def _row(kind: str, task: Task) -> Owed:
    short = say(task.form.short)
    titles = {
        "part": lambda: _("Hand in the part “%(part)s”") % {"part": _part_label(task)},
        "return": lambda: _("File the return: %(form)s") % {"form": short},
        "sign": lambda: _("Sign: %(form)s") % {"form": short},
        "gather": lambda: _("Gather and sign: %(form)s") % {"form": short},
    }
    actions = {"part": _("Fill in"), "return": _("Fill in"), "sign": _("Read and sign"), "gather": _("Gather")}
    note = ""
    if task.what == "gather":
        missing = ngettext("%(count)s school has not reported", "%(count)s schools have not reported", task.missing)
        note = missing % {"count": task.missing} if task.missing else _("all schools have reported")
    return Owed(
        kind, titles[task.what](), _("Look") if task.done else actions[task.what],
        reverse(task.page, args=task.args), task.unit, task.due_at,
        done_at=(task.done_at or task.due_at) if task.done else None,
        state=task.state, note=note, on=task.on, slot=f"{task.form.id}.{task.part}" if task.part else task.form.id,
    )  # fmt: skip


def _part_label(task: Task) -> str:
    return next(say(part.label) for part in task.form.parts if part.id == task.part)
