"""What has been said of a round: its versions, whom they name, and the reports that differ from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from lianfang.health.models import Check, Held, Roll
from lianfang.health.queries.places import Place
from lianfang.health.rules import symptoms
from lianfang.health.rules.sent import ABSENCES, OLDEST, ROUNDS, Named, Source
from lianfang.health.rules.sent import Roll as SentRoll
from lianfang.people.models import User

_ABSENT = {int(number): word for word, number in ABSENCES.items()}
Round = tuple[int, int, int]  # unit, group, number of the round


@dataclass(frozen=True)
class Said:
    """One version of a round. ``number`` counts from 1 in the order in which they follow one another."""

    row: Roll
    by: str
    number: int
    named: tuple[Named, ...] = ()

    @property
    def at(self) -> datetime:
        """When it was filled in; a telephone without network delivers it later (`row.at`)."""
        return min(self.row.seen_at, self.row.at) if self.row.seen_at else self.row.at

    @property
    def waited(self) -> bool:
        """It was filled in without network and came more than two minutes later."""
        return (self.row.at - self.at).total_seconds() > 120


@dataclass(frozen=True)
class Differing:
    """A report that came after another one and says something else."""

    held: Held
    sent: SentRoll
    by: str


def reported(places: Sequence[Place], on: date) -> dict[Round, Said]:
    """The version that counts of each round of these places that was reported; without whom it names. Two queries."""
    rows = Roll.objects.filter(
        school_id__in={place.school_id for place in places}, on=on, unit_id__in={place.unit.pk for place in places}
    ).order_by("at", "key")
    of_round: dict[Round, list[Roll]] = defaultdict(list)
    for row in rows:
        of_round[row.unit_id, row.group_id, row.round].append(row)
    names = _names(row.by_id for row in rows)
    return {one: _in_turn(found, names)[-1] for one, found in of_round.items()}


def versions(place: Place, on: date, code: str) -> list[Said]:
    """All versions of a round with those they name, oldest first. Three queries."""
    rows = list(_rolls(place, on, code))
    checks = Check.objects.filter(
        school_id=place.school_id, on=on, key__in=[row.key for row in rows if row.named], source=Source.ROLL
    )
    named: dict[int, list[Named]] = defaultdict(list)
    for check in checks if any(row.named for row in rows) else ():
        named[check.key].append(_named(check))
    said = _in_turn(rows, _names(row.by_id for row in rows))
    return [Said(one.row, one.by, one.number, tuple(named[one.row.key])) for one in said]


def differing(place: Place, on: date, code: str) -> list[Differing]:
    """Reports of the round that wait for somebody to decide, oldest first."""
    rows = Held.objects.filter(
        school_id=place.school_id, unit_id=place.unit.pk, on__gte=on, on__lte=on + OLDEST, kind=int(Source.ROLL),
        settled_at__isnull=True, reasons__contains=[["health.roll_differs", ""]],
    ).order_by("at", "key")  # fmt: skip
    found = [(row, msgspec.convert(row.sent, SentRoll, strict=False)) for row in rows]
    names = _names(row.by_id for row, _ in found)
    return [
        Differing(row, sent, names.get(row.by_id or 0, ""))
        for row, sent in found
        if sent.round == code and sent.group == place.group_id and _day(sent, row) == on
    ]


def _day(sent: SentRoll, row: Held) -> date:
    return sent.on or row.on


def _rolls(place: Place, on: date, code: str) -> Any:
    return Roll.objects.filter(
        school_id=place.school_id, on=on, unit_id=place.unit.pk, group_id=place.group_id, round=int(ROUNDS[code])
    ).order_by("at", "key")


def _in_turn(rows: Iterable[Roll], names: dict[int, str]) -> list[Said]:
    """Each after the one it corrects: the clock may have been set back between two of them."""
    after = {row.after: row for row in rows}
    found: list[Said] = []
    row = after.get(None)
    while row is not None:
        found.append(Said(row, names.get(row.by_id or 0, ""), len(found) + 1))
        row = after.get(row.key)
    return found


def _names(accounts: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in accounts if pk is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _named(check: Check) -> Named:
    return Named(
        person=UUID(str(check.person_id)), absent=_ABSENT.get(check.absence or 0),
        symptoms=[one.code for one in symptoms.unpacked(check.symptoms)], temperature=_degrees(check.temperature),
        temperature_again=_degrees(check.temperature_again), seen_by_doctor=check.seen_by_doctor,
        onset_on=check.onset_on, note=check.note.open() if check.note else "",
    )  # fmt: skip


def _degrees(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10
