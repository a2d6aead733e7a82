from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.people.rules.roster import SHORTEST_PURPOSE


class PurposeForm(forms.Form):
    """What telephone numbers are taken out for."""

    purpose = forms.CharField(
        label=_("What is the list for?"), max_length=100, min_length=SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ExemptForm(forms.Form):
    """Until when and why a unit need not report."""

    to_on = forms.DateField(label=_("Last day"), widget=_Day, initial=clock.today)
    reason = forms.CharField(
        label=_("Why it need not report"), max_length=200,
        help_text=_("For instance: the school has closed for a move. It stands in the ledger with your name."),
    )  # fmt: skip


class _Minute(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ExtendForm(forms.Form):
    """Until when today and why a unit has longer."""

    until = forms.TimeField(label=_("Until, today"), widget=_Minute)
    reason = forms.CharField(
        label=_("Why it has longer"), max_length=200,
        help_text=_("For instance: power cut since noon. It stands in the ledger with your name."),
    )  # fmt: skip
