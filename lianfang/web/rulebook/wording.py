"""The words for what disease files name by a code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.health.rules import symptoms

CATEGORIES: dict[str, Promise] = {
    "A": _("Class A"),
    "B": _("Class B"),
    "C": _("Class C"),
    "other": _("Other infectious disease to be reported"),
    "none": _("Not notifiable"),
}
CLOCKS: dict[str, Promise] = {
    "suspected": _("A suspected case"),
    "confirmed": _("A confirmed case"),
    "cluster": _("A cluster"),
    "emergency": _("A public-health emergency"),
}
TIERS: dict[int, Promise] = {1: _("A cluster"), 2: _("A public-health emergency")}
GROUPS: dict[str, Promise] = {
    "class": _("one class"),
    "dormitory": _("one dormitory"),
    "campus": _("one campus"),
    "school": _("one school"),
}
COUNTED: dict[str, Promise] = {
    "case": _("cases"),
    "symptomatic": _("people with the same symptoms"),
    "hospitalised": _("in hospital"),
    "death": _("deaths"),
}
OF: dict[str, Promise] = {
    "suspected": _("Whoever is suspected"),
    "case": _("Whoever has it"),
    "contact": _("Whoever was near"),
}
PLACES: dict[str, Promise] = {
    "home": _("at home"),
    "isolation_room": _("in the school's isolation room"),
    "hospital": _("in a hospital"),
    "central": _("in a central place"),
}
LINKS: dict[str, Promise] = {
    "household": _("people at home"),
    "class": _("same class"),
    "dormitory": _("same dormitory"),
    "seat": _("seats around"),
    "journey": _("same journey"),
    "gate": _("passed the same gate"),
    "table": _("ate together"),
    "other": _("others named"),
}
ROUNDS: dict[str, Promise] = {
    "morning": pgettext_lazy("round of checks", "morning"),
    "noon": pgettext_lazy("round of checks", "noon"),
    "evening": pgettext_lazy("round of checks", "evening"),
}


def symptom(code: str, language: str) -> str:
    return next(symptoms.unpacked(symptoms.packed([code]))).label(language)
