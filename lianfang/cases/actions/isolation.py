"""Isolation places: opened, given rooms and beds, closed. Nothing of them is deleted."""

from datetime import datetime

from django.db import IntegrityError, transaction

from lianfang.cases.models import Bed, IsolationPlace, Stay
from lianfang.cases.rules import isolation as rules
from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_MOST_BEDS = 20  # in one room


@transaction.atomic
def open_place(*, by: User, school: Unit, name: str, kind: str, zone: str, where: str, now: datetime) -> IsolationPlace:
    """Raises `Refused` for a name that another open place of the school has."""
    made = IsolationPlace(school=school, name=name, kind=kind, zone=zone, where=where, at=now, by=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise refuse("cases.place_name", "name") from None
    events.record("isolation_place.opened", by=by, unit=school, subject=made, now=now)
    return made


@transaction.atomic
def add_beds(*, by: User, place: IsolationPlace, first: str, last: str, each: int, now: datetime) -> int:
    """Rooms from ``first`` to ``last`` with so many beds each; those that are there already stay as they are. How many
    beds came. Raises `Refused` for what is no range, and for a closed place."""
    place = _locked(place)
    rooms = rules.rooms(first, last)
    if rooms is None:
        raise refuse("cases.rooms_range", "last" if last else "first")
    if not 1 <= each <= _MOST_BEDS:
        raise refuse("cases.beds_number", "each")
    there = set(place.beds.filter(closed_at__isnull=True, room__in=rooms).values_list("room", "number"))
    made = [
        Bed(place=place, room=room, number=number)
        for room in rooms
        for number in range(1, each + 1)
        if (room, number) not in there
    ]
    Bed.objects.bulk_create(made)
    if made:
        events.record("isolation_place.beds_added", by=by, unit=place.school, subject=place, now=now)
    return len(made)


@transaction.atomic
def close_room(*, by: User, place: IsolationPlace, room: str, now: datetime) -> int:
    """Nobody is put there any more. Raises `Refused` while somebody lies there."""
    place = _locked(place)
    beds = place.beds.select_for_update().filter(closed_at__isnull=True, room=room)
    if Stay.objects.filter(bed__in=beds, ended_at__isnull=True).exists():
        raise refuse("cases.room_taken")
    closed = beds.update(closed_at=now)
    if closed:
        events.record("isolation_place.room_closed", by=by, unit=place.school, subject=place, now=now)
    return closed


@transaction.atomic
def close_place(*, by: User, place: IsolationPlace, now: datetime) -> None:
    """Raises `Refused` while somebody lies in one of its beds."""
    place = _locked(place)
    if Stay.objects.filter(bed__place=place, ended_at__isnull=True).exists():
        raise refuse("cases.room_taken")
    place.beds.filter(closed_at__isnull=True).update(closed_at=now)
    place.closed_at = now
    place.save(update_fields=["closed_at"])
    events.record("isolation_place.closed", by=by, unit=place.school, subject=place, now=now)


def _locked(place: IsolationPlace) -> IsolationPlace:
    row = IsolationPlace.objects.select_for_update(of=("self",)).select_related("school").get(pk=place.pk)
    if row.closed_at is not None:
        raise refuse("cases.place_closed")
    return row
