"""A temperature as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases import isolation_words as words
from lianfang.cases.forms.isolation import KeyedForm, choice
from lianfang.cases.models import Site
from lianfang.cases.rules import observing as rules
from lianfang.core import problems
from lianfang.health.rules import symptoms
from lianfang.health.rules.sent import COLDEST, HOTTEST, degrees


class ReadingForm(KeyedForm):
    """``round`` is the one of this hour unless somebody chooses the other."""

    temperature = forms.CharField(label=_("Temperature, °C"), max_length=12)
    site = choice(_("Measured at"), Site.choices)
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple, error_messages={}
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=300)
    round = forms.ChoiceField(label=pgettext_lazy("of an observation", "Round"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, fixed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "zh"
        self.fields["temperature"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["symptoms"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label(language)) for one in symptoms.catalog()
        ]
        names = [(one.id, words.round_of(one.id)) for one in rules.catalog().rounds]
        self.fields["round"].choices = names  # type: ignore[attr-defined]
        self.initial.setdefault("site", Site.ARMPIT)
        if fixed:  # a correction stands for the round it corrects
            del self.fields["round"]

    def clean_temperature(self) -> int:
        typed = degrees(self.cleaned_data["temperature"])
        if typed is None or not COLDEST <= typed <= HOTTEST:
            raise forms.ValidationError(problems.text("health.temperature_impossible"))
        return typed

    def reading(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "tenths": data["temperature"], "site": data["site"], "symptoms": data["symptoms"],
            "note": data["note"].strip(), "key": data["key"],
        }  # fmt: skip
