"""Forms of the account pages."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core import clock, limits
from lianfang.people.models import User
from lianfang.people.queries import account, username_for
from lianfang.people.rules import passwords
from lianfang.web.account import passkeys

NO_PASSKEY = _("The passkey was not accepted. Try again, or use another way.")


def whose(request: HttpRequest, username: str, password: str) -> User | None:
    """The account that this password opens; None for a wrong one, and for any while the account rests (django-axes
    counts, by account, wherever a password is asked for)."""
    with limits.in_turn("password", username):
        user = authenticate(request, username=username, password=password)
    request.axes_locked_out = False  # type: ignore[attr-defined]  # axes would answer with a page of its own
    return user if isinstance(user, User) else None


class SignInForm(forms.Form):
    """User name or telephone, and password. One message for every way of failing, and the same work."""

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
    tried: User | None = None  # whose sign-in failed, where we know
    locked = False  # with this failure the account rests

    def __init__(self, request: HttpRequest, *args: Any, resting: bool = False, **kwargs: Any) -> None:
        self.request, self.resting = request, resting
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and data.get("password"):
            name = username_for(data["username"])
            user = None if self.resting else whose(self.request, name, data["password"])
            if user is None:
                self._failed(name, data["password"])
                raise forms.ValidationError(
                    _(
                        "User name or password is not right. Check both and try again; "
                        "after five failures sign-in rests for 15 minutes."
                    )
                )
            if user.must_change_password and passwords.is_aged(user.password_set_at, clock.now(), settings.LETTER_DAYS):
                raise forms.ValidationError(
                    _("This one-time password is too old. Ask your unit administrator for a new one.")
                )
            self.user = user
        return data

    def _failed(self, name: str, password: str) -> None:
        failures = getattr(self.request, "axes_failures_since_start", None)
        if failures is None:
            make_password(password)  # nobody hashed it: a resting account must not answer faster than others
        self.tried = account(name)
        self.locked = failures == settings.AXES_FAILURE_LIMIT


class CodeForm(forms.Form):
    """Six digits from the app, or a recovery code."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "lf-code"}
        ),
    )


class PasskeyForm(forms.Form):
    """What the browser says a passkey answered."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise forms.ValidationError(NO_PASSKEY)
        return credential


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        label=_("What to call it"),
        max_length=40,
        required=False,
        help_text=_("Such as: telephone, office computer."),
    )

    def clean_credential(self) -> dict[str, Any]:
        credential = super().clean_credential()
        try:
            passkeys.registered(credential)
        except (forms.ValidationError, ValueError, KeyError, TypeError):
            raise forms.ValidationError(NO_PASSKEY) from None
        return credential


class ShownPasskeyForm(PasskeyForm):
    """``user=None``: the passkey says itself whose it is."""

    def __init__(self, user: User | None, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_credential(self) -> Any:
        credential = super().clean_credential()
        try:
            return passkeys.shown(credential, self.user)
        except (forms.ValidationError, ValueError, KeyError, TypeError, AttributeError):
            raise forms.ValidationError(NO_PASSKEY) from None


class ConfirmForm(forms.Form):
    """The password once more, before what proves who one is gets changed."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        self.request, self.user = request, user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if whose(self.request, self.user.username, password) != self.user:
            raise forms.ValidationError(_("This is not your present password."), "wrong")
        return password


class PasswordForm(forms.Form):
    """Old password, new password twice."""

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_(
            "At least 10 signs of three kinds (capitals, small letters, digits, others), or a phrase of at least 16. "
            "Not your name, telephone or identity number, no common password, none of your last five."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        self.request, self.user = request, user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if whose(self.request, self.user.username, old) != self.user:
            raise forms.ValidationError(_("This is not your present password."), "wrong")
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
