"""Devices and systems of a school that send by themselves: their keys, and how they send."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.health.actions import senders as actions
from lianfang.health.forms.senders import SenderForm
from lianfang.health.queries import senders as queries
from lianfang.health.views import pictures
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """Which keys there are, whether they still send, and how one sends."""
    user, now = user_of(request), clock.now()
    page = Paginator(queries.visible(user), PAGE).get_page(request.GET.get("page"))
    rows = [{"sender": one, "state": queries.state(one, now)} for one in page]
    return render(request, "health/senders.html", {"page": page, "rows": rows, **_address(request)})


@needs(queries.VERB)
def new(request: HttpRequest) -> HttpResponse:
    """A key, shown on the answer and never again."""
    user, now = user_of(request), clock.now()
    form = SenderForm(request.POST or None, schools=queries.schools(user, now.date()), today=now.date())
    if request.method == "POST" and form.is_valid():
        sender, key = actions.make(by=user, now=now, **form.cleaned_data)
        context = {"sender": sender, "key": key, "picture": pictures.source(key), **_address(request)}
        return render(request, "health/sender_made.html", context)
    return render(request, "health/sender_new.html", {"form": form}, status=REJECTED if form.errors else 200)


@needs(queries.VERB)
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.visible(user_of(request)), pk=pk)
    actions.revoke(by=user_of(request), sender=found, now=clock.now())
    messages.success(request, _("The key has been withdrawn. Whatever still sends with it is refused from now on."))
    return redirect("health:senders")


def _address(request: HttpRequest) -> dict[str, str]:
    """Where it sends to: the address of the pages."""
    return {"cards": request.build_absolute_uri("/land/cards"), "rolls": request.build_absolute_uri("/land/rolls")}
