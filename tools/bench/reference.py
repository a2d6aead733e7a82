"""Reference: Django with no middleware but the timing, one ORM insert and its commit. What any Django page costs that
writes one row."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.config.settings")
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = ["lianfang.ui.timing.ServerTiming"]

from django.core.wsgi import get_wsgi_application  # noqa: E402  (after the settings were changed)
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

application = get_wsgi_application()

from lianfang.core import clock  # noqa: E402  (models need the application)
from lianfang.core.models import Event  # noqa: E402


def insert(request: HttpRequest) -> HttpResponse:
    Event(at=clock.now(), verb="bench.insert").save(force_insert=True)
    return HttpResponse("ok")


urlpatterns = [path("", insert)]
