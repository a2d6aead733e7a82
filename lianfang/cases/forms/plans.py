"""Beginning a plan, noting a step, closing it with its evaluation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.models import StepOutcome
from lianfang.cases.rules.plans import Plan
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit

DRILL = "drill"


def _words(label: Any, help_text: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Write down at least a few words.")},
    )  # fmt: skip


class BeginForm(forms.Form):
    """``occasion``: the id of an emergency that runs, or "drill"."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    school = forms.ChoiceField(label=_("School"), error_messages={"required": _("Choose one.")})
    occasion = forms.ChoiceField(
        label=pgettext_lazy("of a plan", "What for"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    plan = forms.ChoiceField(
        label=_("Which plan"), widget=forms.RadioSelect, error_messages={"required": _("Choose a plan.")}
    )

    def __init__(
        self, *args: Any, schools: Sequence[Unit], occasions: Iterable[tuple[str, str]], plans: Iterable[Plan],
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        language = get_language() or "zh"
        occasions = list(occasions)
        self.fields["school"].choices = [(str(one.pk), one.name) for one in schools]  # type: ignore[attr-defined]
        self.fields["occasion"].choices = [  # type: ignore[attr-defined]
            *occasions, (DRILL, _("A drill: nothing has happened"))
        ]  # fmt: skip
        self.fields["plan"].choices = [(one.id, one.label(language)) for one in plans]  # type: ignore[attr-defined]
        self.initial.setdefault("key", uuid7())
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.initial.setdefault("school", str(schools[0].pk))
        if not occasions:
            self.initial.setdefault("occasion", DRILL)


class NoteForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=pgettext_lazy("step of a plan", "How it stands"), widget=forms.RadioSelect, choices=StepOutcome.choices,
        initial=StepOutcome.DONE, error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    at = forms.DateTimeField(
        label=pgettext_lazy("step of a plan", "When"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Choose day and time."), "required": _("Choose day and time.")},
    )  # fmt: skip
    result = _words(_("With what result"), _("A few words, without names of pupils. Only the school reads them."))

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("key", uuid7())
        self.initial.setdefault("at", now.astimezone(clock.ZONE))


class EndForm(forms.Form):
    """The evaluation (总结评估)."""

    went_well = _words(_("What went well"), _("Without names of pupils."), required=True)
    to_change = _words(
        _("What is to change"), _("Where steps are left over: why they were not done. Nothing to change: say so."),
        required=True,
    )  # fmt: skip
