"""The figures that detectors of `rules.hints` look at: of all classes of some schools at once, one statement a kind.
What cannot become a hint is left in the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from lianfang.health.models import Tally
from lianfang.health.queries import limits
from lianfang.health.rules import hints
from lianfang.health.rules.hints import Found, Repeated, Week
from lianfang.health.rules.status import FINDINGS

Of = tuple[int, int, Found]  # school, unit


def schools(on: date) -> list[int]:
    """Those that counted anything on that day."""
    return sorted(Tally.objects.filter(on=on, unit_id=F("school_id")).values_list("school_id", flat=True))


def found(schools: Sequence[int], on: date) -> list[Of]:
    """Everything in reports of that day, and of the weeks up to it, that hardly was so."""
    detectors = (
        _copied,
        _unseen,
        _temperatures,
        _haste,
        _clockwork,
        _one_device,
        _cards_at_once,
        _rolls_at_once,
        _silent,
    )
    return [one for detector in detectors for one in detector(list(schools), on)]


def classes(schools: Sequence[int], on: date) -> dict[int, int]:
    """How many classes of each school reported on that day."""
    found: dict[int, int] = defaultdict(int)
    rows = Tally.objects.filter(school_id__in=schools, on=on, first_at__isnull=False).exclude(unit_id=F("school_id"))
    for school in rows.values_list("school_id", flat=True):
        found[school] += 1
    return found


def _rows(statement: str, schools: list[int], on: date, back: int = 1, **more: Any) -> list[tuple[Any, ...]]:
    values = {"schools": schools, "on": on, "first": on - timedelta(days=back - 1), **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _those(school: int, unit: int, one: Found | None) -> Iterator[Of]:
    if one is not None:
        yield school, unit, one


def _copied(schools: list[int], on: date) -> Iterator[Of]:
    """Days without a report, such as Sundays, are passed over; a day on which nobody is named ends the run."""
    data = hints.catalog().copied
    of_unit: dict[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    for school, unit, *day in _rows(_SAID_AGAIN, schools, on, data.days, people=data.people):
        of_unit[school, unit].append(tuple(day))
    for (school, unit), days in of_unit.items():
        newest, said, *counts = days[0]
        if newest == on and said is not None:
            run = next((at for at, day in enumerate(days) if day[1] != said), len(days))
            yield from _those(school, unit, hints.copied(Repeated(run, *counts)))


def _unseen(schools: list[int], on: date) -> Iterator[Of]:
    fevers = [limits.fever(school, on) for school in schools]
    of_unit: dict[tuple[int, int], dict[int, tuple[int, int]]] = defaultdict(dict)
    for school, unit, day, told, missed in _rows(_UNSEEN, schools, on, hints.catalog().unseen.days, fevers=fevers):
        of_unit[school, unit][(day - on).days] = (told, missed)
    for (school, unit), by_day in of_unit.items():
        if 0 in by_day:
            yield from _those(school, unit, hints.unseen(by_day))


def _temperatures(schools: list[int], on: date) -> Iterator[Of]:
    of_hand: dict[tuple[int, int, str], dict[int, int]] = defaultdict(dict)
    for school, unit, hand, tenths, count in _rows(
        _TEMPERATURES, schools, on, least=hints.catalog().temperatures.least
    ):
        of_hand[school, unit, hand][tenths] = count
    for (school, unit, _), counts in of_hand.items():
        yield from _those(school, unit, hints.temperatures(counts))


def _haste(schools: list[int], on: date) -> Iterator[Of]:
    data = hints.catalog().haste
    longest = data.touch * (data.for_person + data.for_temperature)  # a head
    for school, unit, people, seconds, temperatures in _rows(_HASTE, schools, on, people=data.people, longest=longest):
        yield from _those(school, unit, hints.haste(people=people, temperatures=temperatures, seconds=seconds))


def _clockwork(schools: list[int], on: date) -> Iterator[Of]:
    data = hints.catalog().clockwork
    for school, unit, days, seconds in _rows(_MORNINGS, schools, on, data.days, least=data.least):
        back = {(day - on).days: second for day, second in zip(days, seconds, strict=True)}
        yield from _those(school, unit, hints.clockwork(back))


def _one_device(schools: list[int], on: date) -> Iterator[Of]:
    for school, unit, people in _rows(_ONE_DEVICE, schools, on, least=hints.catalog().one_device.least):
        yield from _those(school, unit, hints.one_device(people))


def _cards_at_once(schools: list[int], on: date) -> Iterator[Of]:
    for school, unit, moments in _rows(_CARDS_OF_ONE, schools, on, least=hints.catalog().burst.cards):
        yield from _those(school, unit, hints.burst(moments, rolls=False))


def _rolls_at_once(schools: list[int], on: date) -> Iterator[Of]:
    """Of several classes, so it is about the school."""
    for school, moments in _rows(_ROLLS_OF_ONE, schools, on, least=hints.catalog().burst.rolls):
        yield from _those(school, school, hints.burst(moments, rolls=True))


def _silent(schools: list[int], on: date) -> Iterator[Of]:
    of_school: dict[int, dict[int, Week]] = defaultdict(dict)
    values = {"statuses": [int(one) for one in FINDINGS]}
    for school, unit, days, people, ill in _rows(_WEEKS, schools, on, hints.catalog().silent.days, **values):
        of_school[school][unit] = Week(days, people, ill)
    for school, weeks in of_school.items():
        for unit, own in weeks.items():
            if not own.found:
                others = [week for other, week in weeks.items() if other != unit]
                yield from _those(school, unit, hints.silent(own, others))


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────

# Morning rolls of classes that no other version came after.
_COUNTING = """
health_roll r WHERE r.school_id = ANY(%(schools)s) AND r."on" BETWEEN %(first)s AND %(on)s AND r.group_id = 0
AND r.round = 1 AND NOT EXISTS (
    SELECT FROM health_roll n WHERE n.school_id = r.school_id AND n."on" = r."on" AND n.unit_id = r.unit_id
    AND n.group_id = 0 AND n.round = 1 AND n.after = r.key)
