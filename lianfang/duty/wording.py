"""Words of the notices that the room sends."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "duty.planned": (
        _("%(unit)s: you are on the duty roster"),
        _("Your shifts stand under “My shifts”; check there whether they suit you."),
    ),
    "duty.swap_asked": (
        _("%(unit)s: a colleague asks you to take a shift"),
        _("Answer before the shift begins; afterwards whoever leads has to agree."),
    ),
    "duty.swap_to_agree": (
        _("%(unit)s: two colleagues want to swap shifts"),
        _("Both agree. The roster changes when you agree too."),
    ),
    "duty.swap_done": (_("%(unit)s: the swap has been agreed to"), _("The roster has been changed.")),
    "duty.swap_refused": (_("%(unit)s: the swap was not agreed to"), _("The roster stays as it is.")),
}
