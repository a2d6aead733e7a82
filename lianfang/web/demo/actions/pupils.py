"""The people of the showcase school: pupils of every class with their parents, those who work there, a family quarter.

Nobody is real: the county of their numbers (430199) does not exist, and 154 numbers are given to nobody.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from lianfang.orgs.models import Unit
from lianfang.people.actions.enrolling import NewLodging
from lianfang.people.actions.filling import Newcomer
from lianfang.people.actions.guardians import NewGuardian
from lianfang.people.rules.identity import check_digit
from lianfang.web.demo import names, places
from lianfang.web.demo.places import School

_AREA = "430199"
_FIRST_PHONE = 50_000_001
_WORKERS = (
    ("canteen", 14, ("厨师", "帮厨", "面点师", "保洁")),
    ("dormitory", 8, ("宿管员",)),
    ("service", 10, ("保安", "保洁员", "水电工")),
    ("shop", 3, ("店员",)),
)
_BUILDINGS = {1: ("1栋", "2栋"), 2: ("3栋", "4栋")}
_FLATS = 12


def of_school(school: School, units: Mapping[str, Unit], day: date) -> list[Newcomer]:
    """Everybody of the school. ``units`` by code are its own; ``day`` is today."""
    dice = school.dice("people")
    invented = names.people(f"people {school.code}", _FIRST_PHONE)
    found = [*_pupils(school, units, dice, invented, day), *_workers(school, units, dice, invented)]
    return _distinct([*found, *_residents(school, units, dice, invented)])


def of_first_department(school: School, units: Mapping[str, Unit]) -> list[Newcomer]:
    """Names and numbers only: what a school enters first."""
    dice = school.dice("people")
    invented = names.people(f"people {school.code}", _FIRST_PHONE)
    found = []
    for code, _label, size in places.departments(school)[0][2]:
        year = _year(units[code])
        found += [
            Newcomer(
                name=next(invented)[0], sex=dice.choice((1, 2)), born_on=_born(dice, year - 18), unit=units[code],
                as_a="student", from_on=date(year, 9, 1), number=f"{year}{_class_mark(code)}{at:02d}",
            )
            for at in range(1, size + 1)
        ]  # fmt: skip
    return found


def _year(unit: Unit) -> int:
    return 2000 + int(re.sub(r"\D", "", unit.name)[:2] or 19)


def _pupils(
    school: School, units: Mapping[str, Unit], dice: random.Random, invented: Iterator[tuple[str, str]], day: date
) -> Iterator[Newcomer]:
    beds = {sex: _beds(sex) for sex in _BUILDINGS}
    families: list[tuple[NewGuardian, ...]] = []
    for code, size in places.classes(school):
        unit = units[code]
        year = _year(unit)
        for at in range(1, size + 1):
            name, _phone = next(invented)
            sex, born_on = dice.choice((1, 2)), _born(dice, year - 18)
            kept = _family(dice, name, invented, families)
            lodging = next(beds[sex]) if dice.random() < 0.7 else NewLodging("day")
            yield Newcomer(
                name=kept[0], sex=sex, born_on=born_on, unit=unit, as_a="student", from_on=date(year, 9, 1),
                identity=_identity(born_on, sex, dice), number=f"{year}{_class_mark(code)}{at:02d}",
                phone=next(invented)[1] if dice.random() < 0.6 else "", lodging=lodging, guardians=kept[1],
                mark=_mark(dice, year), away_from=day - timedelta(days=40) if dice.random() < 0.004 else None,
            )  # fmt: skip


def _family(
    dice: random.Random, name: str, invented: Iterator[tuple[str, str]], families: list[tuple[NewGuardian, ...]]
) -> tuple[str, tuple[NewGuardian, ...]]:
    """A child's name and parents; one in thirty has a brother or sister here and takes over their family."""
    if families and dice.random() < 0.033:
        kept = dice.choice(families)
        return kept[0].name[0] + name[1:], kept
    father, mother = next(invented), next(invented)
    kept = (NewGuardian(name[0] + father[0][1:], father[1], "father"), NewGuardian(mother[0], mother[1], "mother"))
    if dice.random() < 0.25:
        kept = kept[:1]
    families.append(kept)
    return name, kept


