"""What is typed about key people: what they said when asked, the plan, who looks after them, how it ends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.core.ids import uuid7
from lianfang.health.forms.rolls import Degrees
from lianfang.health.models.key_people import Ending
from lianfang.health.rules import symptoms
from lianfang.health.rules.following import Asked
from lianfang.health.rules.key_editions import Class
from lianfang.orgs.models import Unit


class AskedForm(forms.Form):
    """``id`` makes a form that is sent twice one step. A temperature, or a word on symptoms, is what was asked for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    temperature = Degrees(label=_("Temperature, °C"))
    symptoms = forms.MultipleChoiceField(label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple)
    place = forms.CharField(label=_("Where the person is now"), required=False, max_length=100)
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["symptoms"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label(get_language() or "zh")) for one in symptoms.catalog()
        ]
        self.initial.setdefault("id", uuid7())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data.get("temperature") is None and not data.get("symptoms"):
            self.add_error("temperature", problems.text("health.key_says_nothing"))
        return data

    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(data["id"], True, data["temperature"], tuple(data["symptoms"]), data["place"], data["note"])


class UnreachedForm(forms.Form):
    """One tap: nobody answered."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def asked(self) -> Asked:
        return Asked(self.cleaned_data["id"], False)


class PlanForm(forms.Form):
    plan = forms.CharField(
        label=_("What holds for this person"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ResponsibleForm(forms.Form):
    responsible = forms.ChoiceField(label=_("Looked after by"))

    def __init__(self, people: list[Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["responsible"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]


class ReleaseForm(forms.Form):
    ending = forms.ChoiceField(
        label=_("How does it end?"), widget=forms.RadioSelect, initial=Ending.RELEASED,
        choices=[(Ending.RELEASED, Ending.RELEASED.label), (Ending.MISTAKE, Ending.MISTAKE.label)],
    )  # fmt: skip
    note = forms.CharField(label=_("Why"), required=False, max_length=200)


class ListedForm(forms.Form):
    """Somebody is listed by hand."""

    category = forms.ChoiceField(label=pgettext_lazy("of key people", "Class"), widget=forms.RadioSelect)
    since = forms.DateField(
        label=_("Counts from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day of leaving, of the contact, or today."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, classes: Iterable[Class], *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "zh"
        self.fields["category"].choices = [(one.code, one.label(language)) for one in classes]  # type: ignore[attr-defined]
        self.fields["since"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("since", today)


class WhichForm(forms.Form):
    """Which of the list: of a unit, of a class."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False)
    category = forms.CharField(required=False, max_length=20)

    def __init__(self, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Unit | None, str]:
        """What is not there or not in reach is left out."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return data.get("unit"), data.get("category") or ""
