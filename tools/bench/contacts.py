"""Contacts of one case in a school of 5,000: fourteen days of classes, rooms and gates, searched among the pupils of
many schools; beside the plain rule in Python over the same days."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg

from tools.bench import chasing
from tools.bench.chasing import ON
from tools.bench.figures import Figure
from tools.bench.stock import KEYS
from tools.children import program
from tools.day.measures import spread
from tools.say import say
from tools.supervisor import Instance

SEARCH = 200.0  # milliseconds
SCHOOLS, PUPILS = 60, 84  # of each class: 5,040 in a school
TIMES = 60  # cases searched for
_VALUES = {"on": ON, "pupils": PUPILS}
# A person is a digest of class and number. Two thirds are boarders, eight to a room; a fiftieth have a flat in common.
# Every class was called on each of the fourteen days; three of a hundred were missed from the morning on, the others
# passed one of four gates between seven and eight.
_PEOPLE = (
    """INSERT INTO people_person (id, name, former_name, pinyin, initials, sex, nationality)
    SELECT md5(u.id || ' ' || p)::uuid, '学生' || p, '', 'xuesheng', 'xs', 1 + p % 2, ''
    FROM orgs_unit u, generate_series(1, %(pupils)s) p WHERE u.kind = 'class'""",
    """INSERT INTO people_enrolment (
        id, person_id, school_id, unit_id, as_a, number, title, spelt, from_on, ending, away_why)
    SELECT gen_random_uuid(), md5(u.id || ' ' || p)::uuid, u.school_id, u.id, 'student', '', '', '', '2026-09-01',
           '', ''
    FROM orgs_unit u, generate_series(1, %(pupils)s) p WHERE u.kind = 'class'""",
    """INSERT INTO people_lodging (id, person_id, school_id, kind, building, room, bed, from_on)
    SELECT gen_random_uuid(), md5(u.id || ' ' || p)::uuid, u.school_id, 'boarder', '1',
           'r' || (u.position * 84 + p) / 8, '', '2026-09-01'
    FROM orgs_unit u, generate_series(1, %(pupils)s) p WHERE u.kind = 'class' AND p % 3 > 0""",
    """INSERT INTO people_household (id, school_id, label)
    SELECT md5('flat ' || u.school_id || ' ' || k)::uuid, u.school_id, 'flat ' || k
    FROM orgs_unit u, generate_series(1, 50) k WHERE u.kind = 'school'""",
    """INSERT INTO people_householdmember (id, household_id, person_id, from_on)
    SELECT gen_random_uuid(), md5('flat ' || u.school_id || ' ' || p)::uuid, md5(u.id || ' ' || p)::uuid, '2026-09-01'
    FROM orgs_unit u, generate_series(1, 50) p WHERE u.kind = 'class' AND u.position < 2""",
    """INSERT INTO health_roll (school_id, "on", unit_id, group_id, round, key, at, expected, named, reason)
    SELECT u.school_id, %(on)s::date - d, u.id, 0, 1, 1, now(), %(pupils)s, 0, ''
    FROM orgs_unit u, generate_series(0, 14) d WHERE u.kind = 'class' ON CONFLICT DO NOTHING""",
    """INSERT INTO health_daystatus (school_id, "on", person_id, unit_id, status, symptoms, fever, at)
    SELECT u.school_id, %(on)s::date - d, md5(u.id || ' ' || p)::uuid, u.id, 3, 0, false, now()
    FROM orgs_unit u, generate_series(0, 14) d, generate_series(1, %(pupils)s) p
    WHERE u.kind = 'class' AND hashtext(u.id || ' ' || p || ' ' || d) % 100 IN (0, 1, 2) ON CONFLICT DO NOTHING""",
    """INSERT INTO health_check (school_id, "on", person_id, key, at, unit_id, source, round, absence)
    SELECT school_id, "on", person_id, 1, now(), unit_id, 2, 1, 1 FROM health_daystatus WHERE status = 3""",
    """INSERT INTO health_sender (id, token_index, kind, school_id, name, until, by_id, by_name, at)
    SELECT md5('gate ' || u.id || ' ' || k)::uuid, decode(md5('gate ' || u.id || ' ' || k), 'hex'), 'gateway', u.id,
           'gate ' || k, '2030-01-01', 1, '', now()
    FROM orgs_unit u, generate_series(0, 3) k WHERE u.kind = 'school'""",
    """INSERT INTO health_check (
        school_id, "on", person_id, key, at, unit_id, source, round, temperature, sender_id)
    SELECT u.school_id, %(on)s::date - d, md5(u.id || ' ' || p)::uuid, 2,
           %(on)s::date - d + interval '7 hours' + abs(hashtext(p || ' ' || d || ' ' || u.id)) % 3600 * interval '1 s',
           u.id, 4, 0, 366,
           md5('gate ' || u.school_id || ' ' || abs(hashtext(d || ' ' || u.id || ' ' || p)) % 4)::uuid
    FROM orgs_unit u, generate_series(0, 14) d, generate_series(1, %(pupils)s) p
    WHERE u.kind = 'class' AND hashtext(u.id || ' ' || p || ' ' || d) % 100 NOT IN (0, 1, 2)""",
)
_PLAY = """
import gc, json, random, time
from collections import defaultdict
from datetime import date, timedelta
from uuid import uuid4
from lianfang.cases.models import Case
from lianfang.cases.queries import finding
from lianfang.cases.rules.course import Course
from lianfang.core import clock
from lianfang.health.models import Check, DayStatus
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, HouseholdMember, Lodging
from lianfang.policies import diseases, queries as policies
on = date.fromisoformat({on!r})
school = Unit.objects.get(pk=1000)
edition = policies.rules_of(diseases.catalog()["plague"], school, on)
# The morning's rolls have read everybody's name before a case is looked into.
rows = list(Enrolment.objects.filter(school=school).select_related("unit", "person").order_by("pk"))
picked = random.Random(5).sample(rows, {times} + 1)
cases = [
    Case.objects.create(
        school=school, unit=row.unit, person_id=row.person_id, disease="plague", edition=edition.id, rules_on=on,
        origin="hand", onset_on=on - timedelta(days=14 - edition.contacts.back), opened_at=clock.now(), key=uuid4(),
    ) for row in picked
]
cases = list(Case.objects.filter(pk__in=[one.pk for one in cases]).select_related("school", "unit"))
found, times = [], []
gc.freeze()  # as the web server does at its start (config/asgi.py)
for case in cases:
    began = time.perf_counter()
    search = finding.search(case, Course(), on)
    times.append((time.perf_counter() - began) * 1000)
    # Only keys are kept: a web process does not carry the people of sixty searches about either.
    found.append((search.days, len(search.found), {{
        (one.person.pk, link, day)
        for one in search.found for link, days in one.exposure.days.items() for day in days
    }}))
    del search
