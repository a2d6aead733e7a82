"""Groups that are checked beside the classes: boarders of a building, those who stay, interns, workers on site."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.actions import grouping, listing
from lianfang.health.forms.groups import EndForm, GroupForm
from lianfang.health.queries import groups as queries
from lianfang.health.queries import places, seats
from lianfang.health.queries.places import Place
from lianfang.health.views import roll_pages
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

PAGE, REJECTED = 50, 422


@needs(queries.VERB)
def index(request: HttpRequest) -> HttpResponse:
    """What runs, with its rounds of today; below, what has ended."""
    user, now = user_of(request), clock.now()
    page = Paginator(queries.running(user, now.date()), PAGE).get_page(request.GET.get("page"))
    rows = roll_pages.rows([Place(group.unit, group) for group in page], now)
    reporters = queries.reporters([row["place"].unit for row in rows], now.date())
    for row in rows:
        row["count"] = len(seats.of_group(row["place"].group, now.date()))
        row["reporters"] = reporters.get(row["place"].unit.pk, [])
    context = {
        "page": page, "rows": rows, "may": access.holds(user, queries.MANAGE),
        "past": queries.ended(user, now.date())[:PAGE],
    }  # fmt: skip
    return render(request, "health/groups.html", context)


@needs(queries.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A group begins; its people follow from the roster, day by day."""
    user, now = user_of(request), clock.now()
    units, buildings = queries.units(user, now.date()), queries.buildings(user, now.date())
    form = GroupForm(request.POST or None, units=units, buildings=buildings, today=now.date())
    if request.method == "POST" and form.is_valid():
        try:
            made = grouping.begin(by=user, now=now, **form.cleaned_data)
        except Refused as refused:
            _told(form, refused)
        else:
            messages.success(request, _("The group has begun. Who is in it follows from the roster, day by day."))
            return redirect("health:group", made.pk)
    return render(request, "health/group_new.html", {"form": form}, status=REJECTED if form.errors else 200)


@needs(queries.VERB)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in it today, and who reports it; whoever may ends it."""
    user, now = user_of(request), clock.now()
    found = get_object_or_404(queries.visible(user), pk=pk)
    may = found.to_on is None and access.can(user, queries.MANAGE, found.unit)
    form = EndForm(request.POST or None, initial={"to_on": now.date()})
    if request.method == "POST" and may and form.is_valid():
        try:
            grouping.end(by=user, group=found, to_on=form.cleaned_data["to_on"], now=now)
        except Refused as refused:
            _told(form, refused)
        else:
            messages.success(request, _("The group ends with that day. What it reported stays."))
            return redirect("health:groups")
    listing.findings_listed(by=user, unit=found.unit, now=now)
    place = Place(found.unit, found)
    context = {
        "group": found, "place": place, "row": roll_pages.rows([place], now)[0], "may": may, "form": form,
        "members": places.members(place, now.date()), "ended": found.to_on is not None and found.to_on < now.date(),
        "reporters": queries.reporters([found.unit], now.date()).get(found.unit_id, []),
    }  # fmt: skip
    return render(request, "health/group.html", context, status=REJECTED if form.errors else 200)


def _told(form: GroupForm | EndForm, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
