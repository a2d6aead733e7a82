"""Emergencies: report one, see how it stands, confirm that it has reached one."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.cases.actions import emergencies as actions
from lianfang.cases.forms.emergencies import ReportForm
from lianfang.cases.models import Emergency
from lianfang.cases.queries import emergencies as queries
from lianfang.cases.views import emergency_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.ui.needs import has_proved, needs, user_of

PAGE, REJECTED = 30, 422
UNPROVED = "cases/report_unproved.html"


def opened(request: HttpRequest, pk: UUID) -> Emergency:
    """404 outside one's scope."""
    return get_object_or_404(queries.whole(user_of(request)), pk=pk)


@needs(queries.VIEW, queries.REPORT)
def index(request: HttpRequest) -> HttpResponse:
    """What runs; with ?over what has ended."""
    user, over = user_of(request), "over" in request.GET
    page = Paginator(queries.listed(user, running=not over), PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/emergencies.html", pages.index(user, page, over, clock.now()))


@needs(queries.REPORT)
@sensitive_post_parameters()
def report(request: HttpRequest) -> HttpResponse:
    """The first report, on one screen. ?person of a page that names somebody, by number alone; nobody is named before
    the second factor was shown."""
    user, now, proved = user_of(request), clock.now(), has_proved(request)
    about = pages.about(user, request) if proved else None
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        now=now,
        places=queries.places(user),
        initial=pages.start(user, about, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report(by=user, **pages.reported(form, about), proved=proved, now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            if not proved:
                return render(request, UNPROVED, pages.unproved(user, form) | {"made": made})
            messages.success(request, _("Reported at %(at)s. Everybody in the list was told at once.") % pages.at(now))
            return redirect("cases:emergency", made.pk)
    status = REJECTED if form.errors else 200
    if not proved:
        return render(request, UNPROVED, pages.unproved(user, form), status=status)
    return render(request, "cases/report.html", pages.report(user, form, about), status=status)


@needs(queries.VIEW, queries.REPORT)
def emergency(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How it stands: the clock, everybody who was told, what was said, what to do now."""
    found, user, now = opened(request, pk), user_of(request), clock.now()
    if found.person_id and queries.may_name(user, found):
        actions.viewed(by=user, emergency=found, now=now)
    return render(request, "cases/emergency.html", pages.one(user, found, now))


@needs(queries.VIEW, queries.REPORT)
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first report on one A4 page, for the fax. Without names."""
    return render(request, "cases/sheet.html", pages.sheet(opened(request, pk), clock.now()))


@needs(queries.VIEW, queries.REPORT)
@require_POST
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It has reached me."""
    found = opened(request, pk)
    try:
        actions.acknowledge(by=user_of(request), emergency=found, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    else:
        messages.success(request, _("Confirmed. Whoever reported it sees that it has reached you."))
    return redirect("cases:emergency", pk)


@needs(queries.VIEW, queries.REPORT)
@require_POST
def join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same thing was reported before: go on there."""
    found = opened(request, pk)
    other = queries.alike(found)
    if other is None or not queries.may_follow(user_of(request), found):
        messages.error(request, _("There is no earlier report to join."))
        return redirect("cases:emergency", pk)
    try:
        actions.join(by=user_of(request), emergency=found, to=other, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    else:
        messages.success(request, _("Joined. Both reports stay; news is added to the earlier one."))
    return redirect("cases:emergency", pk)
