"""The words for what an obligation can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "obligations.over": _("This was done or withdrawn already."),
    "obligations.reason_missing": _("Say why: whoever reads this later has to understand it."),
}
