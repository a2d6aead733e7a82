"""Which groups reach a statutory threshold on a day: from the day status of everybody, and from cases.

Set-based, one pass over the days of the window for any number of schools. It says what `rules.thresholds.reached` says
of the same onsets for that day; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from msgspec.structs import replace

from lianfang.cases.models import Case
from lianfang.cases.queries.cases import in_hospital
from lianfang.health.rules import symptoms
from lianfang.orgs.models import Kind, Unit
from lianfang.orgs.queries import calendar
from lianfang.policies import diseases
from lianfang.policies import queries as policies
from lianfang.policies.diseases.spec import NATION, Disease, Edition, Group, Threshold
from lianfang.surveillance.rules.thresholds import STILL

# Days before the window that are looked at, so that somebody who is still ill is not taken for a new case.
_BEFORE = 14
_LONGEST = timedelta(days=366)  # no window is longer
# Who was said to have one of the symptoms when; the first day of each illness (`rules.thresholds.episodes`); how many
# began within the window in each class and each dormitory room.
_SYMPTOMATIC = """
WITH said AS MATERIALIZED (
    SELECT d.school_id, d.person_id, d.unit_id, d."on", b.bit
    FROM health_daystatus d JOIN unnest(%(bits)s::int[]) AS b (bit) ON (d.symptoms | d.fever::int) & b.bit <> 0
    WHERE d."on" BETWEEN %(first)s AND %(on)s {schools}
), onset AS MATERIALIZED (
    SELECT school_id, person_id, unit_id, "on", bit FROM (
        SELECT *, lag("on") OVER (PARTITION BY school_id, person_id, bit ORDER BY "on") AS before FROM said
    ) AS s WHERE (before IS NULL OR "on" - before > %(still)s) AND "on" > %(on)s::date - %(longest)s::int
), placed AS (
    SELECT school_id, person_id, "on", bit, 'class' AS kind, unit_id::text AS place FROM onset
    UNION ALL
    SELECT o.school_id, o.person_id, o."on", o.bit, 'dormitory', l.building || ' ' || l.room FROM onset o
    JOIN people_lodging l ON l.person_id = o.person_id AND l.school_id = o.school_id AND l.room <> ''
         AND l.from_on <= %(on)s AND (l.to_on IS NULL OR l.to_on >= %(on)s)
    UNION ALL
    SELECT school_id, person_id, "on", bit, 'school', school_id::text FROM onset
)
SELECT p.school_id, p.kind, p.place, p.bit, w.days,
       array_agg(DISTINCT p.person_id::text || ' ' || p."on"::text)
FROM placed p
JOIN unnest(%(kinds)s::text[], %(days)s::int[], %(cases)s::int[]) AS w (kind, days, cases)
    ON w.kind = p.kind AND p."on" > %(on)s::date - w.days
