"""What the pages of surveys show to staff: how far each unit is, and who is missing."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.health import survey_words as words
from lianfang.health.models import Survey
from lianfang.health.queries import surveys as queries
from lianfang.health.queries.surveys import Count
from lianfang.health.views.board_opening import inside
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import claims

LEAVES = ("class", "office")
PAGE = 50


def index(user: User, surveys: Iterable[Survey]) -> list[dict[str, Any]]:
    return [{"survey": one, "chip": chip(one), "mine": queries.may_manage(user, one)} for one in surveys]


def chip(survey: Survey) -> dict[str, str]:
    if survey.closed_at is not None:
        return {"state": "done", "label": _("Closed")}
    if survey.due_at <= clock.now():
        return {"state": "late", "label": _("Past its time")}
    return {"state": "due", "label": _("Open")}


def places(survey: Survey, units: Iterable[Unit]) -> list[dict[str, Any]]:
    return [{"unit": unit, "count": _whole(survey, unit)} for unit in units]


def _whole(survey: Survey, unit: Unit) -> Count | None:
    """None of an area: its schools say it."""
    return None if unit.school_id is None else sum(queries.by_unit(survey, unit).values(), Count())


def of_unit(user: User, survey: Survey, unit: Unit, page: str | None) -> dict[str, Any]:
    return _about(user, survey, unit) | (
        _schools(survey, unit, page) if unit.school_id is None else _classes(user, survey, unit)
    )


def _schools(survey: Survey, unit: Unit, number: str | None) -> dict[str, Any]:
    """Counts only, a page of schools at a time."""
    page = Paginator(queries.schools(survey, unit), PAGE).get_page(number)
    counts = queries.by_school(survey, [one.pk for one in page])
    rows = [_row(survey, one, counts.get(one.pk, Count()), open_to=True) for one in page]
    told = [
        {"label": _("Schools"), "value": page.paginator.count, "icon": "building-community"},
        {"label": _("People who have answered"), "value": queries.answered(survey, unit), "icon": "users"},
    ]
    return {"rows": rows, "page": page, "counts": told, "is_area": True, "missing": True}


def _classes(user: User, survey: Survey, unit: Unit) -> dict[str, Any]:
    counts = queries.by_unit(survey, unit)
    units = queries.units(counts)
    named = set(access.units_for(user, queries.NAMES).filter(pk__in=counts).values_list("pk", flat=True))
    rows = [_row(survey, one, counts[one.pk], open_to=one.pk in named and one.kind in LEAVES) for one in units]
    whole = sum(counts.values(), Count())
    return {
        "rows": rows, "counts": _counts(survey, whole, away=inside(user, unit)), "is_area": False,
        "missing": whole.missing,
    }  # fmt: skip


def _row(survey: Survey, unit: Unit, count: Count, *, open_to: bool) -> dict[str, Any]:
    if not count.expected:
        state = ("not_started", _("nobody to ask"), "quiet")
    elif not count.missing:
        state = ("done", _("complete"), "done")
    elif count.answered:
        state = ("draft", _("under way"), "due")
    else:
        state = ("not_started", _("no answer yet"), "quiet")
    url = reverse("health:survey", args=[survey.pk, unit.pk]) if open_to else ""
    return {"unit": unit, "count": count, "url": url, "chip": state}


def _counts(survey: Survey, count: Count, *, away: bool = True) -> list[dict[str, Any]]:
    """How many were elsewhere stays in the school (``away``)."""
    late = survey.due_at <= clock.now() and survey.closed_at is None
    told = [
        {"label": _("Have answered"), "value": count.answered, "of": count.expected, "icon": "circle-check",
         "tone": "quiet" if count.missing else "done"},
        {"label": _("Not answered"), "value": count.missing, "icon": "clock-exclamation",
         "tone": "quiet" if not count.missing else "late" if late else "due"},
        {"label": _("Were elsewhere"), "value": count.away, "icon": "map-pin"},
    ]  # fmt: skip
    return told if away else told[:2]


def _about(user: User, survey: Survey, unit: Unit) -> dict[str, Any]:
    seen = [one for one in ancestors(unit) if queries.sees(user, one) and queries.near(survey, one)]
    path = [{"name": one.label, "url": reverse("health:survey", args=[survey.pk, one.pk])} for one in seen]
    return {
        "survey": survey, "unit": unit, "units": path, "chip": chip(survey),
        "may_close": survey.closed_at is None and queries.may_manage(user, survey),
        "may_chase": survey.closed_at is None and access.can(user, "notice.post", unit),
        "may_take_out": unit.school_id is not None and access.can(user, queries.MANAGES, unit),
    }  # fmt: skip


def of_class(user: User, survey: Survey, unit: Unit) -> dict[str, Any]:
    """Those who are missing, to call; those who were elsewhere or met somebody; and the rest."""
    members, home = queries.members(survey, unit), queries.home(unit)
    missing = [one for one in members if one.answer is None]
    reached = claims.reached([one.person for one in missing], clock.now())
    said = [(one, one.answer, queries.facts(one.answer)) for one in members if one.answer is not None]
    rows = [
        {"member": one, "answer": answer, "said": words.brief(facts, home), "plain": facts.plain}
        for one, answer, facts in said
    ]
    count = Count(len(members), len(rows), sum(answer.away for _, answer, _ in said))
    return _about(user, survey, unit) | {
        "missing": missing, "reached": reached, "notable": [row for row in rows if not row["plain"]],
        "plain": [row for row in rows if row["plain"]], "counts": _counts(survey, count),
        "may_fill": survey.closed_at is None,
    }  # fmt: skip
