"""The rules of every disease, by the day and for one's own unit, with their sources; what changed between editions."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.policies import diseases as files
from lianfang.policies import queries
from lianfang.policies.diseases.spec import Disease, Edition
from lianfang.policies.queries import Running
from lianfang.ui.needs import signed_in, user_of
from lianfang.web.rulebook import wording
from lianfang.web.rulebook.lines import PARTS, Line, level_words, lines, source, stage_words
from lianfang.web.rulebook.numbers import Number, numbers
from lianfang.web.rulebook.views.deciding import may_decide


@signed_in
def diseases(request: HttpRequest) -> HttpResponse:
    """All of them, those with the gravest category first."""
    unit, today, language = _unit(request), clock.today(), get_language()
    order = list(wording.CATEGORIES)
    known = [(disease, edition) for disease, edition in queries.rulebook(unit, today) if edition]
    rows = [
        {
            "disease": disease, "name": disease.label(language), "category": wording.CATEGORIES[edition.law.category],
            "unsure": sum(not line.sure for line in lines(edition, language)),
        }
        for disease, edition in sorted(known, key=lambda one: (order.index(one[1].law.category), one[0].id))
    ]  # fmt: skip
    groups = [(title, list(some)) for title, some in groupby(rows, key=lambda row: row["category"])]
    return render(request, "rulebook/diseases.html", {"groups": groups, "unit": unit})


@signed_in
def disease(request: HttpRequest, disease: str) -> HttpResponse:
    """The edition of a day (``on``, otherwise today) for one's own unit."""
    found, unit, language = _disease(disease), _unit(request), get_language()
    on = _day(request.GET.get("on", "")) or clock.today()
    edition = queries.rules_of(found, unit, on)
    told = lines(edition, language) if edition else []
    context = {
        "disease": found, "name": found.label(language), "edition": edition, "on": on, "unit": unit,
        "is_today": on == clock.today(), "parts": _parts(told), "unsure": sum(not line.sure for line in told),
        "basis": source(edition.source, language) if edition else "",
        "editions": [(one, one.label(language)) for one in sorted(found.editions, key=_since, reverse=True)],
        "decided": _decided(found, unit, on, language) if unit else [],
        "running": [
            {"one": one.response, "level": level_words(one.response.level),
             "stage": stage_words(one.stage) if one.stage else ""} for one in _running(found, unit)
        ],
        "deciding": unit if unit and may_decide(request, unit) else None,
    }  # fmt: skip
    return render(request, "rulebook/disease.html", context)


@signed_in
def changes(request: HttpRequest, disease: str) -> HttpResponse:
    """What differs between two editions: the one before (``old``) and the other (``new``)."""
    found, language = _disease(disease), get_language()
    ordered = sorted(found.editions, key=_since)
    new = _edition(found, request.GET.get("new", "")) or ordered[-1]
    before = [one for one in ordered if one.since < new.since]
    old = _edition(found, request.GET.get("old", "")) or (before or ordered)[-1]
    rows = _difference(lines(old, language), lines(new, language))
    context = {
        "disease": found, "name": found.label(language), "old": old, "new": new, "rows": rows,
        "old_label": old.label(language), "new_label": new.label(language),
        "editions": [(one, one.label(language)) for one in ordered],
    }  # fmt: skip
    return render(request, "rulebook/changes.html", context)


def _disease(name: str) -> Disease:
    if name not in files.catalog():
        raise Http404
    return files.catalog()[name]


def _edition(disease: Disease, name: str) -> Edition | None:
    return next((one for one in disease.editions if one.id == name), None)


def _since(edition: Edition) -> date:
    return edition.since


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unit(request: HttpRequest) -> Unit | None:
    """Whose rules are shown: those of the highest unit one works for."""
    return access.highest(user_of(request), "notice.read")


def _parts(told: list[Line]) -> list[dict[str, Any]]:
    return [
        {"title": PARTS[part], "lines": list(rows)} for part, rows in groupby(told, key=lambda line: line.part)
    ]  # fmt: skip


def _decided(disease: Disease, unit: Unit, on: date, language: str) -> list[Number]:
    """Numbers that the unit or one above it decided differently."""
    filed, held = queries.as_filed(disease, unit, on), queries.rules_of(disease, unit, on)
    return [one for one in numbers(filed, held, language) if one.is_own] if filed and held else []


def _running(disease: Disease, unit: Unit | None) -> list[Running]:
    """Responses to this disease that run for the unit today."""
    found = queries.running(unit, clock.today()) if unit else []
    return [one for one in found if one.response.disease == disease.id]


def _difference(old: list[Line], new: list[Line]) -> list[dict[str, Any]]:
    """A row for every line that one of them has not, or has in other words; in the order of the parts."""
    was, now = {line.key: line for line in old}, {line.key: line for line in new}
    keys = sorted({*was, *now}, key=lambda key: (list(PARTS).index(key.partition(".")[0]), key))
    rows = []
    for key in keys:
        one, other = was.get(key), now.get(key)
        if one and other and one.says == other.says:
            continue
        line = now.get(key) or was[key]
        rows.append({
            "label": f"{PARTS[line.part]} · {line.what}", "old": one.says if one else "–",
            "new": other.says if other else "–",
        })  # fmt: skip
    return rows
