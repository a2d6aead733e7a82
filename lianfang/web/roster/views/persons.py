"""One person: the file, a value in full, entering and changing."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import guardians, looking, roster
from lianfang.people.actions.enrolling import NewLodging
from lianfang.people.models import Guardianship, IdentityDocument, Person
from lianfang.policies import queries as policies
from lianfang.ui.needs import needs, user_of
from lianfang.web.roster import files, forms, words
from lianfang.web.roster.views.opening import answer, open_person, open_unit, rejected

Form = TypeVar("Form", bound=forms.FactsForm)


@needs("person.view")
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file; opening it is on record. A merged record leads to the one that stayed."""
    gone = Person.objects.filter(pk=pk, merged_into__isnull=False).first()
    if gone is not None and gone.merged_into_id is not None:
        open_person(request, gone.merged_into_id)
        return redirect("roster:person", gone.merged_into_id)
    found, unit = open_person(request, pk)
    looking.viewed(by=user_of(request), person=found, unit=unit, now=clock.now())
    return render(request, "roster/person.html", files.page(user_of(request), found, unit))


@needs("person.reveal")
@sensitive_variables("value")
def reveal(request: HttpRequest, pk: UUID, what: str, row: UUID | None = None) -> HttpResponse:
    """One value in full, for a reason, once."""
    found, unit = open_person(request, pk, "person.reveal")
    _allowed(request, what, row, unit)
    form = forms.RevealForm(request.POST or None)
    context: dict[str, Any] = {"person": found, "what": words.FIELDS[what]}
    if request.method == "POST" and form.is_valid():
        try:
            value = looking.reveal(
                by=user_of(request), person=found, unit=unit, what=what, row_id=str(row or ""), now=clock.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            return rejected(request, "roster/reveal.html", form, refused, **context)
        dial = what in ("phone", "guardian")
        shown = {"value": value, "shown": value.removeprefix("+86") if dial else value, "dial": dial}
        return render(request, "roster/revealed.html", {**context, **shown})
    return answer(request, "roster/reveal.html", form, **context)


@needs("person.manage")
@sensitive_post_parameters()
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody comes."""
    unit = open_unit(request, pk, "person.manage")
    by, now = user_of(request), clock.now()
    units = forms.places(access.units_for(by, "person.manage"), unit.school or unit)
    start = {"unit": unit, "as_a": "student" if unit.kind in ("class", "department") else "staff"}
    form = _asking(forms.AddForm(units, request.POST or None, initial=start), unit)
    if request.method == "POST" and form.is_valid():
        try:
            made = roster.add_person(by=by, now=now, **_newcomer(form))
        except Refused as refused:
            asked = any(problem.cell == "sure" for problem in refused.problems)
            return rejected(request, "roster/add.html", form, refused, unit=unit, asked=asked)
        messages.success(request, _("The person has been entered."))
        return redirect("roster:person", made.pk)
    return answer(request, "roster/add.html", form, unit=unit, asked=bool(request.POST.get("sure")))


def _asking(form: Form, unit: Unit) -> Form:
    return form if policies.mode(unit, clock.today()) else form.without_place()


def _newcomer(form: forms.AddForm) -> dict[str, Any]:
    data = form.cleaned_data
    document = roster.NewDocument(data["document_kind"], data["document_number"])
    guardian = guardians.NewGuardian(
        data["guardian_name"], data["guardian_phone"], data["relation"], data["position"] or 1
    )
    return {
        "unit": data["unit"], "as_a": data["as_a"], "from_on": data["from_on"], "number": data["school_number"],
        "title": data["title"], "facts": form.facts(), "sure": data["sure"],
        "documents": [document] if document.kind or document.number else [],
        "lodging": NewLodging(data["lodging"], data["building"], data["room"], data["bed"]),
        "guardians_of": [guardian] if form.has_guardian else [],
    }  # fmt: skip


@needs("person.manage")
@sensitive_post_parameters()
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Facts of a person; sealed ones are typed anew, never shown."""
    found, unit = open_person(request, pk, "person.manage")
    by = user_of(request)
    form = _asking(forms.ChangeForm(found, request.POST or None), unit)
    if request.method == "POST" and form.is_valid():
        try:
            roster.change_person(by=by, person=found, unit=unit, now=clock.now(), **form.facts())
        except Refused as refused:
            return rejected(request, "roster/change.html", form, refused, person=_again(found))
        messages.success(request, _("The details have been saved."))
        return redirect("roster:person", pk)
    return answer(request, "roster/change.html", form, person=_again(found))


@needs("person.health")
@sensitive_post_parameters()
def health(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The note about health, written by those who answer for it."""
    found, unit = open_person(request, pk, "person.health")
    form = forms.HealthForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["health_note"]
        roster.change_person(by=user_of(request), person=found, unit=unit, now=clock.now(), health_note=note)
        messages.success(request, _("The note has been saved."))
        return redirect("roster:person", pk)
    return answer(request, "roster/health.html", form, person=found)


@needs("person.manage")
@sensitive_post_parameters()
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another document; one of the same kind ends."""
    found, unit = open_person(request, pk, "person.manage")
    form = forms.DocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = roster.NewDocument(data["document_kind"], data["number"], data["label"])
        try:
            roster.set_document(by=user_of(request), person=found, unit=unit, document=made, now=clock.now())
        except Refused as refused:
            return rejected(request, "roster/document.html", form, refused, person=found)
        messages.success(request, _("The document has been entered."))
        return redirect("roster:person", pk)
    return answer(request, "roster/document.html", form, person=found)


@needs("person.manage")
@require_POST
def end_document(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    found, unit = open_person(request, pk, "person.manage")
    held = get_object_or_404(IdentityDocument, pk=row, person=found)
    roster.end_document(by=user_of(request), document=held, unit=unit, now=clock.now())
    messages.success(request, _("The document is out of use."))
    return redirect("roster:person", pk)


@needs("person.manage")
@sensitive_post_parameters()
def guardian(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A guardian more."""
    found, unit = open_person(request, pk, "person.manage")
    form = forms.GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, clock.now()
        made = guardians.NewGuardian(data["guardian_name"], data["guardian_phone"], data["relation"], data["position"])
        try:
            guardians.add_guardian(
                by=user_of(request), person=found, guardian=made, from_on=now.date(), unit=unit, now=now
            )
        except Refused as refused:
            return rejected(request, "roster/guardian.html", form, refused, person=found)
        messages.success(request, _("The guardian has been entered."))
        return redirect("roster:person", pk)
    return answer(request, "roster/guardian.html", form, person=found)


@needs("person.manage")
@sensitive_post_parameters()
def change_guardian(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Put a guardian right; a blank telephone stays as it is."""
    found, unit = open_person(request, pk, "person.manage")
    held = get_object_or_404(Guardianship.objects.select_related("guardian"), pk=row, person=found, to_on__isnull=True)
    start = {"guardian_name": held.guardian.name, "relation": held.relation, "position": held.position}
    form = forms.GuardianForm(request.POST or None, initial=start)
    form.fields["guardian_phone"].help_text = words.known(held.guardian.phone)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        phone = data["guardian_phone"] or (held.guardian.phone.open() if held.guardian.phone else "")
        try:
            guardians.change_guardian(
                by=user_of(request), guardianship=held, unit=unit, name=data["guardian_name"], phone=phone,
                relation=data["relation"], position=data["position"], now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            return rejected(request, "roster/guardian.html", form, refused, person=found, held=held)
        messages.success(request, _("The details have been saved."))
        return redirect("roster:person", pk)
    return answer(request, "roster/guardian.html", form, person=found, held=held)


@needs("person.manage")
@require_POST
def end_guardian(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    found, unit = open_person(request, pk, "person.manage")
    held = get_object_or_404(Guardianship, pk=row, person=found)
    guardians.end_guardian(by=user_of(request), guardianship=held, unit=unit, now=clock.now())
    messages.success(request, _("The guardian stands there no longer."))
    return redirect("roster:person", pk)


def _again(person: Person) -> Person:
    """The row as it is stored: a refused action has set what was typed on its copy."""
    return Person.objects.get(pk=person.pk)


def _allowed(request: HttpRequest, what: str, row: UUID | None, unit: Any) -> None:
    """404 for a value that is not there to be asked for."""
    if what not in words.FIELDS or (what in ("document", "guardian")) != (row is not None):
        raise Http404
    if what == "health_note" and not access.can(user_of(request), "person.health", unit):
        raise Http404
