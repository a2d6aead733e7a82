"""What a person's file shows to whom."""

from typing import Any

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.people.models.roster import Mark
from lianfang.people.queries import roster
from lianfang.people.rules import identity
from lianfang.people.rules import roster as rules
from lianfang.web.events import words as said
from lianfang.web.roster import words

_SHOWN = 30


def page(user: User, person: Person, unit: Unit) -> dict[str, Any]:
    """The sections of the file; ``may`` says which buttons there are."""
    day = clock.today()
    rows = roster.visible_belongings(user, person)
    may = {
        name: access.can(user, f"person.{name}", unit) for name in ("manage", "reveal", "health", "history", "merge")
    }
    file = roster.file_of(person, {row.school_id for row in rows})
    return {
        "person": person, "unit": unit, "may": may,
        "age": identity.age(person.born_on, day) if person.born_on else None,
        "facts": _facts(person),
        "belongings": [_belonging(user, row, day) for row in rows if row.to_on is None or row.to_on >= day],
        "earlier": [row for row in rows if row.to_on is not None and row.to_on < day],
        "documents": [row for row in file.documents if row.to_on is None],
        "old_documents": [row for row in file.documents if row.to_on is not None],
        "lodgings": [(words.lodging_of(row), row) for row in file.lodgings if row.to_on is None],
        "old_lodgings": [(words.lodging_of(row), row) for row in file.lodgings if row.to_on is not None],
        "markings": [(Mark(row.mark).label, row) for row in file.markings if row.to_on is None or row.to_on >= day],
        "guardians": [row for row in file.guardianships if row.to_on is None],
        "households": [row for row in file.households if row.to_on is None],
        "history": _history(person) if may["history"] else None,
    }  # fmt: skip


def _facts(person: Person) -> list[dict[str, Any]]:
    """Sealed facts, masked, with the name by which they are opened."""
    return [
        {"what": name, "label": words.FIELDS[name], "value": getattr(person, name)}
        for name in ("phone", "address", "place")
    ]


def _belonging(user: User, row: Any, day: Any) -> dict[str, Any]:
    away = rules.is_away(row.away_from, row.away_to, day)
    coming = row.away_from is not None and row.away_from > day
    manage = access.can(user, "person.manage", row.unit) and row.to_on is None
    return {"row": row, "away": away, "coming": coming, "manage": manage, "boards": row.as_a == "student"}


def _history(person: Person) -> list[dict[str, Any]]:
    """Who did what with this record, newest first; for the timeline."""
    rows = Event.objects.filter(subject_kind="person", subject_id=str(person.pk)).order_by("-at", "-id")[:_SHOWN]
    return [
        {
            "at": event.at, "what": said.said(event).words, "icon": said.said(event).icon, "who": said.actor(event),
            "note": _note(event),
        }
        for event in rows
    ]  # fmt: skip


def _note(event: Event) -> str:
    """Which value was opened and why, or which fields changed: words, never values."""
    if event.verb == "person.revealed":
        what = words.FIELDS.get(event.detail.get("field", ""), "")
        why = words.REASONS.get(event.detail.get("why", ""), "")
        return " · ".join(str(part) for part in (what, why, event.reason) if part)
    names = [words.CHANGED[name] for name in event.detail.get("fields", []) if name in words.CHANGED]
    return "、".join(str(name) for name in names)
