"""Hints to verify: for the doctor of the school alone. A list, one of them with its figures, a few families to call,
what came of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import hints as actions
from lianfang.health.forms.hints import OutcomeForm
from lianfang.health.models import Hint
from lianfang.health.queries import hints as queries
from lianfang.health.views import hint_pages as pages
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


def _open(request: HttpRequest, pk: UUID) -> Hint:
    """404 at another school."""
    return get_object_or_404(queries.visible(user_of(request)), pk=pk)


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the newest day first; with ?settled what was verified lately. Nobody is named."""
    user, settled = user_of(request), "settled" in request.GET
    rows = queries.settled(user, clock.today()) if settled else queries.waiting(user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "health/hints.html", pages.index(user, page, settled))


@needs(queries.VERB)
@sensitive_post_parameters()
def hint(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was noticed, whom to call, and what came of it."""
    found, now = _open(request, pk), clock.now()
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_at(by=user_of(request), hint=found, now=now, **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("Noted."))
            return redirect("health:hints")
    actions.opened(by=user_of(request), hint=found, now=now)
    status = REJECTED if form.errors else 200
    return render(request, "health/hint.html", pages.one(found, form), status=status)


@needs("person.reveal")
@require_POST
@sensitive_variables("value")
def number(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """The number of one of the families that were drawn, to call it; on record."""
    found = _open(request, pk)
    held = queries.drawn_guardian(found, row)
    if held is None:
        raise Http404
    try:
        value = actions.number(by=user_of(request), hint=found, held=held, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("health:hint", pk)
    return render(request, "health/hint_number.html", pages.call(found, held, value))
