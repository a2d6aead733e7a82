"""The processing rules, for everybody and without signing in (control F08)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core.datamap import datamap
from lianfang.ui.needs import public
from lianfang.web.privacy import showing


@public
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/rules.html", _rules())


@public
def sheet(request: HttpRequest) -> HttpResponse:
    """The same on paper, for the wall or a meeting of parents."""
    return render(request, "privacy/rules_sheet.html", _rules())


def _rules() -> dict[str, Any]:
    return {"purposes": showing.purposes(), "edition": datamap().edition, "contact": settings.PRIVACY_CONTACT}
