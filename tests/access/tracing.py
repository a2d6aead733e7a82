"""Targets: contacts of a case of the first school's class and of one of another school; edges between cases of both."""

from datetime import timedelta
from typing import Any

from lianfang.cases.actions import cases, linking, tracing
from lianfang.cases.models import Case, CaseLink, Contact, Origin
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person, User
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    own, second = (_case(cast, cast.class_one, cast.doctor, ago) for ago in (9, 1))
    beyond, other = (_case(cast, cast.second, cast.clerk_second, ago) for ago in (9, 1))
    contact, foreign = _contact(cast, own, cast.doctor), _contact(cast, beyond, cast.clerk_second)
    edge, away = _edge(cast, own, second, cast.doctor), _edge(cast, beyond, other, cast.clerk_second)
    return {
        "traced": [own.pk], "traced_beyond": [beyond.pk], "exposed": [contact.pk], "exposed_beyond": [foreign.pk],
        "exposed_note": [contact.pk, "noted"], "exposed_ill": [contact.pk, "fell_ill"],
        "exposed_unknown": [contact.pk, "miracle"], "exposed_note_beyond": [foreign.pk, "noted"],
        "linked": [second.pk], "linked_beyond": [other.pk], "link": [second.pk, edge.pk],
        "link_beyond": [other.pk, away.pk], "link_swapped": [second.pk, away.pk], "asked_class": [cast.class_one.pk],
        "asked_class_two": [cast.class_two.pk], "asked_class_beyond": [cast.second.pk],
        "spread": [cast.school.pk, "mumps"], "spread_beyond": [cast.second.pk, "mumps"],
        "spread_unknown": [cast.school.pk, "unicorn-pox"],
    }  # fmt: skip


def _case(cast: Cast, unit: Unit, by: User, ago: int) -> Case:
    return cases.suspect(
        by=by, person=_person(cast, unit, "传染学生"), school=unit.school or unit, unit=unit, disease="mumps",
        origin=Origin.HAND, onset_on=cast.day - timedelta(days=ago), basis="腮腺肿大", key=uuid7(), now=cast.now,
    )  # fmt: skip


def _person(cast: Cast, unit: Unit, name: str) -> Person:
    person = Person.objects.create(name=name, sex=2)
    Enrolment.objects.create(
        person=person, school=unit.school or unit, unit=unit, as_a="student", from_on=cast.day - timedelta(days=90)
    )
    return person


def _contact(cast: Cast, case: Case, by: User) -> Contact:
    home = Enrolment.objects.select_related("person", "unit").get(person=_person(cast, case.unit, "接触学生"))
    tracing.add(
        by=by,
        case=case,
        name="接触老人",
        phone="13800138000",
        link="other",
        last_on=cast.day,
        key=uuid7(),
        now=cast.now,
    )
    return tracing.add(by=by, case=case, home=home, link="seat", last_on=cast.day, key=uuid7(), now=cast.now)


def _edge(cast: Cast, source: Case, target: Case, by: User) -> CaseLink:
    return linking.link(
        by=by, source=source, target=target, strength="probable", basis="同桌", key=uuid7(), now=cast.now
    )
