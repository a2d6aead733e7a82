"""What puts a held record right: one field for each place that is wrong, and the reason for dropping it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.core.problems import Problem
from lianfang.health.forms.rolls import Degrees
from lianfang.health.queries import held as queries
from lianfang.health.queries.places import Member
from lianfang.health.rules import mending, plan, symptoms
from lianfang.health.rules.sent import Card, Roll
from lianfang.health.saying import ABSENT
from lianfang.orgs.models import Unit
from lianfang.people.models import User

WHY = (
    ("twice", _("It was sent twice")),
    ("trial", _("It was a trial of the device")),
    ("nobody", _("Nobody of this school is meant")),
    ("mistake", _("It was sent by mistake")),
    ("too_old", _("It is too long ago")),
    ("other", _("The other report holds")),
)
LABELS = {
    "unit": _("Class"), "round": _("Which check"), "on": _("Day"), "person": _("Who is meant"),
    "absent": _("Is the pupil there?"), "symptoms": _("Symptoms"), "temperature": _("Temperature, °C"),
    "temperature_again": _("Measured again, °C"), "onset_on": _("Ill since"),
}  # fmt: skip


class MendForm(forms.Form):
    """Fields are made from the places (`rules.mending`). ``classes``: what the roll can be of; ``members``: who can be
    meant by a name in it; ``names``: of those the user may know. Others are not named."""

    def __init__(
        self, data: Any, *, user: User, record: Card | Roll, fields: Iterable[str], on: date, school: int,
        classes: Sequence[Unit], members: Sequence[Member], names: Mapping[UUID, str],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.user, self.record, self.on, self.school = user, record, on, school
        self.classes, self.members = classes, members
        self.of: dict[str, str] = {}
        for place in mending.places(fields):
            number = mending.exception(place)
            if not mending.has(record, place):
                continue
            field = self._field(place)
            if number is not None and isinstance(record, Roll):
                who = names.get(record.exceptions[number].person) or _("somebody of another class or school")
                field.label = _("%(name)s: %(field)s") % {"name": who, "field": LABELS[place.split(".")[-1]]}
            self.fields[name(place)] = field
            self.of[name(place)] = place

    def _field(self, place: str) -> forms.Field:
        what, value = place.split(".")[-1], mending.value(self.record, place)
        label, language = LABELS[what], get_language() or "zh"
        choose = [("", pgettext_lazy("nothing is chosen yet", "Choose…"))]
        if what == "unit":
            return forms.ChoiceField(
                label=label, choices=[*choose, *((unit.pk, unit.name) for unit in self.classes)],
                help_text=_("The class the pupils belong to on that day."),
            )  # fmt: skip
        if what == "round":
            return forms.ChoiceField(
                label=label, choices=[*choose, *((one.code, one.label(language)) for one in plan.catalog().rounds)]
            )
        if what in ("on", "onset_on"):
            widget = forms.DateInput(attrs={"type": "date", "max": self.on.isoformat()}, format="%Y-%m-%d")
            return forms.DateField(
                label=label, required=what == "on", widget=widget, initial=self.on if what == "on" else None
            )
        if what == "absent":
            return forms.ChoiceField(
                label=label, required=False, choices=[("", _("There")), *ABSENT.items()], widget=forms.RadioSelect
            )
        if what == "symptoms":
            return forms.MultipleChoiceField(
                label=label, required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(one.code, one.label(language)) for one in symptoms.catalog()],
                initial=[code for code in value or () if symptoms.known(code)],
            )  # fmt: skip
        if what == "person":
            return self._person(place, choose)
        return Degrees(label=label, initial=mending.guessed(value), help_text=_came(value))

    def _person(self, place: str, choose: list[Any]) -> forms.Field:
        """In a roll somebody of the class; a card can mean anybody of the school."""
        if isinstance(self.record, Roll):
            people = [(str(one.person), one.name) for one in self.members]
            out = (mending.LEFT_OUT, _("Nobody of this class: leave the name out"))
            return forms.ChoiceField(label=LABELS["person"], choices=[*choose, *people, out])
        return forms.CharField(
            label=LABELS["person"], max_length=60, help_text=_("The school’s own number, or the whole name.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "person" in data and isinstance(self.record, Card):
            found = queries.meant(self.user, data["person"].strip(), self.school, mending.day(self.record, self.on))
            if len(found) == 1:
                data["person"] = found[0]
            else:
                self.add_error("person", ValidationError(problems.text(_NOBODY if not found else _SEVERAL)))
        return data

    def put(self) -> dict[str, Any]:
        """Values by their places. A temperature left empty was not measured."""
        return {place: self._told(name, place) for name, place in self.of.items()}

    def _told(self, field: str, place: str) -> Any:
        told, what = self.cleaned_data[field], place.split(".")[-1]
        if what == "unit":
            return int(told)
        if what == "person" and told != mending.LEFT_OUT:
            return told if isinstance(told, UUID) else UUID(told)
        return (told or None) if what == "absent" else told

    def take(self, found: Iterable[Problem]) -> list[str]:
        """Problems of the action at their fields; the places among them that have no field yet."""
        lacking = []
        for problem in found:
            place = mending.place(problem.cell)
            if name(place) in self.fields:
                self.add_error(name(place), problem.text)
            else:
                self.add_error(None, problem.text)
                lacking.append(place)
        return [place for place in lacking if place]


_NOBODY, _SEVERAL = "health.nobody_meant", "health.several_meant"


def name(place: str) -> str:
    return place.replace(".", "-")


def _came(degrees: float | None) -> str:
    return _("It came as %(degrees)s.") % {"degrees": f"{degrees:g}"} if degrees is not None else ""


class DropForm(forms.Form):
    why = forms.ChoiceField(label=_("Why is it dropped?"), choices=WHY, widget=forms.RadioSelect)
