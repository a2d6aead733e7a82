"""One cell of a roster: a day or a time of the clock, as spreadsheets and hands write them."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(40_000, 80_000)  # 2009 to 2119
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_DAY = re.compile(rf"(?:(\d{{4}})[-/.年])?(\d{{1,2}})[-/.月](\d{{1,2}})[日号]?{_WEEKDAY}(?:0{{1,2}}:00(?::00)?)?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})[:：.点时](\d{1,2})?分?(?::\d{2})?")
_HALF_YEAR = timedelta(days=183)


def text(raw: Any) -> str:
    """Full-width signs made plain, blanks off; a whole number without ``.0``."""
    if raw is None or isinstance(raw, bool):
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return "".join(unicodedata.normalize("NFKC", str(raw)).split()).removeprefix("'")


def day(raw: Any, today: date) -> date | None:
    """2020-02-05, 2020年2月5日(周三), 2月5日 (of the year in which it is nearest), a day of the spreadsheet or its
    number."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    written = text(raw)
    if written.isdecimal() and len(written) == 5:
        return _DAY_ZERO + timedelta(days=int(written)) if int(written) in _SERIALS else None
    found = _DAY.fullmatch(written) or _SOLID.fullmatch(written)
    if found is None:
        return None
    year, month, of_month = found.groups()
    try:
        return date(int(year), int(month), int(of_month)) if year else _nearest(int(month), int(of_month), today)
    except ValueError:
        return None


def moment(raw: Any) -> time | None:
    """8:00, 08：00, 8点30分, 24:00 (midnight), a time of the spreadsheet or its part of the day (0.333…)."""
    if isinstance(raw, datetime):
        return raw.time().replace(second=0, microsecond=0)
    if isinstance(raw, time):
        return raw.replace(second=0, microsecond=0)
    if isinstance(raw, timedelta):
        return _of_minutes(round(raw.total_seconds() / 60))
    if isinstance(raw, float) and 0 <= raw <= 1:
        return _of_minutes(round(raw * 24 * 60))
    written = text(raw)
    if written.isdecimal() and len(written) <= 2:
        return _of_minutes(int(written) * 60)
    found = _TIME.fullmatch(written)
    if found is None or int(found[2] or 0) > 59:
        return None
    return _of_minutes(int(found[1]) * 60 + int(found[2] or 0))


def _of_minutes(minutes: int) -> time | None:
    return time(minutes // 60 % 24, minutes % 60) if 0 <= minutes <= 24 * 60 else None


def _nearest(month: int, of_month: int, today: date) -> date:
    """A list of January made in December is of the next year."""
    found = date(today.year, month, of_month)
    if found - today > _HALF_YEAR:
        return found.replace(year=today.year - 1)
    return found.replace(year=today.year + 1) if today - found > _HALF_YEAR else found
