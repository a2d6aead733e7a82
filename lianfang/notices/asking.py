"""The question of a notice on the page of whoever got it, staff or family: shown, answered, changed. `take` and `asked`
give what the partial ``notices/_question.html`` needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.core import problems
from lianfang.core.problems import Refused
from lianfang.notices.actions import answering
from lianfang.notices.models import Answer, Delivery
from lianfang.notices.rules import questions as rules
from lianfang.notices.rules.questions import Question
from lianfang.people.models import User


@dataclass
class Asked:
    """``answer`` is the one that counts, ``said`` its words; ``choices``, ``number`` and ``text`` fill the form with it
    or with what was typed. ``seen``: the version the page shows. ``error`` stands at the field, ``refused`` above."""

    question: Question
    options: list[dict[str, Any]]
    number: str = ""
    text: str = ""
    answer: Answer | None = None
    said: str = ""
    seen: int = 0
    is_late: bool = False
    is_over: bool = False
    error: str = ""
    refused: str = ""
    bounds: str = ""
    before: list[dict[str, Any]] = field(default_factory=list)

    @property
    def summary(self) -> list[dict[str, str]]:
        """What is wrong, for the top of the page."""
        return [{"text": self.error, "id": "id_answer"}] if self.error else []


def asked(delivery: Delivery, sent: QueryDict | None = None) -> Asked | None:
    """The question with the answers so far; None where the notice asks nothing. ``sent``: what was typed goes before
    what is known."""
    notice = delivery.notice
    question = rules.stored(notice.question)
    if question is None:
        return None
    versions = list(delivery.answers.order_by("-version"))
    newest = versions[0] if versions else None
    ticked: Sequence[str]
    if sent is not None:
        ticked, number, text = sent.getlist("choice"), sent.get("number", ""), sent.get("text", "")
    else:
        ticked, number, text = _filled(newest)
    return Asked(
        question, _options(question, ticked), number, text, newest, said(question, newest) if newest else "",
        newest.version if newest else 0, _is_late(newest, notice.until), notice.withdrawn_at is not None,
        bounds=bounds(question),
        before=[{"answer": old, "said": said(question, old)} for old in versions[1:]],
    )  # fmt: skip


def take(
    sent: QueryDict, delivery: Delivery, *, by: User | None, as_guardian: bool = False, now: datetime
) -> Asked | None:
    """Take the answer; None when it is taken, else the question with what was wrong and what was typed. Whoever sends
    it again has then seen the answer of the other device."""
    question = rules.stored(delivery.notice.question)
    if question is None:
        return None
    given = rules.read(
        question, choices=sent.getlist("choice"), number_typed=sent.get("number", ""), text=sent.get("text", "")
    )
    if isinstance(given, rules.Wrong):
        return _again(delivery, sent, error=problems.text(given.code, **given.params))
    seen = sent.get("seen", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 6 else 0
    try:
        answering.answer(by=by, delivery=delivery, given=given, seen=version, as_guardian=as_guardian, now=now)
    except Refused as refused:
        return _again(delivery, sent, refused=refused.problems[0].text)
    return None


def said(question: Question, answer: Answer) -> str:
    """An answer in words, in full."""
    if question.kind == rules.TEXT:
        return answer.text.open() if answer.text else ""
    if question.kind == rules.NUMBER:
        return with_unit(question, answer.number)
    labels = {option.code: label(option) for option in question.options}
    return pgettext("between the parts of an answer", ", ").join(labels.get(code, code) for code in answer.choices)


def label(option: rules.Option) -> str:
    if option.label:
        return option.label
    return pgettext("answer", "Yes") if option.code == rules.YES else pgettext("answer", "No")


def with_unit(question: Question, value: Decimal | None) -> str:
    return f"{plain(value)} {question.unit}".strip() if value is not None else ""


def plain(value: Decimal) -> str:
    """12.50 as 12.5, 300.00 as 300."""
    return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def bounds(question: Question) -> str:
    """What may be answered, in words."""
    least, most = (None if bound is None else with_unit(question, bound) for bound in (question.least, question.most))
    if least and most:
        return _("From %(least)s to %(most)s.") % {"least": least, "most": most}
    if least:
        return problems.text("notices.number_small", least=least)
    return problems.text("notices.number_large", most=most) if most else ""


def preview(question: Question) -> Asked:
    """For the check page: as recipients will see it."""
    return Asked(question, _options(question, ()), bounds=bounds(question))


def _again(delivery: Delivery, sent: QueryDict, *, error: str = "", refused: str = "") -> Asked | None:
    delivery.notice.refresh_from_db()
    found = asked(delivery, sent)
    if found:
        found.error, found.refused = error, refused
    return found


def _filled(newest: Answer | None) -> tuple[Sequence[str], str, str]:
    if newest is None:
        return (), "", ""
    return (
        newest.choices,
        "" if newest.number is None else plain(newest.number),
        (newest.text.open() if newest.text else ""),
    )


def _options(question: Question, ticked: Sequence[str]) -> list[dict[str, Any]]:
    return [{"code": one.code, "label": label(one), "ticked": one.code in ticked} for one in question.options]


def _is_late(answer: Answer | None, until: datetime | None) -> bool:
    return answer is not None and until is not None and answer.at > until