"""
# What a roll says, in one text that is the same if and only if everything said is the same. Newest day first.
_SAID_AGAIN = f"""
WITH named AS (
    SELECT school_id, unit_id FROM health_roll
    WHERE school_id = ANY(%(schools)s) AND "on" = %(on)s AND group_id = 0 AND round = 1 AND named >= %(people)s
), counting AS MATERIALIZED (
    SELECT r.school_id, r.unit_id, r."on", r.key FROM {_COUNTING} AND (r.school_id, r.unit_id) IN (SELECT * FROM named)
)
SELECT r.school_id, r.unit_id, r."on",
       string_agg(concat_ws(' ', c.person_id, c.symptoms, 't', c.temperature, c.temperature_again, 'a', c.absence), ','
                  ORDER BY c.person_id) FILTER (WHERE c.key IS NOT NULL),
       count(c.temperature), count(c.key) FILTER (WHERE c.temperature IS NULL AND c.symptoms > 0),
       count(c.key) FILTER (WHERE c.temperature IS NULL AND coalesce(c.symptoms, 0) = 0)
FROM counting r
LEFT JOIN health_check c ON c.school_id = r.school_id AND c."on" = r."on" AND c.key = r.key AND c.source = 2
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 DESC
"""  # noqa: S608  (parts of our own)
# Fever on a card, at the gate or by a device, before the check was filled in; and whether the check names the pupil.
_UNSEEN = f"""
SELECT r.school_id, r.unit_id, r."on", count(*), count(*) FILTER (WHERE NOT EXISTS (
    SELECT FROM health_check k WHERE k.school_id = s.school_id AND k."on" = s."on" AND k.person_id = s.person_id
    AND k.key = r.key))
FROM (SELECT r.* FROM {_COUNTING}) r
JOIN unnest(%(schools)s::int[], %(fevers)s::int[]) AS f (school_id, fever) ON f.school_id = r.school_id
JOIN health_daystatus s ON s.school_id = r.school_id AND s."on" = r."on" AND s.unit_id = r.unit_id
    AND (s.fever OR s.symptoms & 1 = 1)
WHERE EXISTS (
    SELECT FROM health_check c WHERE c.school_id = s.school_id AND c."on" = s."on" AND c.person_id = s.person_id
    AND c.source IN (1, 3, 4) AND c.at < least(r.seen_at, r.at)
    AND (c.symptoms & 1 = 1 OR coalesce(c.temperature_again, c.temperature) >= f.fever))
