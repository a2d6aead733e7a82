"""What is typed about a cluster."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7
from lianfang.surveillance.models import Measure


class MeasureForm(forms.Form):
    """``key`` makes a form that is sent twice one line."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a cluster", "What was done"), widget=forms.RadioSelect,
        choices=list(Measure._meta.get_field("kind").choices or ()),
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("In a few words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Without names: authorities read this too."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())


class EndForm(forms.Form):
    words = forms.CharField(
        label=_("Why it is over"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write down why it is over: since when nobody has fallen ill, and who says so.")
        },
    )  # fmt: skip
