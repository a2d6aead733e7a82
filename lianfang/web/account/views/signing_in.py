"""Sign in and out; the second factor; the password once more."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock, origin, problems
from lianfang.people import access, actions, queries
from lianfang.people.actions import factors, lockout, sessions
from lianfang.people.models import User
from lianfang.people.queries import proofs
from lianfang.ui.needs import public, signed_in, user_of
from lianfang.web.account import passkeys
from lianfang.web.account.forms import CodeForm, ConfirmForm, ShownPasskeyForm, SignInForm
from lianfang.web.account.views.opening import DEMO, answer, demo_code, next_page, renew, wrong_password
from lianfang.web.account.views.own import remember_language
from lianfang.web.demo.actions.loading import PASSWORD as DEMO_PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(next_page(request))
    address = origin.network(request)
    form = SignInForm(request, request.POST or None, resting=lockout.address_rests(address))
    if request.method == "POST" and form.is_valid() and form.user:
        _begin(request, form.user, how="password")
        request.session[DEMO] = settings.DEMO and form.cleaned_data["password"] == DEMO_PASSWORD
        response = redirect(next_page(request))
        remember_language(response, form.user.language)
        return response
    if form.non_field_errors() and form.user is None and not form.resting:
        _failed(form, address)
    context = {"form": form, "next": next_page(request), "over": "over" in request.GET}
    return render(request, "account/sign_in.html", context)


@public
@require_POST
def passkey_wanted(request: HttpRequest) -> HttpResponse:
    """What the browser asks a passkey for signing in."""
    return JsonResponse(dict(passkeys.request(None)))


@public
@never_cache
@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey is held by its owner and opened by finger, face or PIN: two factors at once."""
    form = ShownPasskeyForm(None, request.POST)
    if not form.is_valid():
        empty = SignInForm(request)
        context = {"form": empty, "next": next_page(request), "wrong": form.errors.get("credential")}
        return render(request, "account/sign_in.html", context)
    shown = form.cleaned_data["credential"]
    user = User.objects.get(pk=shown.user_id)
    factors.passkey_used(factor=shown.pk)
    _begin(request, user, how="passkey")
    response = redirect(next_page(request))
    remember_language(response, user.language)
    return response


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """What pages kept on this device (drafts, an outbox, sheets for times without network) goes as well."""
    logout(request)
    response = redirect("account:sign_in")
    response["Clear-Site-Data"] = '"storage"'
    return response


@signed_in
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Code of the app, recovery code or passkey, before anything else opens."""
    user = user_of(request)
    if not proofs.lacks_factor(request.session, user):
        return redirect(next_page(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not lockout.may_try_code(user.pk):
            return _codes_rest(request)
        used = factors.use_code(by=user, code=form.cleaned_data["code"], now=clock.now())
        if used:
            lockout.code_was_right(user.pk)
            return _proved(request, user, used)
        if _wrong_code(user):
            return _codes_rest(request)
        form.add_error("code", problems.text("people.code_wrong"))
    return answer(request, "account/second_factor.html", {"form": form, **_ways(request, user)})


@signed_in
@require_POST
def second_factor_wanted(request: HttpRequest) -> HttpResponse:
    """What the browser asks one of this person's passkeys."""
    return JsonResponse(dict(passkeys.request(user_of(request))))


@signed_in
@require_POST
def second_factor_by_passkey(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = ShownPasskeyForm(user, request.POST)
    if not form.is_valid():
        context = {"form": CodeForm(), "wrong": form.errors.get("credential"), **_ways(request, user)}
        return render(request, "account/second_factor.html", context, status=422)
    factors.passkey_used(factor=form.cleaned_data["credential"].pk)
    return _proved(request, user, "passkey")


@signed_in
@sensitive_post_parameters("password")
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, before what proves who one is gets changed."""
    user = user_of(request)
    form = ConfirmForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.prove(request.session)
        return redirect(next_page(request))
    if form.has_error("password", "wrong"):
        wrong_password(request, user)
    return answer(request, "account/confirm.html", {"form": form, "next": next_page(request)})


def _begin(request: HttpRequest, user: User, *, how: str) -> None:
    login(request, user, backend=BACKEND)
    owns = queries.has_factor(user)
    sessions.begin(request.session, own_factor=owns, factor="passkey" if how == "passkey" else "")
    agent = request.headers.get("user-agent", "")
    key, address = request.session.session_key or "", origin.address(request)
    actions.signed_in(by=user, now=clock.now(), how=how, session=key, address=address, agent=agent)


def _failed(form: SignInForm, address: str) -> None:
    actions.sign_in_failed(user=form.tried, locked=form.locked, now=clock.now())
    if lockout.address_failed(address):
        return
    actions.address_locked(now=clock.now())


def _ways(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the page of the second factor offers this person."""
    kinds = {factor.kind for factor in queries.factors(user)}
    return {
        "app": "totp" in kinds,
        "passkey": "webauthn" in kinds,
        "demo_code": demo_code(request, queries.app_secret(user)),
        "next": next_page(request),
        "may_alarm": access.holds(user, "emergency.report"),
    }


def _proved(request: HttpRequest, user: User, factor: str) -> HttpResponse:
    renew(request)
    sessions.prove(request.session, factor)
    left = queries.codes_left(user) if factor == "recovery" else None
    if left is not None:
        messages.warning(
            request,
            ngettext(
                "You used a recovery code; %(left)s is left. Make new ones under “My account” in time.",
                "You used a recovery code; %(left)s are left. Make new ones under “My account” in time.",
                left,
            )
            % {"left": left},
        )
    return redirect(next_page(request))


def _codes_rest(request: HttpRequest) -> HttpResponse:
    """Too many wrong codes: the guessing ends with the session."""
    logout(request)
    return render(request, "account/codes_rest.html", status=403)


def _wrong_code(user: User) -> bool:
    """Put it on record; True when it was the last one."""
    locked = lockout.codes_rest(user.pk)
    factors.code_failed(by=user, locked=locked, now=clock.now())
    return locked
