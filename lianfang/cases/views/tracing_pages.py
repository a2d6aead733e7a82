"""What the pages of contacts show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianfang.cases import case_words
from lianfang.cases import contact_words as words
from lianfang.cases.models import Case, Contact
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import exposed, finding
from lianfang.cases.queries.exposed import Asked
from lianfang.cases.queries.finding import Found, Search
from lianfang.cases.rules import following as rules
from lianfang.cases.views.case_pages import name, show
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, User
from lianfang.policies.diseases.spec import Contacts

__all__ = ["asked", "choose", "chosen", "found", "index", "one", "said", "show", "today"]


def head(case: Case) -> dict[str, Any]:
    return {"case": case, "name": name(case), "disease": case_words.disease(case.disease)}


def index(user: User, case: Case, now: datetime) -> dict[str, Any]:
    on, rows = clock.day_of(now), exposed.of_case(case.pk)
    over = sum(row.state in ("followed", "lost") and row.until is not None and row.until < on for row in rows)
    states = [row.state for row in rows]
    ill = sum(row.ill_on is not None and row.state == "followed" for row in rows)
    return head(case) | {
        "rows": [_row(row, on) for row in rows], "over": over, "manage": access.can(user, queries.MANAGE, case.unit),
        "rule": _rule(case), "counts": _counts(states, ill),
    }  # fmt: skip


def _counts(states: Sequence[str], ill: int) -> list[dict[str, Any]]:
    rows = (
        (pgettext("a contact", "Followed"), states.count("followed"), "due", "users"),
        (_("With symptoms"), ill, "late", "temperature"),
        (pgettext("a contact", "Fell ill"), states.count("case"), "alarm", "stethoscope"),
        (pgettext("a contact", "Released"), states.count("released"), "done", "circle-check"),
    )
    return [{"label": label, "value": value, "tone": tone, "icon": icon} for label, value, tone, icon in rows]


def _row(row: Contact, on: Any) -> dict[str, Any]:
    facts = [words.links(row.links), _("last on %(day)s") % {"day": case_words.day(row.last_on)}]
    if row.ill_on and row.state in ("followed", "lost"):
        facts.append(_("symptoms since %(day)s") % {"day": case_words.day(row.ill_on)})
    return {
        "contact": row, "name": words.name(row), "facts": facts, "chip": words.chip(row, on),
        "level": row.get_level_display(), "ill": row.ill_on is not None and row.state in ("followed", "lost"),
    }  # fmt: skip


def _rule(case: Case) -> dict[str, Any] | None:
    """What the disease's rule says, in a sentence; None where it names nobody."""
    edition = queries.rules_of(case)
    if edition is None or edition.contacts is None:
        return None
    asks: Contacts = edition.contacts
    back = _("Contacts from the day of onset on count")
    if asks.back:
        back = ngettext(
            "Contacts from %(n)d day before onset on count", "Contacts from %(n)d days before onset on count", asks.back
        ) % {"n": asks.back}
    follow = ngettext("each is followed for %(n)d day", "each is followed for %(n)d days", asks.days) % {"n": asks.days}
    return {
        "text": _("%(back)s; after the last contact %(follow)s. Who counts: %(links)s.") % {
            "back": back, "follow": follow, "links": words.links(rules.in_order(asks.links))
        },
        "sure": asks.is_sure, "away": asks.away,
    }  # fmt: skip


def found(case: Case, search: Search, form: forms.Form) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    chosen = set(form.data.getlist("people")) if form.is_bound else None  # type: ignore[attr-defined]
    for one in search.found:
        if one.is_new:
            groups.setdefault(words.link(one.exposure.links[0]), []).append(_found(one, chosen))
    return head(case) | {
        "groups": [{"label": label, "rows": rows} for label, rows in groups.items()], "form": form,
        "known": sum(not one.is_new for one in search.found), "days": search.days, "rule": _rule(case),
        "first": search.days[0] if search.days else None, "last": search.days[-1] if search.days else None,
        "unsure": case.onset_on is None, "new": sum(one.is_new for one in search.found),
    }  # fmt: skip


def _found(one: Found, chosen: set[str] | None) -> dict[str, Any]:
    counted = [(link, one.exposure.count(link)) for link in one.exposure.links]
    return {
        "person": one.person, "unit": one.unit, "days": words.days(counted), "last": one.exposure.last_on,
        "known": one.known is not None, "checked": chosen is None or str(one.person.pk) in chosen,
    }  # fmt: skip


def one(user: User, contact: Contact, now: datetime) -> dict[str, Any]:
    on = clock.day_of(now)
    manage = access.can(user, queries.MANAGE, contact.case.unit)
    allowed = rules.ALLOWED[contact.state] if manage else frozenset()
    return {
        "contact": contact, "name": words.name(contact), "case_name": name(contact.case),
        "chip": words.chip(contact, on),
        "rows": _answers(contact), "timeline": words.timeline(contact.notes.all()),
        "phone": contact.phone.open() if contact.phone else "",
        "adds": [
            {"label": words.KINDS[kind][0], "icon": words.KINDS[kind][1],
             "url": reverse("cases:exposed_say", args=[contact.pk, kind])}
            for kind in words.OFFERED
            if kind in allowed and kind != "fell_ill"
        ],
        "may_open": "fell_ill" in allowed and contact.state != "case",
    }  # fmt: skip


def _answers(contact: Contact) -> list[dict[str, str]]:
    rows = (
        (_("How the two met"), words.links(contact.links)),
        (_("How near"), str(contact.get_level_display())),
        (_("Last day on which they met"), case_words.day(contact.last_on)),
        (_("Followed through"), case_words.day(contact.until) or _("until the doctor releases")),
        (_("Symptoms since"), case_words.day(contact.ill_on)),
        (_("Asked last on"), case_words.day(contact.noted_on)),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def said(contact: Contact, kind: str, form: forms.Form) -> dict[str, Any]:
    label, icon = words.KINDS[kind]
    return {"contact": contact, "name": words.name(contact), "label": label, "icon": icon, "form": form, "kind": kind}


def before(contact: Contact, now: datetime) -> dict[str, Any]:
    found = {"last_on": contact.last_on, "level": contact.level, "onset_on": contact.ill_on or clock.day_of(now)}
    return found | ({"outside": True} if contact.person_id is None else {})


def today(user: User, now: datetime) -> dict[str, Any]:
    rows = [
        {"unit": unit, "people": people, "asked": number, "done": number >= people}
        for unit, people, number in exposed.classes(user, clock.day_of(now))
    ]
    return {"rows": rows, "waiting": sum(not row["done"] for row in rows)}


def asked(unit: Unit, rows: Sequence[Asked], chosen: Sequence[UUID], form: forms.Form) -> dict[str, Any]:
    return {
        "unit": unit, "rows": rows, "chosen": chosen, "form": form, "people": len(rows),
        "done": bool(rows) and all(one.noted for one in rows),
    }  # fmt: skip


def chosen(request: HttpRequest, case: Case, now: datetime) -> Enrolment | None:
    """Whom ?person names, where they belong to the school of the case."""
    try:
        person = UUID(request.GET.get("person") or "")
    except ValueError:
        return None
    return finding.homes(case.school, [person], clock.day_of(now)).get(person)


def choose(form: forms.Form, case: Case, now: datetime) -> dict[str, Any]:
    typed = form.cleaned_data["name"] if form.is_valid() else ""
    rows = exposed.choices(case.school, typed, clock.day_of(now))
    return head(case) | {"form": form, "rows": rows, "typed": typed}
