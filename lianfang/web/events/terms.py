"""The terms an event was recorded with, as the auditor reads them. A term without a word here is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from lianfang.core.models import Event
from lianfang.web.events import values, words

TERMS: dict[str, str | Promise] = {
    "fields": pgettext_lazy("term of an event", "fields"),
    "field": pgettext_lazy("term of an event", "field"),
    "on": pgettext_lazy("term of an event", "on"),
    "people": pgettext_lazy("term of an event", "people"),
    "rows": pgettext_lazy("term of an event", "rows"),
    "kind": pgettext_lazy("term of an event", "kind"),
    "number": pgettext_lazy("term of an event", "number"),
    "from": pgettext_lazy("term of an event", "from"),
    "to": pgettext_lazy("term of an event", "to"),
    "why": pgettext_lazy("term of an event", "occasion"),
    "version": pgettext_lazy("term of an event", "version"),
    "user": pgettext_lazy("term of an event", "user"),
    "person": pgettext_lazy("term of an event", "person"),
    "until": pgettext_lazy("term of an event", "good until"),
    "reason": pgettext_lazy("term of an event", "reason"),
    "form": pgettext_lazy("term of an event", "form"),
    "outcome": pgettext_lazy("term of an event", "outcome"),
    "ended": pgettext_lazy("term of an event", "ended"),
    "claim": pgettext_lazy("term of an event", "claim"),
    "as": pgettext_lazy("term of an event", "as"),
    "verbs": pgettext_lazy("term of an event", "verbs"),
    "request": pgettext_lazy("term of an event", "request"),
    "mark": pgettext_lazy("term of an event", "mark"),
    "how": pgettext_lazy("term of an event", "way"),
    "household": pgettext_lazy("term of an event", "household"),
    "hours": pgettext_lazy("term of an event", "hours"),
    "gone": pgettext_lazy("term of an event", "merged record"),
    "what": pgettext_lazy("term of an event", "what"),
    "units": pgettext_lazy("term of an event", "units"),
    "suite": pgettext_lazy("term of an event", "suite"),
    "seen": pgettext_lazy("term of an event", "seen here"),
    "newest": pgettext_lazy("term of an event", "newest"),
    "schools": pgettext_lazy("term of an event", "schools"),
    "row": pgettext_lazy("term of an event", "entry"),
    "role": pgettext_lazy("term of an event", "role"),
    "recipients": pgettext_lazy("term of an event", "recipients"),
    "postings": pgettext_lazy("term of an event", "postings"),
    "part": pgettext_lazy("term of an event", "part"),
    "lines": pgettext_lazy("term of an event", "lines"),
    "level": pgettext_lazy("term of an event", "level"),
    "columns": pgettext_lazy("term of an event", "columns"),
    "faults": pgettext_lazy("term of an event", "faults"),
    "ending": pgettext_lazy("term of an event", "ending"),
    "devices": pgettext_lazy("term of an event", "devices"),
    "page": pgettext_lazy("term of an event", "page"),
    "method": pgettext_lazy("term of an event", "method"),
    "status": pgettext_lazy("term of an event", "status"),
    "ids": pgettext_lazy("term of an event", "numbers"),
    "links": pgettext_lazy("term of an event", "links"),
    "discovered_at": pgettext_lazy("term of an event", "discovered"),
    "emergency": pgettext_lazy("term of an event", "emergency"),
    "joins": pgettext_lazy("term of an event", "added to"),
    "corrects": pgettext_lazy("term of an event", "corrects"),
    "body": pgettext_lazy("term of an event", "outside body"),
    "events": pgettext_lazy("term of an event", "events"),
    "waiting": pgettext_lazy("term of an event", "waiting"),
    "findings": pgettext_lazy("term of an event", "findings"),
    "in_links": pgettext_lazy("term of an event", "in links"),
    "in_events": pgettext_lazy("term of an event", "in events"),
    "filters": pgettext_lazy("term of an event", "filters"),
    "granted": pgettext_lazy("term of an event", "granted"),
    "previous": pgettext_lazy("term of an event", "previous"),
    "important": pgettext_lazy("term of an event", "important"),
    "module": pgettext_lazy("term of an event", "module"),
    "left_out": pgettext_lazy("term of an event", "left out"),
    "relation": pgettext_lazy("term of an event", "relation"),
    "letters": pgettext_lazy("term of an event", "letters"),
    "accounts": pgettext_lazy("term of an event", "accounts"),
    "returns": pgettext_lazy("term of an event", "returns"),
    "step": pgettext_lazy("term of an event", "signature"),
    "self_filled": pgettext_lazy("term of an event", "filled in by the signer"),
    "cells": pgettext_lazy("term of an event", "boxes"),
    "id": pgettext_lazy("term of an event", "of"),
    "about": pgettext_lazy("term of an event", "about"),
    "needed": pgettext_lazy("term of an event", "agreements needed"),
    "state": pgettext_lazy("term of an event", "now"),
    "stand_in": pgettext_lazy("term of an event", "stand-in"),
    "head": pgettext_lazy("term of an event", "head of the group"),
    "group": pgettext_lazy("term of an event", "group"),
    "problem": pgettext_lazy("term of an event", "something found"),
    "justified": pgettext_lazy("term of an event", "justified"),
    "waits": pgettext_lazy("term of an event", "waits for confirmation"),
    "to_on": pgettext_lazy("term of an event", "last day"),
    "resting": pgettext_lazy("term of an event", "duties resting"),
    "happened": pgettext_lazy("term of an event", "happened"),
    "kinds": pgettext_lazy("term of an event", "kinds of data"),
    "given": pgettext_lazy("term of an event", "agreed"),
    "by_claim": pgettext_lazy("term of an event", "signed out by"),
    "claims": pgettext_lazy("term of an event", "claims"),
    "held": pgettext_lazy("term of an event", "held"),
    "codes": pgettext_lazy("term of an event", "codes"),
    "left": pgettext_lazy("term of an event", "left"),
    "as_a": pgettext_lazy("term of an event", "as"),
    "bytes": pgettext_lazy("term of an event", "bytes"),
    "code": pgettext_lazy("term of an event", "code"),
    "changed": pgettext_lazy("term of an event", "changed"),
    "sponsor": pgettext_lazy("term of an event", "sponsor"),
    "n": pgettext_lazy("term of an event", "number"),
    "places": pgettext_lazy("term of an event", "schools and days"),
    "round": pgettext_lazy("term of an event", "check"),
    "slot": pgettext_lazy("term of an event", "deadline"),
    "count": pgettext_lazy("term of an event", "how many"),
    "counts": pgettext_lazy("term of an event", "how many each"),
    "kept": pgettext_lazy("term of an event", "version kept"),
    "source": pgettext_lazy("term of an event", "told by"),
    "survey": pgettext_lazy("term of an event", "survey"),
    "driver": pgettext_lazy("term of an event", "channel"),
    "wrong": pgettext_lazy("term of an event", "what was wrong"),
    "morning": pgettext_lazy("term of an event", "morning checks"),
    "noon": pgettext_lazy("term of an event", "noon checks"),
    "evening": pgettext_lazy("term of an event", "evening checks"),
    "cards": pgettext_lazy("term of an event", "health cards"),
    "symptomatic": pgettext_lazy("term of an event", "with symptoms"),
    "ill": pgettext_lazy("term of an event", "absent ill"),
    "leave": pgettext_lazy("term of an event", "on other leave"),
    "unknown": pgettext_lazy("term of an event", "absent, why unknown"),
    "isolated": pgettext_lazy("term of an event", "isolated"),
    "fever": pgettext_lazy("term of an event", "with fever"),
    "expected": pgettext_lazy("term of an event", "expected"),
    "copied": pgettext_lazy("term of an event", "the same for days"),
    "unseen": pgettext_lazy("term of an event", "not named though the card told"),
    "temperatures": pgettext_lazy("term of an event", "alike temperatures"),
    "haste": pgettext_lazy("term of an event", "filled in very fast"),
    "clockwork": pgettext_lazy("term of an event", "always at the same second"),
    "one_device": pgettext_lazy("term of an event", "one telephone for many"),
    "burst": pgettext_lazy("term of an event", "many within seconds"),
    "silent": pgettext_lazy("term of an event", "never a finding"),
}

# Objects whose label is a code, and the term that gives its words.
_CODED = {
    "request": "kind", "leave": "kind", "subject_request": "kind", "enrolment": "as", "grant": "verbs", "purge": "why",
    "assessment": "module",
}  # fmt: skip


def subject(event: Event) -> str:
    """What it was done to (`words.subject`), codes in their words."""
    told = words.subject(event)
    return said(told.split(), _CODED[event.subject_kind]) if event.subject_kind in _CODED else told


def said(detail: Any, term: str = "") -> str:
    """``page units:unit · status 404``; lists with commas. Codes in their words (`values`)."""
    if isinstance(detail, Mapping):
        return " · ".join(f"{TERMS.get(name, name)} {said(one, name)}" for name, one in detail.items())
    if isinstance(detail, list):
        return pgettext("list", ", ").join(said(one, term) for one in detail)
    if isinstance(detail, bool):
        return pgettext("value of an event", "yes") if detail else pgettext("value of an event", "no")
    if detail in (None, ""):
        return "–"
    return values.value(term, detail) if isinstance(detail, str) else str(detail)
