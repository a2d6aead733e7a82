"""The words for everything that can be refused about a cluster."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "surveillance.over": _("This event is over."),
    "surveillance.reason_missing": _("Write down why it is over: since when nobody has fallen ill, and who says so."),
    "surveillance.not_told": _("It has not been reported yet. Report it first; then it can be closed."),
    "surveillance.meal_ahead": _("The meal lies ahead. Enter when it was."),
    "surveillance.meal_past": _("The meal was more than two weeks ago; it explains nobody’s illness of today."),
    "surveillance.meal_nobody": _("Choose at least one class that ate or drank there."),
    "surveillance.meal_elsewhere": _("One of the classes is not of this school."),
    "surveillance.meal_known": _("This meal of that time is noted already."),
    "surveillance.measure_empty": _("Write down what was done."),
}
