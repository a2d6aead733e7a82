"""Notices with a question, for tests."""

from typing import Any
from uuid import uuid4

from lianfang.notices import actions
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.rules.questions import Question, draw_up
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User
from tests.cast import Cast


def ask(
    cast: Cast, to: list[User], kind: str = "one", *, sender: Unit | None = None, more: dict[str, Any] | None = None,
    **typed: str,
) -> Notice:  # fmt: skip
    """The city asks; ``typed`` as for `draw_up`, ``more`` are columns of the notice."""
    if kind in ("one", "several"):
        typed.setdefault("options", "步行\n骑车\n公交")
    question = draw_up(kind=kind, text=typed.pop("text", "您怎么来上班？"), **typed)
    assert isinstance(question, Question)
    notice = actions.post(
        by=cast.city, unit=sender or cast.city_unit, to=[user.pk for user in to], key=str(uuid4()), title="问一下",
        body="请回答。", now=cast.now,
    )  # fmt: skip
    notice.question = question.stored()
    for name, value in (more or {}).items():
        setattr(notice, name, value)
    notice.save()
    return notice


def delivery(notice: Notice, user: User) -> Delivery:
    return Delivery.objects.get(notice=notice, user=user)


def to_pupil(notice: Notice, person: Person, cast: Cast) -> Delivery:
    return Delivery.objects.create(notice=notice, person=person, delivered_at=cast.now)
