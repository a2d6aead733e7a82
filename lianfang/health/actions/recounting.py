"""A day derived anew from what was said: the statuses of people, the counts of classes and schools."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianfang.core import prepared
from lianfang.health.actions import settling
from lianfang.health.models import Check, DayStatus, Roll, Tally
from lianfang.health.queries import seats
from lianfang.health.rules.parcels import Seat
from lianfang.health.rules.sent import Round, Source
from lianfang.health.rules.status import Status

_ROUNDS = {Round.MORNING: "morning", Round.NOON: "noon", Round.EVENING: "evening"}
_STATUSES = {
    Status.SYMPTOMATIC: "symptomatic", Status.ILL: "ill", Status.LEAVE: "leave", Status.UNKNOWN: "unknown",
    Status.ISOLATED: "isolated",
}  # fmt: skip
COUNTED = ("morning", "noon", "evening", "cards", "symptomatic", "ill", "leave", "unknown", "isolated", "fever")
Counts = dict[int, dict[str, int]]  # of a unit


@dataclass(frozen=True)
class Difference:
    """``unit_id`` and the name of a count with what stood there and what is right; a count "status" is the number of
    people whose day was another one."""

    school_id: int
    unit_id: int
    what: str
    was: int
    now: int


def schools_of(on: date) -> list[int]:
    """Schools about which anything was said, or is counted, on that day."""
    found = {
        pk for model in (Roll, Check, Tally) for pk in model.objects.filter(on=on).values_list("school_id", flat=True)
    }
    return sorted(found)


@transaction.atomic
def recount(school_id: int, on: date, *, now: datetime) -> list[Difference]:
    """Puts right what differs, and says it. Reports that come meanwhile wait until it is done."""
    prepared.ask(settling.turn({(school_id, on)}))
    before = _statuses(school_id, on)
    settling.settle([(seat, on, person) for person, seat in _people(school_id, on).items()], now=now)
    changed = sum(before.get(person) != status for person, status in _statuses(school_id, on).items())
    found = [Difference(school_id, school_id, "status", 0, changed)] if changed else []
    stored = {row.unit_id: row for row in Tally.objects.filter(school_id=school_id, on=on)}
    right = _counts(school_id, on)
    for unit in sorted({*stored, *right}):
        wanted = right.get(unit, {})
        row = stored.get(unit)
        was = {name: getattr(row, name) if row else 0 for name in COUNTED}
        wrong = [name for name in COUNTED if was[name] != wanted.get(name, 0)]
        found += [Difference(school_id, unit, name, was[name], wanted.get(name, 0)) for name in wrong]
        if row is None:
            Tally.objects.create(school_id=school_id, on=on, unit_id=unit, **{n: wanted.get(n, 0) for n in COUNTED})
        elif wrong:
            place = Tally.objects.filter(school_id=school_id, on=on, unit_id=unit)
            place.update(**{name: wanted.get(name, 0) for name in wrong})
    return found


def _statuses(school_id: int, on: date) -> dict[UUID, tuple[int, int, bool]]:
    rows = DayStatus.objects.filter(school_id=school_id, on=on)
    return {row[0]: row[1:] for row in rows.values_list("person_id", "status", "symptoms", "fever")}


def _people(school_id: int, on: date) -> dict[UUID, Seat]:
    """Everybody of whom something was said, where they belong; whoever has left stays where the day was counted."""
    stood = {
        person: Seat(school_id, unit)
        for model in (Check, DayStatus)
        for person, unit in model.objects.filter(school_id=school_id, on=on).values_list("person_id", "unit_id")
    }
    return stood | seats.of_people(list(stood), on, school_id)


def _counts(school_id: int, on: date) -> Counts:
    found: Counts = defaultdict(lambda: defaultdict(int))
    firsts = Roll.objects.filter(school_id=school_id, on=on, after=None, group_id=0)
    counted: list[tuple[int, str]] = [
        (unit, _ROUNDS[Round(number)]) for unit, number in firsts.values_list("unit_id", "round")
    ]
    cards = Check.objects.filter(school_id=school_id, on=on, source=Source.CARD).order_by("person_id", "at", "key")
    counted += [(unit, "cards") for _, unit in cards.distinct("person_id").values_list("person_id", "unit_id")]
    rows = DayStatus.objects.filter(school_id=school_id, on=on).values_list("unit_id", "status", "fever")
    for unit, status, fever in rows:
        counted += [(unit, name) for one, name in _STATUSES.items() if one == status]
        counted += [(unit, "fever")] if fever else []
    for unit, name in counted:
        for place in {unit, school_id}:
            found[place][name] += 1
    return found
