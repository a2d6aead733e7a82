"""A roster of a million: finding one person by a number, and the list of a large school while somebody types."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg

from tools.bench.figures import Figure
from tools.bench.stock import Stock
from tools.bench.wire import Times, Wire
from tools.day.measures import spread

EXACT_LIMIT, LIST_LIMIT = 20.0, 80.0  # ms, p95
EVERYBODY, SCHOOL = 1_000_000, 15_000
_FIRST_PHONE = 70_000_001
_BATCH = 50_000
_TYPED = ("z", "zx", "zxm", "wang", "zhangwe", "张", "小", "晓明", "20190", "jun", "没有这个人")

# Everybody else: names, and indexes of nobody's numbers under the key in use.
_OTHERS = """
WITH made AS (
    SELECT gen_random_uuid() AS id, n,
           (ARRAY['王','李','张','刘','陈','杨','黄','赵','周','吴'])[1 + n %% 10] AS family,
           (ARRAY['伟','芳','小明','敏','静','丽','强','磊','军','洋','勇','晓明'])[1 + n / 10 %% 12] AS given
    FROM generate_series(%(first)s, %(last)s) AS n
), people AS (
    INSERT INTO people_person (id, name, former_name, pinyin, initials, sex, born_on, nationality, phone, phone_index)
    SELECT id, family || given, '', 'x', 'x', 1 + n %% 2, date '2003-01-01' + n %% 2000, '',
           %(key)s || decode(md5(n::text) || md5(n::text), 'hex'), %(key)s || decode(md5('phone' || n), 'hex') FROM made
), documents AS (
    INSERT INTO people_identitydocument (id, person_id, kind, label, number, number_index)
    SELECT gen_random_uuid(), id, 'resident', '', %(key)s || decode(md5(n::text) || md5(n::text), 'hex'),
           %(key)s || decode(md5('document' || n), 'hex') FROM made
), guardians AS (
    INSERT INTO people_guardian (id, name, phone, phone_index)
    SELECT id, family || given, %(key)s || decode(md5(n::text) || md5(n::text), 'hex'),
           %(key)s || decode(md5('guardian' || n), 'hex') FROM made
), kept AS (
    INSERT INTO people_guardianship (id, guardian_id, person_id, relation, position, from_on)
    SELECT gen_random_uuid(), id, id, 'mother', 1, date '2019-09-01' FROM made
)
INSERT INTO people_enrolment (id, person_id, school_id, unit_id, as_a, number, title, from_on, ending, away_why)
SELECT gen_random_uuid(), id, schools.ids[1 + n %% array_length(schools.ids, 1)],
       schools.ids[1 + n %% array_length(schools.ids, 1)], 'student', n::text, '', date '2019-09-01', '', ''
