"""The words for what disease files name by a code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

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
WHENS: dict[str, Promise] = {
    "": _("Everybody"),
    "treated": _("With treatment"),
    "untreated": _("Without treatment"),
    "pneumonia": _("With pneumonia"),
    "no_pneumonia": _("Without pneumonia"),
    "positive": _("With bacteria found"),
    "negative": _("Without bacteria found"),
}
CERTIFICATES: dict[str, Promise] = {
    "doctor": _("a doctor's certificate"),
    "level2": _("a certificate of a hospital of level 2 or above"),
    "designated": _("a certificate of the designated hospital"),
}
ROUNDS: dict[str, Promise] = {
    "morning": pgettext_lazy("round of checks", "morning"),
    "noon": pgettext_lazy("round of checks", "noon"),
    "evening": pgettext_lazy("round of checks", "evening"),
}


def symptom(code: str, language: str) -> str:
    return next(symptoms.unpacked(symptoms.packed([code]))).label(language)


def condition(kind: str, n: int) -> str:
    """What is counted in days or hours, and the two that are counted in nothing."""
    match kind:
        case "days_since_onset":
            return ngettext("%(n)s day since onset", "%(n)s days since onset", n) % {"n": n}
        case "days_since_rash":
            return ngettext("%(n)s day since the rash", "%(n)s days since the rash", n) % {"n": n}
        case "days_since_treatment":
            return ngettext("%(n)s day of treatment", "%(n)s days of treatment", n) % {"n": n}
        case "days_since_diagnosis":
            return ngettext("%(n)s day since the diagnosis", "%(n)s days since the diagnosis", n) % {"n": n}
        case "days_since_discharge":
            return ngettext("%(n)s day since leaving hospital", "%(n)s days since leaving hospital", n) % {"n": n}
        case "hours_free":
            return ngettext("%(n)s hour without symptoms", "%(n)s hours without symptoms", n) % {"n": n}
        case "school_doctor":
            return str(_("the school doctor agrees"))
        case "course_complete":
            return str(_("the whole course of treatment is over"))
    raise LookupError(kind)
