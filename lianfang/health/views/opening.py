"""What a page of a roll stands on: the class, the round, the day, who is expected, what was said."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID

from django.http import Http404, HttpRequest

from lianfang.core import clock
from lianfang.health.queries import limits, places, sheets
from lianfang.health.queries.places import Member, Place
from lianfang.health.queries.sheets import Said
from lianfang.health.rules import plan
from lianfang.health.rules.plan import PlannedRound
from lianfang.health.rules.sent import OLDEST
from lianfang.people.models import User
from lianfang.ui.needs import user_of

At = tuple[int, int | None]  # unit and group, as `addresses.PlaceConverter` reads them


@dataclass(frozen=True)
class Opened:
    user: User
    place: Place
    code: str
    on: date
    now: datetime

    @property
    def address(self) -> list[object]:
        return [self.place.address, self.code, self.on]

    @cached_property
    def members(self) -> list[Member]:
        return places.members(self.place, self.on)

    @cached_property
    def names(self) -> dict[UUID, str]:
        return {member.person: member.name for member in self.members}

    @cached_property
    def versions(self) -> list[Said]:
        return sheets.versions(self.place, self.on, self.code)

    @cached_property
    def fever(self) -> int:
        """Tenths of a degree."""
        return limits.fever(self.place.school_id, self.on)

    @property
    def round(self) -> PlannedRound:
        return next(one for one in plan.catalog().rounds if one.code == self.code)

    @cached_property
    def due_at(self) -> datetime:
        """By the rounds the place owes; one that is not owed is due as the catalogue says."""
        owed = places.rounds([self.place], self.on)[self.place]
        catalogue = plan.Wanted(self.round, time.fromisoformat(self.round.opens), time.fromisoformat(self.round.due))
        wanted = next((one for one in owed if one.round.code == self.code), catalogue)
        return places.due_at(wanted, self.on)

    @property
    def writable(self) -> bool:
        """An outbox may wait for a week; what is older is no daily report any more."""
        return self.on >= self.now.date() - OLDEST and places.exists(self.place, self.on)


def opened(request: HttpRequest, at: At, code: str, on: date | None) -> Opened:
    """Raises `Http404` outside the user's scope and for days that have not come."""
    user, now = user_of(request), clock.now()
    place = places.find(user, *at)
    on = on or now.date()
    if place is None or on > now.date():
        raise Http404
    return Opened(user, place, code, on, now)
