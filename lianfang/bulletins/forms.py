"""Forms of the daily analysis."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.bulletins.queries import packs
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting


class _Who(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.label} · {obj.user.name} · {access.ROLES[obj.role].label}"


class _Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _tomorrow() -> datetime:
    return (clock.now() + timedelta(days=1)).replace(hour=16, minute=0, second=0, microsecond=0)


class DecideForm(forms.Form):
    """``who`` is a duty, so that the same person at two offices is not in doubt."""

    text = forms.CharField(
        label=_("What was decided"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of pupils or patients."),
    )  # fmt: skip
    who = _Who(label=_("Who carries it out"), queryset=Posting.objects.none(), empty_label=_("Choose"))
    due_at = forms.DateTimeField(label=_("Until"), widget=_Moment, initial=_tomorrow)

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = packs.who_can(unit, clock.today())  # type: ignore[attr-defined]


class MeetForm(forms.Form):
    present = forms.CharField(label=_("Who took part"), max_length=300)
    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How the day is judged, in a few sentences. No names of pupils or patients."),
    )  # fmt: skip


class ResultForm(forms.Form):
    result = forms.CharField(
        label=pgettext_lazy("of a decision", "What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is no longer wanted"), max_length=200)
