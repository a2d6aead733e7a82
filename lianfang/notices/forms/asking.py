"""The question of a notice that is being written."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.notices.rules import questions as rules
from lianfang.notices.rules.questions import Question
from lianfang.people.rules.roster import SHORTEST_PURPOSE

KINDS = {
    rules.ONE: _("One of several answers"),
    rules.SEVERAL: _("Several answers may be ticked"),
    rules.YES_NO: _("Yes or no"),
    rules.NUMBER: _("A number"),
    rules.TEXT: _("In words"),
}


class QuestionForm(forms.Form):
    """Bound, it has a question as soon as a kind is chosen. Everything is on the page at once, so that it works without
    scripts; what the chosen kind does not need is not looked at."""

    q_kind = forms.ChoiceField(
        label=_("How it is answered"), required=False, choices=[("", _("No question")), *KINDS.items()]
    )
    q_text = forms.CharField(
        label=_("Question"), required=False, help_text=_("Ask for nothing that is on record already.")
    )
    q_options = forms.CharField(
        label=_("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, 2 to 20. Only for answers to choose from."),
    )  # fmt: skip
    q_unit = forms.CharField(
        label=_("Unit of the number"), required=False, help_text=_("Such as people or °C. Only for a number.")
    )
    q_least = forms.CharField(label=_("Smallest number allowed"), required=False, max_length=20)
    q_most = forms.CharField(label=_("Largest number allowed"), required=False, max_length=20)
    question: Question | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("q_kind") and not data.get("q_text", "").strip():
            return data
        drawn = rules.draw_up(
            kind=data.get("q_kind", ""), text=data.get("q_text", ""), options=data.get("q_options", ""),
            unit=data.get("q_unit", ""), least=data.get("q_least", ""), most=data.get("q_most", ""),
        )  # fmt: skip
        if isinstance(drawn, Question):
            self.question = drawn
        else:
            for wrong in drawn:
                if wrong.cell not in self.errors:
                    self.add_error(wrong.cell, problems.text(wrong.code, **wrong.params))
        return data

    @property
    def is_open(self) -> bool:
        """Whether anything was typed: the part of the page is unfolded."""
        return self.is_bound and any(self.data.get(name, "").strip() for name in self.fields)

    def typed(self) -> list[tuple[str, str]]:
        """For the hidden fields of the check page."""
        sent = self.data if isinstance(self.data, QueryDict) else QueryDict()
        return [(name, value) for name in self.fields if (value := sent.get(name, ""))]


class PurposeForm(forms.Form):
    """What the list of answers is taken out for."""

    purpose = forms.CharField(
        label=_("What is the list for?"), max_length=100, min_length=SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip
