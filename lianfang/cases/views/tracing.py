"""Contacts of a case: found, added, followed, released. Classes are asked about theirs in `asking`."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lianfang.cases.actions import tracing as actions
from lianfang.cases.forms.cases import FindForm
from lianfang.cases.forms.tracing import FORMS, AddForm, SayForm, TakeOverForm
from lianfang.cases.models import Contact
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import exposed, finding
from lianfang.cases.rules import course as rules
from lianfang.cases.views import tracing_pages as pages
from lianfang.cases.views.cases import opened
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.needs import needs, user_of

REJECTED = 422


def contact_of(request: HttpRequest, pk: UUID, verb: str = queries.VIEW) -> Contact:
    """404 outside one's schools."""
    user = user_of(request)
    return get_object_or_404(exposed.whole(user).filter(access.scope(user, verb, "case__unit__")), pk=pk)


@needs(queries.VIEW)
def index(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Those of a case, whom to follow first."""
    return render(request, "cases/traced.html", pages.index(user_of(request), opened(request, pk), clock.now()))


@needs(queries.MANAGE)
def find(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom the case can have met by roster, rolls and surveys; the chosen become contacts."""
    case, now = opened(request, pk, queries.MANAGE), clock.now()
    search = finding.search(case, rules.course(queries.steps(case.steps.all())), clock.day_of(now))
    sent = request.POST if request.method == "POST" else None
    form = TakeOverForm(sent, found=[one.person.pk for one in search.found if one.is_new])
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_found(by=user_of(request), case=case, people=form.cleaned_data["people"], now=now)
        except Refused as refused:
            pages.show(refused, form)
        else:
            said = ngettext("%(n)d contact is followed now.", "%(n)d contacts are followed now.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect("cases:contacts_of", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/contacts_find.html", pages.found(case, search, form), status=status)


@needs(queries.MANAGE)
@sensitive_post_parameters()
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """By hand: somebody of the school (a name finds, ?person chooses), or from outside (?outside)."""
    case, now = opened(request, pk, queries.MANAGE), clock.now()
    home, outside = pages.chosen(request, case, now), "outside" in request.GET
    if home is None and not outside:
        find = FindForm(request.POST or None)
        status = REJECTED if find.errors else 200
        return render(request, "cases/contact_find.html", pages.choose(find, case, now), status=status)
    form = AddForm(request.POST or None, today=clock.day_of(now), outside=outside)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add(by=user_of(request), case=case, home=home, now=now, **form.cleaned_data)
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("The contact is followed now."))
            return redirect("cases:exposed", made.pk)
    context = pages.head(case) | {"form": form, "home": home, "outside": outside}
    return render(request, "cases/contact_add.html", context, status=REJECTED if form.errors else 200)


@needs(queries.MANAGE)
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everybody whose days are over."""
    case = opened(request, pk, queries.MANAGE)
    number = actions.release(by=user_of(request), case=case, now=clock.now())
    said = ngettext("%(n)d contact was released.", "%(n)d contacts were released.", number)
    messages.success(request, said % {"n": number})
    return redirect("cases:contacts_of", pk)


@needs(queries.VIEW)
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How one contact stands, and everything that was said."""
    return render(request, "cases/exposed.html", pages.one(user_of(request), contact_of(request, pk), clock.now()))


@needs(queries.MANAGE)
@sensitive_post_parameters()
def say(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """One thing more; falling ill opens a case."""
    contact, now = contact_of(request, pk, queries.MANAGE), clock.now()
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, initial=pages.before(contact, now))
    if request.method == "POST" and form.is_valid():
        try:
            return _noted(user_of(request), contact, kind, form, now)
        except Refused as refused:
            pages.show(refused, form)
    status = REJECTED if form.errors else 200
    return render(request, "cases/exposed_say.html", pages.said(contact, kind, form), status=status)


def _noted(user: User, contact: Contact, kind: str, form: SayForm, now: datetime) -> HttpResponse:
    key = form.cleaned_data["key"]
    if kind != "fell_ill":
        actions.say(by=user, contact=contact, kind=kind, said=form.said(), key=key, now=now)
        return redirect("cases:exposed", contact.pk)
    onset = form.cleaned_data.get("onset_on") or clock.day_of(now)
    made = actions.fell_ill(
        by=user, contact=contact, onset_on=onset, text=form.cleaned_data["text"], key=key, now=now
    )  # fmt: skip
    return redirect("cases:case", made.pk) if made else redirect("cases:exposed", contact.pk)
