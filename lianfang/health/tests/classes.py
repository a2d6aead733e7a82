"""A class of the cast with pupils, for tests of rolls."""

from datetime import date

from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person
from tests.cast import SINCE

FAMILY, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡",
    "小明 思雨 浩然 子涵 佳怡 宇轩 梓萱 俊杰 欣悦 天佑 若曦 博文 晓东 雨桐 志远",
)


def fill(unit: Unit, size: int = 45, since: date = SINCE) -> list[Person]:
    """``size`` pupils with numbers in their order."""
    given = GIVEN.split()
    names = [FAMILY[at % 15] + given[(at + at // 15 * 4) % 15] for at in range(size)]
    people = Person.objects.bulk_create([Person(name=name, sex=1 + at % 2) for at, name in enumerate(names)])
    Enrolment.objects.bulk_create([
        Enrolment(
            person=person, school=unit.school, unit=unit, as_a="student", number=f"2019{unit.pk:04d}{at:02d}",
            from_on=since,
        )
        for at, person in enumerate(people, 1)
    ])  # fmt: skip
    return people
