"""What the pages of emergencies show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianfang.cases import words
from lianfang.cases.forms.emergencies import AddForm, ReportForm, ToldForm
from lianfang.cases.models import Emergency, EmergencyKind, How, Outcome, OutsideContact, Recipient, Statement
from lianfang.cases.queries import emergencies as queries
from lianfang.cases.queries import recipients
from lianfang.cases.queries.emergencies import About
from lianfang.cases.rules import emergencies as rules
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.rules import symptoms
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User


def about(user: User, request: HttpRequest) -> About | None:
    """Of whom the page was opened, if anybody: from the address, and from the form afterwards."""
    asked = request.POST.get("person") if request.method == "POST" else request.GET.get("person")
    try:
        return queries.about(user, UUID(asked)) if asked else None
    except ValueError:
        return None


def start(user: User, of: About | None, request: HttpRequest) -> dict[str, Any]:
    """What the form knows before anybody types: of the person, or of a cluster whose page led here."""
    if of:
        return {"unit": of[1], "kind": "person", "count": 1}
    told = request.GET
    known: dict[str, Any] = {"unit": queries.own_place(user)}
    if told.get("kind") in EmergencyKind.values:
        known["kind"] = told["kind"]
    if told.get("count", "").isdecimal():
        known["count"] = int(told["count"])
    if told.get("unit", "").isdecimal():
        known["unit"] = queries.places(user).filter(pk=int(told["unit"])).first() or known["unit"]
    if codes := [code for code in told.getlist("symptoms") if symptoms.known(code)]:
        known["symptoms"] = codes
    return known


def at(now: datetime) -> dict[str, str]:
    return {"at": f"{now.astimezone(clock.ZONE):%H:%M}"}


def show(refused: Refused, form: forms.Form) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)


def reported(form: ReportForm, of: About | None) -> dict[str, Any]:
    data = form.cleaned_data
    unit = data["unit"]
    return {
        "key": data["key"], "school": unit.school or unit, "unit": unit, "kind": data["kind"],
        "discovered_at": data["discovered_at"], "facts": form.facts(), "person": of[0] if of else None,
    }  # fmt: skip


def added(form: AddForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {"key": data["key"], "facts": form.facts(), "outcome": data.get("outcome", "")}


def facts(statement: Statement, *, words: bool) -> dict[str, Any]:
    """A form begins with what holds; a new statement writes words of its own."""
    start: dict[str, Any] = {
        "count": statement.count, "since": statement.since, "shared": statement.shared, "stage": statement.stage,
        "symptoms": [one.code for one in symptoms.unpacked(statement.symptoms)],
        "place": statement.place.open() if statement.place else "",
    }  # fmt: skip
    if words:
        start |= {"words": statement.words.open() if statement.words else "", "outcome": statement.outcome}
    return start


def unproved(user: User, form: ReportForm) -> dict[str, Any]:
    """For somebody who has shown the password alone: the screen and whom to call, nothing of what there is."""
    place = queries.own_place(user)
    return {"form": form, "calls": _calls(place), "icons": words.ICONS, "school": place}


def report(user: User, form: ReportForm, of: About | None) -> dict[str, Any]:
    place = queries.own_place(user)
    return {
        "form": form, "about": of, "calls": _calls(place), "icons": words.ICONS,
        "school": place and (place.school or place), "running": queries.visible(user).running().count(),
    }  # fmt: skip


def _calls(unit: Unit | None) -> list[dict[str, str]]:
    known = recipients.contacts(unit) if unit else {}
    return [words.call(known[body]) for body in rules.BODIES if body in known]


def index(user: User, page: Page[Emergency], over: bool, now: datetime) -> dict[str, Any]:
    here = reverse("cases:emergencies")
    return {
        "page": page, "over": over, "rows": [_row(one, now) for one in page], "may_report": bool(queries.schools(user)),
        "contacts": [unit for unit in _own_units(user) if access.can(user, "emergency.contacts", unit)],
        "tabs": [
            {"label": pgettext("emergencies", "Running"), "url": here, "current": not over},
            {"label": pgettext("emergencies", "Over"), "url": f"{here}?over", "current": over},
        ],
    }  # fmt: skip


def _own_units(user: User) -> list[Unit]:
    return list({post.unit_id: post.unit for post in access.postings(user)}.values())


def _row(emergency: Emergency, now: datetime) -> dict[str, Any]:
    stand = _standing(emergency)
    latest = queries.latest(emergency)
    return {
        "emergency": emergency, "title": words.title(emergency), "people": words.people(latest.count),
        "stand": stand, "chip": _chip(emergency, now), "due": rules.due(emergency.kind, emergency.discovered_at).target,
        "outcome": latest.get_outcome_display(),
    }  # fmt: skip


def _standing(emergency: Emergency) -> rules.Standing:
    rows = emergency.recipients.all()
    return rules.standing(rules.Told(row.told_at, row.acknowledged_at, row.gap) for row in rows)


def _chip(emergency: Emergency, now: datetime) -> dict[str, Any]:
    if emergency.joins_id:
        return {"state": "info", "label": _("Added to an earlier report")}
    if emergency.ended_at:
        return {"state": "done", "label": pgettext("emergencies", "Over")}
    due = rules.due(emergency.kind, emergency.discovered_at)
    if rules.kept(due.target, _standing(emergency).all_told_at, now) == "late":
        return {"state": "late", "label": _("Somebody told late")}
    return {"state": "alarm", "label": pgettext("emergencies", "Running")}


def one(user: User, emergency: Emergency, now: datetime) -> dict[str, Any]:
    follow, names = queries.may_follow(user, emergency), queries.may_name(user, emergency)
    alike = queries.alike(emergency) if follow else None
    return {
        "emergency": emergency, "title": words.title(emergency), "chip": _chip(emergency, now),
        "stand": _standing(emergency), "clocks": clocks(emergency, now), "follow": follow,
        "due": rules.due(emergency.kind, emergency.discovered_at).target,
        "told": [_told(row, emergency, now) for row in emergency.recipients.all()],
        "to_confirm": recipients.answerable(user, emergency), "said": [_said(row) for row in queries.said(emergency)],
        "plans": access.can(user, "plan.run", emergency.school),
        "steps": rules.steps(emergency.kind), "calls": _calls(emergency.unit) if follow else [],
        "person": emergency.person if names else None, "about": _outline(emergency, names, now),
        "alike": alike, "joined": list(queries.visible(user).filter(joins=emergency)),
        "language": get_language() or "zh",
    }  # fmt: skip


def _outline(emergency: Emergency, names: bool, now: datetime) -> str:
    """Outside the school a person is sex and age, nothing else."""
    person = emergency.person
    if person is None or names:
        return ""
    parts = [person.get_sex_display()] if person.sex in (1, 2) else []
    if person.born_on:
        age = now.year - person.born_on.year - ((now.month, now.day) < (person.born_on.month, person.born_on.day))
        parts.append(_("%(age)s years old") % {"age": age})
    return _(", ").join(parts)


def clocks(emergency: Emergency, now: datetime) -> list[dict[str, Any]]:
    """Both clocks of the kind with their sources, and whether they were met."""
    timing, due = rules.catalog().kinds[emergency.kind], rules.due(emergency.kind, emergency.discovered_at)
    all_told = _standing(emergency).all_told_at
    return [
        {
            "clock": rules.catalog().clocks[name], "label": rules.catalog().clocks[name].label(get_language() or "zh"),
            "by": by, "kept": rules.kept(by, all_told, now), "at": all_told,
        }
        for name, by in ((timing.target, due.target), (timing.limit, due.limit))
    ]  # fmt: skip


def _told(row: Recipient, emergency: Emergency, now: datetime) -> dict[str, Any]:
    outside = row.unit_id is None
    by = rules.due(emergency.kind, emergency.discovered_at).target
    if not outside:
        by = rules.answer_by(emergency.discovered_at, emergency.reported_at)
    state = "gap" if row.gap else "done" if row.acknowledged_at else "late" if now > by else "now"
    return {
        "row": row, "who": words.who(row), "outside": outside, "state": state, "by": by,
        "taken_by": words.taken_by(row), "how": How(row.how).label if row.how else "",
    }  # fmt: skip


def _said(said: queries.Said) -> dict[str, Any]:
    return {
        "statement": said.statement, "facts": words.facts(said.statement),
        "former": [{"statement": row, "facts": words.facts(row)} for row in said.former],
    }  # fmt: skip


def add(emergency: Emergency, form: AddForm, *, final: bool, corrects: Statement | None = None) -> dict[str, Any]:
    return {"emergency": emergency, "form": form, "final": final, "corrects": corrects, "title": words.title(emergency)}


def thanks(form: AddForm) -> str:
    outcome = form.cleaned_data.get("outcome")
    if outcome == Outcome.EXCLUDED:
        return _(
            "It was nothing. Thank you: reporting early was right, and an alarm that proves false has no liability."
        )
    return _("Final report made. Thank you.") if outcome else _("Added. Everybody who was told has been told of it.")


def told(emergency: Emergency, recipient: Recipient, form: ToldForm) -> dict[str, Any]:
    known = recipients.contacts(emergency.unit)
    contact = known.get(recipient.part)
    return {
        "emergency": emergency, "recipient": recipient, "form": form, "who": words.who(recipient),
        "call": words.call(contact) if contact else None,
    }  # fmt: skip


def sheet(emergency: Emergency, now: datetime) -> dict[str, Any]:
    said = queries.said(emergency)
    return {
        "emergency": emergency, "title": words.title(emergency), "clocks": clocks(emergency, now),
        "first": words.facts(said[0].statement), "said": said[0].statement,
        "about": _outline(emergency, names=False, now=now),
        "later": [_said(row) for row in said[1:]],
    }  # fmt: skip


def bodies() -> list[tuple[str, Any]]:
    return [(body, words.PARTS[body]) for body in rules.BODIES]


def numbers(unit: Unit, known: Mapping[str, OutsideContact]) -> dict[str, str]:
    """Those of the unit itself; what it has from above stands beside."""
    own = {body: row for body, row in known.items() if row.unit_id == unit.pk}
    return {f"{body}_name": row.name for body, row in own.items()} | {
        f"{body}_phone": words.call(row)["number"] for body, row in own.items()
    }


def contacts(unit: Unit, form: forms.Form, known: Mapping[str, OutsideContact]) -> dict[str, Any]:
    rows = [
        {
            "label": words.PARTS[body], "name": form[f"{body}_name"], "phone": form[f"{body}_phone"],
            "above": known[body] if body in known and known[body].unit_id != unit.pk else None,
        }
        for body in rules.BODIES
    ]  # fmt: skip
    return {"unit": unit, "form": form, "rows": rows}
