"""The ways to choose whom to write to, in words."""

from django.utils.translation import gettext_lazy as _

from lianfang.notices.rules import audience as rules

# Words of each way to choose, and what it is for.
WAYS = {
    rules.DUTIES: (_("By duty"), _("Everybody who holds certain duties at units.")),
    rules.STAFF: (_("All staff"), _("Everybody with an account and a duty at units.")),
    rules.GROUPS: (_("Working groups"), _("The members of leading and working groups.")),
    rules.STAFF_LIST: (_("A list of colleagues"), _("Names you paste, or a file.")),
    rules.FAMILIES: (
        _("Pupils and families"),
        _("Every pupil of classes, schools or areas, with their family."),
    ),
    rules.PUPIL_LIST: (
        _("A list of pupils"), _("Some pupils and their families, by number or name.")
    ),
}  # fmt: skip
