"""Sign in and out, password, language, one's own details."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.people import access, actions
from lianfang.people.models import User
from lianfang.ui.needs import public, signed_in, user_of
from lianfang.web.account.forms import DetailsForm, PasswordForm, SignInForm


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: only inside this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        login(request, form.user, backend="django.contrib.auth.backends.ModelBackend")
        actions.signed_in(by=form.user, now=clock.now())
        response = redirect(_next(request))
        _remember_language(response, form.user.language)
        return response
    return render(request, "account/sign_in.html", {"form": form, "next": _next(request)})


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("account:sign_in")


@signed_in
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(by=user, password=form.cleaned_data["new"], now=clock.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password has been changed."))
        return redirect("web:home")
    return render(request, "account/password.html", {"form": form})


@signed_in
def details(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = DetailsForm(request.POST or None, initial={"phone": user.work_phone, "email": user.email})
    if request.method == "POST" and form.is_valid():
        actions.update_account(by=user, user=user, name=user.name, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your details have been saved."))
        return redirect("account:details")
    roles = [(post, access.ROLES[post.role].label) for post in access.postings(user)]
    return render(request, "account/details.html", {"form": form, "roles": roles})


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language for this browser, and for the account when signed in."""
    chosen = request.POST.get("language", "")
    response = redirect(_next(request))
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            actions.set_language(by=request.user, language=chosen)
        _remember_language(response, chosen)
    return response


def _remember_language(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.HTTPS,
    )
