"""For those who read cases, on the home page: whom to look at, and who is behind the figures of the day's return."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.cases.queries.cases import MANAGE
from lianfang.people import access
from lianfang.people.models import User
from lianfang.returns import spec
from lianfang.returns.queries.words import say


def ways(user: User, on: date) -> list[dict[str, Any]]:
    """Label and address of each; nothing for those who read no cases. One query."""
    found = []
    if access.holds(user, MANAGE):
        found.append({"label": pgettext("cases", "To look at"), "url": reverse("cases:suspected"), "unit": ""})
    if not access.holds(user, "case.view"):
        return found
    for form in spec.catalog().values():
        words = _("Who is counted in the return: %(form)s") % {"form": say(form.short)}
        for unit in access.units_for(user, "case.view").filter(kind__in=form.filed_by).order_by("path"):
            url = reverse("returns:behind", args=[form.id, on, unit.pk])
            found.append({"label": words, "url": url, "unit": unit.name})
    return found
