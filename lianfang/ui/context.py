"""What every page gets. All of it is lazy: a page without navigation (errors, print) asks no database."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lianfang.ui import nav


def page(request: HttpRequest) -> dict[str, Any]:
    """``nav``, ``urgent_nav``, ``account_nav`` (lists of NavItem) and ``acting_unit`` for base.html."""
    return {
        "nav": SimpleLazyObject(lambda: nav.items(request)),
        "urgent_nav": SimpleLazyObject(lambda: nav.items(request, "urgent")),
        "account_nav": SimpleLazyObject(lambda: nav.items(request, "account")),
        "acting_unit": SimpleLazyObject(lambda: nav.acting_unit(request)),
    }
