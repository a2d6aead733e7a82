"""Words for duties on the pages about units."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Keys of `people.rules.DUTIES`.
DUTIES: Mapping[str, str | Promise] = {
    "principal": _("First responsible person"),
    "liaison": _("Liaison"),
    "office": _("Somebody in the prevention office"),
    "doctor": _("School doctor or epidemic reporter"),
    "registrar": _("Keeper of the roster"),
    "department_head": _("Responsible person or counsellor"),
    "class_teacher": _("Class teacher"),
}
