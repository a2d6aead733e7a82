"""Where one is signed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.people import actions, queries
from lianfang.ui.needs import signed_in, user_of
from lianfang.web.account import agents


@signed_in
def devices(request: HttpRequest) -> HttpResponse:
    key = request.session.session_key
    rows = [
        {
            "pk": row.pk,
            "name": agents.said(row.user_agent) or _("Unknown browser"),
            "icon": "device-mobile" if agents.is_phone(row.user_agent) else "device-laptop",
            "ip": row.ip,
            "since": row.created_at,
            "seen": row.last_seen_at,
            "here": row.session_key == key,
        }
        for row in queries.devices(user_of(request))
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "account/devices.html", {"rows": rows, "others": any(not row["here"] for row in rows)})


@signed_in
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Another device is signed out; one's own is by "Sign out"."""
    key = request.session.session_key or ""
    if actions.end_devices(by=user_of(request), keep=key, only=pk, now=clock.now()):
        messages.success(request, _("That device has been signed out."))
    return redirect("account:devices")


@signed_in
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    actions.end_devices(by=user_of(request), keep=request.session.session_key or "", now=clock.now())
    messages.success(request, _("All other devices have been signed out."))
    return redirect("account:devices")
