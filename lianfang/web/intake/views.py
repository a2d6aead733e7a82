"""From a file to a roster: upload, see what it would do, take it over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock, problems
from lianfang.core.problems import Refused, texts
from lianfang.people import access
from lianfang.people.actions import intake
from lianfang.people.models import RosterFile
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.queries.intake import preview, reading
from lianfang.people.queries.intake.places import HAS_ROSTER
from lianfang.ui.needs import needs, user_of
from lianfang.web.intake import pages, sheets
from lianfang.web.intake.forms import ColumnsForm, ConfirmForm, UploadForm

PAGE, LATEST, REJECTED = 50, 20, 422
AT_WORK = (Stage.WAITING, Stage.CHECKING, Stage.APPLYING)


@needs("person.import")
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is kept, sealed, and checked by a job. Below stand the latest uploads."""
    user, now = user_of(request), clock.now()
    units = access.units_for(user, "person.import").filter(kind__in=HAS_ROSTER).on(now.date())
    initial = {"unit": units.order_by("path").first()}
    form = UploadForm(units, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        content = data["file"].read()
        said = {name: data[name] for name in ("unit", "as_a", "first_day")}
        try:
            file = intake.upload(by=user, name=data["file"].name, content=content, now=now, **said)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell or "file", problem.text)
        else:
            return redirect("intake:file", file.pk)
    latest = [pages.listed(file) for file in preview.files(user)[:LATEST]]
    return render(
        request, "intake/upload.html", {"form": form, "files": latest}, status=REJECTED if form.errors else 200
    )


@needs("person.import")
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where an upload stands: being checked, checked, taken over. While it is at work the page asks again by itself."""
    found = _file(request, pk)
    context: dict[str, Any] = {"file": found, "sheets": pages.sheets(found), "unit": found.unit}
    if found.stage in AT_WORK and not pages.needs_columns(found):
        page = "intake/_working.html" if request.headers.get("HX-Request") else "intake/working.html"
        return render(request, page, context)
    if request.headers.get("HX-Request"):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    if found.stage in (Stage.CHECKED, Stage.DONE):
        return _preview(request, found, context)
    problem = found.summary.get("problem")
    context["to_choose"] = [sheet for sheet in context["sheets"] if sheet["state"] == "choose"]
    context["problem"] = problems.text(problem, **found.summary.get("params", {})) if problem else ""
    return render(request, "intake/stopped.html", context)


@needs("person.import")
def columns(request: HttpRequest, pk: UUID, sheet: int) -> HttpResponse:
    """Say by hand which column is what; it holds for all files with these headings."""
    found = _file(request, pk)
    part = _part(found, sheet)
    form = ColumnsForm(pages.headings(part), pages.present(part), request.POST or None, initial=pages.first_line(part))
    if request.method == "POST" and form.is_valid():
        begin = form.cleaned_data["start"] - 1
        try:
            intake.choose_columns(
                by=user_of(request),
                file=found,
                heading=part.heading_key,
                start=begin,
                columns=form.columns(),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(None, " ".join(texts(refused.problems)))
        else:
            return redirect("intake:file", pk)
    context = {"file": found, "form": form, "part": part, "rows": pages.columns(part, form)}
    return render(request, "intake/columns.html", context, status=REJECTED if form.errors else 200)


@needs("person.import")
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the file over; sent twice, it is done once."""
    found, form = _file(request, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("intake:file", pk)
    try:
        intake.confirm(by=user_of(request), file=found, leave=form.cleaned_data["leave"], now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    return redirect("intake:file", pk)


@needs("person.import")
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        intake.drop(by=user_of(request), file=_file(request, pk), now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("intake:file", pk)
    messages.success(request, _("The file has been dropped. Nothing of it was taken over."))
    return redirect("intake:upload")


@needs("person.import")
def marked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The uploaded file with its problems marked, to be mended and uploaded again."""
    found = _file(request, pk)
    if found.stage != Stage.CHECKED or found.content is None:
        raise Http404
    content = sheets.marked(found.content, found.name, preview.problems_by_line(found))
    return _sheet(content, _("roster-marked.xlsx"))


@needs("person.import")
def template(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return _sheet(sheets.template(), _("roster-template.xlsx"))


def _file(request: HttpRequest, pk: UUID) -> RosterFile:
    return get_object_or_404(preview.files(user_of(request)), pk=pk)


def _part(found: RosterFile, sheet: int) -> reading.Part:
    if found.content is None:
        raise Http404
    for part in reading.parts(found.content, found.name, found.choices.get("columns", {})):
        if part.at == sheet and not reading.is_blank(part):
            return part
    raise Http404


def _preview(request: HttpRequest, found: RosterFile, context: dict[str, Any]) -> HttpResponse:
    """Counts, and the lines of one plan at a time."""
    tabs = pages.tabs(found, request.GET.get("plan", ""), reverse("intake:file", args=[found.pk]))
    plan = next((tab["plan"] for tab in tabs if tab["current"]), Plan.SAME.value)
    page = Paginator(preview.rows(found, plan), PAGE).get_page(request.GET.get("page"))
    context |= {"tabs": tabs, "plan": plan, "page": page, "rows": pages.lines(list(page))}
    context |= {"form": ConfirmForm(), "counts": pages.counts(found), "to_take": pages.to_take(found)}
    return render(request, "intake/preview.html", context)


def _sheet(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=sheets.XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
