"""Forms of the pages on which a second person agrees, confirms or reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules import requests as rules
from lianfang.ui.unit_field import UnitField
from lianfang.web.oversight.words import VERBS

_OPENED = ("school", "training", "campus", "department", "class")
_REASON = forms.Textarea(attrs={"rows": 3})


class AskForm(forms.Form):
    """A look at records outside one's units. Looking at the records is always part of it."""

    unit = UnitField(help_text=_("The class, department or school whose records you need: name or code."))
    more = forms.MultipleChoiceField(
        label=_("What you need besides looking at the records"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, VERBS[name]) for name in ("person.reveal", "person.health", "person.history")],
    )  # fmt: skip
    hours = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, initial=4, help_text=_("Counted from the agreement on."),
        choices=[(4, _("4 hours")), (24, _("1 day")), (72, _("3 days"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=_REASON, help_text=_("What happened and what you need. No names.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.units = Unit.objects.on(clock.today()).filter(kind__in=_OPENED)


class DecideForm(forms.Form):
    """Agree or refuse; a refusal says why."""

    agreed = forms.TypedChoiceField(
        label=_("Your answer"), coerce=lambda value: value == "yes", widget=forms.RadioSelect, empty_value=None,
        choices=[("yes", _("I agree")), ("no", _("I refuse"))], error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=_REASON, help_text=_("Needed when you refuse.")
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=_REASON, help_text=_("The administrator reads it in a notice.")
    )


class EmergencyForm(forms.Form):
    unit = UnitField(help_text=_("The smallest unit that is enough: the class, if it is one pupil."))
    hours = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, initial=1,
        choices=[(hours, str(hours)) for hours in range(1, rules.LONGEST_EMERGENCY + 1)], help_text=_("In hours."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What is happening"), max_length=300, widget=_REASON,
        help_text=_("At least 10 characters: what the danger is and what you need. No names, no numbers."),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.among(access.units_for(user, "break_glass").on(clock.today()).filter(kind__in=_OPENED))


class ReviewForm(forms.Form):
    justified = forms.TypedChoiceField(
        label=_("Was it an emergency?"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        empty_value=None, choices=[("yes", _("Yes, it was justified")), ("no", _("No, it was not"))],
        error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip
    review = forms.CharField(
        label=_("What you found"), max_length=300, widget=_REASON, help_text=_("Whom you asked, and what follows.")
    )


class SecurityForm(forms.Form):
    """A security administrator for a unit below one's own, from among those who have an account."""

    username = forms.CharField(
        label=_("User name"), max_length=60,
        help_text=_("Of somebody who has an account and is neither administrator nor auditor."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )  # fmt: skip
    unit = UnitField(help_text=_("Name or code of a unit below yours."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [post.unit_id for post in access.postings(user)]
        below = access.units_for(user, "posting.confirm").on(clock.today()).exclude(pk__in=held)
        field = self.fields["unit"]
        if isinstance(field, UnitField):
            field.among(below.exclude(kind__in=[Kind.CAMPUS, Kind.DEPARTMENT, Kind.CLASS, Kind.OFFICE]))
