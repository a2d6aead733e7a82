"""The official spreadsheet: out, as a blank template, back in, and on paper."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core.problems import Problem, Refused, text
from lianfang.people import access
from lianfang.returns import display, forms, sheets
from lianfang.returns.actions import importing as acts
from lianfang.returns.queries import figures, filing
from lianfang.returns.queries import sheet as reads
from lianfang.returns.views.opening import Opened, by_cell, open_return
from lianfang.returns.views.pages import REJECTED
from lianfang.ui.needs import needs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PROBLEMS = 50
MOST_EMBEDDED = 512 * 1024


@needs("return.export")
def export(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The official spreadsheet of everything below the unit that is signed for the day."""
    opened = open_return(request, form, on, pk, "return.export")
    rows = reads.rows(opened.form, opened.unit, on)
    content, name = sheets.download(opened.form, opened.unit, on, rows, sender=opened.user.name)
    acts.exported(by=opened.user, unit=opened.unit, form=opened.form, on=on, rows=len(rows), now=opened.now)
    return _file(content, name)


@needs("return.view")
def printed(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The official table for paper, A4 landscape."""
    opened = open_return(request, form, on, pk, "return.view")
    rows = reads.rows(opened.form, opened.unit, on)
    counted = opened.filed.counted if opened.filed else None
    signatures = counted.signatures.select_related("by").order_by("at") if counted else []
    context = {
        "table": sheets.table(opened.form, opened.unit, on, rows),
        "form_spec": opened.form,
        "unit": opened.unit,
        "on": on,
        "signatures": [
            {"label": _("Signed"), "name": one.by.name, "title": one.title, "at": one.at} for one in signatures
        ],
        "back_url": reverse("returns:detail", args=opened.address),
    }
    return render(request, "returns/print.html", context)


@needs("return.view")
def template(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The blank official table with the schools' names filled in."""
    opened = open_return(request, form, on, pk, "return.view")
    schools = reads.schools(opened.form, opened.unit, on)
    content = sheets.blank(opened.form, schools, reads.provinces_of(schools))
    return _file(content, _("Blank-%(name)s") % {"name": sheets.filename(opened.form, on, opened.unit.name)})


@needs("return.import")
def upload(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Upload a filled-in table: every error at its cell, or what will be submitted, to be confirmed."""
    opened = open_return(request, form, on, pk, "return.import")
    context: dict[str, Any] = {"problems": [], "rows": [], "error": ""}
    if request.method == "POST":
        sent = forms.UploadForm(request.POST, request.FILES)
        if sent.is_valid():
            context |= _read(opened, sent.cleaned_data["file"])
        else:
            context["error"] = sent.errors["file"][0]
    status = REJECTED if context["problems"] or context["error"] else 200
    return render(request, "returns/import.html", opened.context(**context), status=status)


@needs("return.import")
@require_POST
def apply(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Submit the rows that were shown; each becomes a version that waits for its signature."""
    opened = open_return(request, form, on, pk, "return.import")
    rows = forms.unsealed(request.POST.get("rows", ""))
    if rows is None:
        messages.warning(request, _("The check is older than an hour. Upload the file again; nothing was changed."))
        return redirect("returns:import", *opened.address)
    allowed = _schools(opened)
    rows = [row for row in rows if row["unit"] in allowed]
    whys = {pk: forms.read_prefixed(opened.form, request.POST, f"w-{pk}") for pk in allowed}
    try:
        done = acts.import_rows(
            by=opened.user, form=opened.form, on=on, now=opened.now, whys=whys,
            rows=[(allowed[row["unit"]], row["base"], row["cells"]) for row in rows],
        )  # fmt: skip
    except Refused as refused:
        return render(request, "returns/import.html", _refused(opened, rows, whys, refused.problems), status=REJECTED)
    words = ngettext("%(count)s return submitted from the file.", "%(count)s returns submitted from the file.", done)
    messages.success(request, words % {"count": done})
    return redirect("returns:detail", *opened.address)


def _read(opened: Opened, file: Any) -> dict[str, Any]:
    if file.size > settings.UPLOAD_LIMIT_BYTES:
        megabytes = {"size": round(file.size / 2**20, 1), "most": settings.UPLOAD_LIMIT_BYTES // 2**20}
        return {"error": text("core.sheet_too_large", **megabytes)}
    content = file.read()
    units = _schools(opened)
    reading = sheets.read(opened.form, content, file.name, opened.on, {unit.code: unit for unit in units.values()})
    whole = next((problem.text for problem in reading.problems if problem.row == 0), "")
    if whole:
        return {"error": whole}
    problems = [
        {"row": one.row, "column": f"{one.column} {one.title}".strip(), "value": "", "problem": one.text}
        for one in reading.problems
    ]
    if reading.errors:
        copy = sheets.annotated(content, reading.problems, name=file.name, sheet=reading.sheet)
        embedded = forms.as_link(copy, XLSX) if len(copy) <= MOST_EMBEDDED else ""
        return {"problems": problems[:MOST_PROBLEMS], "total": len(problems), "annotated": embedded}
    bases = filing.head_numbers(opened.form, [row.unit.id for row in reading.ready], opened.on)
    packed = [{"unit": row.unit.id, "base": bases.get(row.unit.id, 0), "cells": row.cells} for row in reading.ready]
    shown = [_shown(opened, units, row) for row in packed]
    return {"rows": shown, "packed": forms.sealed(packed), "warnings": problems, "unfilled": len(reading.unfilled)}


def _refused(
    opened: Opened, rows: list[dict[str, Any]], whys: Mapping[int, Mapping[str, str]], problems: Sequence[Problem]
) -> dict[str, Any]:
    """The check again with what was typed, each missing reason at its field; or why nothing of the file is taken."""
    if any(problem.code != acts.WHY_MISSING for problem in problems):
        return opened.context(error=problems[0].text, problems=[], rows=[])
    errors = by_cell(problems)
    units = _schools(opened)
    shown = [_shown(opened, units, row, whys.get(row["unit"], {}), errors) for row in rows]
    summary = [
        {"text": f"{box.full_label}：{box.error}", "id": f"{row['prefix']}-{box.cell}"}
        for row in shown
        for box in row["against"]
        if box.error
    ]
    return opened.context(rows=shown, packed=forms.sealed(rows), summary=summary, problems=[], error="")


def _shown(
    opened: Opened,
    units: Mapping[int, Any],
    row: dict[str, Any],
    whys: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A school's row in words; ``against`` are the boxes that say something else than the system."""
    unit = units[row["unit"]]
    known = figures.known(figures.facts(opened.form, unit, opened.on, opened.now))
    mine = {cell.partition(".")[2]: text for cell, text in (errors or {}).items() if cell.startswith(f"{unit.pk}.")}
    lines = display.lines(opened.form, row["cells"], display.Page(known=known, whys=whys or {}, errors=mine))
    against = [box for line in lines for box in line.boxes if box.differs]
    return {"unit": unit, "lines": lines, "against": against, "prefix": f"w-{unit.pk}"}


def _schools(opened: Opened) -> dict[int, Any]:
    """Schools below the unit that this person may import for, by key."""
    mine = access.units_for(opened.user, "return.import").values_list("pk", flat=True)
    allowed = set(mine)
    return {unit.pk: unit for unit in reads.schools(opened.form, opened.unit, opened.on) if unit.pk in allowed}


def _file(content: bytes, name: str) -> HttpResponse:
    """A download whose Chinese name every browser understands (RFC 5987)."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"return.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
