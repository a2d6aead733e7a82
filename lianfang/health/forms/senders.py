"""What is typed about a device or system that sends."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.health.models.senders import LONGEST
from lianfang.orgs.models import Unit, UnitQuerySet


class SenderForm(forms.Form):
    school = forms.ModelChoiceField(Unit.objects.none(), label=_("School"), empty_label=None)
    name = forms.CharField(
        label=_("What sends?"), max_length=60, help_text=_("So that everybody knows it: “Thermometer, east gate”.")
    )
    until = forms.DateField(
        label=_("Good until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year at most; then it gets a new key."),
    )  # fmt: skip

    def __init__(self, data: Any, *, schools: UnitQuerySet, today: date) -> None:
        super().__init__(data, initial={"school": schools.first(), "until": today + timedelta(days=180)})
        self.today = today
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        attrs = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["until"].widget.attrs.update(attrs)

    def clean_until(self) -> datetime:
        on: date = self.cleaned_data["until"]
        if not self.today <= on <= self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return datetime.combine(on, time(23, 59, 59), clock.ZONE)
