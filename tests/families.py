"""Pupils of the cast's first class and their families, for tests of self-service.

机电1901班   周小雨  born 2008-03-09   mother 李梅 (called first), father 周强
             周小天  born 2005-06-01   the same mother: brother, turned 14 last year
             陈浩    born 2008-07-07   father 陈大勇
数控1902班   赵敏    born 2007-01-01   nobody on file
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from lianfang.people.models import Claim, Enrolment, Guardian, Guardianship, IdentityDocument, Person
from lianfang.policies.models import Assessment
from tests.cast import Cast

AUTUMN = date(2019, 9, 1)


@dataclass
class Families:
    rain: Person
    sky: Person
    hao: Person
    min: Person
    mother: Guardian
    father: Guardian
    chen: Guardian


def assess(cast: Cast) -> Assessment:
    """The province has assessed self-service for a year."""
    return Assessment.objects.create(
        unit=cast.province_unit, module="self_service", necessity="家长查阅与更正", risks="冒领", measures="限次",
        valid_to=cast.day + timedelta(days=365), by_id=cast.security.pk, by_name=cast.security.name, at=cast.now,
    )  # fmt: skip


def families(cast: Cast) -> Families:
    mother, father, chen = (
        Guardian.objects.create(name=name, phone=phone)
        for name, phone in (("李梅", "+8619900138001"), ("周强", "+8619900138002"), ("陈大勇", "+8619900139003"))
    )
    rain = _pupil(cast, "周小雨", date(2008, 3, 9), "430104200803091236", "20190401", mother, father)
    sky = _pupil(cast, "周小天", date(2005, 6, 1), "430104200506015512", "20190402", mother)
    hao = _pupil(cast, "陈浩", date(2008, 7, 7), "430104200807076675", "20190403", chen)
    enrolment = _pupil(cast, "赵敏", date(2007, 1, 1), "430104200701018886", "20190501").enrolments.get()
    enrolment.unit = cast.class_two
    enrolment.save()
    return Families(rain, sky, hao, enrolment.person, mother, father, chen)


def _pupil(cast: Cast, name: str, born: date, number: str, own: str, *guardians: Guardian) -> Person:
    person = Person.objects.create(
        name=name, born_on=born, phone="+8619900137000", address="湖南省长沙市岳麓区麓山路1号2栋301",
        health_note="对青霉素过敏",
    )  # fmt: skip
    IdentityDocument.objects.create(person=person, kind="resident", number=number)
    Enrolment.objects.create(
        person=person, school=cast.school, unit=cast.class_one, as_a="student", number=own, from_on=AUTUMN
    )
    for at, guardian in enumerate(guardians, 1):
        relation = "mother" if at == 1 else "father"
        Guardianship.objects.create(guardian=guardian, person=person, relation=relation, position=at, from_on=AUTUMN)
    return person


# What the mother of 周小雨 types, and how she comes in by the class code.
MOTHER = {"name": "周小雨", "phone_end": "8001", "born_on": "", "number_end": ""}


def comes_in(phone: Client, word: str, facts: dict[str, str] = MOTHER, way: str = "guardian") -> Any:
    assert phone.get(reverse("my:scan", args=[word])).headers["Location"] == reverse("my:notice")
    assert phone.get(reverse("my:notice")).status_code == 200
    return phone.post(reverse(f"my:claim_{way}"), facts)


def claim_of(phone: Client, word: str, facts: dict[str, str] = MOTHER, way: str = "guardian") -> Claim:
    answer = comes_in(phone, word, facts, way)
    assert answer.status_code == 302, answer.content.decode()
    return Claim.objects.get(pk=answer.headers["Location"].strip("/").split("/")[-1])
