"""Words of the notices that returns send."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "return.signature_wanted": (
        _("A return waits for your signature"),
        _("%(unit)s submitted the return for %(on)s (version %(number)s). Please read and sign it."),
    ),
    "return.important_signed": (
        _("Important: cases reported"),
        _("%(unit)s signed a return for %(on)s with cases above zero or to be verified."),
    ),
    "return.revised": (
        _("Figures you used were revised"),
        _(
            "%(unit)s signed version %(number)s of its return for %(on)s. Your report used the version before; compare, and revise yours if it matters."
        ),
    ),
    "return.turned_back": (
        _("A return came back for correction"),
        _("%(from)s sent back the return of %(unit)s for %(on)s. The reasons stand at the cells."),
    ),
    "return.chased": (  # of before asking went through `obligations`; such notices stand in inboxes
        _("The return for %(on)s is still missing"),
        _(
            "%(unit)s asks you to file and sign the return for %(on)s. If you have just done so, there is nothing left to do."
        ),
    ),
    "return.due_soon": (
        _("The return for %(on)s is due at %(due)s"),
        _("%(unit)s has not completed its return yet. If there is nothing to report, one tap files the zero report."),
    ),
}
