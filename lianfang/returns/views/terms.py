"""By what terms a unit files a form: since when it is required, until what minute, who may sign; and changing them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.policies import queries as policies
from lianfang.returns import forms
from lianfang.returns.actions import orders
from lianfang.returns.queries import filing, rollup
from lianfang.returns.spec import Form
from lianfang.returns.views.opening import open_form, open_unit
from lianfang.returns.views.pages import REJECTED
from lianfang.ui.needs import needs, user_of


@needs("unit.view")
def terms(request: HttpRequest, form: str, pk: int) -> HttpResponse:
    """The terms in force with their source, past decisions, and for those who may: a new one."""
    spec, unit = open_form(form), open_unit(request, pk, "unit.view")
    return _page(request, spec, unit, forms.TermForm(spec, initial={"from_on": clock.today()}))


@needs("terms.decide", "terms.of_area")
@require_POST
def decide(request: HttpRequest, form: str, pk: int) -> HttpResponse:
    spec, unit = open_form(form), _own_to_decide(request, form, pk)
    sent = forms.TermForm(spec, request.POST)
    if sent.is_valid():
        try:
            orders.decide(by=user_of(request), unit=unit, form=spec, now=clock.now(), **sent.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                sent.add_error(problem.cell or None, problem.text)
        else:
            messages.success(request, _("The term has been set."))
            return redirect("returns:terms", form, pk)
    return _page(request, spec, unit, sent, status=REJECTED)


@needs("terms.decide", "terms.of_area")
@require_POST
def assign(request: HttpRequest, form: str, pk: int) -> HttpResponse:
    spec, unit = open_form(form), _own_to_decide(request, form, pk)
    sent = forms.AssignForm(request.POST)
    if sent.is_valid():
        orders.assign(by=user_of(request), unit=unit, form=spec, from_on=sent.cleaned_data["from_on"], now=clock.now())
        messages.success(request, _("The form is now required of everybody below this unit."))
        return redirect("returns:terms", form, pk)
    return _page(request, spec, unit, forms.TermForm(spec), status=REJECTED, assigning=sent)


def _may_decide(request: HttpRequest, form: Form, unit: Unit) -> bool:
    """A superior decides for any unit under it, a gatherer for its own area; no school for itself."""
    if access.can(request.user, "terms.decide", unit):
        return True
    return rollup.gathers(form, unit) and access.can(request.user, "terms.of_area", unit)


def _own_to_decide(request: HttpRequest, form: str, pk: int) -> Unit:
    unit = open_unit(request, pk, "unit.view")
    if not _may_decide(request, open_form(form), unit):
        raise Http404
    return unit


def _page(
    request: HttpRequest, form: Form, unit: Unit, sent: Any, *, status: int = 200, assigning: Any = None
) -> HttpResponse:
    today = clock.today()
    context = {
        "form_spec": form,
        "unit": unit,
        "units": ancestors(unit),
        "assignments": filing.assignments(form, unit),
        "dues": [(tier, filing.cut_off(form, unit, today, tier=tier.tier), tier.due) for tier in form.tiers],
        "self_sign": filing.self_sign_override(form, unit, today),
        "decisions": policies.decisions(unit, f"returns.{form.id}."),
        "may_decide": _may_decide(request, form, unit),
        "form": sent,
        "assigning": assigning or forms.AssignForm(initial={"from_on": today}),
    }
    return render(request, "returns/terms.html", context, status=status)
