"""Password, language, one's own details."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.people import access, actions, queries
from lianfang.people.actions import devices, sessions
from lianfang.people.models import User
from lianfang.people.rules import passwords
from lianfang.ui.needs import public, signed_in, user_of
from lianfang.web.account.forms import DetailsForm, PasswordForm
from lianfang.web.account.views.opening import answer, next_page, wrong_password


@signed_in
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    aged = passwords.is_aged(user.password_set_at, clock.now(), settings.PASSWORD_DAYS)
    form = PasswordForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        old = request.session.session_key or ""
        actions.change_password(by=user, password=form.cleaned_data["new"], now=clock.now(), session=old)
        update_session_auth_hash(request, user)
        devices.renewed(old=old, new=request.session.session_key or "")
        sessions.prove(request.session)
        messages.success(request, _("Your password has been changed. Other devices have been signed out."))
        return redirect("web:home")
    if form.has_error("old", "wrong"):
        wrong_password(request, user)
    context = {"form": form, "aged": aged and not user.must_change_password, "days": settings.PASSWORD_DAYS}
    return answer(request, "account/password.html", context)


@signed_in
def details(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = DetailsForm(request.POST or None, initial={"phone": user.work_phone, "email": user.email})
    if request.method == "POST" and form.is_valid():
        actions.update_account(by=user, user=user, name=user.name, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your details have been saved."))
        return redirect("account:details")
    roles = [(post, access.ROLES[post.role].label) for post in access.postings(user)]
    context = {"form": form, "roles": roles, "factors": queries.factors(user), "left": queries.codes_left(user)}
    return answer(request, "account/details.html", context)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language for this browser, and for the account when signed in."""
    chosen = request.POST.get("language", "")
    response = redirect(next_page(request))
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            actions.set_language(by=request.user, language=chosen)
        remember_language(response, chosen)
    return response


def remember_language(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.HTTPS,
    )
