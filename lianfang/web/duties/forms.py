"""Forms of the pages about groups, assigned units and absences."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.orgs.models import GroupKind, Unit, UnitQuerySet
from lianfang.people.models import User
from lianfang.people.queries import postings
from lianfang.ui.unit_field import UnitField
from lianfang.web.duties.staff_field import StaffField
from lianfang.web.duties.words import LEAVE_KINDS


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _among(form: forms.Form, name: str, people: QuerySet[User]) -> None:
    field = form.fields[name]
    if isinstance(field, StaffField):
        field.among(people)


class GroupForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it does"), choices=GroupKind.choices)
    name = forms.CharField(label=_("Name"), max_length=60)
    task = forms.CharField(label=_("Task"), max_length=2000, required=False, widget=_text(4))


class NewGroupForm(GroupForm):
    from_on = forms.DateField(label=_("From"), widget=_Day, initial=clock.today)


class MemberForm(forms.Form):
    """Anybody who holds a duty at the unit or below."""

    user = StaffField()
    head = forms.BooleanField(label=_("Leads the group"), required=False)
    task = forms.CharField(label=_("Task in the group"), max_length=120, required=False)
    from_on = forms.DateField(label=_("From"), widget=_Day, initial=clock.today)

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _among(self, "user", postings.staff_of(unit, clock.today()))


class LastDayForm(forms.Form):
    to_on = forms.DateField(label=_("Last day"), widget=_Day, initial=clock.today)


class AssignForm(forms.Form):
    """Somebody of the leading group answers for the unit."""

    user = StaffField(label=_("Who answers for it"))
    task = forms.CharField(label=_("Task"), max_length=200, required=False)
    from_on = forms.DateField(label=_("From"), widget=_Day, initial=clock.today)

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _among(self, "user", postings.leaders_for(unit, clock.today()))


class VisitForm(forms.Form):
    on = forms.DateField(label=_("Day of the visit"), widget=_Day, initial=clock.today)
    found = forms.CharField(
        label=_("What you found"), max_length=2000, widget=_text(4), help_text=_("Also when all was in order.")
    )
    problem = forms.CharField(
        label=_("Problem"),
        max_length=200,
        required=False,
        help_text=_("Leave blank when there is nothing to put right."),
    )
    due_on = forms.DateField(label=_("To be put right by"), required=False, widget=_Day)


class SettleForm(forms.Form):
    on = forms.DateField(label=_("Put right on"), widget=_Day, initial=clock.today)
    note = forms.CharField(label=_("How"), max_length=200)


class LeaveForm(forms.Form):
    """One's own absence. ``colleagues`` may stand in."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(LEAVE_KINDS.items()), widget=forms.RadioSelect)
    from_on = forms.DateField(label=_("First day"), widget=_Day, initial=clock.today)
    to_on = forms.DateField(label=_("Last day"), widget=_Day, initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    where = forms.CharField(
        label=_("Where you can be found"), max_length=200, required=False,
        help_text=_("Kept sealed; only those who decide about the absence see it."),
    )  # fmt: skip
    stand_in = StaffField(
        label=_("Who stands in"), required=False,
        help_text=_("A colleague, by name. Acts with your duties and sees what you see while you are away."),
    )  # fmt: skip

    def __init__(self, colleagues: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _among(self, "stand_in", colleagues)


class AnswerForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label=_("Your answer"), coerce=lambda value: value == "yes", widget=forms.RadioSelect, empty_value=None,
        choices=[("yes", _("I agree")), ("no", _("I refuse"))], error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip
    answer = forms.CharField(label=_("Reason"), max_length=200, required=False, help_text=_("Needed when you refuse."))


class RecallForm(forms.Form):
    unit = UnitField(label=_("Unit and below"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=_text(3), help_text=_("It stands in the notice everybody gets.")
    )

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.among(units)
