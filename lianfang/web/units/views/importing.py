"""Importing units: choose a file, see what it would do, apply it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.orgs import actions
from lianfang.orgs.models import KeptList, Kind
from lianfang.orgs.queries import intake, sheet
from lianfang.people import access
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import REJECTED, main_unit, open_unit
from lianfang.web.units import sheets
from lianfang.web.units.forms import UploadForm

SHOWN = 50


@needs("unit.import")
def choose(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Upload a file for the unit; rows that are wrong are listed, otherwise it is kept and shown to be applied."""
    unit = open_unit(request, pk, "unit.import") if pk else main_unit(request, "unit.import")
    if unit is None or unit.valid_to is not None:
        raise Http404
    context: dict[str, Any] = {"unit": unit, "error": "", "problems": [], "total": 0}
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and not form.is_valid():
        context["error"] = form.errors["file"][0]
    elif form.is_bound:
        try:
            file = form.cleaned_data["file"]
            read = sheet.read(file.read(), file.name)
        except Refused as refused:
            context["error"] = " ".join(texts(refused.problems))
        else:
            found = intake.plan(read, unit).problems
            if not found:
                by, now = user_of(request), clock.now()
                kept = actions.keep_list(by=by, under=unit, rows=read.rows, name=file.name, now=now)
                return redirect("units:import_check", kept.pk)
            context |= {"problems": [_line(each) for each in found[:SHOWN]], "total": len(found)}
    status = REJECTED if context["error"] or context["problems"] else 200
    return render(request, "units/import.html", context, status=status)


@needs("unit.import")
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the kept file would do to the tree as it is now."""
    kept = _kept(request, pk)
    plan = intake.plan(sheet.Sheet(rows=sheet.rows_of(kept.lines)), kept.under)
    context = {
        "kept": kept,
        "unit": kept.under,
        "plan": plan,
        "new": [
            {"name": each.facts["name"], "code": each.code, "kind": each.kind.label, "parent": each.parent_name}
            for each in plan.new[:SHOWN]
        ],
        "changed": [_change(each) for each in plan.changed[:SHOWN]],
        "shown": SHOWN,
    }
    return render(request, "units/import_check.html", context)


@needs("unit.import")
@require_POST
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All rows or none. Sent twice, it is done once."""
    kept = _kept(request, pk)
    try:
        done = actions.apply_list(by=user_of(request), kept=kept, now=clock.now()).done or {}
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("units:import_check", pk)
    said = _("The units have been imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
    messages.success(request, said % done)
    return redirect("units:below", kept.under_id)


@needs("unit.import")
def template(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return sheets.answer(sheets.template(), _("units-template.xlsx"))


def _kept(request: HttpRequest, pk: UUID) -> KeptList:
    """A list I keep, below a unit I may import to."""
    mine = KeptList.objects.filter(by_id=user_of(request).pk).select_related("under")
    return get_object_or_404(mine.filter(access.scope(user_of(request), "unit.import", "under__")), pk=pk)


def _line(found: sheet.RowProblem) -> dict[str, Any]:
    return {"row": found.row, "column": found.column, "problem": found.problem.text}


def _change(change: intake.ChangedUnit) -> dict[str, Any]:
    labels = {name: names[0] for name, names in sheet.HEADINGS.items()}
    rows = [{"label": labels[name], "old": old, "new": new} for name, (old, new) in change.changed.items()]
    return {"unit": change.unit, "kind": Kind(change.unit.kind).label, "rows": rows}
