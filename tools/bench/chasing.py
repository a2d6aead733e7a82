"""A province day on which half of 600,000 classes are silent: what is missing, and the steps of the ladder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tools.bench.figures import Figure
from tools.bench.stock import KEYS
from tools.children import program
from tools.day.measures import spread
from tools.say import say
from tools.setup import collect_static
from tools.supervisor import Instance

SCHOOLS, CLASSES = 10_000, 60
ON = date(2026, 11, 18)  # a school day
RUN, COUNTY, PROVINCE, HOME = 10.0, 150.0, 300.0, 80.0
PEOPLE = 10  # whose home pages are opened, of each role
CITIES, COUNTIES = 14, 140

# Units numbered so that each finds its superior by arithmetic; a teacher for each class, a clerk and a head for each
# school, a liaison for each area. Half of the classes have reported.
_UNITS = """
    INSERT INTO orgs_unit (
        id, kind, tier, code, name, short_name, pinyin, function, parent_id, path, school_id, phone, address, position)
"""
_COUNTS = "noon, evening, cards, symptomatic, ill, leave, unknown, isolated, fever"
_BUILD = (
    _UNITS  # noqa: S608
    + """
    SELECT 1, 'nation', 'nation', '000000', '全国', '', '', '', NULL, '1.', NULL::bigint, '', '', 0
    UNION ALL SELECT 2, 'province', 'province', '43', '湖南省', '', '', '', 1, '1.2.', NULL, '', '', 0
    UNION ALL SELECT 10 + i, 'city', 'city', 'c' || i, '市' || i, '', '', '', 2, '1.2.' || 10 + i || '.', NULL, '',
                     '', i FROM generate_series(0, %(cities)s - 1) i
    UNION ALL SELECT 100 + i, 'county', 'county', 'd' || i, '县' || i, '', '', '', 10 + i %% %(cities)s,
                     '1.2.' || 10 + i %% %(cities)s || '.' || 100 + i || '.', NULL, '', '', i
              FROM generate_series(0, %(counties)s - 1) i""",
    _UNITS  # noqa: S608
    + """
    SELECT 1000 + i, 'school', 'school', 's' || i, '学校' || i, '', '', '', 100 + i %% %(counties)s,
           c.path || 1000 + i || '.', 1000 + i, '', '', i
    FROM generate_series(0, %(schools)s - 1) i JOIN orgs_unit c ON c.id = 100 + i %% %(counties)s""",
    _UNITS  # noqa: S608
    + """
    SELECT 100000 + i * %(classes)s + k, 'class', 'inner', 'k' || i || '-' || k, '班' || k, '', '', '', s.id,
           s.path || 100000 + i * %(classes)s + k || '.', s.id, '', '', k
    FROM generate_series(0, %(schools)s - 1) i JOIN orgs_unit s ON s.id = 1000 + i,
         generate_series(0, %(classes)s - 1) k""",
    """INSERT INTO people_user (id, password, username, name, email, language, must_change_password, is_active)
    SELECT id, '!', 'u' || id, '用户' || id, '', 'zh-hans', false, true FROM orgs_unit""",
    """INSERT INTO people_posting (role, title, deputy, from_on, unit_id, user_id, confirmed_at)
    SELECT CASE kind WHEN 'class' THEN 'class_teacher' WHEN 'school' THEN r.role ELSE 'liaison' END, '', false,
           '2020-01-20', u.id, u.id, '2020-01-20'
    FROM orgs_unit u CROSS JOIN LATERAL (
        SELECT unnest(CASE kind WHEN 'school' THEN ARRAY['clerk', 'office_head'] ELSE ARRAY['x'] END)) AS r (role)""",
    f"""INSERT INTO health_tally (school_id, "on", unit_id, expected, morning, {_COUNTS})
    SELECT school_id, %(on)s, id, 45, id %% 2, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM orgs_unit WHERE kind = 'class'""",  # noqa: S608
    f"""INSERT INTO health_tally (school_id, "on", unit_id, expected, classes, morning, {_COUNTS})
    SELECT school_id, %(on)s, school_id, sum(expected), count(*), sum(morning), 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM health_tally WHERE "on" = %(on)s AND unit_id <> school_id GROUP BY 1""",  # noqa: S608
)

# Inside the program: each step of the day's ladder, every one a second time, and the questions of boards and lists.
_PLAY = """
import json, time
from datetime import date, datetime, timedelta
from django.db import connection
from lianfang.core import clock
from lianfang.core.actions import months
from lianfang.notices.models import Delivery
from lianfang.obligations.actions import chasing
from lianfang.obligations.models import Chase
from lianfang.obligations import sources
from lianfang.orgs.models import Unit
on = date.fromisoformat({on!r})
months.ensure({{on, clock.today()}})
found = {{"runs": [], "asked": {{}}}}
for minute in ("08:15", "08:35", "08:45", "09:00", "09:30"):
    now = datetime.combine(on, datetime.strptime(minute, "%H:%M").time(), clock.ZONE)
    before, began = Delivery.objects.count(), time.perf_counter()
    taken = chasing.run(now=now)
    took, told = time.perf_counter() - began, Delivery.objects.count() - before
    began = time.perf_counter()
    again = chasing.run(now=now)
    found["runs"].append([minute, taken, told, took, again, time.perf_counter() - began])
