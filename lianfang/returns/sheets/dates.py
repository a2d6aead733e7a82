"""The day in 报告时间, as people and spreadsheet programs write it."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from lianfang.returns.sheets import phrases

_DAY_ZERO = date(1899, 12, 30)
_WHOLE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)日?|(\d{4})(\d{2})(\d{2})(?!\d)")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})(?!\d)日?")
_CLOCK = re.compile(r"\d{1,2}[:时]\d{0,2}(:\d{2})?分?")


def text(day: date) -> str:
    """2020-2-10."""
    return f"{day.year}-{day.month}-{day.day}"


def day_of(value: Any, on: date) -> date | None:
    """The day a cell names; a time alone, or a day without a year, is taken for the year and day of ``on``. None when
    it cannot be read."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 80_000:
        return _DAY_ZERO + timedelta(days=int(value))
    # blanks may be all that parts the day from the time, so they are kept here
    said = phrases.half_width(value).strip()
    if found := _WHOLE.match(said):
        numbers = [int(part) for part in found.groups() if part]
    elif found := _SHORT.match(said):
        numbers = [on.year, *(int(part) for part in found.groups())]
    else:
        return on if _CLOCK.fullmatch(said) else None
    try:
        return date(*numbers)
    except ValueError:
        return None
