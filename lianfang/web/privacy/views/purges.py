"""Destroying personal data: prepare a list, ask two others, begin, and print the certificate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock, problems
from lianfang.core.actions import archiving
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import purging as actions
from lianfang.people.models import PurgeRun
from lianfang.people.queries import purging as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms, showing

PAGE = 50


@needs("purge.manage", "purge.decide")
def listed(request: HttpRequest) -> HttpResponse:
    """Runs, what waits first; and agreed requests for deletion that no run has taken up."""
    user, now = user_of(request), clock.now()
    page = Paginator(queries.runs(user), PAGE).get_page(request.GET.get("page"))
    may_prepare = access.holds(user, "purge.manage")
    context = {
        "page": page,
        "rows": [{"run": run, "state": queries.state(run, now), "people": len(run.tally["people"])} for run in page],
        "asked": queries.granted_deletions(user)[:PAGE] if may_prepare else [],
        "may_prepare": may_prepare,
    }
    return render(request, "privacy/purges.html", context)


@needs("purge.manage")
def new(request: HttpRequest) -> HttpResponse:
    """List whose time is up at a unit."""
    user = user_of(request)
    form = forms.PurgeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.prepare(by=user, why="retention", now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            return redirect("privacy:purge", run.pk)
    return answers.page(request, form, "privacy/purge_new.html")


@needs("purge.manage")
@require_POST
def of_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List one person whose request for deletion was granted."""
    user = user_of(request)
    asked = get_object_or_404(queries.granted_deletions(user), pk=pk)
    school = queries.school_of(asked.person)
    if school is None:
        raise Http404
    try:
        run = actions.prepare(by=user, unit=school, why="request", person=asked.person, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(problems.texts(refused.problems)))
        return redirect("privacy:purges")
    return redirect("privacy:purge", run.pk)


@needs("purge.manage", "purge.decide")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would go, table by table, who agreed, and the next step."""
    return render(request, "privacy/purge.html", _context(request, _mine(request, pk)) | {"form": forms.AskForm()})


@needs("purge.manage")
@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    run, form = _managed(request, pk), forms.AskForm(request.POST)
    if form.is_valid():
        try:
            actions.ask(by=user_of(request), run=run, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            messages.success(request, _("Two people other than you now have to agree."))
            return redirect("privacy:purge", pk)
    return answers.page(request, form, "privacy/purge.html", **_context(request, run))


@needs("purge.manage")
@require_POST
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From here on it cannot be undone."""
    run = _managed(request, pk)
    try:
        actions.begin(by=user_of(request), run=run, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(problems.texts(refused.problems)))
    else:
        messages.success(request, _("It is being destroyed. The certificate follows as soon as it is done."))
    return redirect("privacy:purge", pk)


@needs("purge.manage", "purge.decide")
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate of destruction, to print."""
    run = _mine(request, pk)
    if run.done_at is None:
        raise Http404
    event, seal = queries.chain_of(run)
    return render(request, "privacy/certificate.html", _context(request, run) | {"event": event, "seal": seal})


def _mine(request: HttpRequest, pk: UUID) -> PurgeRun:
    return get_object_or_404(queries.runs(user_of(request)), pk=pk)


def _managed(request: HttpRequest, pk: UUID) -> PurgeRun:
    run = _mine(request, pk)
    if not access.can(user_of(request), "purge.manage", run.unit):
        raise Http404
    return run


def _context(request: HttpRequest, run: PurgeRun) -> dict[str, Any]:
    user, now = user_of(request), clock.now()
    return {
        "run": run,
        "state": queries.state(run, now),
        "people": len(run.tally["people"]),
        "tables": [(showing.table_name(label), number) for label, number in run.tally["tables"].items()],
        "lines": [line | {"table": showing.table_name(str(line["table"]))} for line in queries.certificate_lines(run)],
        "decisions": list(run.request.decisions.all()) if run.request else [],
        "manages": access.can(user, "purge.manage", run.unit),
        "mine": run.request is not None and run.request.by_id == user.pk,
        "archived": archiving.standing(),
    }
