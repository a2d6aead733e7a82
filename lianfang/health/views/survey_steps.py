"""The questions of an answer, one a page. Nothing is kept between them: what was said so far travels with the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lianfang.core import problems
from lianfang.health.forms.surveys import (
    BackForm,
    HealthForm,
    JourneyForm,
    ListQuestion,
    MeetingForm,
    Question,
    StayForm,
)
from lianfang.health.rules.whereabouts import Whereabouts

SEND = "send"
LEFT, OTHERS, STAYS, BACK, JOURNEYS, MEETINGS, HEALTH, CHECK = (
    "left", "others", "stays", "back", "journeys", "meetings", "health", "check",
)  # fmt: skip
_LISTS: dict[str, type[ListQuestion]] = {STAYS: StayForm, JOURNEYS: JourneyForm, MEETINGS: MeetingForm}
_FORMS: dict[str, type[Question]] = {**_LISTS, BACK: BackForm, HEALTH: HealthForm}
STEPS = (LEFT, OTHERS, CHECK, *_FORMS)


@dataclass(frozen=True)
class Page:
    """What is asked next, and what is known by now. ``form``: what was typed and is wrong, else an empty one."""

    step: str
    facts: Whereabouts
    form: Question | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One press of a button (``go``) at a question. ``home``: code of the area that counts as here."""

    step: str
    go: str
    facts: Whereabouts
    data: Mapping[str, Any]
    today: date
    home: str

    def page(self) -> Page:
        facts = replace(self.facts, answered_on=self.today)
        if self.go.startswith("to:") and self.go[3:] in STEPS:
            return page(self.go[3:], facts, self.today)
        if self.go == "back":
            return page(before(self.step, facts), facts, self.today)
        if self.step == LEFT:
            return self._left(facts)
        if self.step == OTHERS:
            return self._others(facts)
        if self.step in _LISTS:
            return self._list(facts)
        return self._single(facts) if self.step in _FORMS else page(CHECK, facts, self.today)

    def _left(self, facts: Whereabouts) -> Page:
        if self.go == "stayed":
            stayed = replace(facts, stayed_here=True, stays=(), journeys=(), back_on=None, living_area=self.home)
            return page(OTHERS, stayed, self.today)
        return page(STAYS, replace(facts, stayed_here=False), self.today)

    def _others(self, facts: Whereabouts) -> Page:
        if self.go == SEND:
            return Page(SEND, replace(facts, meetings=(), health="well"))
        return page(MEETINGS, facts, self.today)

    def _list(self, facts: Whereabouts) -> Page:
        said = list(getattr(facts, self.step))
        word, _, number = self.go.partition(":")
        if word == "remove" and number.isdecimal() and int(number) < len(said):
            del said[int(number)]
            return page(self.step, self._with(facts, said), self.today)
        form = _LISTS[self.step](self.data, today=self.today)
        if self.go == "add" or form.started:
            if not form.is_valid():
                return Page(self.step, facts, form)
            said.append(form.made())
        facts = self._settled(self._with(facts, said))
        if self.go == "add":
            return page(self.step, facts, self.today)
        if self.step == STAYS and not said:
            return Page(STAYS, facts, form, (problems.text("health.survey_left_without_stay"),))
        return page(after(self.step, facts), facts, self.today)

    def _with(self, facts: Whereabouts, said: list[Any]) -> Whereabouts:
        changed: dict[str, Any] = {self.step: tuple(said)}
        return replace(facts, **changed)

    def _settled(self, facts: Whereabouts) -> Whereabouts:
        """Whoever is still at the place of a stay lives there now and is not back."""
        if self.step != STAYS:
            return facts
        still = [stay.area for stay in facts.stays if stay.to_on is None]
        return replace(facts, living_area=still[-1], back_on=None) if still else replace(facts, living_area=self.home)

    def _single(self, facts: Whereabouts) -> Page:
        form = _FORMS[self.step](self.data, today=self.today)
        if not form.is_valid():
            return Page(self.step, facts, form)
        facts = replace(facts, **form.cleaned_data)
        return page(after(self.step, facts), facts, self.today)


def page(step: str, facts: Whereabouts, today: date) -> Page:
    """A question with nothing typed yet; single ones with what was answered before."""
    kind = _FORMS.get(step)
    if kind is None:
        return Page(step, facts)
    last = max((stay.to_on for stay in facts.stays if stay.to_on), default=None)
    initial = {BACK: {"back_on": facts.back_on or last}, HEALTH: {"health": facts.health}}.get(step, {})
    return Page(step, facts, kind(today=today, initial=initial))


def after(step: str, facts: Whereabouts) -> str:
    if step == STAYS:
        return JOURNEYS if any(stay.to_on is None for stay in facts.stays) else BACK
    return {BACK: JOURNEYS, JOURNEYS: MEETINGS, MEETINGS: HEALTH}.get(step, CHECK)


def before(step: str, facts: Whereabouts) -> str:
    if step == JOURNEYS:
        return STAYS if after(STAYS, facts) == JOURNEYS else BACK
    if step == MEETINGS:
        return OTHERS if facts.stayed_here else JOURNEYS
    return {BACK: STAYS, HEALTH: MEETINGS, CHECK: HEALTH}.get(step, LEFT)


def step_of(field: str) -> str:
    """The question at which a problem of the answer ("stays.0.to_on") can be put right."""
    head = field.split(".")[0]
    return {"stayed_here": LEFT, "back_on": BACK, "living_area": STAYS}.get(head, head if head in STEPS else CHECK)
