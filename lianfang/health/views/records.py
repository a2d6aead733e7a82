"""The health record of a person: for staff, and for the family. Every look is on record."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.health import record as records
from lianfang.health import record_book
from lianfang.health import record_words as words
from lianfang.health.actions import reading
from lianfang.health.queries import days as queries
from lianfang.health.record import Span, Viewer
from lianfang.health.rules.status import Status
from lianfang.health.views.door import Speaker, of_person
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of

DAYS = timedelta(days=60)
VERB = "record.view"
_TAKES_OUT = "absence.watch"


@needs(VERB)
def record(request: HttpRequest, person: UUID) -> HttpResponse:
    return _of_staff(request, person, "health/record.html")


@needs(VERB)
def record_sheet(request: HttpRequest, person: UUID) -> HttpResponse:
    return _of_staff(request, person, "health/record_sheet.html")


@needs(_TAKES_OUT)
def record_table(request: HttpRequest, person: UUID) -> FileResponse:
    """The same as a workbook, for who may take out registers."""
    user = user_of(request)
    found, unit, viewer = _open(user, person)
    if not access.can(user, _TAKES_OUT, unit):
        raise Http404
    span = _span(request, clock.today())
    entries = records.timeline(found, span, viewer)
    mark = reading.exported(by=user, person=found, unit=unit, lines=len(entries), now=clock.now())
    book = record_book.workbook(entries, f"{found.name} {span.first} – {span.last}", mark)
    name = _("Health record") + ".xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=record_book.XLSX)


def _open(user: User, person: UUID) -> tuple[Person, Unit, Viewer]:
    """A class teacher sees findings and absences; diagnoses and remarks are the doctor's."""
    found = get_object_or_404(roster.visible(user, VERB), pk=person)
    seen = roster.visible_belongings(user, found, VERB)
    if not seen:
        raise Http404
    unit = seen[0].unit
    medical = access.can(user, "person.health", unit)
    return found, unit, Viewer(frozenset(row.school_id for row in seen), medical=medical)


def _of_staff(request: HttpRequest, person: UUID, template: str) -> HttpResponse:
    user = user_of(request)
    found, unit, viewer = _open(user, person)
    reading.viewed(by=user, person=found, unit=unit, printed=template.endswith("sheet.html"), now=clock.now())
    medical = viewer.medical
    context = _page(request, found, viewer) | {
        "frame": "ui/base.html", "unit": unit, "medical": medical, "sheet": "health:record_sheet",
        "own": "health:record", "file": access.can(user, "person.view", unit),
        "takes_out": access.can(user, _TAKES_OUT, unit),
        "may_list": access.can(user, "key_person.manage", unit),
        "cards": unit.kind == "class" and access.can(user, "finding.view", unit),
    }  # fmt: skip
    return render(request, template, context)


@of_person
def own_record(request: HttpRequest, speaker: Speaker) -> HttpResponse:
    return _of_family(request, speaker, "health/record.html")


@of_person
def own_record_sheet(request: HttpRequest, speaker: Speaker) -> HttpResponse:
    return _of_family(request, speaker, "health/record_sheet.html")


def _of_family(request: HttpRequest, speaker: Speaker, template: str) -> HttpResponse:
    """The same for those it is about, without what staff noted for themselves."""
    if speaker.claim is not None:
        reading.looked(claim=speaker.claim, now=clock.now())
    belongings = queries.belongings(speaker.person)
    schools = frozenset(row.school_id for row in belongings)
    context = _page(request, speaker.person, Viewer(schools, family=True)) | {
        "frame": "ui/base.html" if speaker.user else "ui/family.html", "family": True, "claim": speaker.claim,
        "unit": belongings[0].unit if belongings else None, "sheet": "health:own_record_sheet",
        "own": "health:own_record",
    }  # fmt: skip
    return render(request, template, context)


def _page(request: HttpRequest, person: Person, viewer: Viewer) -> dict[str, Any]:
    today = clock.today()
    span = _span(request, today)
    last = span.last
    days = words.of_days(person, span, viewer)
    return {
        "person": person, "span": span, "today": today, "entries": records.timeline(person, span, viewer),
        "calendar": _calendar(span, {day.on: day.day.status for day in days}, words.days_off(person, span)),
        "earlier": span.first - timedelta(days=1), "later": min(last + DAYS, today) if last < today else None,
    }  # fmt: skip


def _span(request: HttpRequest, today: date) -> Span:
    last = min(_day(request.GET.get("until", "")) or today, today)
    return Span(last - DAYS + timedelta(days=1), last)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _calendar(span: Span, of: dict[date, Status], off: frozenset[date]) -> dict[str, Any]:
    """Weeks from Monday; a day without a word is empty and not well, a day off without one is not asked for."""
    first = span.first - timedelta(days=span.first.weekday())
    cells: list[dict[str, Any]] = []
    for at in range((span.last - first).days + 1):
        on = first + timedelta(days=at)
        status = of.get(on, Status.NO_REPORT)
        look, sign, word = _OFF if status is Status.NO_REPORT and on in off else _LOOKS[status]
        cells.append({"on": on, "look": "before" if on < span.first else look, "sign": sign, "word": word()})
    shown = [cell for cell in cells if cell["look"] != "before"]
    counted = [
        {"sign": sign, "word": word(), "n": sum(cell["look"] == look for cell in shown), "look": look}
        for look, sign, word in (*_LOOKS.values(), _OFF)
    ]
    heads = [date_format(cell["on"], "D") for cell in cells[:7]]
    return {"heads": heads, "cells": cells, "counts": [one for one in counted if one["n"]]}


_LOOKS = {
    Status.WELL: ("well", "✓", lambda: _("well")),
    Status.SYMPTOMATIC: ("symptomatic", "!", lambda: _("with symptoms")),
    Status.ILL: ("ill", "×", lambda: _("absent, ill")),
    Status.ISOLATED: ("isolated", "◇", lambda: _("in isolation")),
    Status.UNKNOWN: ("unknown", "?", lambda: _("absent, reason not known")),
    Status.LEAVE: ("leave", "–", lambda: _("on leave")),
    Status.AWAY: ("away", "○", lambda: _("leave of absence")),
    Status.NO_REPORT: ("none", "·", lambda: _("no report")),
}
# Neither a zero, nor blank, nor unknown.
_OFF = ("off", "/", lambda: _("no school day, no check owed"))
