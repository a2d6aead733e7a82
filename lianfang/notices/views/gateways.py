"""Channels of the units one looks after: setting them up, trying them, seeing and repeating what failed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices import channels, failures
from lianfang.notices.actions import gateways as actions
from lianfang.notices.forms import ways as forms
from lianfang.notices.models import Gateway
from lianfang.notices.queries import ways as queries
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.needs import needs, user_of

PAGE = 50
REJECTED = 422


@needs("channel.manage")
def overview(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    rows = [
        {"gateway": one, "label": channels.drivers()[one.driver].label, "failure": failures.words(one.tested)}
        for one in queries.set_up(user)
        if one.driver in channels.drivers()
    ]
    failed = queries.failed(user, clock.now()).count()
    return render(request, "notices/gateways.html", {"rows": rows, "failed": failed})


@needs("channel.manage")
def choose(request: HttpRequest) -> HttpResponse:
    """Which unit, which channel."""
    form = forms.ChooseForm(user_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return redirect("notices:gateway", data["unit"].pk, data["driver"])
    status = REJECTED if form.errors else 200
    return render(request, "notices/gateway_choose.html", {"form": form}, status=status)


@needs("channel.manage")
@sensitive_post_parameters()
def gateway(request: HttpRequest, unit: int, driver: str) -> HttpResponse:
    """The settings of one channel of one unit; its passwords go in and never come out."""
    user = user_of(request)
    place = get_object_or_404(access.units_for(user, "channel.manage"), pk=unit)
    kind = channels.drivers().get(driver)
    if kind is None:
        raise Http404
    row = Gateway.objects.filter(unit=place, channel=kind.channel, ended_at__isnull=True).first()
    kept = row.config if row and row.driver == driver else None
    form = forms.GatewayForm(kind, kept, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = {name: str(value) for name, value in form.cleaned_data.items() if value is not None}
        try:
            actions.set_up(by=user, unit=place, driver=driver, typed=typed, now=clock.now())
        except Refused as refused:
            form.add_error(refused.problems[0].cell or None, refused.problems[0].text)
        else:
            messages.success(request, _("The channel has been saved. Try it now."))
            return redirect("notices:gateway", unit, driver)
    context = {"form": form, "unit": place, "driver": kind, "row": row, "trial": forms.TrialForm(), "kept": kept,
               "failure": failures.words(row.tested) if row else ""}  # fmt: skip
    return render(request, "notices/gateway.html", context, status=REJECTED if form.errors else 200)


@needs("channel.manage")
@require_POST
@sensitive_post_parameters("to")
def trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A test message, and what the other side said."""
    row, form = _gateway(request, pk), forms.TrialForm(request.POST)
    driver = channels.drivers()[row.driver]
    to = form.cleaned_data["to"].strip() if form.is_valid() else ""
    if not to and not driver.group:
        messages.error(request, _("Say where the test goes: your own address or number."))
        return redirect("notices:gateway", row.unit_id, row.driver)
    result = actions.probe(by=user_of(request), gateway=row, address=to, now=clock.now())
    if result.failure is None:
        reference = f" ({result.reference})" if result.reference else ""
        messages.success(request, _("The test message has been taken over. Look whether it has come.") + reference)
    else:
        said = f" ({result.failure.said})" if result.failure.said else ""
        messages.error(request, failures.words(result.failure.code) + said)
    return redirect("notices:gateway", row.unit_id, row.driver)


@needs("channel.manage")
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.end(by=user_of(request), gateway=_gateway(request, pk), now=clock.now())
    messages.success(request, _("The channel has been ended; its passwords are gone."))
    return redirect("notices:gateways")


@needs("channel.manage")
def failed(request: HttpRequest) -> HttpResponse:
    """What could not be sent in the last days, and why."""
    page = Paginator(queries.failed(user_of(request), clock.now()), PAGE).get_page(request.GET.get("page"))
    rows = queries.named(page)
    for row in rows:
        row |= {"why": failures.words(row["send"].code), "channel": channels.of_channel(row["send"].channel).title}
    context = {"page": page, "rows": rows, "days": queries.FAILED_DAYS, "sums": _sums(user_of(request))}
    return render(request, "notices/failed.html", context)


@needs("channel.manage")
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    form = forms.AgainForm(request.POST)
    if not form.is_valid():
        raise Http404
    user, now = user_of(request), clock.now()
    unit = get_object_or_404(access.units_for(user, "channel.manage"), pk=form.cleaned_data["unit"])
    since = now - timedelta(days=queries.FAILED_DAYS)
    count = actions.again(by=user, unit=unit, channel=form.cleaned_data["channel"], now=now, since=since)
    words = ngettext("%(count)s sending is tried again.", "%(count)s sendings are tried again.", count)
    messages.success(request, words % {"count": count})
    return redirect("notices:failed")


def _sums(user: User) -> list[dict[str, Any]]:
    """Per unit and channel how many failed: what is sent again with one tap."""
    return [
        row | {"title": channels.of_channel(row["channel"]).title} for row in queries.failed_sums(user, clock.now())
    ]


def _gateway(request: HttpRequest, pk: UUID) -> Gateway:
    found: Gateway = get_object_or_404(queries.set_up(user_of(request)), pk=pk)
    if found.driver not in channels.drivers():
        raise Http404
    return found
