"""Lists that leave the house: as a file, after agreement where it is needed, or on paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people.actions import exporting
from lianfang.people.actions.exporting import Terms, Watermark
from lianfang.people.models import Request, User
from lianfang.people.queries import requests, roster
from lianfang.people.rules import roster as rules
from lianfang.ui.needs import needs, user_of
from lianfang.ui.watermark import mark
from lianfang.web.roster import forms, sheets
from lianfang.web.roster.views.opening import answer, open_unit, rejected
from lianfang.web.units.sheets import XLSX


@needs("person.export")
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choose; a small list comes at once, anything more is asked for."""
    unit = open_unit(request, pk, "person.export")
    user, now = user_of(request), clock.now()
    form = forms.ExportForm(request.POST or None)
    context = _context(user, unit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        columns = tuple(name for name in rules.COLUMNS if name in data["columns"])
        rows = roster.people_of(user, unit, now.date(), as_a=data["as_a"], verb="person.export")
        terms = Terms(columns, data["form"], rows.count(), data["as_a"])
        try:
            if exporting.needs_agreement(user, unit, terms, now):
                exporting.ask_export(by=user, unit=unit, terms=terms, purpose=data["purpose"], now=now)
                messages.success(request, _("A second person has been asked to agree. Look here again later."))
                return redirect("roster:export", pk)
            seal = exporting.take_out(by=user, unit=unit, terms=terms, purpose=data["purpose"], now=now)
        except Refused as refused:
            return rejected(request, "roster/export.html", form, refused, **context)
        return _file(user, unit, terms, seal)
    return answer(request, "roster/export.html", form, **context)


@needs("person.export")
@require_POST
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The one download of an agreed list; what is written is made now."""
    user, now = user_of(request), clock.now()
    asked = get_object_or_404(Request.objects.filter(by=user, kind="export", subject_kind="roster"), pk=pk)
    unit = open_unit(request, asked.unit_id, "person.export")
    terms = Terms(
        tuple(asked.detail["columns"]), asked.detail["form"], asked.detail["people"], asked.detail.get("as_a", "")
    )
    try:
        seal = exporting.take_out(by=user, unit=unit, terms=terms, purpose=asked.reason, request=asked, now=now)
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
        return redirect("roster:export", unit.pk)
    return _file(user, unit, terms, seal)


@needs("person.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A list on paper, with the purpose and who printed it on the sheet. A class at a time: more is an export."""
    unit = open_unit(request, pk)
    user, now = user_of(request), clock.now()
    rows = roster.people_of(user, unit, now.date())
    form = forms.PrintForm(request.POST or None)
    people = rows.count()
    context: dict[str, Any] = {
        "unit": unit,
        "people": people,
        "most": rules.FREELY,
        "too_many": exporting.needs_agreement(user, unit, Terms((), "print", people), now),
    }
    if request.method == "POST" and form.is_valid():
        columns = tuple(name for name in rules.COLUMNS if name in form.cleaned_data["columns"])
        terms, purpose = Terms(columns, "print", people), form.cleaned_data["purpose"]
        try:
            seal = exporting.take_out(by=user, unit=unit, terms=terms, purpose=purpose, now=now)
        except Refused as refused:
            return rejected(request, "roster/print.html", form, refused, **context)
        lines = list(sheets.table(rows, columns, now.date()))
        found = {"unit": unit, "heading": sheets.heading(columns), "lines": lines, "mark": mark(seal)}
        return render(request, "roster/sheet.html", found)
    return answer(request, "roster/print.html", form, **context)


def _file(user: User, unit: Unit, terms: Terms, seal: Watermark) -> HttpResponseBase:
    rows = roster.people_of(user, unit, seal.at.date(), as_a=terms.as_a, verb="person.export")
    lines = sheets.table(rows, terms.columns, seal.at.date())
    name = _("Roster %(unit)s %(number)s") % {"unit": unit.label, "number": seal.number}
    if terms.form == "csv":
        parts = sheets.csv_lines(terms.columns, lines, seal)
        answer = StreamingHttpResponse(parts, content_type=sheets.CSV)
        answer["Content-Disposition"] = _attached(f"{name}.csv")
        return answer
    book = sheets.xlsx(name, terms.columns, lines, seal)
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _attached(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or ""


def _context(user: User, unit: Unit) -> dict[str, Any]:
    """The unit, and what the user asked for about it lately."""
    now = clock.now()
    asked = requests.asked_by(user).filter(kind="export", subject_kind="roster", unit=unit)[:5]
    return {"unit": unit, "most": rules.FREELY, "asked": [(each, requests.state(each, now)) for each in asked]}
