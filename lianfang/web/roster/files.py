"""What a person's file shows to whom."""

from datetime import timedelta
from typing import Any

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.people.models.roster import Mark
from lianfang.people.queries import roster
from lianfang.people.queries.looks import looks_at
from lianfang.people.rules import identity
from lianfang.people.rules import roster as rules
from lianfang.web.roster import words

LOOKED_BACK = timedelta(days=184)


def page(user: User, person: Person, unit: Unit) -> dict[str, Any]:
    """The sections of the file; ``may`` says which buttons there are."""
    now = clock.now()
    day = now.date()
    rows = roster.visible_belongings(user, person)
    may = {"record": access.can(user, "record.view", unit)} | {
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
        "looks": looks_at(person, since=now - LOOKED_BACK, until=now) if may["history"] else None,
        "since": now - LOOKED_BACK,
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
