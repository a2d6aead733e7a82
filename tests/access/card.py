"""Targets: a pupil of the teacher's class, one of the other class, one of another province; the cards of these classes."""

from typing import Any

from lianfang.orgs import actions as orgs
from lianfang.people.models import Enrolment, Person
from tests.access import beyond
from tests.cast import SINCE, Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far = orgs.create_unit(
        by=None, parent=beyond(cast), kind="department", code="4144010001-K", name="远系", now=cast.now
    )
    far_class = orgs.create_unit(by=None, parent=far, kind="class", code="4144010001-K1", name="远班", now=cast.now)
    units = (cast.class_one, cast.class_two, far_class)
    mine, other, stranger = Person.objects.bulk_create([Person(name="甘棠"), Person(name="方舟"), Person(name="乐天")])
    for person, unit in zip((mine, other, stranger), units, strict=True):
        Enrolment.objects.create(person=person, school_id=unit.school_id or 0, unit=unit, as_a="student", from_on=SINCE)
    return {
        "card_pupil": [mine.pk],
        "card_other": [other.pk],
        "card_beyond": [stranger.pk],
        "cards_class": [cast.class_one.pk, cast.day],
        "cards_other": [cast.class_two.pk, cast.day],
        "cards_beyond": [far_class.pk, cast.day],
    }
