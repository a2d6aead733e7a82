"""Which units the demo has: areas and schools from the lists in ``data/``, the rest invented."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lianfang.orgs.queries.sheet import Row

DATA = Path(__file__).parent / "data"
PROVINCE, CAPITAL, SHOWCASE = "430000", "430100", "4143010532"
# code, name, superior
AUTHORITIES = (
    ("MOE", "教育部", "000000"),
    ("AFED", "空军装备部", "000000"),
    ("HN-EDU", "湖南省教育厅", PROVINCE),
    ("HN-HRSS", "湖南省人力资源和社会保障厅", PROVINCE),
)
OFFICES = (
    ("FK", "防控办", "prevention"),
    ("XS", "学生处", "students"),
    ("RS", "人事处", "personnel"),
    ("HQ", "后勤处", "logistics"),
    ("BW", "保卫处", "security"),
    ("YW", "校医院", "clinic"),
)
_CAMPUSES = ("东校区", "南校区", "西校区", "北校区", "新校区")
_DEPARTMENTS = (
    "机械工程", "电气工程", "信息工程", "经济管理", "土木工程", "外国语", "艺术设计", "护理", "汽车工程",
    "财会金融", "旅游管理", "材料化工", "文学与传媒", "马克思主义", "数学与统计", "体育",
)  # fmt: skip


@dataclass(frozen=True)
class School:
    """``level`` is 本科, 专科, "" (adult education) or 技工; ``real`` schools get campuses, departments and classes."""

    code: str
    name: str
    kind: str
    city: str
    sponsor: str
    level: str
    real: bool

    def dice(self, what: str) -> random.Random:
        """Throws that depend on the school alone: loading more schools later changes nothing of this one."""
        return random.Random(f"2020 {what} {self.code}")  # noqa: S311  (invents figures, guards nothing)


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rows(cells: Iterator[Mapping[str, object]]) -> list[Row]:
    """Rows of a list of units; what is empty says nothing."""
    return [Row(at, {key: value for key, value in each.items() if value != ""}) for at, each in enumerate(cells, 1)]


def areas() -> list[Row]:
    """Provinces, cities and counties of China, and the authorities that sponsor schools."""
    found = [
        {"code": line["code"], "name": line["name"], "kind": line["kind"], "parent": line["parent"]}
        for line in _lines("divisions_2021.csv")
    ]
    found += [{"code": code, "name": name, "kind": "authority", "parent": parent} for code, name, parent in AUTHORITIES]
    return _rows(iter(found))


def cities() -> list[tuple[str, str]]:
    """(code, name) of the province's cities."""
    return [(line["code"], line["name"]) for line in _lines("divisions_2021.csv") if line["parent"] == PROVINCE]


def counties() -> list[tuple[str, str]]:
    """(code, name) of the counties below those cities."""
    above = {code for code, _ in cities()}
    return [(line["code"], line["name"]) for line in _lines("divisions_2021.csv") if line["parent"] in above]


def schools(number: int) -> list[School]:
    """The real schools of the province, then invented technical schools, city by city, until there are ``number``."""
    sponsors = {name: code for code, name, _ in AUTHORITIES}
    found = [
        School(
            line["code"],
            line["name"],
            line["kind"],
            line["city"],
            sponsors.get(line["authority"], ""),
            line["level"],
            True,
        )
        for line in _lines("schools_hunan_2025.csv")
    ]
    above = cities()
    for at in range(max(0, number - len(found))):
        city, name = above[at % len(above)]
        turn = at // len(above) + 1
        found.append(
            School(f"JG-{city}-{turn:03d}", f"{name}第{turn}技工学校（演示）", "school", city, "HN-HRSS", "技工", False)
        )
    return found


def begun(chosen: Sequence[School]) -> set[str]:
    """Codes of those that have begun with their roster: some of the capital, and one in each of three other cities."""
    others = [school for school in chosen if school.real and school.level and school.code != SHOWCASE]
    capital = [school.code for school in others if school.city == CAPITAL]
    beyond = {school.city: school.code for school in reversed(others) if school.city != CAPITAL}
    return {*capital[:9], *(beyond[city] for city in sorted(beyond)[:3])}


def school_rows(chosen: list[School]) -> list[Row]:
    """The schools with head counts, and everything inside them."""
    return _rows(cells for school in chosen for cells in (_school(school), *_inside(school)))


def _school(school: School) -> dict[str, object]:
    dice = school.dice("size")
    low, high = {"本科": (80, 350), "专科": (40, 150), "技工": (6, 40)}.get(school.level, (5, 25))
    students = dice.randint(low, high) * 100 + dice.randint(0, 99)
    if school.code == SHOWCASE:  # its people stand in the roster, so its figures are theirs
        students = sum(size for _, size in classes(school))
    phone = f"1549{dice.randint(0, 9_999_999):07d}"
    return {
        "code": school.code, "name": school.name, "kind": school.kind, "parent": school.city, "sponsor": school.sponsor,
        "students": students, "staff": students // dice.randint(13, 19) + 12, "phone": phone,
    }  # fmt: skip


def campuses(school: School) -> list[tuple[str, str]]:
    """(code, name) of the campuses; a school on one site has none."""
    dice = school.dice("campuses")
    if not school.real or (school.code != SHOWCASE and dice.random() < 0.4):
        return []
    return [(f"{school.code}-C{at}", name) for at, name in enumerate(dice.sample(_CAMPUSES, 2), 1)]


def _inside(school: School) -> Iterator[dict[str, object]]:
    for code, name in campuses(school):
        yield {"code": code, "name": name, "kind": "campus", "parent": school.code}
    for mark, name, function in OFFICES if school.real else OFFICES[:4]:
        yield {
            "code": f"{school.code}-{mark}", "name": name, "kind": "office", "parent": school.code,
            "function": function,
        }  # fmt: skip
    if not school.real:
        return
    for code, name, inside in departments(school):
        yield {"code": code, "name": f"{name}学院", "kind": "department", "parent": school.code}
        for inner, label, size in inside:
            yield {"code": inner, "name": label, "kind": "class", "parent": code, "students": size}


def departments(school: School) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """(code, name, classes) of the departments; a class is (code, name, pupils)."""
    dice = school.dice("departments")
    found = []
    for at, name in enumerate(dice.sample(_DEPARTMENTS, dice.randint(4, 8)), 1):
        code, inside = f"{school.code}-D{at}", []
        for turn in range(1, dice.randint(3, 6) + 1):
            year, size = dice.choice((17, 18, 19)), dice.randint(32, 55)
            inside.append((f"{code}-{turn:02d}", f"{name}{year}{turn:02d}班", size))
        found.append((code, name, inside))
    return found


def classes(school: School) -> list[tuple[str, int]]:
    """(code, pupils) of the classes."""
    return [(code, size) for _, _, inside in departments(school) for code, _, size in inside]
