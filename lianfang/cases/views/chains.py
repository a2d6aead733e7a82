"""How a disease spread in a school: who may have infected whom, the epidemic curve, the line list and its file."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.cases import case_words, line_list
from lianfang.cases.actions import line_lists, linking
from lianfang.cases.forms.tracing import LinkForm, TakeOutForm
from lianfang.cases.models import Case, CaseLink
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import line_lists as lines
from lianfang.cases.views import chain_pages as pages
from lianfang.cases.views.cases import opened
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Request
from lianfang.people.queries import requests
from lianfang.people.rules.roster import FREELY
from lianfang.policies import diseases
from lianfang.ui.needs import needs, user_of

REJECTED = 422


def place(request: HttpRequest, school: int, disease: str, verb: str = queries.VIEW) -> Unit:
    """404 outside one's schools, and for a disease of which no file tells."""
    if disease not in diseases.catalog():
        raise Http404
    schools = access.units_for(user_of(request), verb).filter(kind__in=("school", "training"))
    return get_object_or_404(schools, pk=school)


@needs(queries.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Of which diseases there are or were cases."""
    return render(request, "cases/outbreaks.html", pages.index(user_of(request)))


@needs(queries.VIEW)
def chain(request: HttpRequest, school: int, disease: str) -> HttpResponse:
    """The picture, and the same as a table."""
    unit = place(request, school, disease)
    form, _asked, rows = pages.filtered(user_of(request), unit, disease, request.GET)
    context = pages.head(unit, disease, "chain", form, request.GET, len(rows)) | pages.picture(rows)
    return render(request, "cases/chain.html", context)


@needs(queries.VIEW)
def curve(request: HttpRequest, school: int, disease: str) -> HttpResponse:
    """Onsets a day, by class or (?by=certainty) by how far each is known."""
    unit = place(request, school, disease)
    form, _asked, rows = pages.filtered(user_of(request), unit, disease, request.GET)
    by = "certainty" if request.GET.get("by") == "certainty" else "unit"
    context = pages.head(unit, disease, "curve", form, request.GET, len(rows)) | pages.curve(rows, by)
    return render(request, "cases/curve.html", context)


@needs(queries.VIEW)
def line_list_page(request: HttpRequest, school: int, disease: str) -> HttpResponse:
    """Everybody with their onset; with ?by=unit class by class."""
    unit = place(request, school, disease)
    form, _asked, rows = pages.filtered(user_of(request), unit, disease, request.GET)
    by = "unit" if request.GET.get("by") == "unit" else "onset"
    context = pages.head(unit, disease, "line_list", form, request.GET, len(rows))
    more = {"rows": pages.line_list(rows, by), "by": by, "manage": access.can(user_of(request), queries.MANAGE, unit)}
    return render(request, "cases/line_list.html", context | more)


@needs(queries.MANAGE)
@sensitive_post_parameters()
def export(request: HttpRequest, school: int, disease: str) -> HttpResponseBase:
    """Say what for; masked and up to a class comes at once, anything more when a second person has agreed."""
    unit, user, now = place(request, school, disease, queries.MANAGE), user_of(request), clock.now()
    filters, _asked, rows = pages.filtered(user, unit, disease, request.GET)
    asked = requests.open_for(user, "export", unit, line_lists.subject_id(unit, disease), now)
    agreed = asked if asked and requests.state(asked, now) == "agreed" else None
    form = TakeOutForm(request.POST or None, initial=pages.terms(agreed))
    if request.method == "POST" and form.is_valid():
        try:
            if agreed is None and line_lists.needs_agreement(user, len(rows), form.cleaned_data["whole"], now):
                line_lists.ask(by=user, school=unit, disease=disease, people=len(rows),
                               purpose=form.cleaned_data["purpose"], now=now)  # fmt: skip
                return redirect(request.get_full_path())
            return _file(request, unit, disease, rows, form, agreed)
        except Refused as refused:
            pages.show(refused, form)
    more = {"take": form, "asked": asked, "agreed": agreed is not None, "most": FREELY}
    context = pages.head(unit, disease, "line_list", filters, request.GET, len(rows)) | more
    return render(request, "cases/line_export.html", context, status=REJECTED if form.errors else 200)


def _file(
    request: HttpRequest, school: Unit, disease: str, rows: Sequence[Case], form: TakeOutForm, agreed: Request | None
) -> HttpResponseBase:
    now, data = clock.now(), form.cleaned_data
    mark = line_lists.take_out(
        by=user_of(request), school=school, people=len(rows), now=now, request=agreed, whole=data["whole"],
        form=data["form"], purpose=agreed.reason if agreed else data["purpose"],
    )  # fmt: skip
    found = lines.lines(rows, clock.day_of(now))
    cells = [line_list.cells(at, line, whole=data["whole"]) for at, line in enumerate(found, 1)]
    title = f"{school.name} {case_words.disease(disease)}"
    name = _("Line list %(disease)s") % {"disease": case_words.disease(disease)}
    if data["form"] == "csv":
        answer = StreamingHttpResponse(line_list.csv_lines(title, cells, mark), content_type=line_list.CSV)
        answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
        return answer
    book = line_list.workbook(title, cells, mark)
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=line_list.XLSX)


@needs(queries.VIEW)
@sensitive_post_parameters()
def links(request: HttpRequest, pk: UUID) -> HttpResponse:
    """By whom a case was infected, and whom it infected, as noted by hand; and another one."""
    case, user, now = opened(request, pk), user_of(request), clock.now()
    manage = access.can(user, queries.MANAGE, case.unit)
    form = LinkForm(request.POST or None, cases=pages.sources(user, case))
    if request.method == "POST" and manage and form.is_valid():
        data = form.cleaned_data
        try:
            linking.link(by=user, source=form.source_case(), target=case, strength=data["strength"],
                         basis=data["basis"], key=data["key"], now=now)  # fmt: skip
            return redirect("cases:case_links", pk)
        except Refused as refused:
            pages.show(refused, form)
    status = REJECTED if form.errors else 200
    return render(request, "cases/case_links.html", {**pages.links(user, case), "form": form}, status=status)


@needs(queries.MANAGE)
@require_POST
def unlink(request: HttpRequest, pk: UUID, link: UUID) -> HttpResponse:
    """It was wrong; it stays readable."""
    case = opened(request, pk, queries.MANAGE)
    row = get_object_or_404(CaseLink, pk=link, target=case)
    linking.take_back(by=user_of(request), link=row, now=clock.now())
    messages.success(request, _("Taken back."))
    return redirect("cases:case_links", pk)
