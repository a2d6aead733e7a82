"""What is typed about a cluster."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.surveillance.models import ExposureKind, Measure


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


class MealForm(forms.Form):
    """What was eaten or drunk together, when, and by which classes. ``whole`` stands for all of them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What was it?"), widget=forms.RadioSelect, choices=ExposureKind.choices, initial=ExposureKind.MEAL,
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    had_at = forms.DateTimeField(
        label=_("When was it?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    words = forms.CharField(
        label=_("Which meal, and where"), max_length=200, required=False,
        help_text=_("Such as: lunch in canteen 2, tap on the third floor. No names of people."),
    )  # fmt: skip
    whole = forms.BooleanField(label=_("The whole school"), required=False)
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Which classes"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, classes: Sequence[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())
        self.classes = classes
        field: Any = self.fields["units"]
        field.queryset = Unit.objects.filter(pk__in=[one.pk for one in classes])
        field.choices = [(one.pk, one.label) for one in classes]

    def told(self) -> dict[str, Any]:
        """What `actions.meals.note` takes."""
        data = self.cleaned_data
        units = list(self.classes) if data["whole"] else list(data["units"])
        return {**{name: data[name] for name in ("key", "kind", "had_at", "words")}, "units": units}
