"""The first report on one screen of a phone; what is added later; who took a call; whom to call."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.models import CaseStage, EmergencyKind, How, Outcome, Shared
from lianfang.cases.rules.emergencies import BODIES, Facts
from lianfang.core import problems
from lianfang.core.ids import uuid7
from lianfang.health.rules import symptoms
from lianfang.orgs.models import Unit, UnitQuerySet

_AGO = (
    ("0", pgettext_lazy("discovered", "Just now")), ("10", _("10 minutes ago")), ("30", _("Half an hour ago")),
    ("60", _("An hour ago")), ("at", _("Earlier")),
)  # fmt: skip
_NUMBER = re.compile(r"[0-9+][0-9 ()\-+转]{2,29}")


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options
    )


class FactsForm(forms.Form):
    """What is seen. ``key`` makes a form that is sent twice one statement."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("How many people"), required=False, min_value=1, max_value=30000, help_text=_("Blank: not known yet.")
    )
    symptoms = forms.MultipleChoiceField(label=_("What is seen"), required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label=_("In a few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Without names: authorities read this too."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Exact place"), required=False, max_length=120, help_text=_("Dormitory, canteen, hospital …")
    )
    stage = forms.ChoiceField(
        label=_("What is known of the person"), required=False, widget=forms.RadioSelect,
        choices=[("", _("Not known yet")), *CaseStage.choices],
    )  # fmt: skip
    shared = forms.ChoiceField(
        label=_("What those who fell ill had in common"), required=False, widget=forms.RadioSelect,
        choices=Shared.choices,
    )  # fmt: skip
    since = _moment(_("When the first one fell ill"))

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        language = get_language() or "zh"
        self.fields["symptoms"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label(language)) for one in symptoms.catalog()
        ]
        self.initial.setdefault("key", uuid7())

    def clean_since(self) -> datetime | None:
        since: datetime | None = self.cleaned_data["since"]
        if since and since > self.now:
            raise forms.ValidationError(problems.text("cases.since_ahead"))
        return since

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(
            count=data["count"], since=data["since"], symptoms=tuple(data["symptoms"]), shared=data["shared"],
            stage=data["stage"], place=data["place"].strip(), words=data["words"].strip(),
        )  # fmt: skip


class ReportForm(FactsForm):
    """The first report. Only the kind has to be chosen; everything else has an answer already."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("emergency", "What is it?"), widget=forms.RadioSelect, choices=EmergencyKind.choices,
        error_messages={"required": _("Choose one of the four. If you are not sure, the last one is right.")},
    )  # fmt: skip
    unit = forms.ModelChoiceField(Unit.objects.none(), label=pgettext_lazy("emergency", "Where"), empty_label=None)
    ago = forms.ChoiceField(label=_("When was it discovered?"), widget=forms.RadioSelect, choices=_AGO, initial="0")
    discovered_at = _moment(_("Day and time"), help_text=_("Only if you chose “Earlier”."))

    def __init__(self, *args: Any, places: UnitQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["unit"]
        field.queryset = places.select_related("school")
        field.label_from_instance = _place

    def clean(self) -> dict[str, Any]:
        """``discovered_at`` is worked out from what was tapped."""
        data = super().clean() or {}
        ago, typed = data.get("ago"), data.get("discovered_at")
        if ago == "at" and typed is None and "discovered_at" not in self.errors:
            self.add_error("discovered_at", _("Choose the day and time."))
        elif ago and ago != "at":
            data["discovered_at"] = self.now - timedelta(minutes=int(ago))
        elif typed and typed > self.now:
            self.add_error("discovered_at", problems.text("cases.discovered_ahead"))
        return data


def _place(unit: Unit) -> str:
    return unit.place


class AddForm(FactsForm):
    """News; with an outcome the final report."""

    outcome = forms.ChoiceField(
        label=_("How it ended"), widget=forms.RadioSelect, choices=Outcome.choices,
        error_messages={"required": _("Choose how it ended.")},
    )  # fmt: skip

    def __init__(self, *args: Any, final: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["count"] = forms.IntegerField(
            label=_("How many people"), required=False, min_value=0, max_value=30000,
            help_text=_("In all by now; 0 if it was nobody. Blank: not known yet."),
        )  # fmt: skip
        if not final:
            del self.fields["outcome"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "outcome" not in self.fields and not self.errors and self.facts().is_empty:
            self.add_error("words", problems.text("cases.says_nothing"))
        return data


class ToldForm(forms.Form):
    """A call to an outside body."""

    how = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, initial=How.PHONE,
        choices=[(one.value, one.label) for one in How if one != How.APP],
    )  # fmt: skip
    whom = forms.CharField(label=_("Who took it"), max_length=60, help_text=_("A name, or a duty and an extension."))
    at = _moment(_("When"))

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.initial.setdefault("at", now)

    def clean_at(self) -> datetime:
        """To the minute, as it is typed: the minute under way is not ahead."""
        return min(self.cleaned_data["at"] or self.now, self.now)


class ContactsForm(forms.Form):
    """Name and telephone of each outside body; both blank: none of one's own."""

    def __init__(self, *args: Any, labels: Iterable[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        for body, label in labels:
            self.fields[f"{body}_name"] = forms.CharField(label=label, max_length=60, required=False)
            self.fields[f"{body}_phone"] = forms.CharField(
                label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for body in BODIES:
            name, phone = data.get(f"{body}_name", ""), data.get(f"{body}_phone", "")
            if bool(name) != bool(phone):
                self.add_error(f"{body}_phone" if name else f"{body}_name", problems.text("cases.contact_words"))
            elif phone and not _NUMBER.fullmatch(phone):
                self.add_error(f"{body}_phone", _("This is no telephone number. Write it as it is dialled."))
        return data

    def rows(self) -> list[tuple[str, str, str]]:
        """(body, name, telephone) of each."""
        data = self.cleaned_data
        return [(body, data[f"{body}_name"].strip(), data[f"{body}_phone"].strip()) for body in BODIES]
