"""A pack in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.bulletins import charts, rules
from lianfang.bulletins.models import Decision
from lianfang.bulletins.rules import ChecksPart, Count, Day, Facts, LateUnit, Problem, ReturnPart
from lianfang.core import smallcells
from lianfang.health.rules import plan
from lianfang.obligations import spec as owed
from lianfang.returns import spec
from lianfang.returns.queries.words import say
from lianfang.ui import words as ui

Shown = Callable[[int | None], int | str | None]

UNKNOWN = Count(None, None)
COUNTS: dict[str, str | Promise] = {
    "symptomatic": _("With symptoms"),
    "fever": _("With fever"),
    "ill": _("Absent, ill"),
    "unknown": _("Absent, reason not known"),
    "leave": _("On leave"),
    "isolated": _("Isolated"),
}
_WHAT: dict[str, str | Promise] = {"checks": _("Class check"), "duty": _("Check-in on duty")}
STATES: dict[str, tuple[str, str | Promise]] = {
    "open": ("pending", pgettext_lazy("of a decision", "Open")),
    "late": ("late", pgettext_lazy("of a decision", "Past its time")),
    "done": ("done", pgettext_lazy("of a decision", "Carried out")),
    "withdrawn": ("info", pgettext_lazy("of a decision", "Withdrawn")),
}


def returns(facts: Facts) -> list[dict[str, Any]]:
    """Each form of the day: how many have reported, and its figures as lines of the table."""
    return [_return(part) for part in facts.returns]


def _return(part: ReturnPart) -> dict[str, Any]:
    """Lines in the order of the form, a column for each group. A form that is no longer there keeps its figures, under
    their keys."""
    form = spec.catalog().get(part.form)
    if form is None:
        keys = [{"label": cell, "counts": [count]} for cell, count in part.cells.items()]
        return {"title": part.form, "part": part, "groups": [""], "lines": keys}
    lines: list[dict[str, Any]] = [
        {
            "label": say(one.label),
            "within": bool(one.within),
            "counts": [part.cells.get(f"{one.id}.{group.id}", UNKNOWN) for group in form.groups],
        }
        for one in form.counts
    ]
    groups = [say(group.label) for group in form.groups]
    return {"title": say(form.short), "part": part, "groups": groups, "lines": lines}


def checks(part: ChecksPart | None, language: str, *, whole: bool) -> dict[str, Any] | None:
    """``whole``: inside the school; to an authority one or two people are not told apart (control E03)."""
    if part is None:
        return None
    named = {one.code: one.label(language) for one in plan.catalog().rounds}
    shown: Shown = (lambda count: count) if whole else _suppressed
    lines = [
        {"label": label, "now": shown(count.now), "before": shown(count.before)}
        | {"change": rules.changed(count) if whole or _large(count) else None}
        for name, label in COUNTS.items()
        if (count := part.counts.get(name)) is not None
    ]
    return {"round": named.get(part.round, part.round), "part": part, "lines": lines}


def _suppressed(count: int | None) -> int | str | None:
    return None if count is None else smallcells.suppressed(count)


def _large(count: Count) -> bool:
    """Neither of the two is hidden: else the change would give it away."""
    return all(number is not None and not 0 < number < smallcells.LEAST for number in (count.now, count.before))


def late(rows: Iterable[LateUnit]) -> list[dict[str, Any]]:
    """By what is missing, in the order of the tree."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.what, []).append(row.name)
    return [{"what": _what(what), "names": names} for what, names in found.items()]


def _what(what: str) -> str | Promise:
    form = spec.catalog().get(what)
    return say(form.short) if form else _WHAT.get(what, what)


def problems(rows: Iterable[Problem], language: str) -> list[dict[str, Any]]:
    kinds = owed.catalog()
    return [{"kind": kinds[row.kind].label(language) if row.kind in kinds else row.kind, "row": row} for row in rows]


def counts(facts: Facts, language: str, *, whole: bool) -> list[dict[str, Any]]:
    """The first line of the page: emergencies, duty, and what waits for people. ``whole`` as in `checks`."""
    found: list[dict[str, Any]] = []
    if part := facts.emergencies:
        tone = "alarm" if part.running else "quiet"
        found.append({"label": _("Emergencies running"), "value": part.running, "tone": tone, "icon": "urgent"})
        found.append({"label": _("Reported since the last pack"), "value": part.reported, "icon": "alert-triangle"})
    if duty := facts.duty:
        tone = "late" if duty.missed else "quiet"
        found.append(
            {"label": _("Duty check-ins missed"), "value": duty.missed, "of": duty.begun, "tone": tone,
             "icon": "user-check"}
        )  # fmt: skip
    kinds = owed.catalog()
    for kind, number in facts.people.items():
        label = kinds[kind].label(language) if kind in kinds else kind
        value = number if whole else _suppressed(number)
        found.append({"label": _("%(what)s, past its time") % {"what": label}, "value": value, "tone": "late",
                      "icon": "clock-exclamation"})  # fmt: skip
    return found


def trend(days: list[Day], *, whole: bool) -> dict[str, Any] | None:
    """Charts of the last days and the lines of their table; a chart is None of which fewer than two days are known, and
    all is where both are."""
    ill = [day.ill if whole else _suppressed(day.ill) for day in days]
    heard, judged = (sum(one is not None for one in some) > 1 for some in (ill, [day.in_time for day in days]))
    if not heard and not judged:
        return None
    return {
        "lines": [{"day": day, "ill": count} for day, count in zip(days, ill, strict=True)],
        "ill": charts.ill(days, ill) if heard else None,
        "in_time": charts.in_time(days) if judged else None,
    }


def answers(row: Decision, said: str | Promise, now: datetime) -> list[dict[str, Any]]:
    """Of a decision: who, until when, by whom, and what came of it."""
    owed_row = row.obligation
    found: list[tuple[str | Promise, str]] = [
        (_("Who carries it out"), f"{row.unit.label} · {row.user.name}"),
        (pgettext_lazy("a deadline", "Until"), ui.when(owed_row.due_at, now)),
        (_("Decided by"), f"{row.by.name} · {ui.when(row.at, now)}"),
    ]
    if owed_row.ended_at:
        ended = [ui.when(owed_row.ended_at, now), owed_row.ended_by.name if owed_row.ended_by else "", owed_row.reason]
        found.append((said, " · ".join(part for part in ended if part)))
    if row.result:
        found.append((pgettext_lazy("of a decision", "What was done"), row.result))
    return [{"label": label, "value": value} for label, value in found]
