"""What the pages of clusters show."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianfang.core.documents import letters as documents
from lianfang.people import access
from lianfang.people.models import User
from lianfang.surveillance import letters, words
from lianfang.surveillance.forms import MeasureForm
from lianfang.surveillance.models import Cluster, Counted, Exposure
from lianfang.surveillance.queries import clusters as queries
from lianfang.surveillance.queries import meals
from lianfang.surveillance.queries.clusters import Raised
from lianfang.ui import words as ui_words

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def index(page: Page[Cluster], over: bool, now: datetime) -> dict[str, Any]:
    here = reverse("surveillance:clusters")
    return {
        "page": page, "over": over, "rows": [_row(one, now) for one in page],
        "tabs": [
            {"label": pgettext("clusters", "Running"), "url": here, "current": not over},
            {"label": pgettext("clusters", "Over"), "url": f"{here}?over", "current": over},
        ],
    }  # fmt: skip


def _row(cluster: Cluster, now: datetime) -> dict[str, Any]:
    people: int = cluster.people  # type: ignore[attr-defined]
    return {
        "cluster": cluster, "title": words.title(cluster), "chip": words.chip(cluster, now),
        "tier": words.TIERS[cluster.tier],
        "people": ngettext("%(n)s person", "%(n)s people", people) % {"n": people},
    }  # fmt: skip


def one(user: User, cluster: Cluster, form: MeasureForm, now: datetime) -> dict[str, Any]:
    raised, people = queries.raised(cluster), queries.counted(cluster)
    names = access.can(user, queries.NAMES, cluster.school)
    over_after = queries.over_after(cluster, people)
    return {
        "cluster": cluster, "title": words.title(cluster), "chip": words.chip(cluster, now),
        "tier": words.TIERS[cluster.tier], "alarms": [_alarm(row) for row in raised], "number": len(people),
        "people": _named(people) if names else [], "follow": access.can(user, queries.FOLLOW, cluster.school),
        "form": form, "report": _report(cluster, raised, people), "curve": _curve(people), "option": _option(people),
        "recommended": [
            {"text": words.recommendation(row, rule), "source": words.source(rule.source), "sure": rule.is_sure}
            for row, rule in queries.recommended(raised)
        ],
        "over_after": over_after, "meals": [meal(row) for row in meals.of_school(cluster.school, cluster.last_on)],
        "timeline": [
            {"at": row.at, "what": row.get_kind_display(), "who": row.by.name, "icon": "check", "tone": "done",
             "note": row.words.open() if row.words else ""}
            for row in cluster.measures.all()
        ],
    }  # fmt: skip


def _named(people: list[Counted]) -> list[dict[str, str]]:
    return [
        {"label": row.person.name, "value": ui_words.day(row.onset_on, row.onset_on.replace(day=1))} for row in people
    ]


def _alarm(row: Raised) -> dict[str, Any]:
    return {
        "group": words.group(row), "kind": row.alarm.get_group_kind_display(), "what": words.what(row.alarm.what),
        "reached": words.reached(row), "tier": words.TIERS[row.alarm.tier], "on": row.alarm.on,
        "grave": row.alarm.tier == 2, "sure": row.rule.is_sure if row.rule else True,
        "source": words.source(row.rule.source) if row.rule else "",
    }  # fmt: skip


def _report(cluster: Cluster, raised: list[Raised], people: list[Counted]) -> str:
    """The emergency report, with what is known by now. Nothing personal stands in the address."""
    first = raised[0] if raised else None
    unit = first.unit.pk if first and first.unit else cluster.school_id
    known = {"kind": "cluster", "unit": unit, "count": len(people)}
    symptoms = sorted({row.alarm.what for row in raised if row.alarm.what != row.alarm.disease})
    return f"{reverse('cases:report')}?{urlencode(known)}" + "".join(f"&symptoms={code}" for code in symptoms)


def _curve(people: list[Counted]) -> list[tuple[str, int]]:
    return [(ui_words.day(day, day.replace(day=1)), number) for day, number in queries.curve(people)]


def _option(people: list[Counted]) -> dict[str, Any]:
    points = _curve(people)
    return {
        "xAxis": {"type": "category", "data": [label for label, _number in points]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "barMaxWidth": 36, "name": _("Fell ill"), "data": [number for _label, number in points]}
        ],
        "tooltip": {"trigger": "axis"},
    }


def file(cluster: Cluster, kind: str, now: datetime) -> tuple[bytes, str]:
    """The letter as ``kind`` "pdf" or "docx", and its media type."""
    made = letters.letter(cluster, now)
    return (documents.pdf(made), PDF) if kind == "pdf" else (documents.docx(made), DOCX)


def meal(row: Exposure) -> dict[str, Any]:
    """One line of a list."""
    number = len(row.units)
    return {
        "row": row, "kind": row.get_kind_display(), "words": row.words.open() if row.words else "",
        "classes": ngettext("%(n)s class", "%(n)s classes", number) % {"n": number},
    }  # fmt: skip
