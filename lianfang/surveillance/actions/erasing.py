"""Who was counted goes with the person; what was counted stays: it names nobody."""

from collections.abc import Sequence
from uuid import UUID

from lianfang.people.actions.erasing import Counts
from lianfang.surveillance.models import Counted


def erase(people: Sequence[UUID], counts: Counts) -> None:
    counts.delete(Counted.objects.filter(person__in=people))
