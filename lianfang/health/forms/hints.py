"""What verifying a hint has shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.health.models import HintState

_CHOICES = [(state.value, state.label) for state in HintState if state != HintState.OPEN]


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(label=_("What was found?"), choices=_CHOICES, widget=forms.RadioSelect)
    outcome = forms.CharField(
        label=_("In a few words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the families or the teacher told. Without names, please."),
    )  # fmt: skip
