"""Times and numbers as people say them. Pure: the moment they are compared with is always handed in."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianfang.core.clock import ZONE

MINUS = "\u2212"
THIN = "\u202f"  # narrow and not broken at the end of a line
BLANK = "–"

Number = int | float | Decimal


def day(on: date, today: date) -> str:
    """A day in words: today, yesterday, tomorrow, else day and month (with the year if it is another one)."""
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if (on - today).days in near:
        return near[(on - today).days]
    if on.year == today.year:
        return date_format(on, pgettext("date format", "j M"))
    return date_format(on, pgettext("date format", "j M Y"))


def when(moment: datetime | date | None, now: datetime) -> str:
    """A moment in words on Shanghai's clock, a plain date without a time; None is a dash."""
    if moment is None:
        return BLANK
    today = now.astimezone(ZONE).date()
    if not isinstance(moment, datetime):
        return day(moment, today)
    local = moment.astimezone(ZONE)
    return _("%(day)s %(time)s") % {"day": day(local.date(), today), "time": local.strftime("%H:%M")}


def span(seconds: int) -> str:
    """A length of time in its one or two largest units, rounded down: days, or hours and minutes."""
    minutes = seconds // 60
    if minutes >= 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hours, rest = divmod(minutes, 60)
    in_hours = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    in_minutes = ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}
    if hours and rest:
        return f"{in_hours} {in_minutes}"
    return in_hours if hours else in_minutes


def until(moment: datetime | None, now: datetime) -> str:
    """How long is left to a deadline, or how long it has been over. Rounded down, so never more than there is."""
    if moment is None:
        return ""
    left: timedelta = moment - now
    seconds = abs(math.ceil(left.total_seconds()))
    if left.total_seconds() > 0:
        return _("%(span)s left") % {"span": span(seconds)} if seconds >= 60 else _("less than a minute left")
    return _("%(span)s past") % {"span": span(seconds)} if seconds >= 60 else _("just past")


def clock_words() -> dict[str, list[str] | str]:
    """The same sentences for the script that lets the clock run: singular and plural, and the frames."""
    return {
        "day": [ngettext("%(n)d day", "%(n)d days", n) for n in (1, 2)],
        "hour": [ngettext("%(n)d hour", "%(n)d hours", n) for n in (1, 2)],
        "minute": [ngettext("%(n)d minute", "%(n)d minutes", n) for n in (1, 2)],
        "left": _("%(span)s left"),
        "past": _("%(span)s past"),
        "nearly": _("less than a minute left"),
        "just": _("just past"),
    }


def number(value: Number | str | None) -> str:
    """A figure: None is a dash, zero is 0, five digits and more are set in groups of three, words stay words."""
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return value
    size = abs(Decimal(str(value)))
    text = f"{size:,}".replace(",", THIN) if size >= 10_000 else str(size)
    return (MINUS if value < 0 else "") + text


def change(value: Number | str | None, before: Number | str | None = 0) -> str:
    """The difference against an earlier figure, signed; nothing where it is zero or one is unknown."""
    if value is None or before is None or isinstance(value, str) or isinstance(before, str):
        return ""
    difference = Decimal(str(value)) - Decimal(str(before))
    if not difference:
        return ""
    return (pgettext("sign", "+") if difference > 0 else MINUS) + number(abs(difference))