source = sources.source("rolls")
for name, pk in (("province", 2), ("county", 100)):
    unit, times = Unit.objects.get(pk=pk), []
    for _ in range({turns}):
        began = time.perf_counter()
        stands = source.standing(unit, "morning", on, now)
        if name == "county":
            silent = list(source.silent("morning", on, now + timedelta(hours=1), [unit.path]))
        times.append((time.perf_counter() - began) * 1000)
    found["asked"][name] = [times, sum(one.owing - one.done for one in stands.values())]
print("played", json.dumps(found))
"""

# In a process of its own, as pages are: the home pages of that morning, through every middleware.
_HOMES = """
import json, time
from datetime import datetime
from django.test import Client
from lianfang.people.actions import sessions
from lianfang.people.models import User
from lianfang.core import clock
now = datetime.fromisoformat("{on}T09:30:00+08:00")
clock.now = lambda: now
found = {{}}
for role, first in (("teacher", 100000), ("school", 1000), ("county", 100), ("city", 10), ("province", 2)):
    times = []
    for number in range({people} if role != "province" else 1):
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(pk=first + number))
        session = client.session
        sessions.begin(session, own_factor=False)
        session.save()
        client.get("/")
        for _ in range({turns} // 4 + 1):
            began = time.perf_counter()
            answer = client.get("/")
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer
    found[role] = times
print("opened", json.dumps(found))
"""


def measure(home: Path, *, quick: bool) -> list[Figure]:
    schools, turns = (200, 5) if quick else (SCHOOLS, 40)
    home.mkdir(parents=True, exist_ok=True)
    collect_static(home)
    instance = Instance(
        home,
        port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database="chase",
        database_url="",
        commands=program,
    )
    try:
        instance.start_database()
        say("正在生成一个省的一天……", "Making a day of a province …")
        build(instance, schools)
        said = instance.manage("shell", "-c", _PLAY.format(on=str(ON), turns=turns))
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")  # or it would be swept up under the pages
        opened = instance.manage("shell", "-c", _HOMES.format(on=str(ON), turns=turns, people=PEOPLE))
    finally:
        instance.stop()
    found = json.loads(said.rsplit("played ", 1)[1]) | {"homes": json.loads(opened.rsplit("opened ", 1)[1])}
    return _figures(found, schools * CLASSES)


def build(instance: Instance, schools: int) -> None:
    """A province of so many schools, each of sixty classes, with a teacher for each class; half of them reported."""
    values = {"schools": schools, "classes": CLASSES, "cities": CITIES, "counties": COUNTIES, "on": ON}
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    instance.manage("keys", "prepare")
    instance.manage("migrate", "--noinput", "--verbosity=0")
    instance.manage("shell", "-c", f"from datetime import date; from lianfang.core.actions import months;"
                    f" months.ensure({{date.fromisoformat({str(ON)!r})}})")  # fmt: skip
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        for statement in _BUILD:
            connection.execute(sql.SQL(statement), values)
        for table in ("orgs_unit", "people_user"):
            connection.execute(sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), 100000000)").format(table))
        connection.execute("VACUUM (ANALYZE)")


def _figures(found: dict[str, Any], classes: int) -> list[Figure]:
    longest = max(took for _, _, _, took, _, _ in found["runs"])
    again = sum(twice for *_, twice, _ in found["runs"])
    said = "; ".join(
        f"{minute} {taken:,} units, {told:,} told, {took:.1f} s" for minute, taken, told, took, *_ in found["runs"]
    )
    figures = [
        Figure(f"steps of a ladder, {classes:,} classes, half silent", said, f"each ≤ {RUN:.0f} s", longest <= RUN),
        Figure("the same steps run again", f"{again} units told twice", "none", again == 0),
    ]
    for name, limit in (("province", PROVINCE), ("county", COUNTY)):
        times, missing = found["asked"][name]
        middle, high = spread(times)
        value = f"p50 {middle:.0f} ms, p95 {high:.0f} ms; {missing:,} classes missing"
        figures.append(
            Figure(
                f"what is missing in a {name} of {classes:,} classes' province",
                value,
                f"p95 < {limit:.0f} ms",
                high < limit,
            )
        )
    return [*figures, *(_home(role, times, classes) for role, times in found["homes"].items())]


def _home(role: str, times: list[float], classes: int) -> Figure:
    middle, high = spread(times)
    name = f"今日待办 of a {role}, {classes:,} classes' province"
    return Figure(name, f"p50 {middle:.0f} ms, p95 {high:.0f} ms (server)", f"p95 < {HOME:.0f} ms", high < HOME)
