"""The activity list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.people import access
from lianfang.ui.needs import needs, user_of
from lianfang.web.events import forms, queries, words


@needs("event.view")
def events(request: HttpRequest) -> HttpResponse:
    """What was done in my units, newest first, fifty a page."""
    user = user_of(request)
    form = forms.FilterForm(user, request.GET)
    rows = whole = queries.visible(user, words.AUDITED)
    valid = form.is_valid()
    data = form.cleaned_data
    if what := data.get("what"):
        rows = rows.filter(verb__startswith=what)
    if who := data.get("who"):
        rows = rows.filter(by_id__in=queries.people_named(who))
    if unit := data.get("unit"):
        rows = rows.filter(unit_path__startswith=unit.path)
    before = queries.Edge.read(request.GET.get("before", ""))
    page = queries.page(
        rows if valid else rows.none(),
        whole if valid else whole.none(),
        clock.now(),
        day=data.get("day"),
        before=before,
    )
    units = queries.units_of(page.events)
    filtered = any(request.GET.get(name) for name in form.fields)
    context = {"form": form, "page": page, "rows": [words.row(event, units) for event in page.events], "before": before}
    audits = access.holds(user, "event.audit")
    return render(request, "events/list.html", {**context, "filtered": filtered, "audits": audits})
