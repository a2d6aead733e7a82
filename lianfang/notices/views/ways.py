"""Where and when I am reached: e-mail, WeCom, this browser, quiet hours."""

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
from lianfang.notices import failures
from lianfang.notices.actions import addresses as actions
from lianfang.notices.forms import ways as forms
from lianfang.notices.models import Address, Hours
from lianfang.notices.queries import ways as queries
from lianfang.ui.needs import public, signed_in, user_of

REJECTED = 422


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    return _overview(request)


@signed_in
@require_POST
@sensitive_post_parameters("value")
def add(request: HttpRequest, channel: str) -> HttpResponse:
    """A code goes to the address; it counts once the code came back."""
    if channel not in forms.TYPED:
        raise Http404
    form = forms.TYPED[channel](request.POST, prefix=channel)
    if form.is_valid():
        try:
            actions.add(by=user_of(request), channel=channel, value=form.cleaned_data["value"], now=clock.now())
        except Refused as refused:
            form.add_error("value", refused.problems[0].text)
        else:
            messages.success(request, _("A code is on its way. Type it here within 30 minutes."))
            return redirect("notices:ways")
    return _overview(request, **{channel: form})


@signed_in
@require_POST
@sensitive_post_parameters("code")
def verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    address = _mine(request, pk)
    form = forms.CodeForm(request.POST, prefix="proof")
    if form.is_valid():
        try:
            actions.verify(by=user_of(request), address=address, code=form.cleaned_data["code"], now=clock.now())
        except Refused as refused:
            form.add_error("code", refused.problems[0].text)
        else:
            messages.success(request, _("Done. From now on notices reach you there as well."))
            return redirect("notices:ways")
    return _overview(request, proof=form)


@signed_in
@require_POST
@sensitive_post_parameters("subscription")
def subscribe(request: HttpRequest) -> HttpResponse:
    """This browser shows messages; the script sends what the browser gave."""
    form = forms.SubscriptionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This browser could not be added. Try again, or use e-mail."))
        return redirect("notices:ways")
    try:
        actions.subscribe(by=user_of(request), now=clock.now(), **form.cleaned_data)
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, _("This browser will show when notices wait for you."))
    return redirect("notices:ways")


@signed_in
@require_POST
def always(request: HttpRequest, pk: UUID) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    actions.always(by=user_of(request), address=_mine(request, pk), wanted=wanted, now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("notices:ways")


@signed_in
@require_POST
def trial(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, address = user_of(request), _mine(request, pk, verified=True)
    gateway = address.gateway or queries.gateway_for(user, address.channel)
    if gateway is None or gateway.ended_at is not None:
        messages.error(request, failures.words("no_gateway"))
        return redirect("notices:ways")
    result = actions.probe(by=user, address=address, gateway=gateway, now=clock.now())
    if result.failure is None:
        messages.success(request, _("The test message has been handed over. Look whether it has come."))
    else:
        messages.error(request, failures.words(result.failure.code))
    return redirect("notices:ways")


@signed_in
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.remove(by=user_of(request), address=_mine(request, pk), now=clock.now())
    messages.success(request, _("Removed. Notices still reach you here."))
    return redirect("notices:ways")


@signed_in
@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    form = forms.HoursForm(request.POST, prefix="hours")
    if not form.is_valid():
        return _overview(request, hours=form)
    actions.choose_hours(by=user_of(request), now=clock.now(), **form.cleaned_data)
    messages.success(request, _("Your quiet hours have been saved."))
    return redirect("notices:ways")


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a message when the browser is closed. It holds nothing and asks for nothing."""
    return render(request, "notices/worker.js", content_type="text/javascript; charset=utf-8")


def _overview(request: HttpRequest, **typed: Any) -> HttpResponse:
    """The page, with the form that was just sent as it was typed."""
    user = user_of(request)
    found = queries.addresses(user)
    own = Hours.objects.filter(user=user).first()
    chosen = {"begin": own.begin, "end": own.end} if own else None
    push = queries.gateway_for(user, "push")
    blank = {name: form(prefix=name) for name, form in forms.TYPED.items()}
    context = {
        **{name: typed.get(name, form) for name, form in blank.items()},
        "proof": typed.get("proof", forms.CodeForm(prefix="proof")),
        "hours": typed.get("hours") or forms.HoursForm(prefix="hours", **({"initial": chosen} if chosen else {})),
        "addresses": {name: [one for one in found if one.channel == name] for name in ("mail", "wecom", "push")},
        "open_ways": {name: queries.gateway_for(user, name) is not None for name in forms.TYPED},
        "push_key": (push.config or {}).get("public", "") if push else "",
        "phone": user.phone,
    }
    return render(request, "notices/ways.html", context, status=REJECTED if typed else 200)


def _mine(request: HttpRequest, pk: UUID, *, verified: bool | None = None) -> Address:
    rows = Address.objects.filter(user=user_of(request)).select_related("gateway", "gateway__unit")
    if verified:
        rows = rows.filter(verified_at__isnull=False)
    found: Address = get_object_or_404(rows, pk=pk)
    return found
