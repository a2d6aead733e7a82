"""What is typed about isolation places and about who is kept apart."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.cases import isolation_words as words
from lianfang.cases.models import Bed, Leaving, PlaceKind, Where, Why, Zone
from lianfang.cases.models.transfers import By, Heard
from lianfang.core.ids import uuid7

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one.")}


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 2020-02-10."), "required": _("Choose the day.")},
    )  # fmt: skip


def moment(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, help_text=help_text, required=required,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Choose day and time."), "required": _("Choose day and time.")},
    )  # fmt: skip


def choice(label: Any, choices: Iterable[Any], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, widget=forms.RadioSelect, choices=list(choices), error_messages=_CHOOSE
    )


def text(label: Any, help_text: Any = "", *, required: bool = False, most: int = 300) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=most,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class KeyedForm(forms.Form):
    """``key`` makes a form that is sent twice one change."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("Name of the place"), max_length=60, help_text=_("Such as: dormitory 3, floor 3."))
    kind = choice(_("What it is"), PlaceKind.choices)
    zone = choice(
        _("For whom"), Zone.choices, _("People from risk areas are kept away from the ill and from everybody else.")
    )
    where = forms.CharField(label=_("Where it is"), required=False, max_length=120)


class BedsForm(forms.Form):
    """Rooms are added as they stand on the doors."""

    first = forms.CharField(label=_("First room"), max_length=20)
    last = forms.CharField(
        label=_("Last room"), required=False, max_length=20, help_text=_("Leave it blank for a single room.")
    )
    each = forms.IntegerField(label=_("Beds in each"), min_value=1, max_value=20, initial=1)


class RoomForm(forms.Form):
    room = forms.CharField(max_length=20)


class WhereForm(KeyedForm):
    """Where somebody is put; beds that are free now."""

    where = choice(pgettext_lazy("isolation", "Where"), Where.choices)
    bed = forms.ChoiceField(
        label=pgettext_lazy("isolation", "Bed"),
        required=False,
        error_messages=_CHOOSE,
        help_text=_("Only if it is a bed of the school."),
    )
    words = text(_("Which hospital, or with whom at home"))
    zone_reason = text(
        _("Why in this area"), _("Only if somebody from a risk area cannot be kept away from the others.")
    )

    def __init__(self, *args: Any, beds: list[Bed], **options: Any) -> None:
        super().__init__(*args, **options)
        self.beds = {str(bed.pk): bed for bed in beds}
        grouped: dict[str, list[tuple[str, str]]] = {}
        for key, bed in self.beds.items():
            grouped.setdefault(f"{bed.place.name} ({bed.place.get_zone_display()})", []).append((key, str(bed)))
        self.fields["bed"].choices = [("", _("No bed")), *grouped.items()]  # type: ignore[attr-defined]

    def where_it_is(self) -> dict[str, Any]:
        data = self.cleaned_data
        bed = self.beds.get(data["bed"]) if data["where"] == Where.BED else None
        return {"where": data["where"], "bed": bed, "words": data["words"], "zone_reason": data["zone_reason"]}


class StayForm(WhereForm):
    why = choice(_("Why is the person kept apart?"), Why.choices)
    disease = forms.ChoiceField(label=_("Disease"), error_messages=_CHOOSE)
    counts_from = day(
        _("Counts from"), _("The last contact, the arrival, or today. This is day 0; the rules say how many follow.")
    )

    def __init__(self, *args: Any, diseases: Iterable[str], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(name, words.disease(name)) for name in diseases]
        self.fields["disease"].choices = named  # type: ignore[attr-defined]
        self.fields["counts_from"].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("counts_from", today)
        self.order_fields(["why", "disease", "counts_from", "where", "bed", "words", "zone_reason"])


class UntilForm(KeyedForm):
    """Another last day than the one that holds."""

    until = day(_("New last day"))
    basis = text(
        _("Why, and on whose word"), _("Nobody is kept longer than the rules say without a decision."), required=True
    )


class ReleaseForm(forms.Form):
    ending = choice(_("How does it end?"), [(one.value, one.label) for one in (Leaving.RELEASED, Leaving.MISTAKE)])
    basis = text(_("Why"), _("Needed before the last day has passed, and for a mistake."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("ending", Leaving.RELEASED)


class TransferForm(KeyedForm):
    hospital = forms.CharField(label=pgettext_lazy("transfer", "Hospital"), max_length=80)
    left_at = moment(_("When did they leave?"))
    how = choice(_("By what"), By.choices, _("Not by public transport."))
    with_whom = forms.CharField(label=_("Who went with them"), required=False, max_length=60)
    words = text(_("Why, and in what state"))


class HeardForm(KeyedForm):
    kind = choice(_("What is new"), Heard.choices)
    on_at = moment(_("When"))
    words = text(
        pgettext_lazy("after a transfer", "In a few words"),
        _("Whom you told, or what the hospital says."),
        required=True,
    )


def said(form: forms.Form, *names: str) -> Mapping[str, Any]:
    return {name: form.cleaned_data[name] for name in names}
