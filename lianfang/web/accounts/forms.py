"""Forms of the pages about accounts and postings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core import clock
from lianfang.people import access, rules
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitField

# Fields of a person, in the words of `people.actions`.
PERSON = ("name", "phone", "email")
POSTING = ("unit", "role", "title", "deputy", "from_on", "to_on")


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _roles() -> list[tuple[str, Any]]:
    return [(name, role.label) for name, role in access.ROLES.items() if name not in rules.WATCHERS]


class FilterForm(forms.Form):
    """Filters of the list. What is typed of a person stays out of the address (`web.roster.typed`)."""

    q = forms.CharField(label=_("Name, user name or telephone"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Duty"), required=False)
    unit = UnitField(label=_("Unit and below"), required=False)

    def __init__(self, admin: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, unit = self.fields["role"], self.fields["unit"]
        if isinstance(role, forms.ChoiceField):
            role.choices = [("", _("all")), *((name, role.label) for name, role in access.ROLES.items())]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(admin, "posting.manage"))


class PersonForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=20,
        required=False,
        help_text=_("Can be used to sign in instead of the user name, as long as nobody else has it."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


class PostingForm(forms.Form):
    """A duty at a unit of the administrator's."""

    unit = UnitField(help_text=_("Name or code. Only units whose accounts you look after."))
    role = forms.ChoiceField(label=_("Duty"))
    title = forms.CharField(
        label=_("Title"), max_length=60, required=False, help_text=_("As it stands on the door, such as deputy head.")
    )
    deputy = forms.BooleanField(label=_("Deputy: stands in for the holder, with the same rights"), required=False)
    from_on = forms.DateField(label=_("From"), widget=_Day)
    to_on = forms.DateField(
        label=_("Last day"), widget=_Day, required=False, help_text=_("Blank: until it is ended.")
    )  # fmt: skip

    def __init__(self, admin: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = clock.today
        role, unit = self.fields["role"], self.fields["unit"]
        if isinstance(role, forms.ChoiceField):
            role.choices = [("", _("Choose a duty")), *_roles()]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(admin, "posting.manage").on(clock.today()))

    def posting(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in POSTING}


class AccountForm(PersonForm, PostingForm):
    """A new account with its first posting. ``key``: sent twice, it is one account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Letters, digits, dots, hyphens or underscores. It stays the same for good."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def account(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("username", *PERSON)}


class DismissForm(forms.Form):
    to_on = forms.DateField(
        label=_("Last day"),
        widget=_Day,
        help_text=_("The duty still holds on this day. To end it at once, enter yesterday."),
    )


class KeyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)


class FindForm(forms.Form):
    """One person by name of the account; sent, not in the address."""

    username = forms.CharField(
        label=_("User name"), max_length=60, widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )
