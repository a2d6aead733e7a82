"""What waits for a person: the returns part of 今日待办. A few queries per person, whatever the size of the
province.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Posting, User
from lianfang.returns import rules, spec
from lianfang.returns.models import Return, State
from lianfang.returns.queries import board, filing, rollup
from lianfang.returns.spec import Form, Step, Tier

DONE = (State.SIGNED, State.FORWARDED)
What = Literal["part", "return", "sign", "gather"]


@dataclass(frozen=True)
class Task:
    """One thing owed. ``page`` and ``args`` give its address; ``done`` things are shown small, below. ``done_at`` is
    when, as far as it is known."""

    what: What
    form: Form
    unit: Unit
    on: date
    due_at: datetime | None
    state: str
    page: str
    args: tuple[Any, ...]
    done: bool = False
    part: str = ""
    missing: int = 0
    expected: int = 0
    done_at: datetime | None = None


EVERYTHING: tuple[What, ...] = ("part", "return", "sign", "gather")


def tasks_for(user: User, now: datetime, whats: Collection[str] = EVERYTHING) -> list[Task]:
    """Tasks of all the user's postings, in order of time, open ones first: today's, and earlier ones still open.
    ``whats``: these only."""
    on = now.date()
    posts = access.postings(user, on)
    found: dict[tuple[str, int, str, date], Task] = {}
    for form in spec.catalog().values():
        for post in posts:
            for task in _of(form, post, on, now, whats):
                found.setdefault((task.what, task.unit.pk, task.part, task.on), task)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found.values(), key=lambda task: (task.done, task.due_at or far, task.unit.path))


def _of(form: Form, post: Posting, on: date, now: datetime, whats: Collection[str]) -> Iterable[Task]:
    verbs = access.ROLES[post.role].here
    unit = post.unit
    if "part" in whats and "return.fill_part" in verbs and unit.kind == Kind.OFFICE and unit.school_id:
        yield from _parts(form, unit, on)
    if {"return", "sign"} & {*whats} and unit.kind in form.filed_by and filing.is_assigned(form, unit, on):
        yield from (task for task in _own(form, unit, verbs, on) if task.what in whats)
    if "gather" in whats and "return.gather" in verbs and rollup.gathers(form, unit):
        yield from _gather(form, unit, on, now) if filing.is_assigned(form, unit, on) else ()


def _parts(form: Form, office: Unit, on: date) -> Iterable[Task]:
    school = office.school
    if school is None or school.kind not in form.filed_by or not filing.is_assigned(form, school, on):
        return
    if not filing.is_owed(form, school, on):
        return
    owned = [state for state in filing.parts(form, school, on) if state.owner and state.owner.pk == office.pk]
    signed_at = _signed_at(form, school, on) if any(state.statement is None for state in owned) else None
    for state in owned:
        done_at = state.statement.at if state.statement else signed_at
        yield Task(
            "part", form, office, on, state.due_at, "done" if done_at else "not_started",
            "returns:part", (form.id, on, office.pk, state.part.id), done=done_at is not None, part=state.part.id,
            done_at=done_at,
        )  # fmt: skip


def _signed_at(form: Form, school: Unit, on: date) -> datetime | None:
    """When the school's return was signed: from then on no part of it is asked for."""
    rows = Return.objects.filter(form=form.id, unit=school, on=on, counted__isnull=False)
    return rows.values_list("first_signed_at", flat=True).first()


def _own(form: Form, unit: Unit, verbs: frozenset[str], today: date) -> Iterable[Task]:
    """The unit's own return: today's always, that of an earlier day only while it is open and somebody must act."""
    filed_on = _last_days(form, unit, today)
    tier = form.tier(unit.tier)
    for on in _days(form, today):
        filed = filed_on.get(on)
        state = filed.state if filed else State.NOT_STARTED
        address = (form.id, on, unit.pk)
        if filed is None and not filing.is_owed(form, unit, on):
            continue
        if "return.fill" in verbs:
            open_ = state in (State.NOT_STARTED, State.DRAFT, State.RETURNED)
            page = "returns:fill" if open_ else "returns:detail"
            if on == today or (open_ and filing.is_assigned(form, unit, on)):
                due, at = filing.due_of(form, unit, on), filed.first_submitted_at if filed else None
                yield Task("return", form, unit, on, due, state, page, address, done=not open_, done_at=at)
        if tier is None or filed is None or filed.head is None or state == State.RETURNED:
            continue
        step = _step_due(tier, filed)
        mine = step is not None and step.verb in verbs
        signs = any(one.verb in verbs for one in tier.steps)
        if mine or (signs and on == today and state in DONE):
            page = "returns:sign" if mine else "returns:detail"
            due, at = filing.due_of(form, unit, on), filed.first_signed_at
            yield Task("sign", form, unit, on, due, state, page, address, done=not mine, done_at=at)


def _days(form: Form, today: date) -> list[date]:
    """Today and the days before it that still take submissions, newest first."""
    return [today - timedelta(days=back) for back in range(form.closes_after_days + 1)]


def _last_days(form: Form, unit: Unit, today: date) -> dict[date, Return]:
    rows = Return.objects.filter(form=form.id, unit=unit, on__in=_days(form, today)).select_related("head")
    return {row.on: row for row in rows}


def _step_due(tier: Tier, filed: Return) -> Step | None:
    if filed.head is None or filed.state in DONE:
        return None
    signed = set(filed.head.signatures.values_list("step", flat=True))
    return rules.next_step(tier, filed.head.important, signed)


def _gather(form: Form, unit: Unit, today: date, now: datetime) -> Iterable[Task]:
    """The gatherer's own report of today; an earlier one only when it was sent back."""
    total = _total(form, unit, today, now)
    filed_on = _last_days(form, unit, today)
    for on in _days(form, today):
        filed = filed_on.get(on)
        state = filed.state if filed else State.NOT_STARTED
        owed = filed is not None or filing.is_owed(form, unit, on)
        if (on == today and owed) or state == State.RETURNED:
            yield Task(
                "gather", form, unit, on, filing.due_of(form, unit, on), state, "returns:table", (form.id, on, unit.pk),
                done=state in DONE, missing=total.missing if on == today else 0, expected=total.expected,
                done_at=filed.first_signed_at if filed else None,
            )  # fmt: skip


def _total(form: Form, unit: Unit, on: date, now: datetime) -> board.Count:
    """Kept on the unit object, which lives for one request: who gathers an area also looks after it."""
    kept: dict[tuple[str, date], board.Count] = unit.__dict__.setdefault("_returns_total", {})
    if (form.id, on) not in kept:
        kept[form.id, on] = board.total(board.counts(form, unit, on, now))
    return kept[form.id, on]


def watched(user: User, now: datetime) -> list[tuple[Form, Unit, board.Count]]:
    """What the user's units owe: for each area one looks after, how its schools stand today."""
    on = now.date()
    found = []
    for form in spec.catalog().values():
        seen: set[int] = set()
        for post in access.postings(user, on):
            if "board.view" not in access.ROLES[post.role].below or post.unit_id in seen:
                continue
            if post.unit.kind in form.filed_by or post.unit.school_id:
                continue
            seen.add(post.unit_id)
            found.append((form, post.unit, _total(form, post.unit, on, now)))
    return found
