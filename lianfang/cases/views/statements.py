"""What is said after the first report, and who outside was told of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import emergencies as actions
from lianfang.cases.forms.emergencies import AddForm, ToldForm
from lianfang.cases.models import Emergency, StatementKind
from lianfang.cases.queries import emergencies as queries
from lianfang.cases.views import emergency_pages as pages
from lianfang.cases.views.emergencies import REJECTED, opened
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.ui.needs import needs, user_of


def _followed(request: HttpRequest, pk: UUID) -> Emergency:
    """404 for who may read it and not write."""
    found = opened(request, pk)
    if not queries.may_follow(user_of(request), found):
        raise Http404
    return found


@needs(queries.FOLLOW, queries.REPORT)
@sensitive_post_parameters()
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """News of it."""
    return _add(request, _followed(request, pk), final=False)


@needs(queries.FOLLOW, queries.REPORT)
@sensitive_post_parameters()
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The final report; that it was nothing is one of them."""
    return _add(request, _followed(request, pk), final=True)


def _add(request: HttpRequest, found: Emergency, *, final: bool) -> HttpResponse:
    now = clock.now()
    form = AddForm(
        request.POST if request.method == "POST" else None,
        now=now,
        final=final,
        initial=pages.facts(queries.latest(found), words=False),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(by=user_of(request), emergency=found, **pages.added(form), now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, pages.thanks(form))
            return redirect("cases:emergency", found.pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/add.html", pages.add(found, form, final=final), status=status)


@needs(queries.FOLLOW, queries.REPORT)
@sensitive_post_parameters()
def correct(request: HttpRequest, pk: UUID, statement: UUID) -> HttpResponse:
    """A statement said better; the version before stays."""
    found, now = _followed(request, pk), clock.now()
    row = get_object_or_404(found.statements.all(), pk=statement)
    final = row.kind == StatementKind.FINAL
    form = AddForm(
        request.POST if request.method == "POST" else None, now=now, final=final, initial=pages.facts(row, words=True)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(by=user_of(request), statement=row, **pages.added(form), now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Corrected. The version before can still be read."))
            return redirect("cases:emergency", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/add.html", pages.add(found, form, final=final, corrects=row), status=status)


@needs(queries.FOLLOW, queries.REPORT)
@sensitive_post_parameters()
def told(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A call to an outside body: the number, and who took it."""
    found, now = _followed(request, pk), clock.now()
    recipient = next((one for one in found.recipients.all() if one.pk == row and one.unit_id is None), None)
    if recipient is None:
        raise Http404
    form = ToldForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell_outside(by=user_of(request), recipient=recipient, **form.cleaned_data, now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted."))
            return redirect("cases:emergency", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/told.html", pages.told(found, recipient, form), status=status)
