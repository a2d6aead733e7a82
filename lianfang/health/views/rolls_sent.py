"""Two reports of one round side by side, and the printed sheet of a class and day."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import reporting
from lianfang.health.queries import places
from lianfang.health.rules.sheets import number
from lianfang.health.views import compared
from lianfang.health.views.opening import At, opened
from lianfang.ui.needs import needs


@needs(places.VERB)
def compare(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """The report that counts and the oldest one that differs from it."""
    found = opened(request, at, code, on)
    context = compared.context(found)
    if context is None:
        return redirect("health:roll", *found.address)
    return render(request, "health/roll_compare.html", context)


@needs(places.VERB)
@require_POST
def decide(request: HttpRequest, at: At, code: str, on: date) -> HttpResponse:
    """Which of two reports holds."""
    found = opened(request, at, code, on)
    try:
        reporting.decide(
            by=found.user, place=found.place, on=on, code=code, key=number(request.POST.get("key", "")),
            mine=request.POST.get("do") == "later", reason=_("The later of two reports holds"), now=found.now,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    except ValueError:
        messages.error(request, _("Please choose one of the two reports."))
    else:
        messages.success(request, _("Decided. Both reports are kept."))
    return redirect("health:roll", *found.address)


@needs(places.VERB)
def printed(request: HttpRequest, at: At, on: date) -> HttpResponse:
    """附表1: whom the checks of the day found, or a statement that there was nobody."""
    found = opened(request, at, "morning", on)
    return render(request, "health/roll_sheet.html", compared.sheet(found, clock.now()))
