"""Filters of the activity list."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitField
from lianfang.web.events import words

# For auditors.
MORE = ("outcome", "kind", "object")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class FilterForm(forms.Form):
    """All of them stay in the address, so there is no name among them: ``by`` are ids of accounts (see `WhoForm`)."""

    since = _day(_("From day"))
    until = _day(_("To day"))
    what = forms.ChoiceField(label=_("What"), required=False)
    unit = UnitField(label=_("Unit and below"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("all")), *words.OUTCOMES.items()])
    kind = forms.ChoiceField(label=_("Kind of object"), required=False)
    object = forms.CharField(label=_("Number of the object"), required=False, max_length=64)
    by = forms.CharField(
        required=False, widget=forms.HiddenInput, validators=[RegexValidator(r"^\d{1,18}(,\d{1,18}){0,19}$")]
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audits = access.holds(user, "event.audit")
        shown = {name: label for name, label in words.GROUPS.items() if audits or not name.startswith(words.AUDITED)}
        self._choose("what", shown)
        self._choose("kind", words.KINDS)
        unit = self.fields["unit"]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(user, "event.view"))
        if not audits:
            for name in MORE:
                del self.fields[name]

    def clean_by(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["by"].split(",") if one]

    def clean_object(self) -> str:
        return str(self.cleaned_data["object"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return self.cleaned_data

    def _choose(self, name: str, labels: dict[str, Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("all")), *labels.items()]


class WhoForm(forms.Form):
    """Whose events. A name is sent in the body of the request and comes back as ids."""

    who = forms.CharField(label=_("Name or user name"), required=False, max_length=60)
