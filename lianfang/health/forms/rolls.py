"""What comes in with the roll: the sheet of one person, and the whole of it as a form or as JSON."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.health.rules import symptoms
from lianfang.health.rules.sent import COLDEST, HOTTEST, Named, degrees
from lianfang.health.rules.sheets import Sheet, says_something
from lianfang.health.saying import ABSENT

_MOST_BYTES = 256 * 1024
_SHEET = msgspec.json.Decoder(Sheet)
_NAMED = msgspec.json.Decoder(list[Named])


class Degrees(forms.CharField):
    """A temperature as people type it: 36.9, ３６．９, 36,9, 36.9℃. What no living person has is sent back."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=12, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        if not str(value or "").strip():
            return None
        found = degrees(str(value))
        if found is None or not COLDEST <= found <= HOTTEST:
            raise forms.ValidationError(problems.text("health.temperature_impossible"))
        return found / 10


class PersonForm(forms.Form):
    """One person's sheet. Everything may stay empty: then the person is there and well."""

    absent = forms.ChoiceField(
        label=_("Is the pupil there?"), required=False, widget=forms.RadioSelect,
        choices=[("", _("There")), *ABSENT.items()],
    )  # fmt: skip
    symptoms = forms.MultipleChoiceField(label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple)
    temperature = Degrees(label=_("Temperature, °C"))
    temperature_again = Degrees(label=_("Measured again, °C"))
    seen_by_doctor = forms.BooleanField(label=_("Has seen a doctor"), required=False)
    onset_on = forms.DateField(
        label=_("Ill since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        language = get_language() or "zh"
        choices = [(one.code, one.label(language)) for one in symptoms.catalog()]
        self.fields["symptoms"].choices = choices  # type: ignore[attr-defined]
        self.fields["onset_on"].widget.attrs["max"] = today.isoformat()

    def clean_onset_on(self) -> date | None:
        found: date | None = self.cleaned_data["onset_on"]
        if found and found > self.today:
            raise forms.ValidationError(problems.text("health.onset_ahead"))
        return found

    def named(self, person: UUID) -> Named:
        told = self.cleaned_data
        return Named(
            person=person, absent=told["absent"] or None, symptoms=told["symptoms"], temperature=told["temperature"],
            temperature_again=told["temperature_again"], seen_by_doctor=told["seen_by_doctor"] or None,
            onset_on=told["onset_on"], note=told["note"].strip(),
        )  # fmt: skip


def initial(named: Named | None) -> dict[str, Any]:
    return {} if named is None else {**msgspec.structs.asdict(named), "absent": named.absent or ""}


class Unreadable(Exception):
    """No page of ours sends this."""


def sheet_of(request: HttpRequest, now: datetime) -> Sheet:
    """The roll of a request, as the form or the script sends it. Raises `Unreadable`."""
    try:
        if request.content_type == "application/json":
            if len(request.body) > _MOST_BYTES:
                raise Unreadable
            sheet = _SHEET.decode(request.body)
        else:
            sheet = typed(request.POST, now)
        sheet.corrects  # noqa: B018  (raises for a code that is none)
    except (msgspec.DecodeError, ValueError) as problem:
        raise Unreadable(str(problem)) from problem
    return sheet


def typed(post: QueryDict, now: datetime) -> Sheet:
    """The form's own fields, between its pages. Raises `ValueError` and `msgspec.DecodeError`."""
    opened = post.get("opened", "")
    seconds = int(now.timestamp()) - int(opened) if opened.isdecimal() and len(opened) < 12 else None
    exceptions = _NAMED.decode(post.get("exceptions") or "[]")
    return Sheet(
        id=UUID(post.get("id", "")), follows=post.get("follows", ""), seconds=seconds,
        reason=" ".join(post.get("reason", "").split())[:120],
        exceptions=[one for one in exceptions if says_something(one)],
    )  # fmt: skip


def encoded(exceptions: list[Named]) -> str:
    """For the hidden field that carries them from page to page."""
    return msgspec.json.encode(exceptions).decode()


def put(exceptions: list[Named], named: Named) -> list[Named]:
    """With what is said of this person now; who is well is not named."""
    rest = [one for one in exceptions if one.person != named.person]
    return [*rest, named] if says_something(named) else rest
