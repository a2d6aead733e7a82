"""Forms of the calendar pages: one a kind of entry, each asking only what its kind needs."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.orgs.models import EntryKind
from lianfang.orgs.rules.calendar import Entry

_WEEK = (
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")), ("5", _("Friday")),
    ("6", _("Saturday")), ("7", _("Sunday")),
)  # fmt: skip


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EntryForm(forms.Form):
    """What every entry has. ``kind`` is that of the address."""

    kind: EntryKind
    from_on = forms.DateField(label=_("First day"), widget=_Day)
    to_on = forms.DateField(label=_("Last day"), widget=_Day)

    def facts(self) -> dict[str, Any]:
        """As `orgs.actions.calendar.enter` takes them."""
        return {"kind": self.kind, "name": "", "weekdays": "", "decided_by": "", "reason": "", **self.cleaned_data}

    def as_rule(self) -> Entry:
        facts = self.facts()
        return Entry(self.kind, facts["from_on"], facts["to_on"], facts["weekdays"], facts["name"])


class TermForm(EntryForm):
    kind = EntryKind.TERM
    field_order = ("name",)
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as “Spring term 2020”."))


class HolidayForm(TermForm):
    kind = EntryKind.HOLIDAY
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as “Sports day” or “Winter holidays”."))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class SchoolDayForm(EntryForm):
    kind = EntryKind.SCHOOL_DAY
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Such as “makes up for Thursday 6 February”.")
    )


class SuspensionForm(EntryForm):
    kind = EntryKind.SUSPENSION
    to_on = forms.DateField(
        label=_("Last day"), widget=_Day, required=False, help_text=_("Blank: until further notice.")
    )
    decided_by = forms.CharField(
        label=_("Deciding government"),
        max_length=120,
        help_text=_("The government that decided it, county or above, and the document, such as its number."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class WeekdaysForm(EntryForm):
    kind = EntryKind.WEEKDAYS
    field_order = ("weekdays",)
    weekdays = forms.MultipleChoiceField(
        label=_("Taught on"),
        choices=_WEEK,
        widget=forms.CheckboxSelectMultiple,
        initial=list("12345"),
        help_text=_("Festivals stay free, and make-up workdays of the country stay school days."),
    )
    to_on = forms.DateField(
        label=_("Last day"), widget=_Day, required=False, help_text=_("Blank: until further notice.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean_weekdays(self) -> str:
        return "".join(self.cleaned_data["weekdays"])


FORMS: dict[str, type[EntryForm]] = {
    form.kind: form for form in (TermForm, HolidayForm, SchoolDayForm, SuspensionForm, WeekdaysForm)
}


class EndForm(forms.Form):
    """The last day on which an entry holds."""

    last_on = forms.DateField(
        label=_("Last day on which it holds"), widget=_Day, help_text=_("A day before its first one: it never holds.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_on"].initial = clock.today() - timedelta(days=1)


def year_of(text: str, today: date) -> int:
    """The year of an address; this one where there is none that could be shown."""
    return int(text) if text.isdecimal() and len(text) == 4 and 1990 <= int(text) <= today.year + 3 else today.year
