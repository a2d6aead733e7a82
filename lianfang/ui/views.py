"""The gallery: every component in every state with invented content. Routed only while developing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.ui import gallery as samples
from lianfang.ui.needs import public

ERROR_PAGES = {
    "400": "400.html",
    "403": "403.html",
    "404": "404.html",
    "500": "500.html",
    "csrf": "403_csrf.html",
    "unavailable": "ui/unavailable.html",
}


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """All components; ``?theme=dark`` shows the dark theme whatever the system says."""
    return render(request, "ui/gallery.html", samples.everything(clock.now(), request.GET.get("theme", "")))


@public
def sheet(request: HttpRequest) -> HttpResponse:
    """A printed sheet."""
    return render(request, "ui/gallery_sheet.html", samples.everything(clock.now()))


@public
def error_page(request: HttpRequest, page: str) -> HttpResponse:
    """One of the pages that are otherwise hard to see."""
    if page not in ERROR_PAGES:
        raise Http404
    return render(request, ERROR_PAGES[page], samples.kept_input())
