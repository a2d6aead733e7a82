"""The codes that events were recorded with, in the words of the pages they come from: ``student`` is 学生."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.models import EmergencyKind
from lianfang.cases.models import Outcome as EmergencyOutcome
from lianfang.core import clock, problems
from lianfang.notices.queries import channel_words
from lianfang.notices.queries.audience_words import WAYS
from lianfang.obligations import spec as obligations
from lianfang.orgs.models import EntryKind, GroupKind, Kind
from lianfang.people import access
from lianfang.people.models import Request
from lianfang.people.models.claims import SubjectKind
from lianfang.people.models.families import Relation
from lianfang.people.models.roster import Belonging, Document, Ending, LodgingKind, Mark
from lianfang.returns import spec
from lianfang.returns.queries import words as forms
from lianfang.web.duties.words import LEAVE_KINDS
from lianfang.web.events.words import KINDS, OUTCOMES
from lianfang.web.my.words import CORRECTABLE, HOW
from lianfang.web.oversight.words import VERBS
from lianfang.web.privacy.words import KINDS as TOUCHED
from lianfang.web.privacy.words import MODULES
from lianfang.web.roster.words import COLUMNS, FIELDS, REASONS

Words = Mapping[str, str | Promise]

_FIELDS: Words = {
    "name": pgettext_lazy("person", "Name"),
    "former_name": _("Former name"),
    "username": _("User name"),
    "work_phone": _("Telephone on duty"),
    "must_change_password": pgettext_lazy("value of an event", "must change the password"),
    "guardian": pgettext_lazy("kind of object", "Guardian"),
    "household": pgettext_lazy("value of an event", "household"),
    "lodging": _("Lodging"),
    "address": _("Home address"),
    "phone": _("Telephone"),
    "document": pgettext_lazy("value of an event", "document"),
    "health_note": _("Health note"),
    "task": pgettext_lazy("value of an event", "task"),
}
_WAYS: Words = {
    "password": pgettext_lazy("value of an event", "password"),
    "passkey": pgettext_lazy("value of an event", "passkey"),
    "webauthn": pgettext_lazy("value of an event", "passkey"),
    "totp": pgettext_lazy("value of an event", "authenticator app"),
    "recovery_codes": pgettext_lazy("value of an event", "recovery codes"),
    "pupil": pgettext_lazy("self-service", "Pupil"),
    "guardian": pgettext_lazy("kind of object", "Guardian"),
    "retention": pgettext_lazy("value of an event", "kept long enough"),
    "response": pgettext_lazy("value of an event", "end of a response"),
    "request": pgettext_lazy("value of an event", "request of the person"),
    "record": pgettext_lazy("value of an event", "record"),
    "full": pgettext_lazy("value of an event", "numbers in full"),
    "looks": pgettext_lazy("value of an event", "who looked"),
    "copy_file": pgettext_lazy("value of an event", "copy as a file"),
    "print": pgettext_lazy("value of an event", "on paper"),
    "waiting": pgettext_lazy("value of an event", "waiting"),
    "agreed": pgettext_lazy("value of an event", "agreed"),
    "roster": _("Roster"),
}
_OF_HEALTH: Words = {
    "morning": pgettext_lazy("value of an event", "morning"),
    "noon": pgettext_lazy("value of an event", "noon"),
    "evening": pgettext_lazy("value of an event", "evening"),
    "later": pgettext_lazy("value of an event", "the later one"),
    "first": pgettext_lazy("value of an event", "the first one"),
    "device": pgettext_lazy("value of an event", "the family's telephone"),
    "telephone": pgettext_lazy("value of an event", "by telephone"),
    "own": pgettext_lazy("value of an event", "for oneself"),
}
_CHANNELS: Words = channel_words.labels()
# What a code means depends on the term it stands under, where two of them share a code.
_OF_TERMS: Mapping[str, Words] = {
    "fields": {**FIELDS, **_FIELDS},
    "field": {**FIELDS, **_FIELDS},
    "columns": COLUMNS,
    "ending": dict(Ending.choices),
    "relation": dict(Relation.choices),
    "why": {**REASONS, **_WAYS},
    "module": MODULES,
    "about": {**KINDS, **_WAYS},
    "verbs": VERBS,
    "round": _OF_HEALTH,
    "slot": _OF_HEALTH,
    "kind": {**dict(EntryKind.choices), **dict(EmergencyKind.choices)},
    "how": {way: words for way, (words, _what) in WAYS.items()},
    "outcome": {
        "done": pgettext_lazy("outcome of what was owed", "done"),
        "withdrawn": pgettext_lazy("outcome of what was owed", "no longer owed"),
        **dict(EmergencyOutcome.choices),
    },
    "driver": _CHANNELS,
    "channel": _CHANNELS,
    "kept": _OF_HEALTH,
    "source": _OF_HEALTH,
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@cache
def _codes() -> Words:
    """Everything else, the first that knows a code."""
    found: dict[str, str | Promise] = {}
    kinds = (Kind, GroupKind, Belonging, Document, LodgingKind, Mark, SubjectKind)
    for choices in (*(dict(each.choices) for each in kinds), dict(Request._meta.get_field("kind").flatchoices)):
        found = {**choices, **found}
    roles = {name: role.label for name, role in access.ROLES.items()}
    return {**TOUCHED, **CORRECTABLE, **HOW, **LEAVE_KINDS, **OUTCOMES, **_WAYS, **roles, **found}


def value(term: str, code: str) -> str:
    """``code`` as people say it; what nobody has words for stays as it was recorded."""
    if _ID.fullmatch(code):
        return f"…{code[-8:]}"
    if _MOMENT.match(code):
        return date_format(datetime.fromisoformat(code).astimezone(clock.ZONE), "SHORT_DATETIME_FORMAT")
    if term == "wrong":
        return problems.text(code)
    if term == "kind" and code in obligations.catalog():
        return obligations.kind(code).label(get_language() or "zh")
    known = _OF_TERMS.get(term, {}).get(code) or _codes().get(code) or _of_forms(term, code)
    return str(known) if known else code


def _of_forms(term: str, code: str) -> str:
    """Forms, their parts, signatures and cells, by the catalogue."""
    for form in spec.catalog().values():
        for words in _words_of(form, term, code):
            return forms.say(words)
    return ""


def _words_of(form: spec.Form, term: str, code: str) -> Iterator[spec.Words]:
    if term in ("form", "slot") and code == form.id:
        yield form.short
    elif term == "slot":
        yield from (part.label for part in form.parts if code == f"{form.id}.{part.id}")
    elif term == "part":
        yield from (part.label for part in form.parts if part.id == code)
    elif term == "step":
        yield from (step.label for tier in form.tiers for step in tier.steps if step.id == code)
    elif term == "cells":
        yield from (form.label_of(cell) for cell in form.cells if cell == code)