FROM made, (SELECT array_agg(id) AS ids FROM orgs_unit WHERE kind = 'school' AND id <> %(school)s) AS schools
"""


def measure(stock: Stock, connection: psycopg.Connection, session: str, *, people: int, turns: int) -> list[Figure]:
    """``session`` is the registrar's of the first school. ``people`` are in the whole database, a good part of them
    (15,000 of a million) in that school."""
    school = _school()
    there = min(SCHOOL, people // 2)
    fill(connection, school, people, there)
    exact = _exact(turns * 40, there)
    page, typed = _pages(stock.ours, school.pk, session, turns)
    middle, high = spread(exact)
    return [
        Figure(
            f"exact search by telephone or document among {people:,} people",
            f"p50 {middle:.1f} ms, p95 {high:.1f} ms (all its queries, rights included)",
            f"p95 < {EXACT_LIMIT:.0f} ms",
            high < EXACT_LIMIT,
        ),
        _figure(f"list of a school of {there:,}, fifty a page", page),
        _figure(f"the same as one types a name or pinyin, {there:,}", typed),
    ]


def fill(connection: psycopg.Connection, school: Any, people: int, there: int) -> None:
    """The school through the program, so that its values open; everybody else by one statement."""
    from lianfang.core import clock, keyring
    from lianfang.people.actions import filling

    filling.fill(by=None, school=school, rows=list(_newcomers(school, there)), now=clock.now())
    key = keyring.active().number.to_bytes(2)
    for first in range(1, people - there + 1, _BATCH):
        last = min(first + _BATCH - 1, people - there)
        connection.execute(_OTHERS, {"first": first, "last": last, "key": key, "school": school.pk})
    connection.execute("VACUUM (ANALYZE) people_person, people_identitydocument, people_enrolment, people_guardian")
    connection.execute("VACUUM (ANALYZE) people_guardianship, people_lodging")


def _newcomers(school: Any, number: int) -> Iterator[Any]:
    from lianfang.orgs.models import Unit
    from lianfang.people.actions.enrolling import NewLodging
    from lianfang.people.actions.filling import Newcomer
    from lianfang.people.actions.guardians import NewGuardian
    from lianfang.people.rules.identity import check_digit
    from lianfang.web.demo import names

    classes = list(Unit.objects.filter(school=school, kind="class").order_by("pk"))
    invented = names.people("bench", _FIRST_PHONE)
    for at in range(number):
        (name, phone), (mother, reached) = next(invented), next(invented)
        seventeen = f"430198{2000 + at // 360_000:04d}0101{at % 1000:03d}" if at < 1000 else ""
        yield Newcomer(
            name=name, sex=1 + at % 2, born_on=date(2001, 1 + at % 12, 1 + at % 28), unit=classes[at % len(classes)],
            as_a="student", from_on=date(2019, 9, 1), number=f"2019{at:06d}", phone=phone,
            identity=seventeen + check_digit(seventeen) if seventeen else "",
            lodging=NewLodging("boarder", "1栋", str(at // 6), str(at % 6)),
            guardians=(NewGuardian(mother, reached, "mother"),),
        )  # fmt: skip


def _exact(times: int, there: int) -> list[float]:
    """Milliseconds of `found_by_number`: a pupil's telephone, a guardian's, and one nobody has, in turns."""
    from lianfang.people.models import User
    from lianfang.people.queries import roster

    user = User.objects.get(username="registrar")
    dice = random.Random(2020)  # noqa: S311  (chooses whom to look for)
    found = []
    for turn in range(times + 10):
        at = 2 * dice.randrange(there) + turn % 2
        typed = f"154{_FIRST_PHONE + at:08d}" if turn % 3 else f"154{dice.randrange(10**6):08d}"
        began = time.perf_counter()
        people = roster.found_by_number(user, typed)
        found.append((time.perf_counter() - began) * 1000)
        if turn % 3 and len(people) != 1:
            raise LookupError(f"{len(people)} people have a number that one has")
    return found[10:]


def _pages(wire: Wire, school: int, session: str, turns: int) -> tuple[Times, Times]:
    page, typed = Times(), Times()
    wire.get(f"/roster/unit/{school}/", session)
    for _ in range(turns * 4):
        page.add(wire.get(f"/roster/unit/{school}/", session), 200)
        for words in _TYPED:
            reply = wire.post(f"/roster/unit/{school}/search/", session, {"words": words}, {"HX-Request": "true"})
            typed.add(reply, 200)
    return page, typed


def _figure(name: str, times: Times) -> Figure:
    if times.errors:
        return Figure(name, f"{len(times.errors)} errors: {times.errors[0]}", f"p95 < {LIST_LIMIT:.0f} ms", False)
    high = spread(times.server)[1]
    return Figure(name, f"{times.said()} (server)", f"p95 < {LIST_LIMIT:.0f} ms", high < LIST_LIMIT)


def _school() -> Any:
    from lianfang.orgs.models import Unit
    from lianfang.web.demo import places

    return Unit.objects.get(code=places.SHOWCASE)
