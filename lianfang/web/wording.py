"""Words of the notices that `web` sends for rooms without pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "audit.broken": (
        _("The audit chain is broken"),
        _(
            "The nightly check found events that were changed, removed or added past the program. Keep the database and the key file as they are, and have the operator run “manage.py audit verify”, which names the events."
        ),
    ),
}
