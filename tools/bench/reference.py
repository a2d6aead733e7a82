"""Reference: Django with no middleware but the timing, one ORM insert and its commit. What any Django page costs that
writes one row."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.config.settings")
django.setup(set_prefix=False)  # with the settings as they are: packages look whether theirs are there
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = ["lianfang.ui.timing.ServerTiming"]
application = WSGIHandler()

from lianfang.core import clock  # noqa: E402  (models need the application)
from lianfang.core.models import Event  # noqa: E402


def insert(request: HttpRequest) -> HttpResponse:
    Event(at=clock.now(), verb="bench.insert").save(force_insert=True)
    return HttpResponse("ok")


urlpatterns = [path("", insert)]
