"""The words for everything that setting up channels and addresses can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "notices.setting_missing": _("Please fill in this field."),
    "notices.address_refused": _(
        "This address cannot be used. It begins with https://; others only in a network that the operator has named."
    ),
    "notices.no_channel": _("Your unit has not set up this way yet. Ask its administrator."),
    "notices.address_wrong": _("This address is not complete. Check it and try again."),
    "notices.codes_many": _("Enough codes for now. Try again in an hour."),
    "notices.code_not_sent": _("No code could be sent there. Check the address; if it is right, try again later."),
    "notices.code_wrong": _("This code is not right or too old. Check it, or have a new one sent."),
}
