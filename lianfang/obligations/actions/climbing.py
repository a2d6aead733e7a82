"""What is owed once and past its time climbs the ladder of its kind, row by row."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lianfang.core import clock, turns
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.notices.actions import many as notices
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import addresses, rules, spec
from lianfang.obligations.models import Chase, Obligation
from lianfang.obligations.queries import holders
from lianfang.obligations.queries.holders import Place

_MOST = 2000  # in one transaction


def climb(kind: spec.Kind, *, now: datetime) -> int:
    """Take the steps that are due; how many."""
    taken = 0
    while number := _some(kind, now):
        taken += number
    return taken


@transaction.atomic
def _some(kind: spec.Kind, now: datetime) -> int:
    """Workers take turns: each would find some of the rows, and their holders be told twice. A row somebody is working
    on is left for the next minute."""
    turns.turn(f"climb {kind.id}")
    due = Q(pk__in=[])
    for number, rung in enumerate(kind.ladder):
        due |= Q(rung=number, due_at__lte=now - timedelta(minutes=rung.minutes))
    waiting = Obligation.objects.waiting().filter(due, kind=kind.id).select_for_update(of=("self",), skip_locked=True)
    of_step: dict[int, list[Obligation]] = defaultdict(list)
    rows = list(waiting.order_by("due_at", "pk")[:_MOST])
    for row in rows:
        reached = rules.reached(kind.ladder, row.due_at, now) if row.due_at else None
        if reached is not None:
            of_step[reached].append(row)
    for number, some in of_step.items():
        _tell(kind, number, some, now)
        Obligation.objects.filter(pk__in=[row.pk for row in some]).update(rung=number + 1)
    return len(rows)


def _tell(kind: spec.Kind, number: int, rows: list[Obligation], now: datetime) -> None:
    rung, on = kind.ladder[number], clock.day_of(now)
    known = holders.places({row.unit_id for row in rows})
    roles = rung.roles or kind.roles
    found = holders.tell([known[row.unit_id] for row in rows], rung.at, roles, known, on) if roles else {}
    named = holders.in_person({row.user_id for row in rows if row.user_id and rung.at == "own"}, on)
    drafts: dict[object, Draft] = {}
    entries = []
    for row in rows:
        unit, users = found.get(row.unit_id, (0, ()))
        if own := named.get(row.user_id or 0):
            unit, users = row.unit_id, own
        if kind.second_person and row.by_id in users:
            unit, users = _others(row, unit, users, roles, known, on)
        draft = _draft(drafts, kind, number, row, unit, users, known) if users else None
        if draft is not None:
            draft.params["count"] += 1
            draft.to.update(users)
        entries.append(_entry(kind, number, row, known[row.unit_id], len(users), draft, now))
    notices.post_many(drafts=list(drafts.values()), channels=rung.channels, urgent=kind.urgent, now=now)
    months.ensure({on}, [Chase])
    Chase.objects.bulk_create(entries, ignore_conflicts=True, batch_size=1000)


def _others(
    row: Obligation, unit: int, users: tuple[int, ...], roles: tuple[str, ...], known: dict[int, Place], on: date
) -> tuple[int, tuple[int, ...]]:
    """Without the one who brought it up; where nobody is left, the holders of the duty next above."""
    left = tuple(user for user in users if user != row.by_id)
    return (unit, left) if left else holders.tell([known[unit]], "above", roles, known, on).get(unit, (0, ()))


def _draft(
    drafts: dict[object, Draft], kind: spec.Kind, number: int, row: Obligation, unit: int, users: tuple[int, ...],
    known: dict[int, Place],
) -> Draft:  # fmt: skip
    """One for each thing to whoever owes it, or for all that the same people owe together; a superior gets one for all
    that stands below them."""
    rung = kind.ladder[number]
    own = rung.at == "own" or not rung.digest
    whom: object = unit if not own else users if kind.together else row.pk
    url = row.url if own else addresses.home()
    at = f"{row.due_at.astimezone(clock.ZONE):%H:%M}" if row.due_at else ""
    params = {"unit": known[unit].label, "due": at, "count": 0}
    draft = drafts.setdefault(whom, Draft(uuid7(), f"owed.{_word(kind, rung)}.{kind.id}", params, unit, url, set()))
    if draft.url != url:
        draft.url = addresses.home()  # where all of them stand
    return draft


def _word(kind: spec.Kind, rung: spec.Rung) -> str:
    if rung.at != "own":
        return "past"
    if kind.together:
        return "several"
    return "soon" if rung.minutes < 0 else "late"


def _entry(
    kind: spec.Kind, number: int, row: Obligation, place: Place, told: int, draft: Draft | None, now: datetime
) -> Chase:
    return Chase(
        school_id=place.school_id or place.pk, on=clock.day_of(now), unit_id=place.pk, kind=kind.id, slot=str(row.pk),
        step=rules.code_until(number, row.due_at or now), at=now, due_at=row.due_at, told=told,
        notice_id=draft.pk if draft else None,
    )  # fmt: skip
