"""Clusters: which run, one with its alarms and clock, what was done, its end; the letter to disease control."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.surveillance import letters
from lianfang.surveillance.actions import clusters as actions
from lianfang.surveillance.forms import EndForm, MeasureForm
from lianfang.surveillance.models import Cluster
from lianfang.surveillance.queries import clusters as queries
from lianfang.surveillance.views import cluster_pages as pages
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 30, 422


def _open(request: HttpRequest, pk: UUID, verb: str = queries.VIEW) -> Cluster:
    """404 outside one's schools."""
    rows = queries.whole(user_of(request)).filter(access.scope(user_of(request), verb, "school__"))
    return get_object_or_404(rows, pk=pk)


@needs(queries.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """What runs, the gravest first; with ?over what has ended."""
    over = "over" in request.GET
    page = Paginator(queries.listed(user_of(request), running=not over), PAGE).get_page(request.GET.get("page"))
    context = pages.index(page, over, clock.now()) | {"follow": access.holds(user_of(request), queries.FOLLOW)}
    return render(request, "surveillance/clusters.html", context)


@needs(queries.VIEW)
def cluster(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, now = _open(request, pk), clock.now()
    if access.can(user_of(request), queries.NAMES, found.school):
        actions.viewed(by=user_of(request), cluster=found, now=now)
    return render(request, "surveillance/cluster.html", pages.one(user_of(request), found, MeasureForm(), now))


@needs(queries.FOLLOW)
@sensitive_post_parameters()
def measure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was done."""
    found, now = _open(request, pk, queries.FOLLOW), clock.now()
    form = MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.measure(by=user_of(request), cluster=found, now=now, **form.cleaned_data)
        except Refused as refused:
            _show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("surveillance:cluster", pk)
    status = REJECTED if form.errors else 200
    return render(request, "surveillance/measure.html", {"cluster": found, "form": form}, status=status)


@needs(queries.FOLLOW)
@sensitive_post_parameters()
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over."""
    found, form = _open(request, pk, queries.FOLLOW), EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(by=user_of(request), cluster=found, words=form.cleaned_data["words"], now=clock.now())
        except Refused as refused:
            _show(refused, form)
        else:
            messages.success(request, _("The event is over. Whoever falls ill after this makes another one."))
            return redirect("surveillance:cluster", pk)
    status = REJECTED if form.errors else 200
    return render(request, "surveillance/end.html", {"cluster": found, "form": form}, status=status)


def _show(refused: Refused, form: MeasureForm | EndForm) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)


@needs(queries.VIEW)
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report to disease control on one A4 page, without names."""
    found = _open(request, pk)
    made = letters.letter(found, clock.now())
    return render(request, "surveillance/letter.html", {"cluster": found, "letter": made})


@needs(queries.VIEW)
def letter_file(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """The same as a file: for the archive, or to change a word."""
    found, now = _open(request, pk), clock.now()
    content, mime = pages.file(found, kind, now)
    actions.taken_out(by=user_of(request), cluster=found, now=now)
    name = _("Report to disease control %(day)s") % {"day": clock.day_of(now).isoformat()}
    answer = HttpResponse(content, content_type=mime)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return answer
