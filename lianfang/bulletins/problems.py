"""The words for what the daily analysis can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "bulletins.ahead": _("That day has not come yet: there is nothing to look at."),
    "bulletins.too_soon": _("The figures were gathered a minute ago. Look at those, or come back in a minute."),
    "bulletins.due_passed": _("The time until which it is to be done has passed already. Enter a later one."),
    "bulletins.not_theirs": _("This person holds no duty here any more. Choose somebody else."),
    "bulletins.over": _("This decision was carried out or withdrawn already."),
}
