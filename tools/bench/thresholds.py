"""Statutory thresholds of a province: 600,000 classes and two million symptomatic days of a fortnight, looked at in
full and after one new report; beside the plain rule in Python over the same days of some schools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg

from tools.bench import chasing
from tools.bench.chasing import CLASSES, ON, SCHOOLS
from tools.bench.figures import Figure
from tools.bench.stock import KEYS
from tools.children import program
from tools.day.measures import spread
from tools.say import say
from tools.supervisor import Instance

FULL, ONE = 30.0, 50.0  # seconds, milliseconds
EACH = 200  # symptomatic days for each school: two million in a province
SAMPLE = 25  # schools for which the plain rule counts as well
# A person of a class is a digest, so that one is named several times; one class in two hundred has an outbreak of
# vomiting in the last three days.
_DAYS = """
INSERT INTO health_daystatus (school_id, "on", person_id, unit_id, status, symptoms, fever, since, at)
SELECT s.school, s."on", md5(s.unit || ' ' || s.pupil)::uuid, s.unit, 2, s.bits, s.bits & 1 = 1, now(), now()
FROM (
    SELECT 1000 + i %% %(schools)s AS school, 100000 + (i %% %(schools)s) * %(classes)s + k AS unit,
           (random() * 44)::int AS pupil, %(on)s::date - (random() * 13)::int AS "on",
           (ARRAY[1, 2, 3, 2, 128, 64, 256, 16384])[1 + (random() * 7)::int] AS bits
    FROM generate_series(0, %(rows)s - 1) i, LATERAL (SELECT (random() * (%(classes)s - 1) + i * 0)::int AS k) AS r
    UNION ALL
    SELECT u.school_id, u.id, p, %(on)s::date - p %% 3, 128
    FROM orgs_unit u, generate_series(100, 106) p WHERE u.kind = 'class' AND u.id %% 200 = 0
) AS s ON CONFLICT DO NOTHING
"""
_PLAY = """
import json, time
from collections import defaultdict
from datetime import date, timedelta
from django.db import connection
from lianfang.health.models import DayStatus
from lianfang.health.rules import symptoms
from lianfang.policies import diseases
from lianfang.surveillance.queries import counting
from lianfang.surveillance.rules.thresholds import Onset, episodes, reached
on = date.fromisoformat({on!r})
began = time.perf_counter()
hits = counting.symptomatic(on)
cases = counting.of_cases(on)
full = time.perf_counter() - began
schools, times = list(range(1000, 1000 + {sample})), []
counting.symptomatic(on, schools[:1])
for school in schools:
    began = time.perf_counter()
    counting.symptomatic(on, [school]), counting.of_cases(on, [school])
    times.append((time.perf_counter() - began) * 1000)
ours = {{(h.school_id, h.threshold.id, h.what, h.place, len(h.persons)) for h in hits
         if h.school_id in schools and h.kind == "class"}}
began = time.perf_counter()
rules = [one for one in diseases.catalog()["group_illness"].editions[0].thresholds if one.of == "symptomatic"]
plain = set()
for school in schools:
    said = defaultdict(set)
    for row in DayStatus.objects.filter(school_id=school, on__lte=on, on__gt=on - timedelta(days=17)):
        for one in symptoms.unpacked(row.symptoms | row.fever):
            if one.code in ("fever", "rash", "diarrhoea", "vomiting", "jaundice"):
                said[row.unit_id, row.person_id, one.code].add(row.on)
    onsets = [Onset(person, day, code, (("class", unit),))
              for (unit, person, code), days in said.items() for day in episodes(days)]
    for rule in rules:
        inside = defaultdict(set)
        for one in onsets:
            if on - timedelta(days=rule.days) < one.on <= on:
                inside[one.what, one.places[0][1]].add(one.person)
        plain |= {{(school, rule.id, what, str(unit), len(who)) for (what, unit), who in inside.items()
                   if len(who) >= rule.cases}}
took = time.perf_counter() - began
rows = DayStatus.objects.count()
print("counted", json.dumps({{"full": full, "hits": len(hits), "one": times, "rows": rows, "same": ours == plain,
                             "sample": len(plain), "plain": took}}))
"""


def measure(home: Path, *, quick: bool) -> list[Figure]:
    schools, sample = (100, 5) if quick else (SCHOOLS, SAMPLE)
    home.mkdir(parents=True, exist_ok=True)
    instance = Instance(
        home, port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database="thresholds", database_url="", commands=program,
    )  # fmt: skip
    try:
        instance.start_database()
        say("正在生成一个省两周的症状……", "Making the symptoms of a province's fortnight …")
        chasing.build(instance, schools)
        instance.manage("shell", "-c", "from datetime import date, timedelta; from lianfang.core.actions import months;"
                        f" months.ensure({{date.fromisoformat({str(ON)!r}) - timedelta(days=40)}})")  # fmt: skip
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            values = {"schools": schools, "classes": CLASSES, "on": ON, "rows": schools * EACH}
            connection.execute(_DAYS, values)
            connection.execute("VACUUM (ANALYZE)")
        said = instance.manage("shell", "-c", _PLAY.format(on=str(ON), sample=sample))
    finally:
        instance.stop()
    return _figures(json.loads(said.rsplit("counted ", 1)[1]), schools * CLASSES)


def _figures(found: dict[str, Any], classes: int) -> list[Figure]:
    middle, high = spread(found["one"])
    each = found["plain"] / len(found["one"]) * 1000
    return [
        Figure(
            f"thresholds in full, {classes:,} classes, {found['rows']:,} symptomatic days",
            f"{found['full']:.1f} s, {found['hits']:,} groups reached one", f"≤ {FULL:.0f} s", found["full"] <= FULL,
        ),
        Figure(
            "thresholds after one new report",
            f"p50 {middle:.0f} ms, p95 {high:.0f} ms; the plain rule {each:.0f} ms a school",
            f"≤ {ONE:.0f} ms", high <= ONE,
        ),
        Figure(
            f"thresholds beside the plain rule, {len(found['one'])} schools",
            f"{found['sample']} groups, {'the same' if found['same'] else 'others'}", "the same", bool(found["same"]),
        ),
    ]  # fmt: skip
