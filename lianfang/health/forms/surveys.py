"""What comes in with a survey of whereabouts: its opening, and the single questions of an answer."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core import clock, problems
from lianfang.core.ids import uuid7
from lianfang.health.models import Whom
from lianfang.health.rules import divisions
from lianfang.health.rules.whereabouts import MOST, Journey, Meeting, Stay, Whereabouts
from lianfang.health.survey_words import CONTACTS, HEALTH, MEANS
from lianfang.orgs.models import Unit
from lianfang.people.rules.roster import SHORTEST_PURPOSE

_DUE_IN = timedelta(days=2)


class AreaField(forms.CharField):
    """A place as people call it; gives its code. Where several are called so, the message names them in full."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "areas", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> str:
        told = super().clean(value)
        found = divisions.find(told) if told else []
        if told and not found:
            raise forms.ValidationError(problems.text("health.survey_area_unknown"))
        if len(found) > 1:
            names = str(_(", ")).join(divisions.label(code) for code in found[: divisions.MANY])
            raise forms.ValidationError(problems.text("health.survey_area_many", names=names))
        return found[0] if found else ""


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class Question(forms.Form):
    """One question of an answer. ``today``: nothing lies after it. ``started``: something was typed."""

    days: tuple[str, ...] = ()

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        for name in self.days:
            self.fields[name].widget.attrs["max"] = today.isoformat()

    @property
    def started(self) -> bool:
        return any(str(self.data.get(name, "")).strip() for name in self.fields if name != "means")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.days:
            if data.get(name) and data[name] > self.today:
                self.add_error(name, problems.text("health.survey_ahead"))
        return data


class ListQuestion(Question):
    """One that may be answered several times."""

    def made(self) -> Stay | Journey | Meeting:
        raise NotImplementedError


class StayForm(ListQuestion):
    days = ("from_on", "to_on")
    area = AreaField(
        label=_("Where?"), help_text=_("City or county, such as 武汉 or 湖北省武汉市. Outside China: 境外.")
    )
    from_on = Day(label=pgettext_lazy("of a stay", "From which day?"))
    to_on = Day(
        label=pgettext_lazy("of a stay", "Until which day?"), required=False, help_text=_("Still there: leave empty.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("from_on") and data.get("to_on") and data["to_on"] < data["from_on"]:
            self.add_error("to_on", problems.text("health.survey_ends_before"))
        return data

    def made(self) -> Stay:
        return Stay(self.cleaned_data["area"], self.cleaned_data["from_on"], self.cleaned_data["to_on"])


class JourneyForm(ListQuestion):
    days = ("on",)
    means = forms.ChoiceField(label=_("By what?"), choices=MEANS, widget=forms.RadioSelect, initial="train")
    number = forms.CharField(
        label=_("Number of the train or flight, plate of the car"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    on = Day(label=_("On which day?"))
    from_area = AreaField(label=pgettext_lazy("of a journey", "From where?"))
    to_area = AreaField(label=pgettext_lazy("of a journey", "To where?"))
    through = forms.CharField(
        label=_("Changed or stopped in"), required=False, max_length=120, help_text=_("Several: a comma between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def clean_through(self) -> tuple[str, ...]:
        parts = self.cleaned_data["through"].replace("，", ",").replace("、", ",").split(",")
        field = AreaField()
        return tuple(field.clean(part.strip()) for part in parts if part.strip())[:MOST]

    def made(self) -> Journey:
        told = self.cleaned_data
        return Journey(told["means"], told["number"], told["from_area"], told["to_area"], told["on"], told["through"])


class MeetingForm(ListQuestion):
    days = ("on",)
    kind = forms.ChoiceField(label=_("Whom?"), choices=CONTACTS, widget=forms.RadioSelect)
    on = Day(label=_("The last time on"))
    area = AreaField(label=_("From where did this person come?"), required=False)

    def made(self) -> Meeting:
        return Meeting(self.cleaned_data["kind"], self.cleaned_data["area"], self.cleaned_data["on"])


class BackForm(Question):
    days = ("back_on",)
    back_on = Day(label=_("Back since"))


class HealthForm(Question):
    health = forms.ChoiceField(label=_("Health"), choices=HEALTH, widget=forms.RadioSelect)


class SheetForm(forms.Form):
    """What travels with every question: what was said so far, the page's own id, the version it corrects."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    follows = forms.UUIDField(required=False, widget=forms.HiddenInput)
    draft = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def clean_draft(self) -> Whereabouts:
        try:
            return msgspec.json.decode(self.cleaned_data["draft"], type=Whereabouts)
        except msgspec.MsgspecError as problem:
            raise forms.ValidationError("no draft") from problem

    @property
    def said(self) -> tuple[UUID, UUID | None, Whereabouts]:
        return self.cleaned_data["id"], self.cleaned_data["follows"], self.cleaned_data["draft"]


def hidden(facts: Whereabouts, follows: UUID | None, own: UUID | None = None) -> dict[str, str]:
    """The values of a `SheetForm`."""
    return {
        "id": str(own or uuid7()), "follows": str(follows or ""), "draft": msgspec.json.encode(facts).decode(),
    }  # fmt: skip


class TakeOutForm(forms.Form):
    purpose = forms.CharField(
        label=_("What are the answers for?"), max_length=100, min_length=SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip


class OpenForm(forms.Form):
    """A new survey. By default of the two weeks before today, to be answered within two days."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Who asks"), empty_label=None)
    title = forms.CharField(label=pgettext_lazy("of a survey", "Title"), max_length=60)
    whom = forms.ChoiceField(label=_("Who is asked"), choices=Whom.choices, widget=forms.RadioSelect)
    from_on = Day(label=_("Asked about the days from"))
    to_on = Day(label=pgettext_lazy("asked about the days from … to", "to"))
    due_at = forms.DateTimeField(
        label=_("To be answered by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        now = clock.now()
        due = (now + _DUE_IN).replace(hour=18, minute=0)
        usual = {"whom": Whom.STUDENTS, "from_on": now.date() - timedelta(days=14), "to_on": now.date(), "due_at": due}
        options["initial"] = {**usual, "unit": units.first()}
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
