"""Forms of the account pages."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lianfang.people.models import User
from lianfang.people.queries import username_for


class SignInForm(forms.Form):
    """User name or telephone, and password. One message for every way of failing."""

    username = forms.CharField(
        label=_("User name or telephone"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    user: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and data.get("password"):
            name = username_for(data["username"])
            user = authenticate(self.request, username=name, password=data["password"])
            if not isinstance(user, User):
                raise forms.ValidationError(
                    _(
                        "User name or password is not right. Check both and try again; "
                        "after five failures sign-in rests for 15 minutes."
                    )
                )
            self.user = user
        return data


class PasswordForm(forms.Form):
    """Old password, new password twice."""

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 10 characters; not a common password, not only digits, not your name or telephone."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords are not the same. Type the second one again."))
        return data


class DetailsForm(forms.Form):
    """What others see of one: telephone and mail."""

    phone = forms.RegexField(
        label=_("Telephone"),
        regex=r"^[0-9+\- ]{5,20}$",
        required=False,
        help_text=_("Shown on boards to those who may call you."),
        error_messages={
            "invalid": _("A telephone number has digits, spaces and hyphens only, such as 0731-8888 0000.")
        },
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    FIELDS: ClassVar[tuple[str, ...]] = ("phone", "email")
