"""What the pages of isolation places and of who is kept apart show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lianfang.cases import isolation_words as words
from lianfang.cases import words as emergency_words
from lianfang.cases.forms.isolation import StayForm
from lianfang.cases.models import IsolationPlace, Stay, StayDecision, Zone
from lianfang.cases.queries import isolation as queries
from lianfang.cases.queries import observing, recipients
from lianfang.cases.queries.isolation import CLEANED, FREE, TAKEN, BedState, Occupied
from lianfang.cases.rules import isolation as rules
from lianfang.cases.rules import observing as rounds
from lianfang.cases.rules.emergencies import BODIES
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, User
from lianfang.people.rules.identity import age
from lianfang.policies import diseases


def show(refused: Refused, form: forms.Form) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)


def tabs(user: User, current: str) -> list[dict[str, Any]]:
    """Names stand behind those tabs alone that a school doctor has."""
    rows = [("board", pgettext("isolation", "Beds"), reverse("cases:isolation"), queries.VIEW)]
    rows += [("people", pgettext("isolation", "Who is kept apart"), reverse("cases:stays"), queries.NAMES)]
    rows += [("over", pgettext("isolation", "Over"), reverse("cases:stays") + "?over", queries.NAMES)]
    rows += [("transfers", _("Taken to a hospital"), reverse("cases:transfers"), queries.NAMES)]
    return [
        {"label": label, "url": url, "current": name == current}
        for name, label, url, verb in rows if access.holds(user, verb)
    ]  # fmt: skip


def board(user: User) -> dict[str, Any]:
    names = access.holds(user, queries.NAMES)
    open_places = list(queries.places(user).filter(closed_at__isnull=True).order_by("school__path", "zone", "name"))
    stand = queries.occupancy(open_places, names=names)
    return {
        "tabs": tabs(user, "board"), "may_put": access.holds(user, queries.STAYS),
        "groups": [_school(user, school, [one for one in stand if one.place.school_id == school.pk], names)
                   for school in queries.schools(user)],
    }  # fmt: skip


def _school(user: User, school: Unit, stand: Sequence[Occupied], names: bool) -> dict[str, Any]:
    away = queries.away_by_zone(school)
    return {
        "school": school, "manage": access.can(user, queries.PLACES, school),
        "zones": [_zone(zone, [one for one in stand if one.place.zone == zone.value]) for zone in Zone],
        "counts": [
            {"label": _("At home"), "value": away["home"], "icon": "home", "tone": "quiet"},
            {"label": _("In a hospital"), "value": away["hospital"], "icon": "building-hospital", "tone": "quiet"},
        ],
        "names": names,
    }  # fmt: skip


def _zone(zone: Zone, stand: Sequence[Occupied]) -> dict[str, Any]:
    return {
        "label": zone.label, "places": [{"stand": one, **_beds(one)} for one in stand],
        "counts": [
            {"label": _("Free"), "value": sum(one.count(FREE) for one in stand), "tone": "done", "icon": "bed"},
            {"label": _("Taken"), "value": sum(one.count(TAKEN) for one in stand), "tone": "alarm", "icon": "user"},
            {"label": _("To be disinfected"), "value": sum(one.count(CLEANED) for one in stand), "tone": "due",
             "icon": "spray"},
        ],
    }  # fmt: skip


def _beds(one: Occupied) -> dict[str, Any]:
    return {"taken": one.count(TAKEN), "all": len(one.beds), "free": one.count(FREE), "cleaned": one.count(CLEANED)}


def place(user: User, found: IsolationPlace, form: forms.Form) -> dict[str, Any]:
    names = access.can(user, queries.NAMES, found.school)
    (stand,) = queries.occupancy([found], names=names)
    return {
        "place": found, "form": form, **_beds(stand), "names": names,
        "manage": found.closed_at is None and access.can(user, queries.PLACES, found.school),
        "rooms": [
            {"room": room, "beds": [_bed(one) for one in beds], "empty": all(one.state != TAKEN for one in beds)}
            for room, beds in stand.rooms()
        ],
    }  # fmt: skip


def _bed(one: BedState) -> dict[str, Any]:
    state, tone, label = {
        FREE: ("done", "done", _("free")), TAKEN: ("alarm", "alarm", _("taken")),
        CLEANED: ("due", "due", _("to be disinfected")),
    }[one.state]  # fmt: skip
    numbered = _("Bed %(n)s: %(state)s") % {"n": one.bed.number, "state": label}
    return {"label": numbered, "state": state, "tone": tone, "stay": one.stay,
            "name": words.name(one.stay.person) if one.stay else ""}  # fmt: skip


def stays(user: User, page: Page[Stay], over: bool, now: datetime) -> dict[str, Any]:
    on = clock.day_of(now)
    return {
        "page": page, "over": over, "tabs": tabs(user, "over" if over else "people"),
        "may_put": access.holds(user, queries.STAYS),
        "rows": [
            {
                "stay": row, "name": words.name(row.person), "where": words.whereabouts(row), "ends": words.ends(row),
                "chip": words.chip(row, on), "facts": [words.disease(row.disease), row.get_why_display()],
            }
            for row in page
        ],
    }  # fmt: skip


def stay_form(data: Any, chosen: Enrolment, now: datetime) -> StayForm:
    """A case that runs is what it is about, until somebody chooses otherwise."""
    school, on = chosen.unit.school or chosen.unit, clock.day_of(now)
    case = queries.case_of(chosen.person)
    start: dict[str, Any] = {}
    if case is not None:
        start = {"disease": case.disease, "why": "suspected" if case.certainty == "suspected" else "case"}
    names = [name for name, _edition in queries.book(school, on)]
    if case is not None and case.disease not in names:
        names.insert(0, case.disease)
    return StayForm(data, beds=queries.free_beds(school), diseases=names, today=on, initial=start)


def beginning(form: StayForm, chosen: Enrolment) -> dict[str, Any]:
    return {"form": form, "person": chosen.person, "unit": chosen.unit, "free": len(form.beds)}


def stay(user: User, row: Stay, now: datetime) -> dict[str, Any]:
    on, watched = clock.day_of(now), queries.observation(row)
    manage = access.can(user, queries.STAYS, row.unit) and row.ended_at is None
    return {
        "stay": row, "name": words.name(row.person), "chip": words.chip(row, on), "manage": manage,
        "is_over": row.ended_at is None and rules.is_over(row.until, on), "answers": _answers(row),
        "timeline": _timeline(row), "watched": watched, "grid": grid(watched), "person": person(row, now),
        "take": watched is not None and watched.ended_at is None
        and access.can(user, observing.VERB, watched.unit),
        "calls": calls(row.unit),
    }  # fmt: skip


def person(row: Stay, now: datetime) -> list[str]:
    """Sex and age, as far as they are known."""
    who = row.person
    if who is None:
        return []
    sex = str(who.get_sex_display()) if who.sex in (1, 2) else ""
    years = age(who.born_on, clock.day_of(now)) if who.born_on else None
    told = "" if years is None else ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    return [part for part in (sex, told) if part]


def calls(unit: Unit) -> list[dict[str, str]]:
    known = recipients.contacts(unit)
    return [emergency_words.call(known[body]) for body in BODIES if body in known]


def _answers(row: Stay) -> list[dict[str, Any]]:
    said = words.source(row)
    days = _("no days; until the conditions of return are met") if row.days is None else _days(row.days)
    reliable = "" if said["sure"] else _("(to be verified)")
    last = rules.last_day(row.counts_from, row.days)
    known = [
        (pgettext("isolation", "Where"), words.whereabouts(row)),
        (_("Why"), words.joined(row.get_why_display(), words.disease(row.disease))),
        (pgettext("isolation", "Since"), words.moment(_first(row).began_at)),
        (_("Counts from"), words.day(row.counts_from)),
        (_("The rules say"), words.joined(days, words.day(last), said["text"], reliable)),
        (_("Edition"), _edition(row)),
        (_("Last day"), words.ends(row)),
        (_("Why in this area"), row.zone_reason.open() if row.zone_reason else ""),
    ]
    if row.ended_at:
        told = words.joined(words.moment(row.ended_at), row.ended_by.name if row.ended_by else "",
                            row.ending_words.open() if row.ending_words else "")  # fmt: skip
        known.append((row.get_ending_display(), told))
    return [{"label": label, "value": value} for label, value in known if value]


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _edition(row: Stay) -> str:
    file = diseases.catalog().get(row.disease)
    found = next((one for one in file.editions if one.id == row.edition), None) if file else None
    return found.label(get_language() or "zh") if found else ""


def _first(row: Stay) -> Stay:
    before = queries.chain(row)
    return before[-1] if before else row


def _timeline(row: Stay) -> list[dict[str, Any]]:
    """Newest first: every place, and every decision on the last day."""
    rows = [row, *queries.chain(row)]
    items = [
        {"at": one.began_at, "what": words.whereabouts(one), "who": one.by.name, "icon": "bed" if one.bed else "home",
         "tone": "quiet", "note": ""}
        for one in rows
    ]  # fmt: skip
    made = StayDecision.objects.filter(stay__in=rows).select_related("by")
    items += [
        {"at": one.at, "what": _("New last day: %(day)s") % {"day": words.day(one.until)}, "who": one.by.name,
         "icon": "gavel", "tone": "due", "note": one.basis.open() if one.basis else ""}
        for one in made
    ]  # fmt: skip
    if row.ended_at:
        items.append({"at": row.ended_at, "what": row.get_ending_display(), "icon": "door-exit", "tone": "done",
                      "who": row.ended_by.name if row.ended_by else "", "note": ""})  # fmt: skip
    return sorted(items, key=lambda item: item["at"], reverse=True)


def grid(watched: Any) -> dict[str, Any]:
    """Temperatures by day and round; what was not measured is a dash."""
    if watched is None:
        return {"rounds": [], "lines": []}
    names = [one.id for one in rounds.catalog().rounds]
    found = observing.by_day(observing.readings(watched))
    return {
        "rounds": [words.round_of(name) for name in names],
        "lines": [
            {"on": on, "cells": [_cell(watched, on, day.get(name)) for name in names]} for on, day in found
        ],
    }  # fmt: skip


def _cell(watched: Any, on: Any, reading: Any) -> dict[str, Any]:
    if reading is None:
        return {"told": "", "hot": False, "reading": None}
    hot = reading.temperature >= observing.fever(watched, on)
    told = words.joined(words.degrees(reading), words.seen(reading))
    return {"told": told, "hot": hot, "reading": reading, "corrected": reading.corrects_id is not None}
