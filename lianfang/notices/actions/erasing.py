"""What was told to a pupil and what the family answered goes with the pupil; how many a notice reached stays."""

from collections.abc import Sequence
from uuid import UUID

from lianfang.notices.models import Answer, Delivery
from lianfang.people.actions.erasing import Counts


def erase(people: Sequence[UUID], counts: Counts) -> None:
    counts.delete(Answer.objects.filter(delivery__person__in=people))
    counts.delete(Delivery.objects.filter(person__in=people))
