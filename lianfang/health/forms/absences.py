"""What is typed about an absence, and for which register."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.core.ids import uuid7
from lianfang.health.models import Cause, Place, StepKind
from lianfang.health.rules import symptoms
from lianfang.health.rules.tracing import NewStep
from lianfang.orgs.models import Unit

_OFTEN = (Cause.COLD, Cause.GASTROINTESTINAL, Cause.EYE, Cause.DENTAL, Cause.INJURY, Cause.UNCLEAR, Cause.NOT_ILL)
_INFECTIOUS = (
    Cause.VARICELLA, Cause.RUBELLA, Cause.MEASLES, Cause.MUMPS, Cause.SCARLET_FEVER, Cause.TUBERCULOSIS,
    Cause.HEPATITIS, Cause.PNEUMONIA, Cause.OTHER_INFECTIOUS,
)  # fmt: skip
_LONGEST = timedelta(days=366)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _grouped() -> list[tuple[Any, Any]]:
    others = [one for one in Cause if one not in (*_OFTEN, *_INFECTIOUS)]
    groups = ((_("Most often"), _OFTEN), (_("Infectious"), _INFECTIOUS), (_("Others"), others))
    return [("", _("Choose…")), *((name, [(one.value, one.label) for one in group]) for name, group in groups)]


class StepForm(forms.Form):
    """What the family said. ``id`` makes a form that is sent twice one step."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    cause = forms.ChoiceField(label=_("What is it?"), required=False)
    place = forms.ChoiceField(
        label=_("Where is the pupil now?"), required=False, widget=forms.RadioSelect, choices=Place.choices
    )
    symptoms = forms.MultipleChoiceField(label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple)
    onset_on = _day(_("Ill since"))
    seen = forms.BooleanField(label=_("Has seen a doctor"), required=False)
    seen_on = _day(_("On which day"))
    hospital = forms.CharField(label=_("Hospital or clinic"), required=False, max_length=100)
    diagnosis = forms.CharField(
        label=_("Diagnosis"), required=False, max_length=200, help_text=_("Only what a doctor has said.")
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["cause"].choices = _grouped()  # type: ignore[attr-defined]
        self.fields["symptoms"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label(get_language() or "zh")) for one in symptoms.catalog()
        ]
        for name in ("onset_on", "seen_on"):
            self.fields[name].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("id", uuid7())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, code in (("onset_on", "health.onset_ahead"), ("seen_on", "health.seen_ahead")):
            if data.get(name) and data[name] > self.today:
                self.add_error(name, problems.text(code))
        return data

    def step(self) -> NewStep:
        """A diagnosis is more than a visit, a visit more than a call."""
        data = self.cleaned_data
        seen = data["seen"] or data["seen_on"] or data["hospital"]
        kind = StepKind.DIAGNOSIS if data["diagnosis"] else StepKind.VISIT if seen else StepKind.CALL
        return NewStep(
            data["id"], kind, data["cause"], data["place"], tuple(data["symptoms"]) or None, data["onset_on"],
            data["seen_on"], data["hospital"], data["diagnosis"], data["note"],
        )  # fmt: skip


class ShortStepForm(forms.Form):
    """One tap: nobody reached, back at school."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (StepKind.UNREACHED, StepKind.RETURN)])

    def step(self) -> NewStep:
        return NewStep(self.cleaned_data["id"], self.cleaned_data["kind"])


class RegisterForm(forms.Form):
    """Whose register, from when to when; by default the week up to today."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Class or school"), required=False, empty_label=None)
    first = _day(pgettext_lazy("of a span of days", "From"))
    last = _day(pgettext_lazy("of a span of days", "To"))

    def __init__(self, units: QuerySet[Unit], data: Any, today: date) -> None:
        super().__init__(data or None)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.start: dict[str, Any] = {"unit": units.first(), "first": today - timedelta(days=6), "last": today}
        self.initial.update(self.start)

    def chosen(self) -> dict[str, Any]:
        """unit (None: there is none in reach), first, last. What is left out or wrong is as it is by default."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        found = {name: data.get(name) or value for name, value in self.start.items()}
        if found["first"] > found["last"]:
            found["first"], found["last"] = found["last"], found["first"]
        found["first"] = max(found["first"], found["last"] - _LONGEST)
        return found
