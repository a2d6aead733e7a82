"""What is typed about contacts, and about who infected whom."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.forms.isolation import KeyedForm, choice, day, text
from lianfang.cases.models import Case, ContactLevel, LinkStrength
from lianfang.cases.rules import following as rules
from lianfang.cases.rules.following import Said
from lianfang.core import problems
from lianfang.health.rules import symptoms
from lianfang.health.rules.sent import COLDEST, HOTTEST, degrees


def _symptoms() -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(one.code, one.label(language)) for one in symptoms.catalog()]


def _temperature() -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=_("Temperature, °C"), max_length=12, required=False, widget=widget)


def _tenths(typed: str) -> int | None:
    """Raises `ValidationError` for what no living person has; None where nothing was typed."""
    if not typed.strip():
        return None
    found = degrees(typed)
    if found is None or not COLDEST <= found <= HOTTEST:
        raise forms.ValidationError(problems.text("health.temperature_impossible"))
    return found


class TakeOverForm(forms.Form):
    """Those of the found whom the doctor takes over."""

    people = forms.TypedMultipleChoiceField(coerce=UUID, error_messages={"required": _("Choose at least one person.")})

    def __init__(self, *args: Any, found: Iterable[UUID], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].choices = [(str(one), str(one)) for one in found]  # type: ignore[attr-defined]


class AddForm(KeyedForm):
    """``outside``: of somebody who does not belong to the school the name is typed."""

    name = forms.CharField(label=_("Name"), max_length=60, error_messages={"required": _("Write down the name.")})
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    link = choice(_("How the two met"), ())
    last_on = day(_("Last day on which they met"))
    level = choice(_("How near"), ())
    text = text(_("What is known"), _("Where they met, for how long. Only school doctors read this."))

    def __init__(self, *args: Any, today: date, outside: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "zh"
        ways = [(one.id, one.label(language)) for one in rules.catalog().ways]
        self.fields["link"].choices = ways  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", _("As is usual for this")), *ContactLevel.choices]  # type: ignore[attr-defined]
        self.fields["level"].required = False
        self.initial.setdefault("last_on", today)
        self.initial.setdefault("level", "")
        if not outside:
            del self.fields["name"], self.fields["phone"]


class SayForm(KeyedForm):
    """`said` is what the note says."""

    def said(self) -> Said:
        data = self.cleaned_data
        level: Any = data.get("level") or ""
        return Said(
            last_on=data.get("last_on"), level=level, symptoms=data.get("symptoms"),
            temperature=data.get("temperature"), reached=not data.get("unreached", False),
            text=(data.get("text") or "").strip(),
        )  # fmt: skip


class NoteForm(SayForm):
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: leave all empty.")
    )
    temperature = _temperature()
    unreached = forms.BooleanField(label=_("Could not be asked today"), required=False)
    text = text(_("Remark"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["symptoms"].choices = _symptoms()  # type: ignore[attr-defined]

    def clean_temperature(self) -> int | None:
        return _tenths(self.cleaned_data["temperature"])


class MovedForm(SayForm):
    last_on = day(_("Last day on which they met"))
    level = choice(_("How near"), ContactLevel.choices)
    text = text(_("What is known"))


class ReasonForm(SayForm):
    text = text(_("Why"), required=True)


class ReleasedForm(SayForm):
    text = text(_("Why, where the days are not over"))


class AgainForm(SayForm):
    text = text(_("Remark"))


class FellIllForm(SayForm):
    onset_on = day(_("Day of onset"), _("The first day with symptoms. It is counted as day 0."))
    text = text(_("Why it is suspected"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "outside" in self.initial:
            del self.fields["onset_on"]


FORMS: dict[str, type[SayForm]] = {
    "noted": NoteForm, "moved": MovedForm, "lost": ReasonForm, "again": AgainForm, "released": ReleasedForm,
    "fell_ill": FellIllForm, "removed": ReasonForm,
}  # fmt: skip


class AskForm(KeyedForm):
    """The contacts of a class: for each of ``people`` the symptoms, a temperature, or that nobody could be asked."""

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = list(people)
        shown = _symptoms()
        for who, _name in self.people:
            self.fields[f"symptoms-{who}"] = forms.MultipleChoiceField(
                label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple, choices=shown
            )
            self.fields[f"temperature-{who}"] = _temperature()
            self.fields[f"unreached-{who}"] = forms.BooleanField(label=_("Could not be asked today"), required=False)

    def groups(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "fields": [self[f"{part}-{who}"] for part in ("symptoms", "temperature", "unreached")]}
            for who, name in self.people
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for who, _name in self.people:
            try:
                data[f"temperature-{who}"] = _tenths(data.get(f"temperature-{who}") or "")
            except forms.ValidationError as wrong:
                self.add_error(f"temperature-{who}", wrong)
        return data

    def told(self) -> dict[UUID, Said]:
        data = self.cleaned_data
        return {
            who: Said(
                symptoms=None if data[f"unreached-{who}"] else data[f"symptoms-{who}"],
                temperature=data[f"temperature-{who}"], reached=not data[f"unreached-{who}"],
            )
            for who, _name in self.people
        }  # fmt: skip


class LinkForm(KeyedForm):
    """By whom a case was probably infected."""

    source = forms.ChoiceField(
        label=_("By which case"), error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")}
    )
    strength = choice(pgettext_lazy("one case infected another", "How sure"), LinkStrength.choices)
    basis = text(_("On what it rests"), _("Who said so, or which paper. Only school doctors read this."), required=True)

    def __init__(self, *args: Any, cases: Sequence[tuple[Case, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.cases = {str(case.pk): case for case, _label in cases}
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose…")), *((str(case.pk), label) for case, label in cases)
        ]  # fmt: skip

    def source_case(self) -> Case:
        return self.cases[self.cleaned_data["source"]]


class FilterForm(forms.Form):
    """Which cases of an outbreak are looked at."""

    since = day(_("Onset from"))
    until = day(pgettext_lazy("a span of days", "to"))
    unit = forms.ChoiceField(label=_("Class"), required=False)
    certainty = forms.ChoiceField(label=_("How far it is known"), required=False)

    def __init__(
        self, *args: Any, units: Iterable[tuple[int, str]], certainties: Iterable[tuple[str, Any]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", _("All")), *units]  # type: ignore[attr-defined]
        self.fields["certainty"].choices = [("", _("All")), *certainties]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The end cannot be before the beginning."))
        return data


class TakeOutForm(forms.Form):
    """Taking a line list out of the system: what for, and in which form."""

    form = forms.ChoiceField(
        label=_("File"), widget=forms.RadioSelect, initial="xlsx",
        choices=[("xlsx", _("Workbook")), ("csv", _("Text with commas"))],
    )  # fmt: skip
    whole = forms.BooleanField(
        label=_("With document numbers, telephones and addresses in full"), required=False,
        help_text=_("A second person has to agree to that. Otherwise they are masked."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What for"), max_length=120, min_length=4,
        help_text=_("Such as: field investigation by disease control. Without names."),
        error_messages={"required": _("Write down what for."), "min_length": _("Write down what for.")},
    )  # fmt: skip
