"""Whom a unit calls outside: kept by its own office, read by everybody who may have to call."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.cases.actions import contacts as actions
from lianfang.cases.forms.emergencies import ContactsForm
from lianfang.cases.queries import recipients
from lianfang.cases.views import emergency_pages as pages
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

VERB = "emergency.contacts"
REJECTED = 422


@needs(VERB)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """The contacts of a unit; what it leaves blank is that of the next above."""
    unit = get_object_or_404(access.units_for(user_of(request), VERB), pk=pk)
    known = recipients.contacts(unit)
    form = ContactsForm(
        request.POST if request.method == "POST" else None, labels=pages.bodies(), initial=pages.numbers(unit, known)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.put(by=user_of(request), unit=unit, rows=form.rows(), now=clock.now())
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("cases:contacts", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/contacts.html", pages.contacts(unit, form, known), status=status)