def _workers(
    school: School, units: Mapping[str, Unit], dice: random.Random, invented: Iterator[tuple[str, str]]
) -> Iterator[Newcomer]:
    top = units[school.code]
    for code, unit in sorted(units.items()):
        if unit.kind == "department":
            for at in range(dice.randint(5, 8)):
                yield _worker(dice, invented, unit, "teacher", "教师", f"T{code[-2:]}{at:02d}")
        elif unit.kind == "office":
            for at in range(dice.randint(2, 4)):
                yield _worker(dice, invented, unit, "staff", "干事", f"S{code[-2:]}{at:02d}")
    for as_a, many, titles in _WORKERS:
        for _ in range(many):
            yield _worker(dice, invented, top, as_a, dice.choice(titles), "")


def _worker(
    dice: random.Random, invented: Iterator[tuple[str, str]], unit: Unit, as_a: str, title: str, number: str
) -> Newcomer:
    (name, phone), sex, born_on = next(invented), dice.choice((1, 2)), _born(dice, dice.randint(1962, 1995))
    return Newcomer(
        name=name, sex=sex, born_on=born_on, unit=unit, as_a=as_a, from_on=date(dice.randint(2005, 2019), 9, 1),
        identity=_identity(born_on, sex, dice), number=number, title=title, phone=phone,
    )  # fmt: skip


def _residents(
    school: School, units: Mapping[str, Unit], dice: random.Random, invented: Iterator[tuple[str, str]]
) -> Iterator[Newcomer]:
    """Families of the quarter, who belong to the school by living there (不漏一户)."""
    for at in range(_FLATS):
        flat = f"{at // 6 + 1}栋{at % 2 + 1}单元{at % 6 // 2 + 1}0{at % 2 + 1}"
        for _ in range(dice.randint(2, 4)):
            (name, phone), sex, born_on = next(invented), dice.choice((1, 2)), _born(dice, dice.randint(1940, 2014))
            yield Newcomer(
                name=name, sex=sex, born_on=born_on, unit=units[school.code], as_a="resident",
                from_on=date(2015, 3, 1), identity=_identity(born_on, sex, dice),
                phone=phone if born_on.year < 2005 else "", lodging=NewLodging("quarter"), flat=flat,
            )  # fmt: skip


def _beds(sex: int) -> Iterator[NewLodging]:
    """Six beds a room, one room after the other."""
    for building in _BUILDINGS[sex]:
        for floor in range(1, 7):
            for room in range(1, 25):
                for bed in range(1, 7):
                    yield NewLodging("boarder", building, f"{floor}{room:02d}", str(bed))


def _mark(dice: random.Random, year: int) -> str:
    thrown = dice.random()
    if year <= 2017:
        return "intern" if thrown < 0.3 else ""
    return "staying" if thrown < 0.02 else ""


def _class_mark(code: str) -> str:
    return re.sub(r"\D", "", code.split("-", 1)[1])[:3]


def _born(dice: random.Random, year: int) -> date:
    return date(year, 9, 1) + timedelta(days=dice.randint(0, 364))


def _identity(born_on: date, sex: int, dice: random.Random) -> str:
    """Odd orders are male."""
    seventeen = f"{_AREA}{born_on:%Y%m%d}{dice.randint(1, 498) * 2 + sex % 2:03d}"
    return seventeen + check_digit(seventeen)


def _distinct(rows: list[Newcomer]) -> list[Newcomer]:
    """Two people of one birthday may have thrown the same number; the later one is left without it."""
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(replace(row, identity="") if row.identity in seen else row)
        seen.add(row.identity)
    return found
