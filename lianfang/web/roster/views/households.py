"""Households of a school: who lives in which flat of the family quarter."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.actions import guardians
from lianfang.people.models import Household, HouseholdMember
from lianfang.people.queries import roster
from lianfang.ui.needs import needs, user_of
from lianfang.web.roster import forms
from lianfang.web.roster.views.opening import PAGE, answer, open_unit, rejected


@needs("person.manage")
def households(request: HttpRequest, pk: int) -> HttpResponse:
    """The households of a school with those who live there; a new one below."""
    unit = open_unit(request, pk, "person.manage")
    living = HouseholdMember.objects.filter(to_on__isnull=True).select_related("person").order_by("from_on", "pk")
    rows = Household.objects.filter(school=unit).prefetch_related(Prefetch("members", living, to_attr="living"))
    context: dict[str, Any] = {
        "unit": unit,
        "page": Paginator(rows.order_by("label"), PAGE).get_page(request.GET.get("page")),
    }
    form = forms.HouseholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = guardians.add_household(by=user_of(request), school=unit, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "roster/households.html", form, refused, **context)
        return redirect("roster:household", made.pk)
    return answer(request, "roster/households.html", form, **context)


@needs("person.manage")
def household(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who lives there; somebody of the school is added by name or number."""
    held = _open(request, pk)
    user, now = user_of(request), clock.now()
    form = forms.MemberForm(request.POST or None)
    found: list[Any] = []
    if request.method == "POST" and form.is_valid():
        sought = form.cleaned_data["typed"]
        rows = list(roster.people_of(user, held.school, now.date(), words=sought, verb="person.manage")[:20])
        chosen = [row for row in rows if row.person_id == form.cleaned_data["person"]]
        if chosen or len(rows) == 1:
            return _join(request, held, form, (chosen or rows)[0].person)
        found = [(str(row.person_id), f"{row.person.name} · {row.unit.name}") for row in rows]
        if not rows:
            form.add_error("typed", _("Nobody of the school fits."))
    return answer(request, "roster/household.html", form, held=held, members=_members(held), found=found)


@needs("person.manage")
@require_POST
def leave_household(request: HttpRequest, pk: UUID, member: UUID) -> HttpResponse:
    held = _open(request, pk)
    row = get_object_or_404(held.members.select_related("household", "person"), pk=member)
    guardians.leave_household(by=user_of(request), member=row, now=clock.now())
    messages.success(request, _("The person lives there no longer."))
    return redirect("roster:household", pk)


def _join(request: HttpRequest, held: Household, form: forms.MemberForm, person: Any) -> HttpResponse:
    now = clock.now()
    try:
        guardians.join_household(by=user_of(request), household=held, person=person, from_on=now.date(), now=now)
    except Refused as refused:
        for problem in refused.problems:
            form.add_error("typed", problem.text)
        return answer(request, "roster/household.html", form, held=held, members=_members(held), found=[])
    messages.success(request, _("The person lives there."))
    return redirect("roster:household", held.pk)


def _open(request: HttpRequest, pk: UUID) -> Household:
    mine = access.scope(user_of(request), "person.manage", "school__")
    return get_object_or_404(Household.objects.filter(mine).select_related("school"), pk=pk)


def _members(held: Household) -> list[HouseholdMember]:
    return list(held.members.filter(to_on__isnull=True).select_related("person").order_by("from_on", "pk"))
