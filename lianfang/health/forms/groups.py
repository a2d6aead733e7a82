"""What is typed about a group: whom it is made of, and its last day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.health.models import GroupKind
from lianfang.orgs.models import Unit, UnitQuerySet


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class GroupForm(forms.Form):
    """``buildings``: of boarders, as the roster has them."""

    kind = forms.ChoiceField(label=_("Who is checked together?"), choices=GroupKind.choices, widget=forms.RadioSelect)
    building = forms.ChoiceField(
        label=_("Building"),
        required=False,
        help_text=_("For boarders; the buildings are those of the roster."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Of which unit?"), empty_label=None,
        help_text=_("Its class teacher, counsellor or doctor reports. Workers: those who belong to this very unit."),
    )  # fmt: skip
    label = forms.CharField(label=_("Name of the group"), max_length=40)
    from_on = _day(_("First day"))

    def __init__(self, data: Any, *, units: UnitQuerySet, buildings: Sequence[str], today: date) -> None:
        super().__init__(data, initial={"from_on": today, "unit": units.first()})
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["building"].choices = [("", "–"), *((one, one) for one in buildings)]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    to_on = _day(_("Last day"))
