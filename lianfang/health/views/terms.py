"""By what terms the checks of a unit are held: in force today, what was decided, and for those who may: deciding."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health import terms_words
from lianfang.health.actions import terms as actions
from lianfang.health.forms.terms import TermsForm
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.policies import queries as policies
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@needs("unit.view")
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _unit(request, pk), TermsForm(initial={"from_on": clock.today()}))


@needs("terms.decide", "terms.of_area")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    unit, form = _unit(request, pk), TermsForm(request.POST)
    if not _may_decide(request, unit):
        raise Http404
    if form.is_valid():
        try:
            actions.decide(by=user_of(request), unit=unit, now=clock.now(), **form.decided())
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell or None, problem.text)
        else:
            messages.success(request, _("Decided. Classes and boards follow within a minute."))
            return redirect("health:terms", pk)
    return _page(request, unit, form, status=REJECTED)


def _unit(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(access.units_for(user_of(request), "unit.view"), pk=pk)


def _may_decide(request: HttpRequest, unit: Unit) -> bool:
    """A superior decides for any unit under it, an authority for its own area; no school for itself."""
    if access.can(request.user, "terms.decide", unit):
        return True
    return unit.school_id is None and access.can(request.user, "terms.of_area", unit)


def _page(request: HttpRequest, unit: Unit, form: TermsForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "unit": unit, "units": ancestors(unit), "form": form, "may_decide": _may_decide(request, unit),
        "rounds": terms_words.rounds(dict(policies.in_force(unit, clock.today(), "checks."))),
        "running": terms_words.running(policies.running(unit, clock.today())),
        "decisions": [terms_words.decision(row) for row in policies.decisions(unit, "checks.")],
    }  # fmt: skip
    return render(request, "health/terms.html", context, status=status)
