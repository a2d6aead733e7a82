"""What a locked-out sign-in is answered: the same words for a wrong name, a wrong password and a locked account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    return render(request, "account/locked_out.html", status=429)
