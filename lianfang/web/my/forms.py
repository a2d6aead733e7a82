"""Forms of self-service. They ask for what the school holds already, and keep nothing of it."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.problems import refuse, texts
from lianfang.people.rules import claims as rules
from lianfang.people.rules import phones
from lianfang.web.my.words import CORRECTABLE

# A school's own list may hold these numbers; a family that corrects one can still be asked to write it in full.
_UNREACHABLE = frozenset({"people.phone_short", "people.phone_area_code"})
_QUIET = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        help_text=_("Eight letters and digits, from the class teacher. Capitals and hyphens do not matter."),
        widget=forms.TextInput(attrs={**_QUIET, "autocapitalize": "characters"}),
    )


class _Digits(forms.CharField):
    """The last four signs of a number; full-width ones are understood."""

    def __init__(self, **more: Any) -> None:
        attrs = {**_QUIET, "inputmode": more.pop("inputmode", "numeric"), "maxlength": "8"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **more)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip().upper()
        if text and not re.fullmatch(r"[0-9A-Z]{4}", text):
            raise forms.ValidationError(_("Enter exactly the last four."))
        return text


class _Birthday(forms.DateField):
    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off"})
        widget.input_type = "date"
        super().__init__(label=_("Birthday of the child"), widget=widget, **more)


class _Claim(forms.Form):
    """``named``: a personal link has named the child, so nobody is asked for the name."""

    name = forms.CharField(
        label=_("Name of the child"), max_length=60, help_text=_("As in the class register."),
        widget=forms.TextInput(attrs=_QUIET),
    )  # fmt: skip
    as_guardian = True

    def __init__(self, *args: Any, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if named:
            del self.fields["name"]

    def told(self) -> rules.Told:
        data = self.cleaned_data
        return rules.Told(
            data.get("name"), self.as_guardian, data.get("phone_end", ""), data.get("born_on"),
            data.get("number_end", ""),
        )  # fmt: skip


class GuardianForm(_Claim):
    """The telephone, or what stands in for it: asked for only where one of the other two was not begun."""

    phone_end = _Digits(
        label=_("Last four digits of your telephone number"),
        help_text=_("The number the school calls you on."),
    )
    born_on = _Birthday(required=False)
    number_end = _Digits(label=_("Last four of the child’s identity document"), required=False, inputmode="text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone_end"].required = not (self.data.get("born_on") or self.data.get("number_end"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("phone_end") and not (data.get("born_on") and data.get("number_end")):
            self.add_error("phone_end", _("Enter these four digits, or birthday and document of the child below."))
        return data


class PupilForm(_Claim):
    as_guardian = False
    born_on = _Birthday()
    number_end = _Digits(label=_("Last four of your identity document or school number"), inputmode="text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["born_on"].label = _("Your birthday")
        if "name" in self.fields:
            self.fields["name"].label = _("Your name")


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("What is it about?"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class CorrectForm(forms.Form):
    """One fact at a time, so that it can be taken over with one tap."""

    about = forms.ChoiceField(label=_("What is wrong?"), choices=[("", _("Choose")), *CORRECTABLE.items()])
    text = forms.CharField(
        label=pgettext_lazy("a correction", "What is right?"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A number nobody can call is told here: taken over with one tap, it would replace one that works."""
        data = super().clean() or self.cleaned_data
        if data.get("about") in ("guardian_phone", "phone"):
            for finding in phones.check(data.get("text", "")).findings:
                if finding.is_error or finding.code in _UNREACHABLE:
                    self.add_error("text", " ".join(texts(refuse(finding.code, "text", **finding.params).problems)))
        return data


class ChoiceForm(forms.Form):
    purpose = forms.ChoiceField(choices=[(each.id, each.id) for each in rules.PURPOSES])
    given = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes")
