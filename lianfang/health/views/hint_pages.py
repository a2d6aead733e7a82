"""What the pages of hints show."""

from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.health import charts
from lianfang.health import hint_words as words
from lianfang.health.forms.hints import OutcomeForm
from lianfang.health.models import Hint, HintState
from lianfang.health.queries import hints as queries
from lianfang.health.rules.hints import Kind
from lianfang.people.models import Guardianship, User

# Chip of a state: state and tone.
_CHIPS: dict[str, tuple[str, str]] = {
    HintState.OPEN: ("due", "due"), HintState.CALLED_BACK: ("draft", "due"), HintState.EXPLAINED: ("done", "done"),
    HintState.CONFIRMED: ("done", "late"),
}  # fmt: skip


def index(user: User, page: Page[Hint], settled: bool) -> dict[str, Any]:
    here = reverse("health:hints")
    return {
        "page": page, "settled": settled, "rows": [_row(hint) for hint in page],
        "tabs": [
            {"label": _("To verify"), "url": here, "current": not settled, "count": queries.waiting(user).count()},
            {"label": _("Verified in the last 90 days"), "url": f"{here}?settled", "current": settled},
        ],
    }  # fmt: skip


def _row(hint: Hint) -> dict[str, Any]:
    return {"hint": hint, "title": words.KINDS[hint.kind].title, "chip": _chip(hint)}


def _chip(hint: Hint) -> dict[str, str]:
    state, tone = _CHIPS[hint.state]
    return {"state": state, "tone": tone, "label": str(HintState(hint.state).label)}


def one(hint: Hint, form: OutcomeForm) -> dict[str, Any]:
    texts, bars = words.KINDS[hint.kind], words.bars(hint)
    over, counted = words.over(hint)
    return {
        "hint": hint, "words": texts, "said": words.said(hint), "chance": words.chance(hint), "chip": _chip(hint),
        "bars": bars, "over": over, "counted": counted, "form": form,
        "option": charts.bars(bars, counted, dots=hint.kind == Kind.CLOCKWORK and not words.is_shared(hint)),
        "drawn": [] if hint.is_settled else queries.sample(hint), "answers": _answers(hint),
    }  # fmt: skip


def _answers(hint: Hint) -> list[dict[str, Any]]:
    """What was found so far."""
    if hint.looked_at is None:
        return []
    return [
        {"label": _("What was found?"), "value": str(HintState(hint.state).label)},
        {"label": _("In a few words"), "value": hint.outcome.open() if hint.outcome else ""},
        {"label": pgettext("person", "By"), "value": hint.by_name},
    ]


def call(hint: Hint, held: Guardianship, value: str) -> dict[str, Any]:
    """For the page of a number."""
    return {
        "hint": hint, "held": held, "name": held.person.name, "value": value, "shown": value.removeprefix("+86"),
        "ask": words.KINDS[hint.kind].ask,
    }  # fmt: skip
