"""Emergencies in words."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.models import Emergency, OutsideContact, Recipient, Statement
from lianfang.cases.rules import emergencies as rules
from lianfang.core import clock
from lianfang.health.rules import symptoms

PARTS: dict[str, str | Promise] = {
    "principal": _("First responsible person"),
    "leading": _("Leading group"),
    "office": _("Prevention office"),
    "doctor": _("School doctor"),
    "above": _("Authority above"),
    "sponsor": _("Sponsoring authority"),
    "disease_control": pgettext_lazy("whom to call", "Disease control centre"),
    "community": pgettext_lazy("whom to call", "Community"),
    "medical": pgettext_lazy("whom to call", "Hospital"),
}
ICONS = {
    "person": "user-exclamation", "cluster": "users-group", "unexplained": "stethoscope", "other": "alert-octagon",
}  # fmt: skip


def title(emergency: Emergency) -> str:
    return emergency.get_kind_display()


def people(count: int | None) -> str:
    if count is None:
        return gettext("number not known yet")
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def seen(statement: Statement) -> str:
    """The symptoms, joined."""
    return gettext(", ").join(one.label(get_language() or "zh") for one in symptoms.unpacked(statement.symptoms))


def facts(statement: Statement) -> list[dict[str, Any]]:
    """Label and value of everything that was said; what was not said is left out."""
    rows = (
        (_("How it ended"), statement.get_outcome_display()),
        (_("How many"), people(statement.count) if statement.count is not None else ""),
        (_("What is known of the person"), statement.get_stage_display()),
        (_("What is seen"), seen(statement)),
        (_("When the first one fell ill"), _moment(statement.since)),
        (_("What those who fell ill had in common"), statement.get_shared_display() if statement.shared else ""),
        (_("Exact place"), statement.place.open() if statement.place else ""),
        (_("In a few words"), statement.words.open() if statement.words else ""),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}" if at else ""


def who(recipient: Recipient) -> str:
    """Whom this is about: the duty at the school, the authority by its name, or the body."""
    said = str(PARTS[recipient.part])
    inside = rules.part(recipient.part).at in ("school", "outside")
    return said if inside or recipient.unit is None else f"{said} · {recipient.unit.label}"


def call(contact: OutsideContact) -> dict[str, str]:
    """A number to tap."""
    number = contact.phone.open() if contact.phone else ""
    dialled = "".join(sign for sign in number.split("转")[0] if sign.isdigit() or sign == "+")
    return {"label": str(PARTS[contact.body]), "name": contact.name, "number": number, "dialled": dialled}


def taken_by(recipient: Recipient) -> str:
    """Who confirmed: an account, or whoever took the call."""
    if recipient.acknowledged_by:
        return recipient.acknowledged_by.name
    return recipient.whom.open() if recipient.whom else ""
