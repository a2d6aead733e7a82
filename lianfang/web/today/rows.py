"""今日待办: everything one person owes, from whatever room it comes, in order of time."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.obligations.queries.granted import recurring
from lianfang.obligations.sources import Owed
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import claims
from lianfang.ui import nav
from lianfang.ui.needs import user_of
from lianfang.web.today import checks, granted, singles


def owed(request: HttpRequest, now: datetime) -> list[Owed]:
    """Open ones first, by the clock; what waits without one after those; then what is done, the latest first."""
    user = user_of(request)
    recur = granted.owed_still(_recurring(user, now), now.date())
    found = [*recur, *singles.mine(user, now), *checks.tasks(user, now), *_families(user, now), *_approvals(request)]
    waiting = sorted((row for row in found if row.done_at is None), key=_clock)
    done = sorted((row for row in found if row.done_at is not None), key=_clock, reverse=True)
    return [*waiting, *done]


def _recurring(user: User, now: datetime) -> Iterable[Owed]:
    for source in recurring().values():
        yield from source.mine(user, now)


def _clock(row: Owed) -> tuple[bool, float]:
    at = row.done_at or row.due_at
    return (at is None, at.timestamp() if at else 0.0)


def _families(user: User, now: datetime) -> Iterable[Owed]:
    asked = claims.waiting_for(user, now) if access.holds(user, "subject.answer") else None
    if asked is not None:
        words = ngettext(
            "%(count)s request of a family waits for your answer",
            "%(count)s requests of families wait for your answer",
            asked.count,
        )
        yield Owed("", words % {"count": asked.count}, _("Answer"), reverse("codes:requests"), None, asked.due)


def _approvals(request: HttpRequest) -> Iterable[Owed]:
    """The desk of what waits for a second person, if something does; the navigation has counted it already."""
    desk = reverse("oversight:desk")
    item = next((item for item in nav.items(request) if item.url == desk and item.count), None)
    if item is not None:
        words = ngettext(
            "%(count)s thing waits for your answer", "%(count)s things wait for your answer", item.count
        )  # fmt: skip
        yield Owed("", words % {"count": item.count}, _("To the approvals"), desk, None, None)
