"""What the pages of an outbreak show: picture, curve, line list."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianfang.cases import case_words, charts
from lianfang.cases import contact_words as words
from lianfang.cases.forms.tracing import FilterForm
from lianfang.cases.models import Case, CaseLink, Certainty
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import chains
from lianfang.cases.queries.chains import Asked
from lianfang.cases.rules import chains as rules
from lianfang.cases.rules.chains import Edge, Picture
from lianfang.cases.views.case_pages import name, show
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Request, User

__all__ = ["curve", "filtered", "index", "line_list", "links", "picture", "show"]
_CERTAIN = [one for one in Certainty if one != Certainty.EXCLUDED]
_MOST_CLASSES = 8  # bars of more colours nobody can tell apart
PARTS = ("chain", "curve", "line_list")


def index(user: User) -> dict[str, Any]:
    return {
        "rows": [
            {"school": one.school, "label": case_words.disease(one.disease), "cases": one.cases, "last": one.last,
             "url": reverse("cases:chain", args=[one.school.pk, one.disease])}
            for one in chains.outbreaks(user)
        ]
    }  # fmt: skip


def filtered(user: User, school: Unit, disease: str, query: QueryDict) -> tuple[FilterForm, Asked, list[Case]]:
    """The form as it stands, and the cases by it. Without a filter those of the last half year."""
    today = clock.today()
    first = Asked(today - chains.LASTING, today)
    everybody = chains.cases(user, school, disease, first)
    units = sorted({(row.unit_id, row.unit.label, row.unit.path) for row in everybody}, key=lambda one: one[2])
    given = {"since": first.since, "until": first.until, **{name: value for name, value in query.items() if value}}
    classes = [(pk, label) for pk, label, _path in units]
    form = FilterForm(given, units=classes, certainties=[(one.value, one.label) for one in _CERTAIN])
    if not form.is_valid():
        return form, first, everybody
    data = form.cleaned_data
    asked = Asked(data["since"], data["until"], int(data["unit"]) if data["unit"] else None, data["certainty"])
    return form, asked, everybody if asked == first else chains.cases(user, school, disease, asked)


def head(school: Unit, disease: str, part: str, form: FilterForm, query: QueryDict, number: int) -> dict[str, Any]:
    kept = query.urlencode()
    tail = f"?{kept}" if kept else ""
    labels = {"chain": _("Chain"), "curve": pgettext("of an outbreak", "Curve"), "line_list": _("Line list")}
    return {
        "school": school, "disease": disease, "label": case_words.disease(disease), "form": form, "people": number,
        "tail": tail, "here": reverse(f"cases:{part}", args=[school.pk, disease]),
        "tabs": [
            {"label": labels[one], "current": one == part,
             "url": reverse(f"cases:{one}", args=[school.pk, disease]) + tail}
            for one in PARTS
        ],
    }  # fmt: skip


def picture(rows: Sequence[Case]) -> dict[str, Any]:
    """The drawing, and the same in a table. Names stand on the page of each case only."""
    edges = chains.edges([row.pk for row in rows])
    nodes = chains.nodes(rows)
    drawn: Picture = rules.picture(nodes, edges)
    by_id = {str(row.pk): row for row in rows}
    numbers = {node.id: node.number for node in nodes}
    into: dict[str, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge)
    span = chains.span_of(rows[-1]) if rows else None
    sources = {edge.source for edge in edges}
    said = ngettext("%(n)d case", "%(n)d cases", len(rows)) % {"n": len(rows)}
    joined = ngettext("%(n)d possible infection", "%(n)d possible infections", len(edges)) % {"n": len(edges)}
    return {
        "drawn": drawn, "marks": [_mark(one, by_id[one.node.id]) for one in drawn.nodes],
        "said": _("%(cases)s, %(edges)s; by day of onset from left to right, by class from above") % {
            "cases": said, "edges": joined
        },
        "summary": f"{said} · {joined}", "alone": sum(key not in into and key not in sources for key in by_id),
        "rows": [
            {"number": numbers[str(row.pk)], "case": row, "chip": case_words.chip(row),
             "onset": case_words.day(row.onset_on),
             "by": [_by(edge, numbers, by_id, span) for edge in into.get(str(row.pk), ())]}
            for row in rows
        ],
    }  # fmt: skip


def _mark(one: rules.Placed, case: Case) -> dict[str, Any]:
    title = " · ".join(
        (words.numbered(one.node.number), one.node.lane, case_words.day(one.node.onset_on) or _("onset not known"),
         str(case.get_certainty_display()))
    )  # fmt: skip
    return {
        "x": one.x, "y": one.y, "number": one.node.number, "title": title, "certainty": case.certainty,
        "below": one.y + 4,
    }  # fmt: skip


def _by(edge: Edge, numbers: Mapping[str, int], by_id: Mapping[str, Case], span: rules.Span | None) -> dict[str, Any]:
    how = {
        "probable": pgettext("one case infected another", "probable"),
        "possible": pgettext("one case infected another", "possible"), "contact": _("was a contact"),
    }[edge.strength]  # fmt: skip
    odd = rules.doubt(by_id[edge.source].onset_on, by_id[edge.target].onset_on, span)
    return {"number": numbers[edge.source], "how": how, "doubt": words.doubt(odd)}


def curve(rows: Sequence[Case], by: str) -> dict[str, Any]:
    """``by`` "unit" or "certainty"."""
    if by == "unit":
        paths = {row.unit.label: row.unit.path for row in rows}
        groups = sorted(paths, key=lambda label: paths[label])
        pairs = [(row.onset_on, row.unit.label) for row in rows]
        if len(groups) > _MOST_CLASSES:
            most = sorted(groups, key=lambda label: -sum(unit == label for _on, unit in pairs))[: _MOST_CLASSES - 1]
            other = _("Other classes")
            pairs = [(on, label if label in most else other) for on, label in pairs]
            groups = [*(label for label in groups if label in most), other]
    else:
        groups = [str(one.label) for one in _CERTAIN]
        pairs = [(row.onset_on, str(row.get_certainty_display())) for row in rows]
    days, counts, unknown = rules.curve(pairs, groups)
    sums = [sum(heights) for heights in zip(*counts.values(), strict=True)] if days else []
    return {
        "option": charts.curve(days, counts) if days else None, "groups": groups, "by": by, "unknown": unknown,
        "days": [
            {"day": day, "counts": [counts[group][at] for group in groups], "sum": sums[at]}
            for at, day in enumerate(days)
        ],
        "said": _("Onsets a day from %(first)s to %(last)s, at most %(most)s a day") % {
            "first": case_words.day(days[0]), "last": case_words.day(days[-1]), "most": max(sums)
        } if days else "",
    }  # fmt: skip


def line_list(rows: Sequence[Case], by: str) -> list[dict[str, Any]]:
    """By onset, or by class and then onset. Numbers stay those of the picture."""
    numbered = list(enumerate(rows, 1))
    if by == "unit":
        numbered.sort(key=lambda one: (one[1].unit.path, one[0]))
    return [
        {"number": number, "case": row, "name": name(row), "onset": case_words.day(row.onset_on),
         "chip": {**case_words.chip(row), "label": str(row.get_certainty_display())},
         "sex": row.person.get_sex_display() if row.person and row.person.sex in (1, 2) else "",
         "ended": row.get_ended_display() if row.ended else ""}
        for number, row in numbered
    ]  # fmt: skip


def links(user: User, case: Case) -> dict[str, Any]:
    span = chains.span_of(case)
    manage = access.can(user, queries.MANAGE, case.unit)
    return {
        "case": case, "name": name(case), "manage": manage,
        "rows": [_link(one, case, span) for one in chains.links_of(case)],
    }  # fmt: skip


def _link(row: CaseLink, case: Case, span: rules.Span | None) -> dict[str, Any]:
    other = row.source if row.target_id == case.pk else row.target
    return {
        "link": row, "other": other, "name": name(other), "into": row.target_id == case.pk,
        "doubt": words.doubt(rules.doubt(row.source.onset_on, row.target.onset_on, span)),
        "basis": row.basis.open() if row.basis else "",
    }  # fmt: skip


def sources(user: User, case: Case) -> list[tuple[Case, str]]:
    """Whom to choose from, as they stand in the list."""
    return [
        (row, " · ".join((name(row), row.unit.label, case_words.day(row.onset_on) or _("onset not known"))))
        for row in chains.sources_for(user, case)
    ]


def terms(agreed: Request | None) -> dict[str, Any]:
    """What the form begins with: an agreed list comes whole."""
    return {"purpose": agreed.reason, "whole": True} if agreed else {}
