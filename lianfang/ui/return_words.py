"""The conditions of return in words, for the rule book and for the case they are asked of."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lianfang.policies.diseases.spec import Condition

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


def condition(row: Condition, language: str) -> str:
    """With what does in its place."""
    if not row.instead:
        return alone(row, language)
    ways = [alone(one, language) for one in (row, *row.instead)]
    return str(_(", or ")).join(ways)


def alone(row: Condition, language: str) -> str:
    if row.type == "sign":
        return row.note(language) or row.sign
    if row.type == "certificate":
        return str(CERTIFICATES[row.level])
    if row.type == "negative":
        said = ngettext("%(n)s negative test", "%(n)s negative tests", row.n) % {"n": row.n}
        return said + (", " + str(_("at least %(n)s hours apart")) % {"n": row.apart} if row.apart else "")
    return _counted(row.type, row.n)


def _counted(kind: str, n: int) -> str:
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
