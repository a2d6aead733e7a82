"""Words of the notices that the room sends."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "analysis.ready": (
        _("%(unit)s: the figures of %(on)s are ready for the daily analysis"),
        _("Figures, changes, who is late and what is open stand on one page. What you decide there is followed up."),
    ),
    "decision.given": (
        _("%(unit)s: the leading group has decided something that you carry out"),
        _("The page says what and until when. Say there when it is done."),
    ),
    "decision.done": (
        _("%(unit)s: something the leading group decided was carried out"),
        _("The page says what was done."),
    ),
}
