"""What a failed request is answered. These pages work without the database, because it may be the database that
failed.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from lianfang.core.keyring import KeysMissing
from lianfang.returns import spec
from lianfang.returns.queries.words import say
from lianfang.ui.needs import public
from lianfang.web import refusals

SECRET = ("password", "old", "new", "again", "csrfmiddlewaretoken")


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    refusals.note(request, 403)
    return render(request, "403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    refusals.note(request, 404)
    return render(request, "404.html", status=404)


@public
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """A lost database or key file is said honestly, with everything that was typed kept on the page; anything else is
    our fault."""
    trouble = sys.exc_info()[1]
    if not isinstance(trouble, OperationalError | InterfaceError | KeysMissing):
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    context: dict[str, Any] = {"again": request.get_full_path() if request.method == "GET" else "/"}
    context["keys"] = isinstance(trouble, KeysMissing)
    # A password is never put into a page, and a file cannot be: such a form has to be filled in again.
    if request.method == "POST" and not request.FILES and not any(name in request.POST for name in SECRET[:-1]):
        sent = [(name, value) for name in request.POST if name not in SECRET for value in request.POST.getlist(name)]
        context |= {"action": request.get_full_path(), "hidden": sent, "fields": list(_said(sent))}
    return render(request, "ui/unavailable.html", context, status=503)


def _said(sent: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What was typed, by the labels it was typed under."""
    texts = {
        "reason": _("Reason"),
        "remark": _("Remarks"),
        "contact": _("Contact"),
        "title": _("Heading"),
        "body": _("Text"),
    }
    cells = {cell: form for form in spec.catalog().values() for cell in form.cells}
    for name, value in sent:
        kind, _dash, cell = name.partition("-")
        if name in texts and value:
            yield texts[name], value
        elif kind in ("c", "r") and cell in cells and value:
            yield say(cells[cell].label_of(cell)), value
        elif kind == "u" and cell in cells:
            yield say(cells[cell].label_of(cell)), _("To be verified")
