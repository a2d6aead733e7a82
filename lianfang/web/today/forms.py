from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.people.rules.roster import SHORTEST_PURPOSE


class PurposeForm(forms.Form):
    """What telephone numbers are taken out for."""

    purpose = forms.CharField(
        label=_("What is the list for?"), max_length=100, min_length=SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip
