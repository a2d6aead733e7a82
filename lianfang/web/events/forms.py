"""Filters of the activity list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitField
from lianfang.web.events import words


class FilterForm(forms.Form):
    """All of them stay in the address."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    what = forms.ChoiceField(label=_("What"), required=False)
    who = forms.CharField(label=_("Name or user name"), required=False, max_length=60)
    unit = UnitField(label=_("Unit and below"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what, unit = self.fields["what"], self.fields["unit"]
        shown = {
            name: label
            for name, label in words.GROUPS.items()
            if name != words.AUDITED or access.holds(user, "event.audit")
        }
        if isinstance(what, forms.ChoiceField):
            what.choices = [("", _("all")), *shown.items()]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(user, "event.view"))
