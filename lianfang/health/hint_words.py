"""Hints in words: what was noticed, what may lie behind it, what to ask. Nobody is blamed, and no class is compared by
name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from lianfang.health.models import Hint
from lianfang.health.rules.hints import Kind

Text = str | Promise


def _day(hint: Hint, at: int) -> str:
    return date_format(hint.on + timedelta(days=at), pgettext("date format", "j M"))


def _degrees(hint: Hint, at: int) -> str:
    return f"{at / 10:.1f}"


def _number(hint: Hint, at: int) -> str:
    return str(at)


def _names(*names: Text) -> Callable[[Hint, int], str]:
    """The first names, and the last one for all that follow."""
    return lambda hint, at: str(names[min(at, len(names) - 1)])


@dataclass(frozen=True)
class Words:
    """``said`` is filled with the figures. ``over`` names what the bars stand over, ``counted`` what they count."""

    title: Text
    said: Text
    reason: Text
    ask: Text
    over: Text
    counted: Text
    label: Callable[[Hint, int], str]


KINDS: dict[str, Words] = {
    Kind.COPIED: Words(
        _("The same people, named for the same, day after day"),
        _("On %(days)s school days in a row the check named the same %(people)s people for exactly the same;"
          " %(temperatures)s of them had the same temperature each time."),
        _("Some illnesses, and staying at home after a contact, do last as long."),
        _("On which of these days was the child ill? Was the temperature taken on each of them?"),
        _("Day"), _("People named, all the same"), _day,
    ),
    Kind.UNSEEN: Words(
        _("Fever on the card, nothing in the check"),
        _("In two weeks %(told)s pupils had fever by their card before the check; the check did not name %(missed)s."),
        _("A card may not have been read in time, or the fever was over in the morning."),
        _("Was the child at school on that day? Whom did the family tell?"),
        _("Day"), _("Pupils with fever, not named"), _day,
    ),
    Kind.TEMPERATURES: Words(
        _("Temperatures that are nearly all the same"),
        _("Of %(of)s temperatures that one person or device entered, %(top)s are %(degrees)s °C."),
        _("A thermometer that is off does the same. Try it first."),
        _("Was the child’s temperature taken on that day? When, and with what?"),
        _("Temperature (°C)"), _("Pupils"), _degrees,
    ),
    Kind.HASTE: Words(
        _("Entered in less time than it takes to tap"),
        _("%(people)s people, %(temperatures)s of them with a temperature, were entered in %(seconds)s seconds."
          " Tapping alone takes about %(needed)s."),
        _("The page may have been reloaded when most of it was entered."),
        _("Was the child looked at that morning, and was the temperature taken?"),
        _("Time"), _("Seconds"), _names(_("It took"), _("Tapping takes at least")),
    ),
    Kind.CLOCKWORK: Words(
        _("At the same second every morning"),
        _("Of the last %(rolls)s morning checks, %(same)s were filled in within a second of %(time)s."),
        _("A system of the school may send by itself. Then give it a key of its own, so that it is known as one."),
        _("Does the teacher look at the children in the morning? At about what time?"),
        _("Day"), _("Seconds before (−) or after it"), _day,
    ),
    Kind.ONE_DEVICE: Words(
        _("One telephone for many families"),
        _("One telephone sent the cards of %(people)s pupils of the class on one day;"
          " a household has hardly more than %(usual)s."),
        _("Somebody may help families that have no telephone. Then agree with them who looks at the children."),
        _("Who filled in the child’s card on that day? Who had looked at the child?"),
        _("Whose cards"), _("Pupils"), _names(_("This telephone"), _("A household, at most")),
    ),
    Kind.BURST: Words(
        _("Many reports at once from one account"),
        _("%(records)s cards of the class came from one account within %(seconds)s seconds."),
        _("What was noted on paper may have been entered later."),
        _("Did somebody ask about the child’s health on that day? Who?"),
        _("Second"), _("Reports"), _number,
    ),
    Kind.SILENT: Words(
        _("Nobody found for weeks, while other classes have findings"),
        _("In %(days)s days of checks nobody of %(people)s people was named. In the %(classes)s other classes"
          " %(found)s people were; a class of this size usually has about %(usual)s."),
        _("Small classes and older pupils are ill less often, and there are lucky weeks."),
        _("Was the child ill or absent in these weeks? Did the class teacher know?"),
        _("People found at least once"), _("Classes with so many, this one among them"), _number,
    ),
}  # fmt: skip
_ROUNDED = _("Of %(of)s temperatures that one person or device entered, %(halves)s are whole or half degrees.")
_ROLLS = _("%(records)s classes were reported by one account within %(seconds)s seconds.")
_SHARED = _(
    "%(classes)s of the %(of)s classes that reported have it on the same day. So there is one cause: a device,"
    " an instruction, something in the program."
)
_TOGETHER = _names(_("Classes with it"), _("Classes that reported"))


def is_shared(hint: Hint) -> bool:
    return "classes" in hint.basis and "days" not in hint.basis


def said(hint: Hint) -> str:
    """The one sentence that says what was noticed."""
    figures: dict[str, Any] = dict(hint.basis)
    text = KINDS[hint.kind].said
    if is_shared(hint):
        text = _SHARED
    elif figures.get("rounded"):
        text = _ROUNDED
    elif figures.get("rolls") and hint.kind == Kind.BURST:
        text = _ROLLS
    if "value" in figures:
        figures["degrees"] = f"{figures['value'] / 10:.1f}"
    if "second" in figures:
        minutes, second = divmod(figures["second"], 60)
        figures["time"] = f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
    return str(text) % figures


def chance(hint: Hint) -> str:
    """How often figures like these come by chance where everybody reports what was seen; empty where none is
    reckoned."""
    power = hint.basis.get("chance")
    if power is None:
        return ""
    times = 10 ** min(int(-power), 6)
    return gettext("Where everybody reports what was seen, this happens less than once in %(times)s.") % {
        "times": f"{times:,}"
    }  # fmt: skip


def bars(hint: Hint) -> list[tuple[str, int]]:
    """Names and heights, in order."""
    label = _TOGETHER if is_shared(hint) else KINDS[hint.kind].label
    return [(label(hint, at), height) for at, height in hint.basis["bars"]]


def over(hint: Hint) -> tuple[str, str]:
    """Heads of the two columns."""
    if is_shared(hint):
        return gettext("Classes"), pgettext("how many", "Number")
    words = KINDS[hint.kind]
    return str(words.over), str(words.counted)
