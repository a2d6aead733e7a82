"""A year of a calendar as twelve months of weeks, and what stands beside them in words."""

from calendar import Calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.orgs.models import CalendarEntry
from lianfang.orgs.queries.calendar_words import why
from lianfang.orgs.rules.calendar import Day, Why

_MONDAY_FIRST = Calendar(firstweekday=0)


def signs() -> dict[Why, tuple[str, str, str]]:
    """Look, sign and word of every day that is not ordinary."""
    return {
        Why.FESTIVAL: ("off", pgettext("in a calendar", "F"), _("Festival")),
        Why.MADE_UP: ("on", pgettext("in a calendar", "M"), _("Make-up school day")),
        Why.TAUGHT: ("on", pgettext("in a calendar", "T"), _("Taught on this day of the week")),
        Why.NOT_TAUGHT: ("off", pgettext("in a calendar", "N"), _("Not taught on this day of the week")),
        Why.HOLIDAY: ("off", pgettext("in a calendar", "H"), _("Holiday")),
        Why.BREAK: ("break", pgettext("in a calendar", "B"), _("School holidays, between terms")),
        Why.SUSPENDED: ("stopped", pgettext("in a calendar", "S"), _("Classes are suspended")),
    }


def months(year: int, days: Mapping[date, Day], today: date) -> list[dict[str, Any]]:
    known = signs()
    return [_month(year, month, days, today, known) for month in range(1, 13)]


def _month(
    year: int, month: int, days: Mapping[date, Day], today: date, known: dict[Why, tuple[str, str, str]]
) -> dict[str, Any]:  # fmt: skip
    weeks = [
        [_cell(on, days[on], today, known) if on.month == month else None for on in week]
        for week in _MONDAY_FIRST.monthdatescalendar(year, month)
    ]
    first = date(year, month, 1)
    taught = sum(day.taught for on, day in days.items() if on.month == month)
    return {"number": month, "name": date_format(first, "F"), "weeks": weeks, "taught": taught}


def _cell(on: date, day: Day, today: date, known: dict[Why, tuple[str, str, str]]) -> dict[str, Any]:
    look, sign, _word = known.get(day.why, ("weekend" if not day.taught else "", "", ""))
    return {"day": on.day, "look": look, "sign": sign, "word": why(day) if sign else "", "today": on == today}


def heads() -> list[str]:
    """Short names of the days of the week from Monday on: Mon, 一."""
    return [_short(digit) for digit in "1234567"]


def _short(digit: str) -> str:
    """Of the seven columns of a small month none is wide enough for 星期."""
    return date_format(date(2020, 2, 2 + int(digit)), "D").removeprefix("星期")


def legend(days: Mapping[date, Day]) -> list[dict[str, str]]:
    """Signs that this year has."""
    found = {day.why for day in days.values()}
    return [{"look": look, "sign": sign, "word": word} for kind, (look, sign, word) in signs().items() if kind in found]


def in_words(entry: CalendarEntry, today: date) -> dict[str, Any]:
    """An entry as its line shows it. ``state``: "over", "holds", "ahead" or "never"."""
    last = entry.last_on
    if last is not None and last < entry.from_on:
        state = "never"
    elif last is not None and last < today:
        state = "over"
    else:
        state = "holds" if entry.from_on <= today else "ahead"
    names = [date_format(date(2020, 2, 2 + int(digit)), "D") for digit in entry.weekdays]
    return {
        "entry": entry, "state": state, "last": last, "weekdays": _(", ").join(names),
        "can_end": entry.ended_on is None and state in ("holds", "ahead"),
    }  # fmt: skip
