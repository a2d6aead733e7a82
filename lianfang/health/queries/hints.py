"""Hints for pages: what waits for the doctor of a school, and whom to call about one of them."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lianfang.health.models import Hint, HintState
from lianfang.people import access
from lianfang.people.models import Enrolment, Guardianship, Person, User

VERB = "hint.view"
WAITING = (HintState.OPEN, HintState.CALLED_BACK)
CALLS = 3
_LATELY = timedelta(days=90)


def visible(user: User) -> QuerySet[Hint]:
    """Those of the schools the user answers for; nobody above a school has the verb."""
    return Hint.objects.filter(access.scope(user, VERB, "school__")).select_related("unit", "school")


def waiting(user: User) -> QuerySet[Hint]:
    """What is not settled: by class, newest first, never by number."""
    return visible(user).filter(state__in=WAITING).order_by("-on", "unit__path", "kind")


def settled(user: User, today: date) -> QuerySet[Hint]:
    rows = visible(user).exclude(state__in=WAITING).filter(on__gt=today - _LATELY)
    return rows.order_by("-looked_at", "pk")


def waiting_count(user: User) -> int:
    return visible(user).filter(state=HintState.OPEN).count() if access.holds(user, VERB) else 0


@dataclass(frozen=True)
class Drawn:
    """Somebody whose family may be called, and the guardians one reaches."""

    person: Person
    guardians: list[Guardianship]


def sample(hint: Hint) -> list[Drawn]:
    """A few families by lot: the order is a digest of the hint and the person, so that everybody who opens the page
    draws the same, whoever came or left meanwhile. Three queries."""
    people = list(_belonging(hint).values_list("person_id", flat=True).distinct())
    drawn = sorted(people, key=lambda person: _lot(hint.pk, person))[:CALLS]
    found = Person.objects.filter(purged_at__isnull=True).in_bulk(drawn)
    held = Guardianship.objects.filter(person__in=drawn, to_on__isnull=True).select_related("guardian")
    rows = list(held.order_by("position", "pk"))
    return [
        Drawn(found[person], [row for row in rows if row.person_id == person]) for person in drawn if person in found
    ]


def drawn_guardian(hint: Hint, pk: UUID) -> Guardianship | None:
    """The guardianship, if its pupil is one of those drawn."""
    return next((row for one in sample(hint) for row in one.guardians if row.pk == pk), None)


def _belonging(hint: Hint) -> QuerySet[Enrolment]:
    """Who belonged to the class (or school) on the day."""
    there = Enrolment.objects.on(hint.on).filter(school=hint.school_id, as_a="student", person__purged_at__isnull=True)
    return there if hint.unit_id == hint.school_id else there.filter(unit=hint.unit_id)


def _lot(hint: UUID, person: UUID) -> bytes:
    return hashlib.blake2b(person.bytes, key=hint.bytes, digest_size=16).digest()
