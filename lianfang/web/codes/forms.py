"""Forms of the staff's side of self-service."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.people.models import Person


class LinksForm(forms.Form):
    """Whose personal sheets to print."""

    people = forms.MultipleChoiceField(label=_("Pupils"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, pupils: Iterable[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(person.pk), person.name) for person in pupils]


class AnswerForm(forms.Form):
    granted = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("Granted: it has been or will be done")), ("no", _("Refused"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("To the family"),
        max_length=1000,
        required=False,
        help_text=_("A refusal needs its reason in writing; the law asks for it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
