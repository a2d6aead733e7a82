"""Events as people say them. Every word that an action records has its sentence here (a test compares them)."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core.models import Event
from lianfang.people import access
from lianfang.returns import spec
from lianfang.returns.queries import words as forms


@dataclass(frozen=True)
class Said:
    """What was done, in the past tense, with an icon."""

    icon: str
    words: str | Promise


VERBS: dict[str, Said] = {
    "return.submitted": Said("send", _("submitted a return")),
    "return.part_handed_in": Said("checks", _("handed in a part of a return")),
    "return.countersign_due": Said("signature", _("gave the first signature")),
    "return.signed": Said("circle-check", _("signed a return")),
    "return.cases_signed": Said("alert-triangle", _("signed a return with cases")),
    "return.revised": Said("pencil", _("signed a revised return")),
    "return.turned_back": Said("arrow-back-up", _("sent a return back for correction")),
    "return.gathered": Said("stack-2", _("gathered returns")),
    "return.reopened": Said("lock-open", _("reopened a closed day")),
    "return.assigned": Said("clipboard-list", _("ordered a return")),
    "return.chased": Said("bell-ringing", _("chased missing returns")),
    "return.exported": Said("file-spreadsheet", _("exported a table of returns")),
    "notice.posted": Said("bell", _("sent a notice")),
    "notice.confirmed": Said("check", _("confirmed a notice")),
    "unit.created": Said("building-plus", _("entered a unit")),
    "unit.changed": Said("pencil", _("changed a unit")),
    "unit.moved": Said("arrows-move", _("moved a unit to another superior")),
    "unit.closed": Said("building-off", _("closed a unit")),
    "unit.sponsored": Said("link", _("added a reporting line to a sponsor")),
    "unit.sponsorship_ended": Said("unlink", _("ended a reporting line to a sponsor")),
    "units.imported": Said("file-import", _("imported units")),
    "posting.appointed": Said("briefcase", _("appointed somebody to a duty")),
    "posting.many_appointed": Said("briefcase", _("appointed many to duties")),
    "posting.dismissed": Said("briefcase-off", _("ended somebody’s duty")),
    "posting.confirmed": Said("shield-check", _("confirmed somebody’s duty")),
    "posting.rejected": Said("shield-x", _("rejected somebody’s duty")),
    "request.asked": Said("message-question", _("asked for agreement")),
    "request.agreed": Said("circle-check", _("agreed to a request")),
    "request.refused": Said("circle-x", _("refused a request")),
    "request.used": Said("clipboard-check", _("used an agreed request")),
    "grant.given": Said("lock-open", _("gave somebody a look outside their units")),
    "grant.taken": Said("urgent", _("took emergency access")),
    "grant.ended": Said("lock", _("ended an access")),
    "grant.reviewed": Said("eye-check", _("reviewed an emergency access")),
    "group.formed": Said("users-group", _("formed a working group")),
    "group.changed": Said("pencil", _("changed a working group")),
    "group.dissolved": Said("users-minus", _("dissolved a working group")),
    "group.member_joined": Said("user-plus", _("took somebody into a working group")),
    "group.member_left": Said("user-minus", _("ended somebody’s part in a working group")),
    "area.assigned": Said("map-pin-plus", _("made somebody answerable for a unit")),
    "area.ended": Said("map-pin-off", _("ended an assignment to a unit")),
    "area.visited": Said("walk", _("visited an assigned unit")),
    "area.settled": Said("home-check", _("settled what a visit had found")),
    "leave.reported": Said("calendar-off", _("reported an absence")),
    "leave.agreed": Said("calendar-check", _("agreed to an absence")),
    "leave.refused": Said("calendar-x", _("refused an absence")),
    "leave.recalled": Said("phone-call", _("called absent staff back")),
    "leave.back": Said("door-enter", _("came back from an absence")),
    "policy.overridden": Said("adjustments", _("set a rule of the unit’s own")),
    "account.created": Said("user-plus", _("opened an account")),
    "account.many_created": Said("users-plus", _("opened many accounts")),
    "account.changed": Said("user-edit", _("changed the details of an account")),
    "account.password_changed": Said("key", _("changed the own password")),
    "account.password_reset": Said("key", _("reset a password")),
    "account.deactivated": Said("user-off", _("closed an account")),
    "account.activated": Said("user-check", _("opened an account again")),
    "account.signed_in": Said("login", _("signed in")),
    "demo.loaded": Said("database-import", _("loaded the demonstration data")),
}

# What belongs together when one looks for something: the beginning of the verbs, and its name.
GROUPS: dict[str, str | Promise] = {
    "return.": _("Returns"),
    "notice.": _("Notices"),
    "unit": _("Units"),
    "posting.": _("Duties"),
    "request.": _("Requests"),
    "grant.": _("Access beyond the duty"),
    "group.": _("Working groups"),
    "area.": _("Assigned units"),
    "leave.": _("Absences"),
    "policy.": _("Rules"),
    "account.": pgettext_lazy("group of events", "Accounts and signing in"),
}

# Seen by those who audit ("event.audit"), not by everybody who sees what happened in the unit.
AUDITED = "account."


def said(event: Event) -> Said:
    """A verb nobody has given words yet is shown as it is rather than hidden: this is the audit trail."""
    return VERBS.get(event.verb, Said("point-filled", event.verb))


def subject(event: Event) -> str:
    """What it was done to, as far as the unit beside it does not say so already."""
    if event.subject_kind == "unit":
        return ""
    if event.subject_kind == "posting":
        role = access.ROLES.get(event.subject)
        return str(role.label) if role else event.subject
    if event.subject_kind == "notice" and "." in event.subject:
        return gettext("from the program")
    if event.subject_kind in ("return", "assignment"):
        name, _space, day = event.subject.partition(" ")
        form = spec.catalog().get(name)
        return f"{forms.say(form.short)} {day}".strip() if form else event.subject
    return event.subject


def actor(event: Event) -> str:
    return event.by_name or gettext("Lianfang")


def row(event: Event, units: dict[int, Any]) -> dict[str, Any]:
    """One line of the list; the unit is None when it concerns no single unit."""
    found = said(event)
    unit = units.get(event.unit_id) if event.unit_id else None
    return {"event": event, "icon": found.icon, "what": found.words, "subject": subject(event), "who": actor(event),
            "unit": unit}  # fmt: skip
