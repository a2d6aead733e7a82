"""What came in and breaks a rule: mended and taken, or dropped."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.health.actions import mending
from lianfang.health.forms.held import DropForm
from lianfang.health.models import Held
from lianfang.health.queries import held as queries
from lianfang.health.views import held_pages as pages
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


def _found(request: HttpRequest, school: int, on: date, key: int) -> Held:
    """404 outside one's classes."""
    found = queries.find(user_of(request), school, on, key)
    if found is None:
        raise Http404
    return found


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the newest first; nobody is named."""
    page = Paginator(queries.waiting(user_of(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "health/held.html", {"page": page, "rows": pages.rows(list(page))})


@needs(queries.VERB)
@sensitive_post_parameters()
def one(request: HttpRequest, school: int, on: date, key: int) -> HttpResponse:
    """The record as it came, what is wrong with it, and a field for each wrong value."""
    found, user, now = _found(request, school, on, key), user_of(request), clock.now()
    page = pages.Page(user, found, request.POST or None)
    if request.method == "GET" or found.settled_at:
        mending.viewed(by=user, held=found, now=now)
        return render(request, "health/held_one.html", page.context())
    if page.mendable and page.form.is_valid():
        try:
            state = mending.mend(by=user, held=found, put=page.form.put(), reason=_("Mended at the school"), now=now)
        except Refused as refused:
            page = page.again(refused)
        else:
            return _mended(request, page, state)
    return render(request, "health/held_one.html", page.context(), status=REJECTED)


def _mended(request: HttpRequest, page: pages.Page, state: str) -> HttpResponse:
    messages.success(request, pages.TOLD[state]())
    return redirect(page.compared() if state == "differs" else "health:held")


@needs(queries.VERB)
@require_POST
def drop(request: HttpRequest, school: int, on: date, key: int) -> HttpResponse:
    """It is kept as it came, and counts nowhere."""
    found, form = _found(request, school, on, key), DropForm(request.POST)
    if not form.is_valid():
        context: dict[str, Any] = pages.Page(user_of(request), found, None).context(dropping=form)
        return render(request, "health/held_one.html", context, status=REJECTED)
    try:
        mending.drop(by=user_of(request), held=found, why=form.cleaned_data["why"], now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    else:
        messages.success(request, _("Dropped. It is kept as it came and counts nowhere."))
    return redirect("health:held")
