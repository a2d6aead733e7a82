"""The words for what an obligation can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "obligations.over": _("This was done or withdrawn already."),
    "obligations.days_wrong": _("The last day is today or later, at most until %(last)s."),
    "obligations.let_off_already": _("This unit is let off already. End that first if it is to be otherwise."),
    "obligations.reason_missing": _("Say why: whoever reads this later has to understand it."),
}
