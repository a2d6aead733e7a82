"""What is decided about a check."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.health import terms_words
from lianfang.health.rules import plan

_AS_IS = ("", _("As it is now"))


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class TermsForm(forms.Form):
    round = forms.ChoiceField(label=_("Which check"))
    due = forms.TimeField(
        label=_("To be reported until"), required=False, help_text=_("Leave it blank if it stays as it is."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    when = forms.ChoiceField(label=_("Held"), required=False, choices=[_AS_IS, *terms_words.WHEN.items()])
    calendar = forms.ChoiceField(label=_("On which days"), required=False, choices=[_AS_IS, *terms_words.DAYS.items()])
    from_on = _day(_("First day"))
    to_on = _day(_("Last day"), required=False, help_text=_("Blank: until something else is decided."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        self.fields["round"].choices = [(one.code, one.label(language)) for one in plan.catalog().rounds]  # type: ignore[attr-defined]

    def decided(self) -> dict[str, Any]:
        data = self.cleaned_data
        terms = plan.Terms(data["due"], data["when"], data["calendar"])
        return {"code": data["round"], "terms": terms, **{name: data[name] for name in ("from_on", "to_on", "reason")}}
