"""The 24-hour telephones of the units one looks after, and who answers them now."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.duty import sheets, words
from lianfang.duty.actions import numbers as actions
from lianfang.duty.forms import SearchForm
from lianfang.duty.queries import answering
from lianfang.duty.queries import numbers as reads
from lianfang.duty.queries.answering import Answer
from lianfang.duty.queries.roster import VIEW
from lianfang.duty.views.opening import seen
from lianfang.orgs.models import Unit
from lianfang.ui.needs import needs, user_of

PAGE = 50


@needs(VIEW)
def numbers(request: HttpRequest, unit: int) -> HttpResponse:
    """A page of units, whom one reaches there now."""
    above, form = _above(request, unit), SearchForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    units = reads.units_below(user_of(request), above, typed, clock.today())
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    found = answering(page, now)
    rows = [_row(found[each.pk]) for each in page]
    context = {"unit": above, "form": form, "page": page, "rows": rows, "typed": typed, "now": now}
    return render(request, "duty/numbers.html", context)


@needs(VIEW)
def export(request: HttpRequest, unit: int) -> HttpResponse:
    """All of them as a spreadsheet; who took it away is on record."""
    above, now = _above(request, unit), clock.now()
    units = list(reads.units_below(user_of(request), above, "", clock.today()))
    found = answering(units, now)
    lines = [_line(_row(found[each.pk])) for each in units]
    actions.exported(by=user_of(request), unit=above, lines=len(lines), now=now)
    name = _("24-hour-telephones-%(unit)s-%(day)s.xlsx") % {"unit": above.code, "day": clock.today()}
    return sheets.answer(sheets.numbers(lines), name)


def _above(request: HttpRequest, pk: int) -> Unit:
    unit = seen(request, pk)
    if unit.school_id:
        raise Http404
    return unit


def _row(found: Answer) -> dict[str, Any]:
    called = found.now
    return {"found": found, "unit": found.unit, "called": called, "why": words.why(called) if called else ""}


def _line(row: dict[str, Any]) -> list[str]:
    called = row["called"]
    person = [called.user.name, called.phone] if called else ["", ""]
    return [row["unit"].name, row["unit"].code, row["found"].phone, *person, row["why"]]
