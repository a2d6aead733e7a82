"""Records that may be one person: shown in pairs, merged, and taken apart again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people.actions import merging
from lianfang.people.models import IdentityDocument, Merge, Person
from lianfang.people.queries import duplicates
from lianfang.ui.needs import needs, user_of
from lianfang.web.roster import forms, words
from lianfang.web.roster.views.opening import answer, open_person, open_unit, rejected


@needs("person.merge")
def pairs(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairs of a school, and what was merged."""
    unit = open_unit(request, pk, "person.merge")
    user, school = user_of(request), unit.school or unit
    found = duplicates.pairs(user, school)
    people = [person for pair in found for person in (pair.first, pair.second)]
    held = duplicates.belongings_of(people, clock.today())
    rows = [
        {"pair": pair, "why": words.WHY_PAIRS[pair.why], "sides": [(side, held[side.pk][:1]) for side in
         (pair.first, pair.second)]} for pair in found
    ]  # fmt: skip
    context = {"unit": unit, "rows": rows, "merges": duplicates.merges_of(user, school)}
    return render(request, "roster/duplicates.html", context)


@needs("person.merge")
def merge(request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Two records side by side; which one stays."""
    first, unit = open_person(request, pk, "person.merge")
    second, _unit = open_person(request, other, "person.merge")
    if first.pk == second.pk:
        raise Http404
    form = forms.MergeForm([(str(first.pk), _("The left one")), (str(second.pk), _("The right one"))],
                           request.POST or None, initial={"keep": str(first.pk)})  # fmt: skip
    context: dict[str, Any] = {"rows": _side_by_side(first, second), "unit": unit}
    if request.method == "POST" and form.is_valid():
        kept, gone = (first, second) if form.cleaned_data["keep"] == str(first.pk) else (second, first)
        try:
            merging.merge(by=user_of(request), kept=kept, gone=gone, unit=unit, reason=form.cleaned_data["reason"],
                          now=clock.now())  # fmt: skip
        except Refused as refused:
            return rejected(request, "roster/merge.html", form, refused, **context)
        messages.success(request, _("The records are one now. It can be undone on the page of duplicates."))
        return redirect("roster:person", kept.pk)
    return answer(request, "roster/merge.html", form, **context)


@needs("person.merge")
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two records again."""
    found = get_object_or_404(Merge, pk=pk)
    _kept, unit = open_person(request, found.kept_id, "person.merge")
    try:
        merging.undo_merge(by=user_of(request), merge=found, unit=unit, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    else:
        messages.success(request, _("They are two records again."))
    return redirect("roster:duplicates", unit.school_id or unit.pk)


def _side_by_side(first: Person, second: Person) -> list[dict[str, Any]]:
    """The facts of both, sealed ones masked, and whether they agree."""
    held = duplicates.belongings_of([first, second], clock.today())
    documents: dict[UUID, list[IdentityDocument]] = {first.pk: [], second.pk: []}
    for row in IdentityDocument.objects.filter(person__in=[first, second], to_on__isnull=True).order_by("kind"):
        documents[row.person_id].append(row)

    def told(person: Person) -> dict[str, str]:
        return {
            pgettext("person", "Name"): person.name,
            _("Sex"): person.get_sex_display(),
            _("Birthday"): person.born_on.isoformat() if person.born_on else "",
            _("Telephone"): str(person.phone or ""),
            _("Home address"): str(person.address or ""),
            _("Documents"): "；".join(f"{row.get_kind_display()} {row.number or ''}" for row in documents[person.pk]),
            _("Belongs to"): "；".join(
                f"{row.unit.name} {words.ending_of(row)}".strip() for row in held[person.pk][:4]
            ),
            _("Guardians"): "；".join(
                f"{row.guardian.name} {row.guardian.phone or ''}"
                for row in person.guardianships.filter(to_on__isnull=True).select_related("guardian")
            ),
        }

    left, right = told(first), told(second)
    return [{"label": name, "left": left[name], "right": right[name], "same": left[name] == right[name]}
            for name in left]  # fmt: skip
