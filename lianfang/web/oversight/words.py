"""Words and signs of requests and of access beyond one's duty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from lianfang.people.models import Grant, Request
from lianfang.people.queries import grants, requests
from lianfang.web.roster.words import COLUMNS

# What a grant opens (`access.GRANTABLE`).
VERBS: Mapping[str, str | Promise] = {
    "person.view": gettext_lazy("Look at the records (numbers and telephones hidden)"),
    "person.reveal": gettext_lazy("Show single numbers and telephones, each with a reason"),
    "person.health": gettext_lazy("See what stands about health"),
    "person.history": gettext_lazy("See what stood there before"),
    "person.export": gettext_lazy("Take a list away"),
}

# State → sign of `ui.states`, tone, words.
_REQUEST: Mapping[str, tuple[str, str, str | Promise]] = {
    "waiting": ("due", "", gettext_lazy("Waiting for agreement")),
    "agreed": ("done", "", gettext_lazy("Agreed")),
    "refused": ("returned", "", gettext_lazy("Refused")),
    "expired": ("missing", "quiet", gettext_lazy("Time is over")),
    "used": ("signed", "quiet", gettext_lazy("Used")),
}


def request_sign(request: Request, now: datetime) -> dict[str, Any]:
    icon, tone, label = _REQUEST[requests.state(request, now)]
    return {"state": icon, "tone": tone, "label": label}


def grant_sign(grant: Grant, now: datetime) -> dict[str, Any]:
    if grants.state(grant, now) == "running":
        return {"state": "alarm" if grant.emergency else "due", "tone": "", "label": _("Open now")}
    if grant.emergency and grant.reviewed_at is None:
        return {"state": "pending", "tone": "", "label": _("To be reviewed")}
    if grant.justified is False:
        return {"state": "returned", "tone": "", "label": _("Not justified")}
    return {"state": "done", "tone": "quiet", "label": _("Over")}


def verbs(names: str | list[str]) -> list[str]:
    listed = names.split() if isinstance(names, str) else names
    return [str(VERBS[name]) for name in listed if name in VERBS]


def terms(request: Request) -> list[dict[str, Any]]:
    """What exactly is asked for, as far as the request's ``detail`` says it in words known here."""
    detail, rows = request.detail, []
    if detail.get("verbs"):
        rows.append({"label": _("What opens"), "value": pgettext("list", "; ").join(verbs(detail["verbs"]))})
    if isinstance(detail.get("hours"), int):
        hours = ngettext(
            "%(count)s hour from the agreement on", "%(count)s hours from the agreement on", detail["hours"]
        )
        rows.append({"label": _("For how long"), "value": hours % {"count": detail["hours"]}})
    if isinstance(detail.get("people"), int):
        rows.append({"label": _("How many people"), "value": detail["people"]})
    if isinstance(detail.get("columns"), list):
        columns = pgettext("list", ", ").join(str(COLUMNS.get(column, column)) for column in detail["columns"])
        rows.append({"label": _("Columns"), "value": columns})
    return rows
