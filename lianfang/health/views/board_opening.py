"""What a page of a board stands on: the unit, the day, the round, and how much of it the user may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from lianfang.core import clock
from lianfang.health.queries import places
from lianfang.health.rules import plan
from lianfang.health.rules.plan import OBLIGATION, PlannedRound, Wanted
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors, calendar
from lianfang.orgs.queries.calendar_words import why
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.needs import user_of

VERB = "health.board"
OLDEST = timedelta(days=400)


@dataclass(frozen=True)
class Opened:
    user: User
    unit: Unit
    on: date
    now: datetime

    @property
    def is_area(self) -> bool:
        return self.unit.school_id is None and self.unit.kind not in ("school", "training")

    @property
    def school_id(self) -> int:
        """Of a board of a school, or of a part of one."""
        return self.unit.school_id or self.unit.pk

    @property
    def is_today(self) -> bool:
        return self.on == self.now.date()

    @property
    def address(self) -> list[object]:
        return [self.unit.pk, self.on]

    @property
    def whole(self) -> bool:
        """Counts of classes stay in the school: authorities and sponsors see which classes have reported, and sums."""
        return inside(self.user, self.unit)

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of a board shows: where it is, which day, and the way to its neighbours."""
        shown = [unit for unit in ancestors(self.unit) if access.can(self.user, VERB, unit)]
        path = [{"name": unit.label, "url": reverse("health:board", args=[unit.pk, self.on])} for unit in shown]
        may_terms = access.can(self.user, "unit.view", self.unit)
        here = {"opened": self, "unit": self.unit, "on": self.on, "units": path, "is_today": self.is_today}
        return {**here, "may_terms": may_terms, **more}

    def day_links(self, page: str) -> dict[str, str]:
        """The same page of the day before and after."""
        day = timedelta(days=1)
        after = "" if self.is_today else reverse(page, args=[self.unit.pk, self.on + day])
        return {"day_before": reverse(page, args=[self.unit.pk, self.on - day]), "day_after": after}

    @property
    def off(self) -> str:
        """Why the day is no school day for the unit, in words; blank where it is one."""
        day = calendar.day(self.unit, self.on)
        return "" if day.taught else why(day)

    def past(self, wanted: Wanted) -> bool:
        return self.now > self.due(wanted)

    def due(self, wanted: Wanted) -> datetime:
        """Until when the unit's checks are in time: as usual, or as a superior granted."""
        due = places.due_at(wanted, self.on)
        return grants.moved(OBLIGATION, wanted.round.code, self.unit, self.on, due)


def opened(request: HttpRequest, pk: int, on: date | None, verb: str = VERB) -> Opened:
    """Raises `Http404` outside the user's scope, for days that have not come, and for those long gone."""
    user, now = user_of(request), clock.now()
    on = on or now.date()
    unit = access.units_for(user, verb).filter(pk=pk).select_related("school").first()
    if unit is None or not now.date() - OLDEST <= on <= now.date():
        raise Http404
    return Opened(user, unit, on, now)


def inside(user: User, unit: Unit) -> bool:
    """Whether one of the user's duties lies in the school itself."""
    school = unit.school_id or unit.pk
    return any(school in (post.unit_id, post.unit.school_id) for post in access.postings(user))


def usual(code: str) -> Wanted:
    """The round as the catalogue has it."""
    one = next(found for found in plan.catalog().rounds if found.code == code)
    return Wanted(one, time.fromisoformat(one.opens), time.fromisoformat(one.due))


def chosen(request: HttpRequest, owed: list[Wanted], found: Opened) -> Wanted | None:
    """The round asked for; else the one that opened last; None where none is owed. Raises `Http404`."""
    code = request.GET.get("round", "")
    if code:
        asked = next((one for one in owed if one.round.code == code), None)
        if asked is None:
            raise Http404
        return asked
    begun = [one for one in owed if found.is_today and one.opens <= found.now.time()]
    return begun[-1] if begun else owed[0] if owed else None


def label(planned: PlannedRound) -> str:
    return planned.label(get_language() or "zh")


def tabs(owed: list[Wanted], chosen: Wanted | None, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Rounds as tabs; ``counts``: how many have not reported each."""
    return [
        {"label": label(one.round), "url": f"?round={one.round.code}", "current": one == chosen,
         "count": counts.get(one.round.code) or None}
        for one in owed
    ]  # fmt: skip
