"""What comes in with a health card. One button says "no symptoms" and all that is usual; the rest is for whoever is not
well."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.core.ids import uuid7
from lianfang.health.forms.rolls import Degrees
from lianfang.health.rules import symptoms
from lianfang.health.rules.card import LONGEST, Edition, Item, Value
from lianfang.health.rules.sent import Card
from lianfang.health.rules.sheets import number

WELL, SEND = "well", "send"


class CardForm(forms.Form):
    """``asked``: the button for whoever is well stands on the page. Fields of items are called ``a-<code>``."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    follows = forms.RegexField(r"^[0-9A-F]{16}$", required=False, widget=forms.HiddenInput)
    temperature = Degrees(label=_("Temperature, °C"))
    symptoms = forms.MultipleChoiceField(
        label=_("What is not right?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    onset_on = forms.DateField(
        label=_("Since which day?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen_by_doctor = forms.BooleanField(label=_("Has seen a doctor"), required=False)
    note = forms.CharField(
        label=_("Anything else"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, edition: Edition, *args: Any, today: date, **options: Any) -> None:
        options["initial"] = {"id": uuid7(), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self.edition, self.today = edition, today
        language = get_language() or "zh"
        names = [(one.code, one.label(language)) for one in symptoms.catalog()]
        self.fields["symptoms"].choices = names  # type: ignore[attr-defined]
        self.fields["onset_on"].widget.attrs["max"] = today.isoformat()
        for item in edition.items:
            self.fields[f"a-{item.code}"] = _field(item, language)

    def items(self) -> Iterator[tuple[Item, BoundField]]:
        for item in self.edition.items:
            yield item, self[f"a-{item.code}"]

    def clean_onset_on(self) -> date | None:
        found: date | None = self.cleaned_data["onset_on"]
        if found and found > self.today:
            raise forms.ValidationError(problems.text("health.onset_ahead"))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        button, says = self.data.get("do"), self._says_something(data)
        if button == WELL and says:
            self.add_error("symptoms", problems.text("health.card_contradicts"))
        if button != WELL and not says and data["temperature"] is None:
            self.add_error("symptoms", problems.text("health.card_says_nothing"))
        return data

    def _says_something(self, data: Mapping[str, Any]) -> bool:
        unusual = any(data[f"a-{item.code}"] not in (item.usual_value, "") for item in self.edition.items)
        return bool(data["symptoms"] or data["seen_by_doctor"] or data["onset_on"] or data["note"].strip()) or unusual

    def sent(self, person: UUID, on: date) -> Card:
        told = self.cleaned_data
        answers: dict[str, Value] = {item.code: told[f"a-{item.code}"] for item in self.edition.items}
        return Card(
            id=told["id"], person=person, on=on, symptoms=told["symptoms"], temperature=told["temperature"],
            seen_by_doctor=told["seen_by_doctor"] or None, onset_on=told["onset_on"], note=told["note"].strip(),
            answers=answers or None,
        )  # fmt: skip

    @property
    def corrects(self) -> int | None:
        written = self.cleaned_data["follows"]
        return number(written) if written else None

    def refuse(self, cell: str, text: str) -> None:
        """A problem of the action at its field: "answers.where", "symptoms.2"."""
        name = f"a-{cell.removeprefix('answers.')}" if cell.startswith("answers.") else cell.split(".")[0]
        self.add_error(name if name in self.fields else None, text)


def _field(item: Item, language: str) -> forms.Field:
    label, help_text = item.label(language), item.help(language)
    if item.kind == "yes_no":
        return forms.BooleanField(label=label, help_text=help_text, required=False)
    if item.kind == "choice":
        choices = [(one.code, one.label(language)) for one in item.choices]
        return forms.ChoiceField(
            label=label, help_text=help_text, choices=choices, initial=item.usual, widget=forms.RadioSelect
        )
    return forms.CharField(
        label=label, help_text=help_text, required=not item.optional, max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
