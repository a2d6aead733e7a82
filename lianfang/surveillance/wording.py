"""Words of the notices that the room sends. They name the school, never a class, a person or an illness."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "cluster.found": (
        _("%(school)s: a threshold was reached"),
        _("Several people of one group have the same signs. Open it and report it within the time that stands there."),
    ),
    "cluster.graver": (
        _("%(school)s: an event has become graver"),
        _("Another threshold was reached. Open it and report it within the time that stands there."),
    ),
}
