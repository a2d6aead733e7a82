"""The words for what holds and purge runs can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURGES: dict[str, str | Promise] = {
    "people.purge_nothing": _("There is nobody here whose data have to be destroyed now."),
    "people.purge_held": _("All of it is kept as evidence. Lift the hold first, or wait until it ends."),
    "people.purge_too_large": _(
        "These are more than %(most)s people. Name a smaller unit, so that somebody can answer for the list."
    ),
    "people.purge_under_way": _("Agreement to this list was asked for already, or it is being carried out."),
    "people.hold_reason_missing": _("Say what the data are evidence for."),
    "people.hold_assessment_short": _("Write at least %(least)s characters: why it must be kept, and why so long."),
    "people.hold_term": _("A hold ends on a day from today on, at most one year ahead. It can be assessed again then."),
    "people.hold_lifted": _("This hold was lifted already."),
}
