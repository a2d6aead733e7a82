"""Findings of a day by name, for the school doctor and the class teacher."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext

from lianfang.health import saying
from lianfang.health.actions import listing
from lianfang.health.queries import findings as queries
from lianfang.health.queries.findings import Finding
from lianfang.health.rules import symptoms
from lianfang.health.rules.status import Status
from lianfang.health.views.board_opening import VERB as BOARD
from lianfang.health.views.board_opening import opened
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

VERB, PAGE = "finding.view", 50
_LOOKS = {
    Status.ILL: "alarm", Status.SYMPTOMATIC: "alarm", Status.ISOLATED: "alarm", Status.UNKNOWN: "pending",
    Status.LEAVE: "info",
}  # fmt: skip


@needs(VERB)
def mine(request: HttpRequest) -> HttpResponse:
    """The findings of the highest unit the user looks after, today."""
    unit = access.highest(user_of(request), VERB)
    if unit is None:
        raise Http404
    return redirect("health:findings_today", unit.pk)


@needs(VERB)
def findings(request: HttpRequest, pk: int, on: date | None = None) -> HttpResponse:
    """Who it is, since when, whether a doctor has seen them; the way to the absence and the record."""
    found = opened(request, pk, on, VERB)
    if found.is_area:
        raise Http404
    rows = queries.of_unit(found.unit, found.on)
    listing.findings_listed(by=found.user, unit=found.unit, now=found.now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = found.context(
        page=page, rows=[_line(one) for one in page], counts=_counts(rows),
        may_board=access.can(found.user, BOARD, found.unit), may_record=access.holds(found.user, "record.view"),
        comma=pgettext("between two parts of a sentence", ", "),
        may_trace=access.can(found.user, "absence.trace", found.unit),
    )  # fmt: skip
    return render(request, "health/findings.html", context | found.day_links("health:findings"))


def _line(one: Finding) -> dict[str, Any]:
    return {
        "finding": one, "state": _LOOKS[one.status], "word": saying.BEFORE[one.status],
        "symptoms": saying.symptom_names(found.code for found in symptoms.unpacked(one.day.symptoms)),
        "degrees": f"{one.tenths / 10:.1f}" if one.tenths else "", "fever": one.day.fever,
    }  # fmt: skip


def _counts(rows: list[Finding]) -> list[dict[str, Any]]:
    tones = {"alarm": "alarm", "pending": "late", "info": "due"}
    return [
        {"label": saying.BEFORE[status], "value": number, "tone": tones[look] if number else "quiet"}
        for status, look in _LOOKS.items()
        if (number := sum(one.status is status for one in rows)) or status in (Status.ILL, Status.SYMPTOMATIC)
    ]
