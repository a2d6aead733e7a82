"""The activity list, and the auditor's screen."""

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock, limits
from lianfang.core import events as log
from lianfang.core.queries import chain
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.needs import needs, user_of
from lianfang.web.events import forms, lines, queries, sheet

MOST_AN_HOUR = 20


@needs("event.view")
def events(request: HttpRequest) -> HttpResponse:
    """What was done in my units, newest first, fifty a page."""
    user, now = user_of(request), clock.now()
    form = forms.FilterForm(user, request.GET)
    rows = queries.visible(user)
    rows = queries.chosen(rows, form.cleaned_data) if form.is_valid() else rows.none()
    before = queries.Edge.read(request.GET.get("before", ""))
    page = queries.page(rows, user, form.cleaned_data, now, before)
    audits = access.holds(user, "event.audit")
    context = {
        "form": form,
        "who_form": forms.WhoForm(initial={"who": queries.name_of(form.cleaned_data.get("by", []))}),
        "page": page,
        "rows": lines.rows(page.events, queries.units_of(page.events), queries.persons_of(page.events, user), audits),
        "before": before,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "audits": audits,
        "more": any(request.GET.get(name) for name in forms.MORE),
        "chain": lines.chain_said(chain.state(), now) if audits else None,
    }
    return render(request, "events/list.html", context)


@needs("event.view")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Choose filters: a name comes in the body and goes on as ids, everything else stands in the address."""
    form, chosen = forms.WhoForm(request.POST), request.POST.copy()
    for name in ("csrfmiddlewaretoken", "who", "by", "before"):
        chosen.pop(name, None)
    typed = form.cleaned_data["who"] if form.is_valid() else ""
    found = queries.people_named(typed) if typed else []
    if found:
        chosen["by"] = ",".join(str(one.pk) for one in found)
    elif request.POST.get("who"):
        messages.error(request, _("No account has this name or user name, so the list shows everybody."))
    kept = {name: values for name, values in chosen.lists() if any(values)}
    return redirect(f"{reverse('web:events')}?{urlencode(kept, doseq=True)}".rstrip("?"))


@needs("event.audit")
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a spreadsheet; taking it out of the house is an event itself."""
    user, now = user_of(request), clock.now()
    form = forms.FilterForm(user, request.GET)
    back = redirect(f"{reverse('web:events')}?{request.GET.urlencode()}")
    if not form.is_valid():
        return back
    if not limits.within("events export", str(user.pk), most=MOST_AN_HOUR, every=timedelta(hours=1), now=now):
        messages.error(request, _("Too many exports within an hour. Please try again later."))
        return back
    found = queries.exported(queries.chosen(queries.visible(user), form.cleaned_data), form.cleaned_data, now)
    shown = found[: queries.MOST_EXPORTED]
    rows = lines.rows(shown, queries.units_of(shown), queries.persons_of(shown, user), True)
    content = sheet.written(rows, by=user.name, at=now, cut=len(found) > len(shown))
    _note_export(user, form, len(rows), now)
    response = HttpResponse(content, content_type=sheet.XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(sheet.name(now))}"
    return response


def _note_export(user: User, form: forms.FilterForm, rows: int, now: datetime) -> None:
    filters = {name: str(form.data[name]) for name in form.fields if name != "unit" and form.data.get(name)}
    unit = form.cleaned_data.get("unit") or access.postings(user)[0].unit
    log.record("audit.exported", by=user, unit=unit, detail={"rows": rows, "filters": filters}, now=now)
