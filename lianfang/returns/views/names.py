"""Who is behind the figures that the system fills in."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.returns import display
from lianfang.returns.actions import reading
from lianfang.returns.queries import figures
from lianfang.returns.queries.words import say
from lianfang.returns.views.opening import open_return
from lianfang.returns.views.pages import day_links
from lianfang.ui.needs import needs


@needs("case.view")
def figures_of(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Every figure that the system knows of a school's day, each the way to who is behind it: for those who may read
    cases and have no return to fill."""
    opened = open_return(request, form, on, pk, "case.view")
    rows = [
        {"cell": cell, "label": say(opened.form.label_of(cell)), "known": one, "lack": display.lack_words(one)}
        for cell, one in opened.known.items()
    ]
    context = opened.context(rows=rows, as_of=opened.facts.at, **day_links(opened, "returns:behind"))
    return render(request, "returns/behind.html", context)


@needs("case.view")
def names(request: HttpRequest, form: str, on: date, pk: int, cell: str) -> HttpResponse:
    """Names alone: what each has stands in their case. Reading it is an event, as with every list of people."""
    opened = open_return(request, form, on, pk, "case.view")
    if cell not in opened.known:
        raise Http404
    known = opened.known[cell]
    people = figures.people(opened.unit, known, on)
    reading.names(by=opened.user, unit=opened.unit, now=opened.now)
    context = opened.context(
        people=people, label=say(opened.form.label_of(cell)), known_words=display.known_words(known),
        as_of=opened.facts.at, destroyed=known.number - len(people),
    )  # fmt: skip
    return render(request, "returns/names.html", context)
