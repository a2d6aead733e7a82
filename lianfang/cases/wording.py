"""Words of the notices that the room sends. They name the school, never a class, person or illness."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "emergency.reported": (
        _("%(school)s: emergency report"),
        _("Open it, confirm that it has reached you, and see what to do now."),
    ),
    "emergency.more": (
        _("%(school)s: news of an emergency"),
        _("Something was added to an emergency report that you were told of."),
    ),
    "emergency.over": (
        _("%(school)s: final report of an emergency"),
        _("The final report has been made. Thank you to everybody who reported and acted."),
    ),
    "case.opened": (
        _("%(school)s: a suspicion"),
        _("A rule has opened a case. Open it, look at the person, and confirm or exclude it."),
    ),
    "observation.fever": (
        _("%(school)s: a fever under observation"),
        _("Somebody who is watched has a fever. Open it, look at the person, and decide what to do."),
    ),
    "contact.ill": (
        _("%(school)s: a contact has symptoms"),
        _("Somebody who is followed after a contact has symptoms. Open it and look at the person."),
    ),
}
