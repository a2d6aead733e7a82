"""What happened lately at a unit and below it, in the words of the activity list."""

from typing import Any

from django.utils.text import format_lazy

from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.web.events import queries, terms, words

NEWEST = 8


def of(unit: Unit) -> list[dict[str, Any]]:
    """The newest events for ``c-timeline``. Accounts and signing in are the auditors' (`words.AUDITED`)."""
    rows = Event.objects.filter(unit_path__startswith=unit.path).exclude(queries.audited())
    newest = list(rows.order_by("-at", "-id")[:NEWEST])
    names = Unit.objects.in_bulk({row.unit_id for row in newest if row.unit_id})
    return [_item(row, names, unit) for row in newest]


def _item(row: Event, names: dict[int, Unit], here: Unit) -> dict[str, Any]:
    said, subject = words.said(row), terms.subject(row)
    elsewhere = names.get(row.unit_id) if row.unit_id and row.unit_id != here.pk else None
    return {
        "at": row.at,
        "what": format_lazy("{} · {}", said.words, subject) if subject else said.words,
        "who": words.actor(row),
        "note": elsewhere.name if elsewhere else "",
        "icon": said.icon,
    }
