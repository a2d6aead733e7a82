"""Words of the messages of a chase: for each kind those of its file, put into the sentences of the ladder."""

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.obligations import spec

Words = tuple[str | Promise, str | Promise]

# soon, late: to whoever owes it; several: to whoever owes it about several people; below: to whoever is above several units that owe it; past: single things below.
# asked, asked_below: what a superior asks by hand.
SENTENCES: dict[str, Words] = {
    "soon": (
        _("%(what)s: due at %(due)s"),
        _("It is not there yet. If you have just done it, there is nothing left to do."),
    ),
    "late": (
        _("%(what)s: was due at %(due)s and is not there yet"),
        _("It can still be done, and counts as late. If you have just done it, there is nothing left to do."),
    ),
    "several": (
        _("%(what)s: %(count)s wait for you"),
        _("Their time has passed. Note what you learned, one after the other; it takes a minute each."),
    ),
    "below": (
        _("%(unit)s: %(what)s, not reported: %(count)s"),
        _("The list says who, whom to call, and who was asked already."),
    ),
    "past": (
        _("%(unit)s: %(what)s, past its time: %(count)s"),
        _("Those who should have done it were told. See what keeps them from it."),
    ),
    "asked": (
        _("%(unit)s asks for: %(what)s"),
        _("Not there yet: %(count)s, due at %(due)s. If you have just done it, there is nothing left to do."),
    ),
    "asked_below": (
        _("%(unit)s asks for: %(what)s, not reported: %(count)s"),
        _("Nobody holds the duty there, and you are next above. The list says who, and whom to call."),
    ),
}


def kinds() -> dict[str, Words]:
    """Kind of notice → its words, for every kind that can be owed."""
    return {
        f"owed.{when}.{kind.id}": (_said(kind, head), _said(kind, text))
        for kind in spec.catalog().values()
        for when, (head, text) in SENTENCES.items()
    }


def _said(kind: spec.Kind, sentence: str | Promise) -> str | Promise:
    """In the language of whoever reads."""
    said = lazy(lambda: str(sentence).replace("%(what)s", kind.label(get_language() or "zh").replace("%", "%%")), str)
    return said()
