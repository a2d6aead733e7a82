"""Holds: what is kept from destruction as evidence, until when."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock, masks, problems
from lianfang.core.problems import Refused
from lianfang.people.actions import holds as actions
from lianfang.people.models import Hold
from lianfang.people.queries import purging as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms

MOST = 500


@needs("hold.manage")
def listed(request: HttpRequest) -> HttpResponse:
    day = clock.today()
    rows = [_row(hold, day) for hold in queries.holds(user_of(request))[:MOST]]
    return render(request, "privacy/holds.html", {"rows": rows})


@needs("hold.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A hold of one person, or of everybody of a unit."""
    user = user_of(request)
    form = forms.HoldForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold(by=user, person=form.person, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            messages.success(request, _("The data are kept until that day."))
            return redirect("privacy:holds")
    return answers.page(request, form, "privacy/hold_new.html")


@needs("hold.manage")
@require_POST
def lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    hold = get_object_or_404(queries.holds(user_of(request)), pk=pk)
    try:
        actions.lift(by=user_of(request), hold=hold, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(problems.texts(refused.problems)))
    else:
        messages.success(request, _("The hold is lifted."))
    return redirect("privacy:holds")


def _row(hold: Hold, day: Any) -> dict[str, Any]:
    return {
        "hold": hold,
        "who": masks.name(hold.person.name) if hold.person else "",
        "holds": hold.lifted_at is None and hold.to_on >= day,
    }
