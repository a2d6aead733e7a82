"""Writing, turning back and withdrawing what is told to everybody."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianfang.notices.models import AnnouncementKind
from lianfang.notices.rules.paragraphs import LONGEST, private
from lianfang.orgs.models import Unit

_FOUND = {
    "mobile": _("a mobile telephone number"),
    "id_number": _("an identity number"),
    "names": _("a list of names"),
}


class LetterForm(forms.Form):
    """``units``: in whose name the writer may write; one is not asked for. A correction has the unit and kind of what
    it corrects, and says what is new."""

    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(label=_("In the name of"), queryset=None)
    kind = forms.ChoiceField(
        label=_("What it is"), choices=AnnouncementKind.choices, widget=forms.RadioSelect,
        initial=AnnouncementKind.ANNOUNCEMENT,
    )  # fmt: skip
    changed = forms.CharField(
        label=_("What is new in it"), max_length=200, help_text=_("Stands above the text, for whoever read it before.")
    )
    title = forms.CharField(label=_("Heading"), max_length=120)
    addressed_to = forms.CharField(
        label=_("To whom"), max_length=120, required=False, help_text=_("For example: To all parents. May stay empty.")
    )
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("An empty line begins a paragraph, a numeral a heading, “-” each line of a list."),
    )  # fmt: skip
    signed = forms.CharField(label=_("Signed by"), max_length=120, help_text=_("The unit or its leading group."))
    sure = forms.BooleanField(label=_("It may be read by everybody"), required=False, widget=forms.HiddenInput)

    def __init__(self, units: list[Unit], *args: Any, corrects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "kind") if corrects else ("changed",):
            del self.fields[name]
        self.units = units
        field = self.fields.get("unit")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path")
            if len(units) == 1:
                field.widget, field.required = forms.HiddenInput(), False

    def clean(self) -> dict[str, Any]:
        """What may be somebody's own is asked about once, and goes out when the writer says that it may."""
        data = super().clean() or {}
        if "unit" in self.fields and len(self.units) == 1:
            data["unit"] = self.units[0]
        found = private([data.get(name) or "" for name in ("title", "addressed_to", "body", "signed", "changed")])
        if found:
            self.fields["sure"].widget = forms.CheckboxInput()
            if not data.get("sure"):
                things = gettext(", ").join(str(_FOUND[one]) for one in found)
                said = gettext(
                    "The text seems to hold %(things)s. Everybody can read it: take it out, or tick that it may."
                )
                self.add_error("sure", said % {"things": things})
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
