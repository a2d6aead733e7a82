"""The facts of a unit's day, gathered once: from returns, class checks, emergencies, duty and whatever is owed."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Count as Number
from django.db.models import QuerySet

from lianfang.bulletins.queries import packs
from lianfang.bulletins.rules import (
    ChecksPart,
    Count,
    DutyPart,
    EmergenciesPart,
    Facts,
    LateUnit,
    Problem,
    ReturnPart,
)
from lianfang.cases.queries import counts as cases
from lianfang.core import clock
from lianfang.duty.queries import owed as duty
from lianfang.health.queries import boards, classes, places, terms
from lianfang.health.rules.boards import FINDINGS
from lianfang.health.rules.plan import Wanted
from lianfang.obligations import spec as owed
from lianfang.obligations.models import Obligation
from lianfang.orgs.models import Unit
from lianfang.orgs.rules import SCHOOLS
from lianfang.policies import queries as policies
from lianfang.returns import spec
from lianfang.returns.queries import board, filing, rollup
from lianfang.returns.spec import Form

SHOWN = 20
CHECKS, DUTY = "checks", "duty"


def facts(unit: Unit, on: date, now: datetime) -> Facts:
    """As they are known at ``now``; of a past day as it ended. Some twenty queries, whatever the size of the area."""
    returns = tuple(part for form in spec.catalog().values() if (part := _return(form, unit, on, now)) is not None)
    checks = _checks(unit, on, now)
    kept = duty.kept(unit, on, now)
    unkept = [LateUnit(one.pk, one.name, DUTY) for one in kept.units]
    late = [*_late_returns(returns, unit, on, now), *_late_checks(checks, unit, on, now), *unkept]
    problems, response = _problems(unit, now), policies.mode(unit, on)
    return Facts(
        at=now, response=response.name if response else "", returns=returns, checks=checks,
        late=tuple(late[:SHOWN]), late_total=_late_total(returns, checks, now) + len(unkept),
        problems=tuple(_problem(row) for row in problems[:SHOWN]), problems_total=problems.count(),
        emergencies=_emergencies(unit, on, now), people=_people(unit, now),
        duty=DutyPart(kept.begun, kept.checked_in, kept.missed) if kept.begun else None,
    )  # fmt: skip


# ── returns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _return(form: Form, unit: Unit, on: date, now: datetime) -> ReturnPart | None:
    """None where nobody owes the form that day."""
    if not filing.is_assigned(form, unit, on):
        return None
    before = on - timedelta(days=1)
    if unit.kind in form.filed_by:
        filed = filing.bare(form, unit, on).first()
        due = filing.due_of(form, unit, on)
        signed = bool(filed and filed.counted_id)
        late = not signed and due is not None and due < now
        return ReturnPart(
            form.id, 1, int(signed), int(late), _cells(form, _own(form, unit, on), _own(form, unit, before))
        )
    total = board.total(board.counts(form, unit, on, now))
    if not total.expected:
        return None
    cells = _cells(form, _sums(form, unit, on), _sums(form, unit, before))
    in_time = total.reported - (total.late - total.overdue)
    return ReturnPart(form.id, total.expected, total.reported, total.late, cells, in_time)


def _own(form: Form, school: Unit, on: date) -> rollup.Sums | None:
    """A school's signed figures; None: it has signed nothing."""
    filed = filing.bare(form, school, on).first()
    return rollup.sums_of(form, [filed.counted_id]) if filed and filed.counted_id else None


def _sums(form: Form, area: Unit, on: date) -> rollup.Sums | None:
    """None where nobody has signed: a day without reports is not a day without cases."""
    return rollup.sums(form, area, on) if rollup.counted_versions(form, area, on) else None


def _cells(form: Form, now: rollup.Sums | None, before: rollup.Sums | None) -> dict[str, Count]:
    def count(cell: str) -> Count:
        return Count(
            now.values.get(cell, 0) if now else None,
            before.values.get(cell, 0) if before else None,
            now.unverified.get(cell, 0) if now else 0,
        )

    return {cell: count(cell) for cell in form.count_cells}


def _late_returns(parts: Iterable[ReturnPart], unit: Unit, on: date, now: datetime) -> Iterator[LateUnit]:
    for part in parts:
        form = spec.catalog()[part.form]
        if part.late and unit.kind in form.filed_by:
            yield LateUnit(unit.pk, unit.label, form.id)
        elif part.late:
            # late is also who signed after the minute; who is missing says what is still to be done
            rows = board.schools(form, unit, on, now, only="missing", most=SHOWN)
            yield from (LateUnit(row.unit_id, row.name, form.id) for row in rows if row.late)


# ── class checks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _checks(unit: Unit, on: date, now: datetime) -> ChecksPart | None:
    """The round that opened last; None where no check was owed that day."""
    before = on - timedelta(days=1)
    if unit.school_id is not None or unit.kind in SCHOOLS:
        day = classes.day(unit, on)
        opened = _opened(day.planned(), on, now)
        owing = day.owing(opened[-1].round.code) if opened else []
        if not owing:
            return None
        code, due, then = opened[-1].round.code, places.due_at(opened[-1], on), classes.day(unit, before)
        heard, heard_before = _heard(day.classes), _heard(then.classes)
        counts = {
            name: Count(number if heard else None, then.counts[name] if heard_before else None)
            for name, number in day.counts.items()
        }
        return ChecksPart(code, due, len(owing), sum(row.reported(code) for row in owing), counts)
    opened = _opened(terms.rounds(unit, on), on, now)
    if not opened:
        return None
    code = opened[-1].round.code
    here, then_here = (boards.total(boards.standings(unit, one, code)) for one in (on, before))
    if not here.classes:
        return None
    counts = {
        name: Count(getattr(here, name) if here.heard else None, getattr(then_here, name) if then_here.heard else None)
        for name in FINDINGS
    }
    return ChecksPart(code, places.due_at(opened[-1], on), here.classes, here.reported, counts)


def _heard(rows: Iterable[classes.Row]) -> bool:
    return any(row.heard for row in rows)


def _opened(rounds: Iterable[Wanted], on: date, now: datetime) -> list[Wanted]:
    """Those of the day that have begun by ``now``; of a past day, all."""
    past = on < clock.day_of(now)
    return [one for one in rounds if past or one.opens <= now.astimezone(clock.ZONE).time()]


def _late_checks(part: ChecksPart | None, unit: Unit, on: date, now: datetime) -> Iterator[LateUnit]:
    if part is None or part.reported >= part.owing or now < part.due_at:
        return
    if unit.school_id is not None or unit.kind in SCHOOLS:
        owing = classes.day(unit, on).owing(part.round)
        yield from (LateUnit(row.unit.pk, row.label, CHECKS) for row in owing if not row.reported(part.round))
    else:
        yield from (LateUnit(row.unit_id, row.name, CHECKS) for row in boards.lacking(unit, on, part.round, most=SHOWN))


def _late_total(returns: Iterable[ReturnPart], checks: ChecksPart | None, now: datetime) -> int:
    lacking = checks.owing - checks.reported if checks and checks.due_at <= now else 0
    return sum(part.late for part in returns) + max(lacking, 0)


# ── what is open ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _emergencies(unit: Unit, on: date, now: datetime) -> EmergenciesPart:
    until = min(now, datetime.combine(on + timedelta(days=1), time(), clock.ZONE))
    last = next(iter(packs.before(unit, on - timedelta(days=1))), None)
    since = last.at if last and last.at < until else until - timedelta(days=1)
    found = cases.counts(unit, on, since, until)
    return EmergenciesPart(found.running, found.reported, since)


def _past(unit: Unit, now: datetime) -> QuerySet[Obligation]:
    return Obligation.objects.waiting().filter(unit__path__startswith=unit.path, due_at__lt=now)


def _problems(unit: Unit, now: datetime) -> QuerySet[Obligation]:
    rows = _past(unit, now).exclude(kind__in=_about_people())
    return rows.select_related("unit").order_by("due_at", "pk")


def _people(unit: Unit, now: datetime) -> dict[str, int]:
    rows = _past(unit, now).filter(kind__in=_about_people()).order_by()
    return dict(rows.values_list("kind").annotate(number=Number("pk")))


def _about_people() -> list[str]:
    return [kind.id for kind in owed.catalog().values() if kind.together]


def _problem(row: Obligation) -> Problem:
    return Problem(row.kind, row.label, row.unit.label, row.due_at, row.url)
