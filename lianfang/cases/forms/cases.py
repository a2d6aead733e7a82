"""What a school doctor types about a case: one short form for each kind of thing that can be said."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.cases.codes import CERTAINTIES, FACTS, LEVELS, PLACES, RESULTS, SAMPLES, SIGNS, Choices
from lianfang.cases.rules.course import Course, Said
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.policies import diseases


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 2020-02-10."), "required": _("Choose the day.")},
    )  # fmt: skip


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, help_text=help_text, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Choose day and time."), "required": _("Choose day and time.")},
    )  # fmt: skip


def _choice(label: Any, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, widget=forms.RadioSelect, choices=list(choices),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )  # fmt: skip


class SayForm(forms.Form):
    """``key`` makes a form that is sent twice one step. `said` is what the step says."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    basis = forms.CharField(
        label=_("On what it rests"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who said so, or which paper. Only school doctors read this."),
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, course: Course, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())
        local = now.astimezone(clock.ZONE)
        for name, value in (("on", local.date()), ("at", local)):
            if name in self.fields:
                self.initial.setdefault(name, value)
        if "of" in self.fields:
            waiting = [(one.id, _sample(one.what, one.taken_at)) for one in course.samples if not one.result]
            self.fields["of"].choices = waiting  # type: ignore[attr-defined]
            if len(waiting) == 1:
                self.initial.setdefault("of", waiting[0][0])
        self.order_fields([*(name for name in ("word", "of", "on", "at", "text") if name in self.fields), "basis"])

    def said(self) -> Said:
        data = self.cleaned_data
        at = data.get("at")
        return Said(
            on=data.get("on"), at=at and at.astimezone(clock.ZONE), word=data.get("word") or "",
            of=data.get("of") or "", text=(data.get("text") or "").strip(),
        )  # fmt: skip


def _sample(what: str, taken_at: datetime) -> str:
    label = next((str(label) for code, label in SAMPLES if code == what), what)
    return f"{label} · {taken_at.astimezone(clock.ZONE):%m-%d %H:%M}"


class OnsetForm(SayForm):
    on = _day(_("Day of onset"), _("The first day with symptoms. It is counted as day 0."))


class DiagnosisForm(SayForm):
    word = _choice(_("How far it is known"), CERTAINTIES)
    at = _moment(_("When it was diagnosed"))
    text = forms.CharField(label=_("Hospital or clinic"), required=False, max_length=120)


class RashForm(SayForm):
    on = _day(_("First day of the rash"))


class TreatmentForm(SayForm):
    on = _day(_("First day of the treatment"))
    text = forms.CharField(
        label=_("Treatment"),
        max_length=200,
        help_text=_("As the hospital says, in a few words. Without names: it may stand in the return."),
    )


class PlaceForm(SayForm):
    word = _choice(_("Where the person is now"), PLACES)
    on = _day(_("Since"))
    text = forms.CharField(
        label=_("Which one"), required=False, max_length=120, help_text=_("Hospital, building. Without names.")
    )


class SampleForm(SayForm):
    word = _choice(_("What was taken"), SAMPLES)
    at = _moment(_("When it was taken"))
    text = forms.CharField(label=_("Laboratory"), required=False, max_length=120)


class ResultForm(SayForm):
    of = forms.ChoiceField(
        label=_("Of which sample"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose the sample this result is of."),
                        "invalid_choice": _("Choose the sample this result is of.")},
    )  # fmt: skip
    word = _choice(_("Result"), RESULTS)
    on = _day(_("Day of the result"))


class FreeForm(SayForm):
    at = _moment(_("Since when there are no symptoms"), _("The last one was gone, without medicine against fever."))


class IllAgainForm(SayForm):
    on = _day(_("Since which day there are symptoms again"))


class SignForm(SayForm):
    word = _choice(_("What was seen"), SIGNS)
    on = _day(_("On which day"))


class FactForm(SayForm):
    word = _choice(_("What is known"), FACTS)


class DischargedForm(SayForm):
    on = _day(_("Day of discharge"))


class CourseOverForm(SayForm):
    on = _day(_("Last day of the treatment"))


class RecoveredForm(SayForm):
    on = _day(_("Day of recovery"))


class AgreedForm(SayForm):
    on = _day(_("On which day"))


class NoteForm(SayForm):
    text = forms.CharField(label=_("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnedForm(SayForm):
    on = _day(_("First day back at school"))


class ExcludedForm(SayForm):
    on = _day(_("Day on which it was excluded"))
    text = forms.CharField(label=_("What it was instead"), required=False, max_length=120)


class DiedForm(SayForm):
    on = _day(_("Day of death"))


class LeftForm(SayForm):
    on = _day(_("Last day at the school"))


FORMS: dict[str, type[SayForm]] = {
    "onset": OnsetForm, "diagnosis": DiagnosisForm, "rash": RashForm, "treatment": TreatmentForm, "place": PlaceForm,
    "sample": SampleForm, "result": ResultForm, "free": FreeForm, "ill_again": IllAgainForm, "sign": SignForm,
    "fact": FactForm, "discharged": DischargedForm, "course_over": CourseOverForm, "recovered": RecoveredForm,
    "agreed": AgreedForm, "note": NoteForm, "returned": ReturnedForm, "excluded": ExcludedForm, "died": DiedForm,
    "left": LeftForm,
}  # fmt: skip


class ReopenForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    basis = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write down why.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())


class ProofForm(forms.Form):
    """A certificate of return, as a photo or PDF."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    level = _choice(_("Who issued it"), LEVELS)
    on = _day(_("Day of issue"))
    file = forms.FileField(
        label=_("Photo or PDF"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"required": _("Choose a file first.")},
    )  # fmt: skip
    basis = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())
        self.initial.setdefault("on", now.astimezone(clock.ZONE).date())


class NewForm(forms.Form):
    """A case by hand."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    disease = forms.ChoiceField(label=_("Which disease is suspected"), error_messages={"required": _("Choose one.")})
    onset_on = _day(_("Day of onset"), _("The first day with symptoms. It is counted as day 0."))
    basis = forms.CharField(
        label=_("Why it is suspected"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, today: date, thought_of: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "zh"
        first = list(thought_of)
        named = {one.id: one.label(language) for one in diseases.catalog().values() if one.kind == "disease"}
        rest = sorted((label, code) for code, label in named.items() if code not in first)
        choices: list[Any] = [("", _("Choose…"))]
        if first:
            choices.append((_("By the symptoms"), [(code, named[code]) for code in first if code in named]))
        choices.append((_("All"), [(code, label) for label, code in rest]))
        self.fields["disease"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("key", uuid7())
        self.initial.setdefault("onset_on", today)


class FindForm(forms.Form):
    """Whose case it is."""

    name = forms.CharField(
        label=_("Name, pinyin or initials"), max_length=40, error_messages={"required": _("Type a name.")}
    )
