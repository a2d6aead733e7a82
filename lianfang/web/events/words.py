"""Events as people say them. Every word that an action records has its sentence here (a test compares them)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core.models import Event
from lianfang.notices.queries import channel_words
from lianfang.obligations import spec as obligations
from lianfang.orgs.models import EntryKind
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
    "obligation.opened": Said("clipboard-plus", _("opened something to be done")),
    "obligation.ended": Said("clipboard-check", _("ended something to be done")),
    "exemption.granted": Said("calendar-off", _("let a unit off something it owes")),
    "exemption.ended": Said("arrow-back-up", _("took back that a unit was let off")),
    "pack.made": Said("stack-2", _("gathered the figures of the daily analysis")),
    "analysis.met": Said("users", _("recorded a meeting of the daily analysis")),
    "decision.made": Said("gavel", _("recorded a decision")),
    "decision.done": Said("check", _("carried out a decision")),
    "decision.withdrawn": Said("x", _("withdrew a decision")),
    "duty_post.kept": Said("door", _("entered a duty post")),
    "duty_post.changed": Said("pencil", _("changed a duty post")),
    "duty_post.closed": Said("archive", _("ended a duty post")),
    "duty_pattern.drawn_up": Said("calendar-plus", _("drew up a pattern of shifts")),
    "duty.published": Said("calendar-check", _("published shifts")),
    "duty.imported": Said("file-import", _("imported a duty roster")),
    "duty.assigned": Said("user-check", _("gave a shift to somebody")),
    "duty.taken_back": Said("x", _("took a shift back")),
    "duty.checked_in": Said("circle-check", _("checked in for a shift")),
    "duty.handed_over": Said("clipboard-text", _("wrote a hand-over")),
    "duty.taken_over": Said("check", _("took over a post")),
    "duty.swap_asked": Said("arrows-exchange", _("asked for a swap of shifts")),
    "duty.swap_answered": Said("arrows-exchange", _("answered a swap of shifts")),
    "duty.numbers_exported": Said("file-spreadsheet", _("exported the 24-hour telephones")),
    "duty_feed.opened": Said("calendar-plus", _("made the address of a calendar")),
    "duty_feed.ended": Said("x", _("ended the address of a calendar")),
    "notice.posted": Said("bell", _("sent a notice")),
    "notice.confirmed": Said("check", _("confirmed a notice")),
    "gateway.set": Said("settings", _("set up a channel for messages")),
    "gateway.tested": Said("send", _("tried a channel for messages")),
    "gateway.ended": Said("x", _("ended a channel for messages")),
    "gateway.again": Said("refresh", _("sent again what had failed")),
    "address.verified": Said("check", _("added a way of being reached")),
    "address.changed": Said("pencil", _("changed a way of being reached")),
    "address.removed": Said("x", _("removed a way of being reached")),
    "address.hours": Said("moon", _("chose quiet hours")),
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
    "posting.rested": Said("shield-half", _("let a duty rest until it is confirmed again, by resetting the password")),
    "posting.contacts_exported": Said("file-spreadsheet", _("exported the contacts of a school")),
    "request.asked": Said("message-question", _("asked for agreement")),
    "request.agreed": Said("circle-check", _("agreed to a request")),
    "request.refused": Said("circle-x", _("refused a request")),
    "request.used": Said("clipboard-check", _("used an agreed request")),
    "grant.given": Said("lock-open", _("gave somebody a look outside their units")),
    "grant.taken": Said("urgent", _("took emergency access")),
    "grant.ended": Said("lock", _("ended an access")),
    "grant.reviewed": Said("eye-check", _("reviewed an emergency access")),
    "calendar.entered": Said("calendar-plus", _("made an entry in a school calendar")),
    "calendar.ended": Said("calendar-minus", _("ended an entry of a school calendar")),
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
    "person.added": Said("user-plus", _("entered a person")),
    "person.many_added": Said("users-plus", _("entered many people")),
    "person.changed": Said("user-edit", _("changed a person’s record")),
    "person.enrolled": Said("school", _("put a person on the roster of a unit")),
    "person.also_elsewhere": Said("school", _("registered pupils of this school at another one")),
    "person.moved": Said("arrows-move", _("moved a person to another class")),
    "person.many_moved": Said("arrows-move", _("moved a class on")),
    "person.many_graduated": Said("certificate", _("let a class graduate")),
    "person.left": Said("door-exit", _("took a person off the roster")),
    "person.away": Said("calendar-off", _("put a person on leave of absence")),
    "person.back": Said("door-enter", _("brought a person back from leave")),
    "person.marked": Said("tag", _("put a person into a group")),
    "person.unmarked": Said("tag-off", _("took a person out of a group")),
    "person.merged": Said("arrow-merge", _("merged two records of one person")),
    "person.merge_undone": Said("arrows-split", _("took a merge of two records back")),
    "person.listed": Said("list", _("read the list of a unit’s people")),
    "person.viewed": Said("eye", _("opened a person’s file")),
    "person.health_viewed": Said("heartbeat", _("opened a person’s health record")),
    "person.health_printed": Said("printer", _("printed a person’s health record")),
    "person.health_exported": Said("file-spreadsheet", _("took out a person’s health record")),
    "person.revealed": Said("eye-exclamation", _("had a hidden value shown")),
    "person.exported": Said("file-spreadsheet", _("took out a list of people")),
    "person.printed": Said("printer", _("printed a list of people")),
    "household.added": Said("home-plus", _("entered a household")),
    "policy.overridden": Said("adjustments", _("set a rule of the unit’s own")),
    "response.opened": Said("alert-octagon", _("began an emergency response")),
    "response.ended": Said("circle-check", _("ended an emergency response")),
    "assessment.made": Said("file-text", _("put an impact assessment on file")),
    "purge.prepared": Said("list-check", _("listed personal data for destruction")),
    "purge.approved": Said("eraser", _("had personal data destroyed, as two others agreed")),
    "purge.carried_out": Said("eraser", _("destroyed personal data of some people")),
    "purge.done": Said("file-certificate", _("finished destroying personal data")),
    "hold.set": Said("lock-square", _("kept data as evidence")),
    "hold.lifted": Said("lock-open", _("lifted a hold on data")),
    "retention.swept": Said("eraser", _("cleared what was kept long enough")),
    "incident.reported": Said("alert-triangle", _("reported an incident of personal data")),
    "key.made": Said("key", _("added a key for personal data")),
    "key.rotated": Said("refresh", _("sealed personal data anew with the active key")),
    "key.retired": Said("key-off", _("took away an old key")),
    "account.created": Said("user-plus", _("opened an account")),
    "account.many_created": Said("users-plus", _("opened many accounts")),
    "account.changed": Said("user-edit", _("changed the details of an account")),
    "account.password_changed": Said("key", _("changed the own password")),
    "account.password_reset": Said("key", _("reset a password")),
    "account.deactivated": Said("user-off", _("closed an account")),
    "account.activated": Said("user-check", _("opened an account again")),
    "account.signed_in": Said("login", _("signed in")),
    "account.sign_in_failed": Said("lock-x", _("could not sign in")),
    "account.locked": Said("lock", _("five failed attempts: sign-in rests for 15 minutes")),
    "account.address_locked": Said("lock", _("too many failed attempts from one address")),
    "account.factor_added": Said("shield-plus", _("set up a second factor")),
    "account.factor_removed": Said("shield-minus", _("removed a second factor")),
    "account.factor_failed": Said("shield-x", _("gave a wrong second factor")),
    "account.factor_locked": Said("shield-x", _("gave too many wrong codes and was signed out")),
    "account.factors_reset": Said("shield-off", _("reset the second factors of an account")),
    "account.codes_made": Said("list-numbers", _("made new recovery codes")),
    "account.recovery_code_used": Said("shield-half", _("signed in with a recovery code")),
    "account.devices_ended": Said("device-mobile-off", _("signed other devices out")),
    "account.letters_begun": Said("users-plus", _("opened accounts for class teachers")),
    "account.letters_shown": Said("printer", _("printed letters with one-time passwords")),
    "access.refused": Said("ban", _("asked for a page that is not theirs to see")),
    "audit.verified": Said("shield-check", _("checked the audit chain: it holds")),
    "audit.broken": Said("alert-octagon", _("checked the audit chain: it is broken")),
    "audit.accepted": Said("shield-cog", _("took the end of the audit chain as right after a restore")),
    "audit.exported": Said("file-spreadsheet", _("exported a table of events")),
    "code.opened": Said("key", _("opened a class code")),
    "code.closed": Said("lock", _("closed a class code")),
    "link.made": Said("file-text", _("made personal sheets for pupils")),
    "claim.made": Said("device-mobile-check", _("connected a device to a pupil’s record")),
    "claim.refused": Said("device-mobile-x", _("tried to connect a device, without success")),
    "claim.closed": Said("lock-exclamation", _("gave wrong answers for a pupil until the way in closed")),
    "claim.let_go": Said("device-mobile-off", _("signed out a device of a family")),
    "claim.revoked": Said("device-mobile-off", _("signed out all devices of a pupil")),
    "device.signed_out": Said("device-mobile-off", _("signed out a device of a family")),
    "my.viewed": Said("eye", _("looked at the own record or that of a child")),
    "my.refused": Said("lock-exclamation", _("asked for a record of somebody else")),
    "consent.answered": Said("message-check", _("answered about an optional purpose")),
    "subject.asked": Said("message-question", _("asked something about own data")),
    "subject.answered": Said("message-reply", _("answered a request of a family")),
    "roster.uploaded": Said("file-upload", _("uploaded a roster")),
    "roster.columns_chosen": Said("table", _("chose the columns of a roster")),
    "roster.confirmed": Said("check", _("confirmed a roster")),
    "roster.applied": Said("users-plus", _("took a roster over")),
    "roster.dropped": Said("file-x", _("dropped an uploaded roster")),
    "obligation.phones_exported": Said("file-spreadsheet", _("took out a telephone list of the missing")),
    "roll.chased": Said("bell-ringing", _("asked for class checks that were missing")),
    "board.differed": Said("abacus", _("counted a day anew and found other numbers")),
    "summary.exported": Said("file-spreadsheet", _("took out a summary of class checks")),
    "roll.decided": Said("replace", _("decided between two rolls")),
    "survey.opened": Said("map-search", _("opened a survey of whereabouts")),
    "survey.closed": Said("map-off", _("closed a survey of whereabouts")),
    "survey.answered": Said("map-pin", _("answered a survey of whereabouts")),
    "survey.chased": Said("bell-ringing", _("asked for missing answers to a survey")),
    "survey.exported": Said("file-spreadsheet", _("took out answers to a survey")),
    "held.mended": Said("tool", _("mended a report that had been held back")),
    "held.dropped": Said("trash", _("dropped a report that had been held back")),
    "roll_group.begun": Said("users-plus", _("began a group with checks of its own")),
    "roll_group.ended": Said("users-minus", _("ended a group with checks of its own")),
    "sender.made": Said("router", _("gave a device or system a key to send with")),
    "sender.revoked": Said("router-off", _("withdrew the key of a device or system")),
    "finding.new": Said("thermometer", _("found that somebody is missed, or no longer")),
    "absence.traced": Said("phone-check", _("followed up an absence")),
    "absence.exported": Said("file-spreadsheet", _("took out the register of absences")),
    "absence.printed": Said("printer", _("printed the register of absences")),
    "key_person.listed": Said("user-search", _("listed a key person")),
    "key_person.assigned": Said("user-share", _("named who looks after a key person")),
    "key_person.planned": Said("clipboard-text", _("wrote the plan for a key person")),
    "key_person.followed": Said("temperature", _("asked a key person")),
    "key_person.released": Said("user-check", _("released a key person")),
    "key_person.exported": Said("file-spreadsheet", _("took out the counts of key people")),
    "key_person.printed": Said("printer", _("printed the counts of key people")),
    "emergency.reported": Said("urgent", _("reported an emergency")),
    "emergency.acknowledged": Said("check", _("confirmed that an emergency report has arrived")),
    "emergency.told": Said("phone-check", _("noted a call about an emergency")),
    "emergency.progress": Said("message-plus", _("added news to an emergency")),
    "emergency.finished": Said("flag-check", _("made the final report of an emergency")),
    "emergency.corrected": Said("pencil", _("corrected a report of an emergency")),
    "emergency.joined": Said("link", _("added an emergency report to an earlier one")),
    "emergency.contact_put": Said("address-book", _("changed the number of an outside body")),
    "hint.raised": Said("bulb", _("found reports that want to be verified")),
    "hint.looked_at": Said("clipboard-check", _("verified a report")),
    "demo.loaded": Said("database-import", _("loaded the demonstration data")),
}

# What belongs together when one looks for something: how the verbs begin (one or several), and the name of it.
GROUPS: dict[str, str | Promise] = {
    "return.": _("Returns"),
    "notice.": _("Notices"),
    "gateway.": _("Channels for messages"),
    "address.": _("Ways of being reached"),
    "unit": _("Units"),
    "posting.": _("Duties"),
    "request.": _("Requests"),
    "grant.": _("Access beyond the duty"),
    "group.": _("Working groups"),
    "area.": _("Assigned units"),
    "leave.": _("Absences"),
    "person.": _("People of the roster"),
    "roster.": _("Rosters imported"),
    "code. link. claim. device. my. consent. subject.": _("Self-service of guardians and pupils"),
    "roll. roll_group. board. summary. held. sender. hint.": _("Class checks"),
    "household.": _("Households"),
    "survey.": _("Surveys of whereabouts"),
    "key_person.": _("Key people"),
    "emergency.": _("Emergencies"),
    "duty. duty_post. duty_pattern. duty_feed.": _("Duty roster"),
    "finding. absence.": _("Absences through illness"),
    "obligation. exemption.": _("What is owed"),
    "calendar.": _("School calendars"),
    "pack. analysis. decision.": _("Daily analysis"),
    "policy.": _("Rules"),
    "account.": pgettext_lazy("group of events", "Accounts and signing in"),
    "access.": _("Refused pages"),
    "audit.": _("Audit"),
    "key.": _("Keys of personal data"),
    "response.": _("Emergency responses"),
    "assessment.": _("Impact assessments"),
    "purge.": _("Destruction"),
    "hold.": _("Kept as evidence"),
    "retention.": pgettext_lazy("group of events", "Daily clearing"),
    "incident.": pgettext_lazy("group of events", "Incidents of personal data"),
}

# Seen by those who audit ("event.audit"), not by everybody who sees what happened in the unit: how these verbs begin.
AUDITED = (
    "account.", "access.", "audit.", "key.", "my.", "claim.", "device.", "hint.", "person.viewed", "person.listed",
    "person.searched", "person.revealed", "person.exported", "person.printed", "person.health_",
)  # fmt: skip

OUTCOMES: dict[str, str | Promise] = {
    "done": pgettext_lazy("outcome of an act", "done"),
    "refused": pgettext_lazy("outcome of an act", "refused"),
    "failed": pgettext_lazy("outcome of an act", "failed"),
}

# What events are about, by the ``event_kind`` of the models (a test compares them).
KINDS: dict[str, str | Promise] = {
    "person": _("Person on the roster"),
    "guardian": pgettext_lazy("kind of object", "Guardian"),
    "enrolment": pgettext_lazy("kind of object", "Enrolment"),
    "merge": _("Merged duplicates"),
    "roster_file": _("Roster file"),
    "user": _("Account"),
    "letters": _("One-time letters"),
    "posting": pgettext_lazy("kind of object", "Duty"),
    "leave": pgettext_lazy("kind of object", "Absence"),
    "absence": _("Absence through illness"),
    "hint": _("Report to verify"),
    "key_person": _("Key person"),
    "emergency": _("Emergency"),
    "emergency_recipient": _("Recipient of an emergency report"),
    "outside_contact": _("Number of an outside body"),
    "request": pgettext_lazy("kind of object", "Request"),
    "grant": _("Access beyond the duty"),
    "class_code": _("Class code"),
    "personal_link": _("Personal link"),
    "device": pgettext_lazy("kind of object", "Device"),
    "claim": _("Claim of a record"),
    "consent": pgettext_lazy("kind of object", "Consent"),
    "subject_request": _("Request about own data"),
    "purge": _("Destruction run"),
    "hold": _("Hold on destruction"),
    "unit": pgettext_lazy("kind of object", "Unit"),
    "group": _("Working group"),
    "group_member": _("Member of a working group"),
    "area_assignment": _("Assignment to a unit"),
    "area_visit": _("Visit to an assigned unit"),
    "override": _("Rule of a unit’s own"),
    "response": _("Emergency response"),
    "assessment": _("Impact assessment"),
    "return": pgettext_lazy("kind of object", "Return"),
    "roll_group": _("Group with checks of its own"),
    "survey": _("Survey of whereabouts"),
    "answer": _("Answer to a survey"),
    "sender": _("Device or system that sends"),
    "assignment": _("Ordered return"),
    "notice": pgettext_lazy("kind of object", "Notice"),
    "gateway": _("Channel for messages"),
    "duty_post": _("Duty post"),
    "duty_pattern": _("Pattern of shifts"),
    "duty_shift": _("Shift"),
    "handover": _("Hand-over"),
    "duty_swap": _("Swap of shifts"),
    "duty_feed": _("Address of a calendar"),
    "address": _("Way of being reached"),
    "obligation": _("Something owed"),
    "exemption": _("Exception from what is owed"),
    "calendar": _("Entry of a school calendar"),
    "statement": pgettext_lazy("kind of object", "Statement"),
    "pack": _("Figures of a day"),
    "meeting": pgettext_lazy("kind of object", "Meeting"),
    "decision": pgettext_lazy("kind of object", "Decision"),
}


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
    if event.subject_kind == "calendar":
        kind, _space, day = event.subject.partition(" ")
        return f"{dict(EntryKind.choices).get(kind, kind)} {day}".strip()
    if event.subject_kind == "gateway":
        return str(channel_words.labels().get(event.subject, event.subject))
    if event.subject_kind == "obligation":
        owed = obligations.catalog().get(event.subject)
        return owed.label(get_language() or "zh") if owed else event.subject
    if event.subject_kind in ("return", "assignment"):
        name, _space, day = event.subject.partition(" ")
        form = spec.catalog().get(name)
        return f"{forms.say(form.short)} {day}".strip() if form else event.subject
    return event.subject


def actor(event: Event) -> str:
    return event.by_name or gettext("Lianfang")
