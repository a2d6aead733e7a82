"""Workdays and festivals of the country, as the State Council announces them each autumn for the year after.

The package knows finitely many years. For any other year weekends are off and nothing else is known:
`National.official` is False there, and pages say so. It is renewed with the product when the next year was announced.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar

_SATURDAY = 6


@dataclass(frozen=True, slots=True)
class National:
    """``zh`` and ``en`` name the festival that a day off belongs to, or that a weekend day is worked for."""

    works: bool
    zh: str = ""
    en: str = ""
    official: bool = True

    @property
    def special(self) -> bool:
        return bool(self.zh)


@lru_cache(maxsize=2000)
def national(on: date) -> National:
    try:
        off, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:
        return National(works=on.isoweekday() < _SATURDAY, official=False)
    if name is None:
        return National(works=not off)
    return National(not off, chinese_calendar.Holiday(name).chinese, name)
