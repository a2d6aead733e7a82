"""One's shifts as a calendar that other programs read (RFC 5545)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from lianfang.core.clock import ZONE
from lianfang.duty.models import Feed, Shift
from lianfang.duty.queries.roster import mine
from lianfang.people.models import User
from lianfang.people.queries.claims import digest

_BACK = timedelta(days=31)


def feed(token: str) -> Feed | None:
    """The one that still answers, of somebody who may still sign in. One query."""
    rows = Feed.objects.filter(token_index=digest(token), revoked_at=None, user__is_active=True)
    return rows.select_related("user").first()


def of(user: User) -> Feed | None:
    return Feed.objects.filter(user=user, revoked_at=None).first()


def calendar(user: User, now: datetime) -> bytes:
    """The shifts from a month ago on; no names, only posts. Times carry the zone of China and its rules."""
    book = Calendar()
    book.add("prodid", "-//Lianfang//duty//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", _("Duty"))
    book.add("x-wr-timezone", str(ZONE))
    for shift in mine(user, now - _BACK):
        book.add_component(_event(shift))
    book.add_missing_timezones()
    return book.to_ical()


def _event(shift: Shift) -> Event:
    found = Event()
    found.add("uid", f"{shift.pk}@lianfang")
    found.add("dtstamp", shift.at)
    found.add("dtstart", shift.from_at.astimezone(ZONE))
    found.add("dtend", shift.to_at.astimezone(ZONE))
    unit = shift.post.unit
    found.add("summary", _("On duty: %(post)s") % {"post": shift.post.name})
    found.add("location", " · ".join(part for part in (unit.label, shift.post.place) if part))
    return found
