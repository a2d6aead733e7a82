"""What the pages of answering a survey show."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianfang.health import survey_words as words
from lianfang.health.forms.surveys import hidden
from lianfang.health.models import Answer
from lianfang.health.queries import surveys as queries
from lianfang.health.queries.surveys import Asked
from lianfang.health.rules import divisions
from lianfang.health.rules.whereabouts import Whereabouts
from lianfang.health.views import survey_steps as steps
from lianfang.health.views.card_pages import frame
from lianfang.health.views.door import Speaker
from lianfang.health.views.survey_steps import Page

_WORDS: dict[str, Callable[[Any, words.Home], str]] = {
    steps.STAYS: words.stay,
    steps.JOURNEYS: words.journey,
    steps.MEETINGS: words.meeting,
}


@dataclass(frozen=True)
class Sheet:
    """A person before a survey, and who speaks."""

    speaker: Speaker
    asked: Asked
    now: datetime

    @cached_property
    def versions(self) -> list[Answer]:
        return queries.said(self.asked.survey.pk, self.speaker.person.pk)

    @property
    def last(self) -> Answer | None:
        """The version in force."""
        corrected = {row.after_id for row in self.versions}
        return next((row for row in self.versions if row.pk not in corrected), None)

    def first(self) -> Page:
        """The first question; of an answer that is corrected, all of it with a way to change each part."""
        if self.last is not None:
            return Page(steps.CHECK, replace(queries.facts(self.last), answered_on=self.now.date()))
        return Page(steps.LEFT, Whereabouts(self.now.date(), stayed_here=True, living_area=self.asked.home[0]))

    def at(self, step: str, facts: Whereabouts, errors: tuple[str, ...]) -> Page:
        """A question again, with what was wrong."""
        return replace(steps.page(step, facts, self.now.date()), errors=errors)

    @property
    def back(self) -> str:
        """Where the page was opened from."""
        if self.speaker.staff:
            return reverse("health:survey", args=[self.asked.survey.pk, self.asked.unit.pk])
        return reverse("my:home" if self.speaker.claim else "web:home")

    def about(self) -> dict[str, Any]:
        return {
            "frame": frame(self.speaker), "sheet": self, "person": self.speaker.person, "survey": self.asked.survey,
            "unit": self.asked.unit, "home": self.asked.home[1],
        }  # fmt: skip


def question(
    request: HttpRequest, sheet: Sheet, page: Page, *, own: UUID | None = None, follows: UUID | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    follows = follows or (sheet.last.pk if sheet.last and own is None else None)
    home, said = sheet.asked.home, _WORDS.get(page.step)
    context = {
        **sheet.about(), "page": page, "form": page.form, "errors": [{"text": text} for text in page.errors],
        "hidden": hidden(page.facts, follows, own), "corrects": follows is not None,
        "listed": [said(one, home) for one in getattr(page.facts, page.step)] if said else [],
        "areas": divisions.big() if said else [],
    }  # fmt: skip
    if page.step == steps.CHECK:
        context |= {"rows": words.rows(page.facts, home), "doubts": words.doubts(page.facts, home)}
        if page.errors and sheet.last is not None:  # somebody else's answer, which came in meanwhile
            context["other"] = {"answer": sheet.last, "rows": words.rows(queries.facts(sheet.last), home)}
    return render(request, "health/survey_answer.html", context, status=status)


def told(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """What was said, by whom, and that it can be corrected until the survey is closed."""
    context = sheet.about() | {"answer": sheet.last, "corrections": len(sheet.versions) - 1}
    if sheet.last is not None:
        facts = queries.facts(sheet.last)
        context |= {"rows": words.rows(facts, sheet.asked.home), "doubts": words.doubts(facts, sheet.asked.home)}
    return render(request, "health/survey_told.html", context)
