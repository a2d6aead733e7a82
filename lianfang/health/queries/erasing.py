"""Where something may stand about people who are destroyed, and what they were called."""

from collections.abc import Sequence
from uuid import UUID

from lianfang.health.models import Absence
from lianfang.people.models import Enrolment, Person


def schools(people: Sequence[UUID]) -> set[int]:
    """Wherever they belonged, and wherever an absence was traced."""
    belonged = Enrolment.objects.filter(person__in=people).values_list("school_id", flat=True)
    return {*belonged, *Absence.objects.filter(person__in=people).values_list("school_id", flat=True)}


def names(people: Sequence[UUID]) -> set[str]:
    """Names of one character are left out: they stand in too many other words."""
    called = Person.objects.filter(pk__in=people).values_list("name", "former_name")
    return {name for pair in called for name in pair if len(name) > 1}
