"""The words for what an obligation can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "obligations.over": _("This was done or withdrawn already."),
    "obligations.days_wrong": _("The last day is today or later, at most until %(last)s."),
    "obligations.let_off_already": _("This unit is let off already. End that first if it is to be otherwise."),
    "obligations.nobody_to_ask": _("Nobody is missing; there is nobody to ask."),
    "obligations.not_open_yet": _("This can be done from %(at)s on; nobody is asked before."),
    "obligations.no_deadline": _("There is no such deadline today."),
    "obligations.until_wrong": _("The later deadline lies after %(after)s, and still today."),
    "obligations.reason_missing": _("Say why: whoever reads this later has to understand it."),
}
