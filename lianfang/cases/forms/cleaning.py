"""What is typed about a disinfection."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.forms.isolation import KeyedForm, choice, moment
from lianfang.cases.models.cleaning import How
from lianfang.cases.rules import cleaning as rules
from lianfang.cases.rules.cleaning import Kind


class TaskForm(KeyedForm):
    what = choice(_("Kind of place"), [])
    place = forms.CharField(label=_("Which place"), max_length=80, help_text=_("Building and room; nobody’s name."))
    due_at = moment(_("Done by"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "zh"
        kinds = [(one.id, one.label(language)) for one in rules.catalog().places if one.id != "isolation_bed"]
        self.fields["what"].choices = kinds  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """The columns of the register of disinfection; what the catalogue advises stands there already."""

    done_at = moment(_("When was it finished?"))
    began_at = moment(_("When was it begun?"), required=False)
    who = forms.CharField(label=_("Who did it"), max_length=60)
    objects_done = forms.CharField(
        label=_("What was disinfected"), required=False, max_length=80, help_text=_("Such as: desks, handles, floor.")
    )
    agent = forms.CharField(label=_("Agent"), required=False, max_length=60)
    strength = forms.IntegerField(
        label=_("Strength, milligrams a litre"), required=False, min_value=1, max_value=100_000
    )
    how = choice(pgettext_lazy("disinfection", "How"), How.choices)
    minutes = forms.IntegerField(label=_("Minutes it stayed on"), required=False, min_value=1, max_value=1440)

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:
        super().__init__(*args, **options)
        known = {"strength": kind.strength, "how": kind.how, "minutes": kind.minutes}
        self.initial = {**self.initial, **known, "agent": kind.agent(get_language() or "zh")}


class CheckForm(forms.Form):
    well = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
