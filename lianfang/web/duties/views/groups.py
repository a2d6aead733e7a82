"""Leading and working groups of a unit: who, for what, since when."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.actions import groups as orgs
from lianfang.orgs.models import Group
from lianfang.people import access
from lianfang.people.actions import groups as actions
from lianfang.people.models import GroupMember
from lianfang.people.queries import groups as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.duties import forms
from lianfang.web.opening import answer, open_unit, rejected


@needs("unit.view")
def groups(request: HttpRequest, unit: int) -> HttpResponse:
    """The unit's groups with their members; dissolved ones below."""
    place, day = open_unit(request, unit, "unit.view"), clock.today()
    context = {
        "unit": place,
        "groups": list(queries.groups_of(place, day)),
        "past": list(queries.past_groups(place, day)),
        "may": access.can(user_of(request), "group.manage", place),
    }
    return render(request, "duties/groups.html", context)


@needs("group.manage")
def new(request: HttpRequest, unit: int) -> HttpResponse:
    place = open_unit(request, unit, "group.manage")
    form = forms.NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = orgs.form_group(by=user_of(request), unit=place, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/group_form.html", form, refused, unit=place)
        messages.success(request, _("The group has been formed. Add its members."))
        return redirect("duties:group", unit, made.pk)
    return answer(request, "duties/group_form.html", form, unit=place)


@needs("unit.view")
def group(request: HttpRequest, unit: int, pk: int) -> HttpResponse:
    """One group and everybody who was ever in it."""
    place = open_unit(request, unit, "unit.view")
    found = get_object_or_404(Group, pk=pk, unit=place)
    members, day = list(queries.history(found)), clock.today()
    context = {
        "unit": place,
        "group": found,
        "members": [member for member in members if member.to_on is None or member.to_on >= day],
        "past": [member for member in members if member.to_on is not None and member.to_on < day],
        "may": found.to_on is None and access.can(user_of(request), "group.manage", place),
    }
    return render(request, "duties/group.html", context)


@needs("group.manage")
def edit(request: HttpRequest, unit: int, pk: int) -> HttpResponse:
    found = _managed(request, unit, pk)
    initial = {"kind": found.kind, "name": found.name, "task": found.task}
    form = forms.GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            orgs.change_group(by=user_of(request), group=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/group_form.html", form, refused, **_about(found))
        messages.success(request, _("The group has been changed."))
        return redirect("duties:group", unit, pk)
    return answer(request, "duties/group_form.html", form, **_about(found))


@needs("group.manage")
def join(request: HttpRequest, unit: int, pk: int) -> HttpResponse:
    found = _managed(request, unit, pk)
    form = forms.MemberForm(found.unit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.join(by=user_of(request), group=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/group_join.html", form, refused, **_about(found))
        messages.success(request, _("%(name)s is in the group.") % {"name": form.cleaned_data["user"].name})
        return redirect("duties:group", unit, pk)
    return answer(request, "duties/group_join.html", form, **_about(found))


@needs("group.manage")
@require_POST
def part(request: HttpRequest, unit: int, pk: int, member: int) -> HttpResponse:
    """The person's part ends today."""
    found = _managed(request, unit, pk)
    one = get_object_or_404(GroupMember, pk=member, group=found)
    actions.part(by=user_of(request), member=one, to_on=clock.today(), now=clock.now())
    messages.success(request, _("The part in the group ends today."))
    return redirect("duties:group", unit, pk)


@needs("group.manage")
def dissolve(request: HttpRequest, unit: int, pk: int) -> HttpResponse:
    found = _managed(request, unit, pk)
    form = forms.LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.dissolve(by=user_of(request), group=found, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duties/group_dissolve.html", form, refused, **_about(found))
        messages.success(request, _("The group has been dissolved."))
        return redirect("duties:groups", unit)
    return answer(request, "duties/group_dissolve.html", form, **_about(found))


def _managed(request: HttpRequest, unit: int, pk: int) -> Group:
    place = open_unit(request, unit, "group.manage")
    return get_object_or_404(Group.objects.select_related("unit"), pk=pk, unit=place)


def _about(found: Group) -> dict[str, Any]:
    return {"group": found, "unit": found.unit}
