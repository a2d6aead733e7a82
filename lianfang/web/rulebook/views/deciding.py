"""What an authority decides differently from a disease's file: what it may decide, what was decided, deciding."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.policies import actions, queries
from lianfang.policies import diseases as files
from lianfang.policies.diseases.spec import Disease
from lianfang.ui.needs import needs, user_of
from lianfang.web.rulebook.forms import DecisionForm
from lianfang.web.rulebook.numbers import Number, numbers

REJECTED = 422


@needs("unit.view")
def terms(request: HttpRequest, disease: str, pk: int) -> HttpResponse:
    found, unit = _disease(disease), _unit(request, pk)
    form = DecisionForm(_numbers(found, unit), initial={"from_on": clock.today()})
    return _page(request, found, unit, form)


@needs("terms.decide", "terms.of_area")
@require_POST
def decide(request: HttpRequest, disease: str, pk: int) -> HttpResponse:
    found, unit = _disease(disease), _unit(request, pk)
    if not may_decide(request, unit):
        raise Http404
    form = DecisionForm(_numbers(found, unit), request.POST)
    if form.is_valid():
        try:
            actions.decide_rule(
                by=user_of(request), unit=unit, disease=found.id, now=clock.now(), **form.cleaned_data
            )  # fmt: skip
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("Decided. It holds from its first day for everybody below."))
            return redirect("rulebook:terms", found.id, pk)
    return _page(request, found, unit, form, status=REJECTED)


def may_decide(request: HttpRequest, unit: Unit) -> bool:
    """A superior decides for any unit under it, an authority for its own area; no school for itself."""
    if access.can(request.user, "terms.decide", unit):
        return True
    return unit.school_id is None and access.can(request.user, "terms.of_area", unit)


def _disease(name: str) -> Disease:
    if name not in files.catalog():
        raise Http404
    return files.catalog()[name]


def _unit(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(access.units_for(user_of(request), "unit.view"), pk=pk)


def _numbers(disease: Disease, unit: Unit) -> list[Number]:
    """None where no edition holds today."""
    today, language = clock.today(), get_language() or "zh"
    filed, held = queries.as_filed(disease, unit, today), queries.rules_of(disease, unit, today)
    return numbers(filed, held, language) if filed and held else []


def _page(request: HttpRequest, disease: Disease, unit: Unit, form: DecisionForm, status: int = 200) -> HttpResponse:
    rows = _numbers(disease, unit)
    words = {f"disease.{disease.id}.{one.key}": one for one in rows}
    made = queries.decisions(unit, f"disease.{disease.id}.")
    context: dict[str, Any] = {
        "disease": disease, "name": disease.label(get_language() or "zh"), "unit": unit, "units": ancestors(unit),
        "form": form, "numbers": rows, "may_decide": may_decide(request, unit) and rows,
        "decisions": [{"row": row, "number": words.get(row.key)} for row in made],
    }  # fmt: skip
    return render(request, "rulebook/terms.html", context, status=status)
