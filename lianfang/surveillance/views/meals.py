"""What was eaten or drunk together: the list, noting one, taking one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.surveillance.actions import meals as actions
from lianfang.surveillance.forms import MealForm
from lianfang.surveillance.queries import clusters as queries
from lianfang.surveillance.queries import meals
from lianfang.surveillance.views import cluster_pages as pages
from lianfang.ui.needs import needs, user_of

REJECTED, SHOWN = 422, 50


@needs(queries.FOLLOW)
def index(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    rows = [pages.meal(one) for one in meals.noted(user)[:SHOWN]]
    return render(request, "surveillance/meals.html", {"rows": rows, "schools": meals.schools(user)})


@needs(queries.FOLLOW)
@sensitive_post_parameters()
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Noted, and looked at at once: a cluster may stand there on the next page."""
    school, now = _school(request, pk), clock.now()
    form = MealForm(request.POST or None, classes=meals.classes(school, clock.day_of(now)), initial={"had_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            actions.note(by=user_of(request), school=school, now=now, **form.told())
        except Refused as refused:
            _show(refused, form)
        else:
            messages.success(request, _("Noted. Whoever of them falls ill is counted together."))
            return redirect("surveillance:meals")
    context: dict[str, Any] = {"form": form, "school": school}
    return render(request, "surveillance/meal_new.html", context, status=REJECTED if form.errors else 200)


@needs(queries.FOLLOW)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    exposure = get_object_or_404(meals.noted(user_of(request)), pk=pk)
    actions.withdraw(by=user_of(request), exposure=exposure, now=clock.now())
    messages.success(request, _("Taken back. It counts no longer."))
    return redirect("surveillance:meals")


def _school(request: HttpRequest, pk: int) -> Unit:
    found = next((one for one in meals.schools(user_of(request)) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _show(refused: Refused, form: MealForm) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