GROUP BY p.school_id, p.kind, p.place, p.bit, w.days, w.cases
HAVING count(DISTINCT p.person_id) >= w.cases
"""


@dataclass(frozen=True)
class Hit:
    """A group that reached a threshold on a day. ``persons``: onset of each who counts. ``what``: a disease or the code
    of a symptom."""

    school_id: int
    disease: str
    edition: str
    threshold: Threshold
    what: str
    kind: Group
    place: str
    persons: Mapping[UUID, date]


_Rules = list[tuple[Disease, Edition, Threshold]]


def symptomatic(on: date, schools: Collection[int] | None = None) -> list[Hit]:
    """By the rules that count symptoms. ``schools`` None: all there are. A handful of queries; two more for each school
    below a unit that asks for fewer people than the file does."""
    rules, local = _counting_symptoms(_rules(None, on)), _counting_symptoms(_local(on))
    if not (rules or local):
        return []
    earlier = _asked_earlier(on)
    rows = _rows(on, [*rules, *local], {key: number for key, (number, _) in earlier.items()}, schools)
    differing = {path for _, paths in earlier.values() for path in paths} | _areas(local)
    own = _own_rules({int(row[0]) for row in rows}, rules, differing, on)
    found = []
    for school, kind, place, bit, days, told in rows:
        persons = _onsets(told)
        for disease, edition, row in own[school]:
            if row.days == days and kind in row.groups and len(persons) >= row.cases and bit in _bits(edition):
                found.append(Hit(school, disease.id, edition.id, row, _bits(edition)[bit], kind, place, persons))
    return found


def _local(on: date) -> _Rules:
    """Of all diseases, the rules that hold in some area only."""
    return [
        (disease, edition, row)
        for disease in diseases.catalog().values()
        for edition in disease.editions
        if edition.holds(on)
        for row in edition.thresholds
        if (row.jurisdiction or edition.jurisdiction) != NATION and _timely(row, on)
    ]


def _areas(local: _Rules) -> set[str]:
    """The paths of the areas that have rules of their own."""
    codes = {row.jurisdiction or edition.jurisdiction for _, edition, row in local}
    return set(Unit.objects.filter(code__in=codes).values_list("path", flat=True)) if codes else set()


def _asked_earlier(on: date) -> dict[str, tuple[int, set[str]]]:
    """Rules for which some unit asks for fewer people: the least number anywhere, and the paths of those units."""
    found: dict[str, tuple[int, set[str]]] = {}
    for one in policies.everywhere(on, "disease."):
        if ".thresholds." in one.key and one.value.isdecimal() and int(one.value):
            least, paths = found.get(one.key, (int(one.value), set()))
            found[one.key] = (min(least, int(one.value)), paths | {one.path})
    return found


def _own_rules(schools: Collection[int], rules: _Rules, paths: Collection[str], on: date) -> dict[int, _Rules]:
    """What holds for each of these schools."""
    found = dict.fromkeys(schools, rules)
    if paths:
        for school in Unit.objects.filter(pk__in=schools):
            if school.path.startswith(tuple(paths)):
                found[school.pk] = _counting_symptoms(_rules(school, on))
    return found


def _rows(
    on: date, rules: _Rules, least: Mapping[str, int], schools: Collection[int] | None
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Groups that may have reached one of the rules: with the least number that is asked for anywhere."""
    windows: dict[tuple[str, int], int] = {}
    for disease, _, row in rules:
        cases = min(row.cases, least.get(f"disease.{disease.id}.thresholds.{row.id}.cases", row.cases))
        for group in row.groups:
            windows[group, row.days] = min(cases, windows.get((group, row.days), cases))
    longest = max(days for _, days in windows)
    only = "AND d.school_id = ANY(%(schools)s::int[])" if schools is not None else ""
    values: dict[str, Any] = {
        "bits": sorted({bit for _, edition, _ in rules for bit in _bits(edition)}), "on": on,
        "first": on - timedelta(days=longest - 1 + _BEFORE), "still": STILL.days, "longest": longest,
        "schools": list(schools or ()), "kinds": [kind for kind, _ in windows],
        "days": [days for _, days in windows], "cases": list(windows.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SYMPTOMATIC.format(schools=only), values)
        return list(cursor.fetchall())


def _onsets(told: Iterable[str]) -> dict[UUID, date]:
    found: dict[UUID, date] = {}
    for one in sorted(told, reverse=True):  # the first day of each stays
        person, on = one.split(" ")
        found[UUID(person)] = date.fromisoformat(on)
    return found


def _counting_symptoms(rules: _Rules) -> _Rules:
    """A rule that asks for a common meal is counted where one was noted (`meals`)."""
    return [one for one in rules if one[2].of == "symptomatic" and one[0].id != "food_poisoning"]


def _bits(edition: Edition) -> dict[int, str]:
    """Symptoms that such a rule counts, each for itself: bit → code."""
    return {symptoms.packed([code]): code for rule in edition.suspicion for code in rule.any}


def of_cases(on: date, schools: Collection[int] | None = None) -> list[Hit]:
    """By the rules that count cases of a disease, each school by what holds there (a province may ask for fewer)."""
    rows = Case.objects.filter(onset_on__gt=on - _LONGEST, onset_on__lte=on, person__isnull=False)
    rows = rows.exclude(certainty="excluded").select_related("unit")
    if schools is not None:
        rows = rows.filter(school__in=schools)
    of_school: dict[int, list[Case]] = defaultdict(list)
    for row in rows:
        of_school[row.school_id].append(row)
    places = Unit.objects.in_bulk(list(of_school))
    return [hit for school, cases in of_school.items() for hit in _of_school(places[school], cases, on)]


def _of_school(school: Unit, cases: list[Case], on: date) -> Iterator[Hit]:
    suffering: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        suffering[case.disease].append(case)
    campuses = dict(Unit.objects.filter(school=school, kind=Kind.CAMPUS).values_list("path", "pk"))
    for disease, edition, row in _rules(school, on):
        if row.of == "symptomatic" or len(suffering[disease.id]) < row.cases:
            continue
        asked = _in_term(row, school, on) if row.term else row
        counted = _counted(row.of, suffering[disease.id])
        for kind in row.groups:
            for place, persons in _groups(kind, counted, school, campuses, on, asked.days).items():
                if len(persons) >= row.cases:
                    yield Hit(school.pk, disease.id, edition.id, asked, disease.id, kind, place, persons)


def _in_term(row: Threshold, school: Unit, on: date) -> Threshold:
    """With the days of the term so far."""
    began = calendar.term_began(school, on)
    return row if began is None else replace(row, days=(on - began).days + 1)


def _counted(of: str, cases: list[Case]) -> list[Case]:
    if of == "death":
        return [one for one in cases if one.ended == "died"]
    if of == "hospitalised":
        lay = in_hospital([one.pk for one in cases])
        return [one for one in cases if one.pk in lay]
    return cases


def _groups(
    kind: Group, cases: Iterable[Case], school: Unit, campuses: Mapping[str, int], on: date, days: int
) -> dict[str, dict[UUID, date]]:  # fmt: skip
    found: dict[str, dict[UUID, date]] = defaultdict(dict)
    for case in cases:
        if case.onset_on is None or case.person_id is None or case.onset_on <= on - timedelta(days=days):
            continue
        for place in _places(kind, case, school, campuses):
            first = found[place].get(case.person_id, case.onset_on)
            found[place][case.person_id] = min(first, case.onset_on)
    return found


def _places(kind: Group, case: Case, school: Unit, campuses: Mapping[str, int]) -> Iterator[str]:
    if kind == "class":
        yield str(case.unit_id)
    elif kind == "school":
        yield str(school.pk)
    elif kind == "campus":
        yield from (str(pk) for path, pk in campuses.items() if case.unit.path.startswith(path))


def _rules(school: Unit | None, on: date) -> _Rules:
    """Of all diseases, as they hold there on that day."""
    return [
        (disease, edition, row)
        for disease, edition in policies.rulebook(school, on)
        if edition is not None
        for row in edition.thresholds
        if _timely(row, on)
    ]


def _timely(row: Threshold, on: date) -> bool:
    return (row.since is None or row.since <= on) and (row.until is None or on <= row.until)


def schools_with_cases_since(since: datetime) -> set[int]:
    """Where something was said about a case since then."""
    rows = Case.objects.filter(steps__at__gte=since)
    return {row.school_id for row in rows.only("school")}
