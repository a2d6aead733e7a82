"""A password somebody else chose must be changed before anything else is done."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = ("/account/password/", "/account/sign-out/", "/account/language/", "/static/", "/healthz")


class PasswordMustChange:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = "_auth_user_id" in request.session
        if signed_in and not request.path.startswith(OPEN) and getattr(request.user, "must_change_password", False):
            return redirect("account:password")
        return self.get_response(request)
