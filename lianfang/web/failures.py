"""What a failed request is answered. These pages work without the database, because it may be the database that
failed.
"""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from lianfang.ui.needs import public

SECRET = ("password", "old", "new", "again", "csrfmiddlewaretoken")


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@public
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """A lost database is said honestly, with everything that was typed kept on the page; anything else is our fault."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    context: dict[str, Any] = {"action": request.get_full_path(), "retry": request.method == "GET"}
    if request.method == "POST":
        context["hidden"] = [
            (name, value) for name in request.POST if name not in SECRET for value in request.POST.getlist(name)
        ]
        context["fields"] = [
            (name, value) for name, value in context["hidden"] if value and name not in ("key", "rev", "base")
        ]
        context["had_file"] = bool(request.FILES)
    return render(request, "ui/unavailable.html", context, status=503)
