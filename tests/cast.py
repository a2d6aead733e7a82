"""The one fixed cast of all tests: a small country with a province, its areas, three schools, and people with posts.

    全国 000000
    ├─ 中南轨道交通集团 CSRT (authority)
    └─ 湖南省 430000
       ├─ 湖南省人力资源和社会保障厅 HN-HRSS (authority)
       ├─ 长沙市 430100 ── 岳麓区 430104
       │  └─ 湘江技师学院 4143010532  (school: two campuses, all functional units, a department with two classes)
       ├─ 湘潭市 430300                (a city without counties)
       │  └─ 湘潭机电学校 4143013001   (second: sponsored by HN-HRSS *and* by CSRT)
       └─ 龙山县 433130                (stands directly under the province: reports as a city)
          └─ 龙山职业学校 4143014002   (third)

Made through actions; people cannot sign in by password (use ``client.force_login``).
``DAY`` is the day things happen on.
"""

import pickle
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from lianfang.core import keyring
from lianfang.core.models import Event
from lianfang.orgs import actions as orgs
from lianfang.orgs.models import SponsorLine, Unit
from lianfang.orgs.queries.sheet import Row
from lianfang.people import actions as people
from lianfang.people.models import Posting, User
from lianfang.returns import spec
from lianfang.returns.actions import orders
from lianfang.returns.models import Assignment

SINCE = date(2020, 1, 20)
DAY = date(2020, 2, 5)
NOW = datetime(2020, 2, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

# code, name, kind, superior, facts
_UNITS: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
    ("CSRT", "中南轨道交通集团", "authority", "", {}),
    ("430000", "湖南省", "province", "", {}),
    ("HN-HRSS", "湖南省人力资源和社会保障厅", "authority", "430000", {}),
    ("430100", "长沙市", "city", "430000", {}),
    ("430104", "岳麓区", "county", "430100", {}),
    ("430300", "湘潭市", "city", "430000", {}),
    ("433130", "龙山县", "county", "430000", {}),
    (
        "4143010532", "湘江技师学院", "school", "430100",
        {"students": 3200, "staff": 260, "phone": "0731-8800 0001", "short_name": "湘江技师"},
    ),
    ("4143010532-N", "北校区", "campus", "4143010532", {"students": 2000, "staff": 160}),
    ("4143010532-S", "南校区", "campus", "4143010532", {"students": 1200, "staff": 100}),
    ("4143010532-FK", "防控办", "office", "4143010532", {"function": "prevention"}),
    ("4143010532-XS", "学生处", "office", "4143010532", {"function": "students"}),
    ("4143010532-RS", "人事处", "office", "4143010532", {"function": "personnel"}),
    ("4143010532-HQ", "后勤处", "office", "4143010532", {"function": "logistics"}),
    ("4143010532-JX", "机械工程系", "department", "4143010532-N", {"students": 800}),
    ("4143010532-JX1", "机电1901班", "class", "4143010532-JX", {"students": 45}),
    ("4143010532-JX2", "数控1902班", "class", "4143010532-JX", {"students": 42}),
    (
        "4143013001", "湘潭机电学校", "school", "430300",
        {"students": 1500, "staff": 120, "phone": "0731-5800 0002", "sponsor": "HN-HRSS；CSRT"},
    ),
    ("4143014002", "龙山职业学校", "school", "433130", {"students": 900, "staff": 80, "phone": "0743-6200 0003"}),
)  # fmt: skip

