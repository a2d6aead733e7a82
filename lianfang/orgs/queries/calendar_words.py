"""What a day of a calendar is, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.orgs.rules.calendar import Day, Why

_WORDS: Mapping[Why, Callable[[], str]] = {
    Why.WORKDAY: lambda: _("School day"),
    Why.MADE_UP: lambda: _("Make-up school day"),
    Why.TAUGHT: lambda: _("Taught on this day of the week"),
    Why.WEEKEND: lambda: _("Weekend"),
    Why.NOT_TAUGHT: lambda: _("Not taught on this day of the week"),
    Why.FESTIVAL: lambda: _("Festival"),
    Why.HOLIDAY: lambda: _("Holiday"),
    Why.BREAK: lambda: _("School holidays, between terms"),
    Why.SUSPENDED: lambda: _("Classes are suspended"),
}


def why(day: Day) -> str:
    """ "Weekend", "Spring Festival", "Make-up school day (National Day)"."""
    name, word = name_of(day), _WORDS[day.why]()
    if not name:
        return word
    return name if day.why in (Why.FESTIVAL, Why.HOLIDAY) else _("%(word)s (%(name)s)") % {"word": word, "name": name}


def name_of(day: Day) -> str:
    return day.zh if (get_language() or "zh").startswith("zh") else day.en
