"""What the pages of channels and of one's own addresses ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.notices import channels
from lianfang.notices.channels.protocol import Driver, Setting
from lianfang.notices.rules import timing
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitField


class MailForm(forms.Form):
    value = forms.EmailField(
        label=_("E-mail address"), max_length=120, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class WecomForm(forms.Form):
    value = forms.CharField(label=_("Your account name in WeCom"), max_length=64)


# Channels whose address is typed and proved by a code.
TYPED: dict[str, type[forms.Form]] = {"mail": MailForm, "wecom": WecomForm}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("proof of an address", "Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "lf-code"}),
    )


class HoursForm(forms.Form):
    begin = forms.TimeField(label=_("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label=_("Quiet until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"begin": timing.QUIET[0], "end": timing.QUIET[1]})
        super().__init__(*args, **kwargs)


class SubscriptionForm(forms.Form):
    """What a browser gives: an address of its push service and keys."""

    subscription = forms.CharField(max_length=4000)
    label = forms.CharField(max_length=60, required=False)


class ChooseForm(forms.Form):
    """Which unit sets up which channel."""

    unit = UnitField(help_text=_("It counts for this unit and everything below that has none of its own."))
    driver = forms.ChoiceField(label=_("Channel"), widget=forms.RadioSelect)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, driver = self.fields["unit"], self.fields["driver"]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(user, "channel.manage").filter(valid_to__isnull=True))
        if isinstance(driver, forms.ChoiceField):
            driver.choices = [(name, one.label) for name, one in channels.drivers().items()]


class GatewayForm(forms.Form):
    """The settings of a driver. A secret that is kept is not shown; blank leaves it as it is."""

    def __init__(self, driver: Driver, kept: dict[str, str] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for setting in driver.settings:
            self.fields[setting.name] = _field(setting, kept or {})


def _field(setting: Setting, kept: dict[str, str]) -> forms.Field:
    there = setting.kind == "secret" and bool(kept.get(setting.name))
    common: dict[str, Any] = {
        "label": setting.label,
        "help_text": _("Kept. Leave it blank to keep it so.") if there else setting.help,
        "required": setting.required and not there,
        "initial": "" if setting.kind == "secret" else kept.get(setting.name, setting.initial),
    }
    if setting.kind == "choice":
        return forms.ChoiceField(choices=setting.choices, **common)
    if setting.kind == "number":
        return forms.IntegerField(min_value=1, max_value=2**31 - 1, **common)
    if setting.kind == "mail":
        return forms.EmailField(**common)
    quiet = {"autocomplete": "off", "spellcheck": "false"}
    if setting.kind == "secret":
        return forms.CharField(max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}), **common)
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs=quiet), **common)


class TrialForm(forms.Form):
    """Where a test message goes."""

    to = forms.CharField(label=_("Send the test to"), max_length=120, required=False)


class AgainForm(forms.Form):
    unit = forms.IntegerField()
    channel = forms.SlugField()