# attribute and user name, name, unit, role, title
_PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("clerk", "周敏", "4143010532", "clerk", "防控办干事"),
    ("head", "陈志远", "4143010532", "office_head", "防控办主任"),
    ("leader", "刘建国", "4143010532", "leader", "副院长"),
    ("principal", "黄国平", "4143010532", "principal", "院长"),
    ("students", "李婷", "4143010532-XS", "department", "学生处干事"),
    ("staff", "王磊", "4143010532-RS", "department", "人事处干事"),
    ("logistics", "赵强", "4143010532-HQ", "department", "后勤处干事"),
    ("teacher", "林芳", "4143010532-JX1", "class_teacher", "班主任"),
    ("teacher_two", "徐明", "4143010532-JX2", "class_teacher", "班主任"),
    ("counsellor", "方圆", "4143010532-JX", "counsellor", "辅导员"),
    ("registrar", "马琴", "4143010532", "registrar", "学籍管理员"),
    ("doctor", "高洁", "4143010532", "doctor", "校医"),
    ("clerk_second", "孙丽", "4143013001", "clerk", "防控办干事"),
    ("head_second", "吴刚", "4143013001", "office_head", "防控办主任"),
    ("leader_second", "郑涛", "4143013001", "leader", "副校长"),
    ("clerk_third", "何静", "4143014002", "clerk", "防控办干事"),
    ("head_third", "罗斌", "4143014002", "office_head", "防控办主任"),
    ("city", "唐莉", "430100", "liaison", "联络员"),
    ("city_second", "谢勇", "430300", "liaison", "联络员"),
    ("county", "彭洁", "433130", "liaison", "联络员"),
    ("province", "邓伟", "430000", "liaison", "联络员"),
    ("sponsor", "曾琳", "HN-HRSS", "liaison", "技工院校管理处"),
    ("company", "袁鹏", "CSRT", "liaison", "教育培训部"),
    ("inspector", "苏航", "430000", "inspector", "督导员"),
    ("admin", "蒋华", "430000", "unit_admin", "系统管理员"),
    ("security", "韩冰", "430000", "security_admin", "安全管理员"),
    ("auditor", "蔡明", "430000", "auditor", "审计员"),
)


@dataclass
class Cast:
    """Units and people by their place in the story."""

    nation: Unit
    nation_company: Unit
    province_unit: Unit
    authority: Unit
    city_unit: Unit
    district: Unit
    second_city: Unit
    county_unit: Unit
    school: Unit
    north: Unit
    south: Unit
    prevention: Unit
    student_affairs: Unit
    personnel: Unit
    logistics_unit: Unit
    department: Unit
    class_one: Unit
    class_two: Unit
    second: Unit
    third: Unit
    people: dict[str, User]
    day: date = DAY
    now: datetime = NOW

    def __getattr__(self, name: str) -> User:
        """``cast.clerk``, ``cast.city`` …: the people by their user names."""
        try:
            found: User = self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None
        return found


def build() -> Cast:
    """Everything above, and the form ``situation_2020`` owed in the province since 2020-01-28."""
    nation = orgs.create_unit(by=None, parent=None, kind="nation", code="000000", name="全国", now=NOW)
    rows = [
        Row(at, {"code": code, "name": name, "kind": kind, **({"parent": parent} if parent else {}), **facts})
        for at, (code, name, kind, parent, facts) in enumerate(_UNITS, 1)
    ]
    orgs.import_units(by=None, under=nation, rows=rows, now=NOW)
    by_code = {unit.code: unit for unit in Unit.objects.all()}
    users = people.create_accounts(
        by=None,
        rows=[
            people.NewAccount(username, name, f"1990000{at:04d}", "!")
            for at, (username, name, *_) in enumerate([*_PEOPLE, ("outsider", "冯远", "", "", "")], 1)
        ],
        now=NOW,
    )
    named = {user.username: user for user in users}
    posts = [people.NewPosting(named[who], by_code[code], role, title) for who, _, code, role, title in _PEOPLE]
    people.appoint_all(by=None, rows=posts, from_on=SINCE, now=NOW)
    form = spec.catalog()["situation_2020"]
    orders.assign(by=None, unit=by_code["430000"], form=form, from_on=date(2020, 1, 28), now=NOW)
    units: list[Any] = [nation, *(by_code[code] for code, *_ in _UNITS)]
    return Cast(people=named, **{field.name: unit for field, unit in zip(fields(Cast), units, strict=False)})


# A thousand tests want the cast, and making it asks the database forty times. The rows that the actions made the first
# time are laid down again for the tests after it; keys are part of them, so other keys mean another making.
_TABLES = [model._meta.db_table for model in (Unit, SponsorLine, User, Posting, Assignment, Event)]
_kept: tuple[keyring.Ring, dict[str, bytes], bytes] | None = None


def present() -> Cast:
    """The cast, as `build` makes it."""
    global _kept
    if _kept and _kept[0] == keyring.ring():
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in _kept[1].items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
        return pickle.loads(_kept[2])  # noqa: S301 (our own)
    alone = not any(_rows().values())
    cast = build()
    if alone:
        _kept = keyring.ring(), _rows(), pickle.dumps(cast)
    return cast


def _rows() -> dict[str, bytes]:
    found = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                found[table] = b"".join(bytes(part) for part in copy)
    return found
