"""One's own second factors: authenticator app, passkeys, recovery codes."""

import base64

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access, queries
from lianfang.people.actions import factors as actions
from lianfang.people.actions import sessions
from lianfang.ui.needs import signed_in, user_of
from lianfang.web.account import passkeys
from lianfang.web.account.forms import CodeForm, NewPasskeyForm
from lianfang.web.account.views.opening import answer, demo_code, recently, renew

# In the session: the secret of an app that is being set up (sealed), and that new codes wait to be shown once.
SECRET, SHOW = "app_secret", "show_codes"
GROUP = 4


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """What there is; where nothing is yet, which of the two to begin with."""
    user = user_of(request)
    found = queries.factors(user)
    context = {
        "factors": found,
        "app": next((factor for factor in found if factor.kind == "totp"), None),
        "passkeys": [factor for factor in found if factor.kind == "webauthn"],
        "left": queries.codes_left(user),
        "needed": access.needs_two_factors(user),
    }
    return render(request, "account/factors.html", context)


@signed_in
@recently
@sensitive_post_parameters("code")
@sensitive_variables("secret", "url")
def app(request: HttpRequest) -> HttpResponse:
    """Scan, type the code that the app shows, done."""
    user, adapter = user_of(request), get_adapter()
    if SECRET not in request.session:
        request.session[SECRET] = actions.new_secret()
    secret = queries.opened_secret(request.session[SECRET])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_app(by=user, secret=secret, code=form.cleaned_data["code"], now=clock.now())
        except Refused as refused:
            form.add_error("code", refused.problems[0].text)
        else:
            del request.session[SECRET]
            return _added(request, "app", _("The authenticator app has been set up."))
    url = adapter.build_totp_url(user, secret)
    picture = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
    spelt = " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
    context = {"form": form, "url": url, "picture": picture, "spelt": spelt, "demo_code": demo_code(request, secret)}
    return answer(request, "account/app.html", context)


@signed_in
@recently
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey of this device, this telephone, or a security key."""
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"] or _("Passkey")
        actions.add_passkey(by=user_of(request), name=name, credential=form.cleaned_data["credential"], now=clock.now())
        return _added(request, "passkey", _("The passkey has been set up. You can sign in with it alone."))
    return answer(request, "account/passkey.html", {"form": form, "wrong": form.errors.get("credential")})


@signed_in
@require_POST
@recently
def passkey_wanted(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(passkeys.registration(user_of(request))))


@signed_in
@recently
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the factor away."""
    user = user_of(request)
    found = next((factor for factor in queries.factors(user) if factor.pk == pk), None)
    if found is None:
        return redirect("account:factors")
    if request.method == "POST":
        try:
            actions.remove(by=user, factor=pk, now=clock.now())
        except Refused as refused:
            messages.error(request, refused.problems[0].text)
        else:
            messages.success(request, _("It has been removed."))
        return redirect("account:factors")
    return render(request, "account/factor_remove.html", {"factor": found})


@signed_in
@recently
@sensitive_variables("codes")
def codes(request: HttpRequest) -> HttpResponse:
    """How many are left; right after they were made, the codes themselves, once, to print."""
    user = user_of(request)
    if request.method == "POST" and queries.has_factor(user):
        actions.make_codes(by=user, now=clock.now())
        request.session[SHOW] = True
        return redirect("account:codes")
    if request.session.pop(SHOW, False):
        shown = [f"{code[:GROUP]} {code[GROUP:]}" for code in queries.codes(user)]
        return render(request, "account/codes_sheet.html", {"codes": shown})
    context = {"left": queries.codes_left(user), "has_factor": queries.has_factor(user)}
    return render(request, "account/codes.html", context)


def _added(request: HttpRequest, factor: str, said: str) -> HttpResponse:
    renew(request)
    sessions.prove(request.session, factor)
    messages.success(request, said)
    return redirect("account:codes" if queries.codes_left(user_of(request)) is None else "account:factors")
