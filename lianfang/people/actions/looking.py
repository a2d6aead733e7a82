"""Reading personal data is an event too: a list, a file, one value in full (controls C01, E01)."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import Guardianship, IdentityDocument, Person, User
from lianfang.people.rules import roster as rules

# A list is told of once in so long: who leafs through a class reads it once.
LISTED_EVERY = timedelta(minutes=10)
# What can be opened: columns of the person, and those of rows beside it (with the row's id).
OPENED = ("phone", "address", "place", "health_note", "document", "guardian")
_MOST_WORDS = 200


@transaction.atomic
def listed(*, by: User, unit: Unit, now: datetime) -> None:
    """The list of a unit was shown."""
    if limits.within("roster listed", f"{by.pk} {unit.pk}", most=1, every=LISTED_EVERY, now=now):
        events.record("person.listed", by=by, unit=unit, subject=unit, now=now)


@transaction.atomic
def viewed(*, by: User, person: Person, unit: Unit, now: datetime) -> None:
    """A person's file was opened."""
    events.record("person.viewed", by=by, unit=unit, subject=person, now=now)


@transaction.atomic
def reveal(
    *, by: User, person: Person, unit: Unit, what: str, row_id: str, reason: str, words: str, now: datetime
) -> str:
    """One sealed value in full, for a reason (a value of `rules.REASONS`, with words where it says nothing by itself).

    ``row_id`` is the document or guardianship. Raises `Refused` without a reason, or where nothing is known.
    """
    words = " ".join(words.split())[:_MOST_WORDS]
    if reason not in rules.REASONS:
        raise refuse("people.reveal_reason", "reason")
    if reason in rules.NEEDS_WORDS and len(words) < rules.SHORTEST_PURPOSE:
        raise refuse("people.reveal_words", "words")
    if person.name and person.name in words.replace(" ", ""):  # events outlive the person's data
        raise refuse("people.reveal_names", "words")
    value = _value(person, what, row_id)
    if not value:
        raise refuse("people.nothing_to_show")
    detail = {"field": what, "why": reason, **({"row": row_id} if row_id else {})}
    events.record("person.revealed", by=by, unit=unit, subject=person, detail=detail, reason=words, now=now)
    return value


def _value(person: Person, what: str, row_id: str) -> str:
    if what == "document":
        document = IdentityDocument.objects.filter(pk=row_id, person=person).first()
        sealed = document.number if document else None
    elif what == "guardian":
        found = Guardianship.objects.filter(pk=row_id, person=person).select_related("guardian").first()
        sealed = found.guardian.phone if found else None
    elif what in OPENED:
        sealed = getattr(person, what)
    else:
        raise LookupError(f"nothing to open called {what!r}")
    return sealed.open() if sealed else ""
