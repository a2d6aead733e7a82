"""Forms of the pages about privacy."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.people.queries import purging
from lianfang.policies import diseases
from lianfang.ui.unit_field import UnitField
from lianfang.web.privacy.words import HAPPENED, KINDS, LEVELS, MODULES


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": rows})
    )


class _OfAUnit(forms.Form):
    """A form about one of the units where the person has ``verb``."""

    verb = ""
    unit = UnitField(help_text=_("Name or code."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(user, self.verb).on(clock.today()))


class ResponseForm(_OfAUnit):
    verb = "response.manage"
    disease = forms.ChoiceField(
        label=_("Disease"), required=False,
        help_text=_("Its rules say which checks, cards and days apart the level switches on."),
    )  # fmt: skip
    name = forms.CharField(
        label=pgettext_lazy("of a response", "What the response is to"), max_length=60, required=False,
        help_text=_("Blank: the name of the disease. No names of people."),
    )  # fmt: skip
    level = forms.TypedChoiceField(label=pgettext_lazy("of a response", "Level"), choices=LEVELS, coerce=int)
    reason = forms.CharField(
        label=_("Decision it rests on"), max_length=200, help_text=_("Who decided it, number, date.")
    )
    from_on = forms.DateField(label=_("First day"), widget=_Day, initial=clock.today)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        language = get_language() or "zh"
        named = [(one.id, one.label(language)) for one in diseases.catalog().values()]
        choices = [("", _("Another one, or several")), *sorted(named, key=lambda one: one[1])]
        self.fields["disease"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("name") and "name" not in self.errors:
            disease = diseases.catalog().get(data.get("disease", ""))
            if disease is None:
                self.add_error("name", _("Choose the disease, or write what the response is to."))
            else:
                data["name"] = disease.zh
        return data


class EndForm(forms.Form):
    to_on = forms.DateField(label=_("Last day"), widget=_Day, initial=clock.today)


class AssessmentForm(_OfAUnit):
    verb = "assessment.manage"
    module = forms.ChoiceField(label=_("What is assessed"), choices=list(MODULES.items()))
    necessity = _text(_("Purpose and necessity"), _("Is it lawful, justified and needed? What would not do?"))
    risks = _text(_("Effects on people and risks"))
    measures = _text(_("Protective measures"), _("Are they lawful, effective and fit for the risks?"))
    valid_to = forms.DateField(
        label=_("Holds until"), widget=_Day, initial=lambda: clock.today() + timedelta(days=365),
        help_text=_("At most three years; earlier if the handling changes."),
    )  # fmt: skip


class PurgeForm(_OfAUnit):
    verb = "purge.manage"


class AskForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for those who decide"), max_length=300, help_text=_("No names and numbers of people.")
    )


class HoldForm(_OfAUnit):
    verb = "hold.manage"
    number = forms.CharField(
        label=_("Number in the school"), max_length=40, required=False,
        help_text=_("Of one student or member of staff. Left blank, the whole unit is kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Evidence for what"), max_length=200, help_text=_("No names of people."))
    assessment = _text(_("Assessment"), _("Why it must be kept, why so long, how it is protected meanwhile."))
    to_on = forms.DateField(label=_("Kept until"), widget=_Day, help_text=_("One year at most."))
    person: Person | None = None

    def clean(self) -> dict[str, Any]:
        """Finds the person by the school's number inside the unit."""
        data = super().clean() or {}
        unit, number = data.get("unit"), data.pop("number", "")
        if unit and number:
            self.person = purging.by_number(unit, number)
            if self.person is None:
                self.add_error(
                    "number", _("Nobody of this unit has this number. Check it, or ask the keeper of the roster.")
                )
        return data


class IncidentForm(_OfAUnit):
    """Nothing of it is stored: it becomes two texts to print (PIPL 57)."""

    verb = "request.decide"
    happened = forms.MultipleChoiceField(
        label=_("What happened to data"), choices=list(HAPPENED.items()), widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of data"), choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    found_on = forms.DateField(label=_("Found on"), widget=_Day, initial=clock.today)
    people = forms.IntegerField(label=_("About how many people"), min_value=0, max_value=10_000_000)
    cause = _text(_("Cause"), _("As far as known. No names of people."))
    harm = _text(_("Possible harm"))
    remedies = _text(_("What has been done"))
    advice = _text(_("What those concerned can do themselves"))
    contact = forms.CharField(label=_("Who can be asked"), max_length=120, help_text=_("Office and telephone."))