GROUP BY 1, 2, 3
"""  # noqa: S608
# The newest reading of each pupil by each hand.
_TEMPERATURES = """
WITH readings AS (
    SELECT DISTINCT ON (school_id, unit_id, hand, person_id) school_id, unit_id, hand, person_id, tenths
    FROM (SELECT *, coalesce(temperature_again, temperature) AS tenths, coalesce(sender_id::text, by_id::text) AS hand
          FROM health_check WHERE school_id = ANY(%(schools)s) AND "on" = %(on)s AND temperature IS NOT NULL) c
    ORDER BY school_id, unit_id, hand, person_id, at DESC
), counted AS (
    SELECT school_id, unit_id, hand, tenths, count(*) AS n,
           sum(count(*)) OVER (PARTITION BY school_id, unit_id, hand) AS whole
    FROM readings GROUP BY 1, 2, 3, 4
)
SELECT school_id, unit_id, hand, tenths, n FROM counted WHERE whole >= %(least)s
"""
# First versions only: a correction begins with what was said before.
_HASTE = """
SELECT r.school_id, r.unit_id, r.named, r.seconds, (
    SELECT count(c.temperature) FROM health_check c
    WHERE c.school_id = r.school_id AND c."on" = r."on" AND c.key = r.key AND c.source = 2)
FROM health_roll r
WHERE r.school_id = ANY(%(schools)s) AND r."on" = %(on)s AND r.after IS NULL AND r.named >= %(people)s
  AND r.seconds < r.named * %(longest)s
"""
# Systems of a school send at a time of their own; people do not.
_BY_PEOPLE = "NOT EXISTS (SELECT FROM health_sender g WHERE g.id = r.sender_id AND g.kind = 'gateway')"
_MOMENT = "least(r.seen_at, r.at)"
_MORNINGS = f"""
SELECT school_id, unit_id, array_agg("on" ORDER BY "on"), array_agg(second ORDER BY "on") FROM (
    SELECT r.school_id, r.unit_id, r."on",
           extract(epoch FROM ({_MOMENT} AT TIME ZONE 'Asia/Shanghai')::time)::int AS second
    FROM health_roll r
    WHERE r.school_id = ANY(%(schools)s) AND r."on" BETWEEN %(first)s AND %(on)s AND r.group_id = 0 AND r.round = 1
      AND r.after IS NULL AND {_BY_PEOPLE}) m
GROUP BY 1, 2 HAVING max("on") = %(on)s AND count(*) >= %(least)s
"""  # noqa: S608
_ONE_DEVICE = """
SELECT school_id, unit_id, max(people) FROM (
    SELECT school_id, unit_id, sender_id, count(DISTINCT person_id) AS people FROM health_check r
    WHERE school_id = ANY(%(schools)s) AND "on" = %(on)s AND source = 1 AND by_id IS NULL AND sender_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM health_sender g WHERE g.id = r.sender_id)
    GROUP BY 1, 2, 3) d
WHERE people >= %(least)s GROUP BY 1, 2
"""
_CARDS_OF_ONE = """
SELECT school_id, unit_id, array_agg(moment) FROM (
    SELECT school_id, unit_id, by_id, person_id, extract(epoch FROM min(at))::float8 AS moment FROM health_check
    WHERE school_id = ANY(%(schools)s) AND "on" = %(on)s AND source = 1 AND by_id IS NOT NULL
    GROUP BY 1, 2, 3, 4) c
GROUP BY school_id, unit_id, by_id HAVING count(*) > %(least)s
"""
_ROLLS_OF_ONE = f"""
SELECT school_id, array_agg(moment) FROM (
    SELECT r.school_id, r.by_id, r.unit_id, min(extract(epoch FROM {_MOMENT}))::float8 AS moment FROM health_roll r
    WHERE r.school_id = ANY(%(schools)s) AND r."on" = %(on)s AND r.after IS NULL AND r.by_id IS NOT NULL
      AND {_BY_PEOPLE}
    GROUP BY 1, 2, 3) m
GROUP BY school_id, by_id HAVING count(*) > %(least)s
"""  # noqa: S608
_WEEKS = """
WITH heard AS (
    SELECT school_id, unit_id, count(*) AS days, round(avg(coalesce(expected, 0)))::int AS people FROM health_tally
    WHERE school_id = ANY(%(schools)s) AND "on" BETWEEN %(first)s AND %(on)s AND unit_id <> school_id
      AND morning > 0
    GROUP BY 1, 2
), ill AS (
    SELECT school_id, unit_id, count(DISTINCT person_id) AS people FROM health_daystatus
    WHERE school_id = ANY(%(schools)s) AND "on" BETWEEN %(first)s AND %(on)s AND status = ANY(%(statuses)s)
    GROUP BY 1, 2
)
SELECT h.school_id, h.unit_id, h.days, h.people, coalesce(i.people, 0)
FROM heard h LEFT JOIN ill i USING (school_id, unit_id)
"""
