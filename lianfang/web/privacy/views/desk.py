"""What somebody who answers for privacy has before them, and the data map."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.people import access
from lianfang.people.queries import purging
from lianfang.policies import queries as policies
from lianfang.ui.needs import needs, signed_in, user_of
from lianfang.web.privacy import showing
from lianfang.web.privacy.words import MODULES

DOORS = ("response.manage", "assessment.manage", "purge.manage", "purge.decide", "hold.manage", "request.decide")


@needs(*DOORS)
def desk(request: HttpRequest) -> HttpResponse:
    """Responses, assessments, purges, holds: how many, and which want something."""
    user, day, now = user_of(request), clock.today(), clock.now()
    can = {verb.replace(".", "_"): access.holds(user, verb) for verb in DOORS}
    context: dict[str, Any] = {"can": can}
    if can["response_manage"] or can["purge_manage"]:
        at = access.scope(user, "response.manage", "unit__") | access.scope(user, "purge.manage", "unit__")
        context["running"] = [row for row in policies.responses(at, day) if row.to_on is None]
    if can["assessment_manage"]:
        rows = policies.assessments(access.scope(user, "assessment.manage", "unit__"))
        context["unassessed"] = [MODULES[one] for one in MODULES if not _holds(rows, one, day)]
    if can["purge_manage"] or can["purge_decide"]:
        waiting = [purging.state(run, now) for run in purging.runs(user).filter(done_at__isnull=True)[:200]]
        context["waiting"] = len(waiting)
        context["agreed"] = waiting.count("agreed")
    if can["hold_manage"]:
        context["holding"] = purging.holds(user).filter(pk__in=purging.holding(day)).count()
    return render(request, "privacy/desk.html", context)


@signed_in
def map_of_data(request: HttpRequest) -> HttpResponse:
    """Table by table: what, for what, on what ground, until when, and how sensitive each column is."""
    return render(request, "privacy/map.html", {"tables": showing.tables()})


def _holds(rows: Any, module: str, day: Any) -> bool:
    return any(row.module == module and row.valid_to >= day for row in rows)
