"""Class teachers ask the contacts of their class, once a day for all. Of which illness is not said here."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import tracing as actions
from lianfang.cases.forms.tracing import AskForm
from lianfang.cases.queries import exposed as queries
from lianfang.cases.queries.exposed import Asked
from lianfang.cases.views import tracing_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

REJECTED = 422


@needs(queries.ASK)
def today(request: HttpRequest) -> HttpResponse:
    """One's classes with contacts."""
    return render(request, "cases/asked_today.html", pages.today(user_of(request), clock.now()))


@needs(queries.ASK)
@sensitive_post_parameters()
def unit(request: HttpRequest, unit: int) -> HttpResponse:
    """Nobody of the class has symptoms, or these do (?person, as often as there are): all in one answer."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(access.units_for(user, queries.ASK).filter(school__isnull=False), pk=unit)
    rows = queries.followed_in(found, clock.day_of(now))
    chosen = _chosen(request, rows)
    form = AskForm(request.POST or None, people=[(one.person.pk, one.person.name) for one in chosen])
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            actions.ask(by=user, unit=found, told=form.told(), key=key, now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Noted. The school doctor sees it at once."))
            return redirect("cases:contacts_today")
    context = pages.asked(found, rows, [one.person.pk for one in chosen], form)
    return render(request, "cases/asked.html", context, status=REJECTED if form.errors else 200)


def _chosen(request: HttpRequest, rows: Sequence[Asked]) -> list[Asked]:
    named = set(request.GET.getlist("person"))
    return [one for one in rows if str(one.person.pk) in named]
