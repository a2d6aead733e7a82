"""The first line of every board: how complete it is, and what was found."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianfang.health.rules.boards import column

# Of the findings of `rules.boards`: what it is called, how it looks where there is any.
LABELS: dict[str, tuple[str | Promise, str, str]] = {
    "symptomatic": (pgettext_lazy("people", "With symptoms"), "alarm", "stethoscope"),
    "fever": (gettext_lazy("Fever measured"), "alarm", "temperature"),
    "ill": (gettext_lazy("Absent, ill"), "alarm", "bed"),
    "unknown": (gettext_lazy("Absent, reason not known"), "late", "user-question"),
    "leave": (gettext_lazy("On leave, not ill"), "due", "calendar-off"),
    "isolated": (gettext_lazy("In isolation"), "alarm", "shield-half"),
}
ALWAYS = ("symptomatic", "ill", "unknown")  # the others are told where there are any


def completeness(reported: int, owing: int, missing: int, *, late: bool, groups: bool = False) -> list[dict[str, Any]]:
    """Of classes; of a round that only groups owe (``groups``), of these. Nobody owes anything: there is nothing to
    say."""
    if not owing:
        return []
    tone = "late" if missing and late else "quiet"
    return [
        {"label": _("Groups reported") if groups else _("Classes reported"), "value": reported, "of": owing,
         "tone": "quiet" if missing else "done", "icon": "circle-check"},
        {"label": _("Not reported"), "value": missing, "tone": tone, "icon": "circle-dashed"},
    ]  # fmt: skip


def findings(counts: Mapping[str, int | None], whole: bool, link: str = "") -> list[dict[str, Any]]:
    """``whole``: in full; else one or two people are not told apart. Not known is –."""
    found = []
    for name, (label, tone, icon) in LABELS.items():
        value = column([counts[name]], whole=whole).total
        if value or name in ALWAYS:
            found.append(
                {"label": label, "value": value, "tone": tone if value else "quiet", "icon": icon, "url": link}
            )
    return found


def held_back(count: int, url: str = "") -> list[dict[str, Any]]:
    """What waits to be mended, of whatever day: a board is not whole without it."""
    told = {"label": _("Held back"), "value": count, "tone": "late", "icon": "alert-triangle", "url": url}
    return [told] if count else []


def headings() -> list[str]:
    return [str(label) for label, _, _ in LABELS.values()]
