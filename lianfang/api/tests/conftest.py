"""A school with a gate that sends, and the landing it sends to."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from lianfang.api.committing import Committer
from lianfang.api.landing import Landing, land
from lianfang.api.tests.sending import KEY
from lianfang.core import clock
from lianfang.health.models import Sender
from lianfang.people.models import Enrolment, Person
from tests.cast import Cast


@pytest.fixture
def open_landings() -> Iterator[Callable[[], Landing]]:
    """Each like one worker of the server: a committer with a connection of its own."""
    made: list[Committer] = []

    def one() -> Landing:
        made.append(Committer(land))
        return Landing(made[-1])

    yield one
    for committer in made:
        committer.stop()


@pytest.fixture
def pupils(cast: Cast) -> list[UUID]:
    """Forty of one class, four of another school; the school has a gate that sends."""
    rows = [Person(name="张晓明", sex=1) for _ in range(44)]
    Person.objects.bulk_create(rows)
    for number, row in enumerate(rows):
        school, unit = (cast.school, cast.class_one) if number < 40 else (cast.second, cast.second)
        Enrolment.objects.create(person=row, school=school, unit=unit, as_a="student", from_on=date(2019, 9, 1))
    token = hashlib.sha256(KEY).digest()
    later = clock.now() + timedelta(days=9)
    Sender.objects.create(
        token_index=token, kind="gateway", school=cast.school, name="东门", until=later, by_id=1, at=clock.now()
    )
    return [row.pk for row in rows]
