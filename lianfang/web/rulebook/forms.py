"""What an authority decides differently from a disease's file."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.web.rulebook.numbers import Number


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class DecisionForm(forms.Form):
    key = forms.ChoiceField(label=_("Which number"))
    value = forms.IntegerField(
        label=_("It is to be"), min_value=0, help_text=_("A threshold may only be lower, a return only later.")
    )
    from_on = _day(_("First day"))
    to_on = _day(_("Last day"), required=False, help_text=_("Blank: until something else is decided."))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The document it rests on, with its number.")
    )

    def __init__(self, numbers: Sequence[Number], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (part, [(one.key, one.what) for one in rows]) for part, rows in groupby(numbers, key=lambda one: one.part)
        ]
