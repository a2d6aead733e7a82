"""The door of pages for families: which device is asking. They are open to everybody on purpose, and each of them asks
for the device itself. The token travels in a cookie that scripts cannot read; the database knows its digest only.
"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from lianfang.core import clock
from lianfang.people.models import Device
from lianfang.people.queries import claims
from lianfang.ui.needs import public

View = TypeVar("View", bound=Callable[..., HttpResponse])


def cookie_name() -> str:
    """The prefix makes browsers refuse a cookie that another host or plain HTTP has set; it needs HTTPS."""
    return "__Host-lianfang-device" if settings.HTTPS else "lianfang-device"


def device_of(request: HttpRequest) -> Device | None:
    token = request.COOKIES.get(cookie_name(), "")
    return claims.device(token, clock.now()) if token else None


def everybody(view: View) -> View:
    """For whoever comes: nothing of the answer is kept anywhere."""
    return public(never_cache(view))