missed = {{(one.person_id, one.on) for one in DayStatus.objects.filter(school_id=1000, status=3)}}
of_class, room, flat = defaultdict(set), defaultdict(set), defaultdict(set)
for row in rows:
    of_class[row.unit_id].add(row.person_id)
for one in Lodging.objects.filter(school=school):
    room[one.room].add(one.person_id)
for one in HouseholdMember.objects.filter(household__school=school):
    flat[one.household_id].add(one.person_id)
gates = defaultdict(list)
for person, day, sender, at in Check.objects.filter(school_id=1000, temperature__isnull=False).values_list(
    "person_id", "on", "sender_id", "at"
):
    gates[day].append((person, sender, at))
def passed(me, day):
    mine = [one for one in gates[day] if one[0] == me]
    return {{
        (who, "gate", day) for who, sender, at in gates[day] for _, its, mark in mine
        if its == sender and abs(at - mark) <= finding.NEAR
    }}
wrong, ill = 0, {{case.person_id for case in cases}}
for case, (looked_at, _, ours) in zip(cases, found):
    me, plain = case.person_id, set()
    for day in looked_at:
        if (me, day) not in missed:
            plain |= {{(who, "class", day) for who in of_class[case.unit_id] if (who, day) not in missed}}
            plain |= {{one for one in passed(me, day) if one[0] != me and (one[0], day) not in missed}}
        for together, link in ((room, "dormitory"), (flat, "household")):
            plain |= {{(who, link, day) for all in together.values() if me in all for who in all}}
    wrong += ours != {{one for one in plain if one[0] not in ill}}
print("counted", json.dumps({{
    "times": times[1:], "people": len(rows), "found": sum(number for _, number, _ in found) / len(found),
    "days": max(len(days) for days, _, _ in found), "wrong": wrong, "all": Enrolment.objects.count(),
}}))
"""


def measure(home: Path, *, quick: bool) -> list[Figure]:
    home.mkdir(parents=True, exist_ok=True)
    instance = Instance(
        home, port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database="contacts", database_url="", commands=program,
    )  # fmt: skip
    try:
        instance.start_database()
        say("正在生成学校、宿舍和两周的晨检……", "Making schools, rooms and a fortnight of checks …")
        chasing.build(instance, 2 if quick else SCHOOLS)
        instance.manage("shell", "-c", "from datetime import date, timedelta; from lianfang.core.actions import months;"
                        f" months.ensure({{date.fromisoformat({str(ON)!r}) - timedelta(days=20)}})")  # fmt: skip
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            for statement in _PEOPLE:
                connection.execute(statement.replace("% ", "%% "), _VALUES)
            connection.execute("VACUUM (ANALYZE)")
        said = instance.manage("shell", "-c", _PLAY.format(on=str(ON), times=5 if quick else TIMES))
    finally:
        instance.stop()
    return _figures(json.loads(said.rsplit("counted ", 1)[1]))


def _figures(found: dict[str, Any]) -> list[Figure]:
    middle, high = spread(found["times"])
    cases = len(found["times"]) + 1
    where = f"{found['people']:,} people, {found['days']} days of classes and gates, {found['all']:,} in all schools"
    return [
        Figure(
            f"contacts of one case, {where}",
            f"p50 {middle:.0f} ms, p95 {high:.0f} ms; {found['found']:.0f} people on average", f"≤ {SEARCH:.0f} ms",
            high <= SEARCH,
        ),
        Figure(
            f"contacts beside the plain rule, {cases} cases", f"{found['wrong']} of {cases} differ", "the same",
            found["wrong"] == 0,
        ),
    ]  # fmt: skip
