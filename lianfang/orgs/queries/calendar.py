"""Which days are school days: of one unit over a range, and of every school of the country on one day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any

from django.db.models import Q, QuerySet

from lianfang.orgs.models import CalendarEntry, EntryKind, Unit
from lianfang.orgs.rules import SCHOOLS, calendar
from lianfang.orgs.rules.calendar import Day, Entry, Level

_KEPT_FOR = 30.0  # seconds: an entry is felt by all processes after half a minute, by the one that made it at once
# A term further away than this says nothing about a day (`calendar.LONGEST_BREAK`; a school year).
_REACH = timedelta(days=400)
_tables: dict[date, tuple[float, "Table"]] = {}


# Whether a calendar has the day at a school ``u``, for any statement about many schools; its values: `asked`. An area
# or school stands in it only where it differs from what is above it, so each on the way down turns the answer round.
HAS_DAY = """(%(calendar_all)s OR %(calendar_usual)s = ((
    (u.id = ANY(%(calendar_schools)s::bigint[]))::int
    + (SELECT count(*) FROM unnest(%(calendar_areas)s::text[]) AS a (path) WHERE u.path LIKE a.path)) %% 2 = 0))"""


@dataclass(frozen=True)
class Table:
    """A day all over the country: ``base`` where nobody has entered anything, ``days`` by the path of each unit with
    entries. ``schools`` are the paths of schools among them."""

    on: date
    base: Day
    days: Mapping[str, Day]
    schools: frozenset[str]

    def of(self, path: str) -> Day:
        """What the day is for the unit with this path: as the nearest unit with entries has it."""
        while path and self.days:
            found = self.days.get(path)
            if found is not None:
                return found
            path = _up(path)
        return self.base

    def turns(self, under: str) -> dict[bool, list[str]]:
        """Paths below one of units whose answer is another one than that of the unit above them: schools (True), and
        areas. Ten thousand schools with terms of their own are none on an ordinary day."""
        found: dict[bool, list[str]] = {True: [], False: []}
        for path, day in self.days.items():
            if path != under and path.startswith(under) and day.taught != self.of(_up(path)).taught:
                found[path in self.schools].append(path)
        return found


def _up(path: str) -> str:
    """The path of the unit above; blank above the root."""
    return path[: path.rstrip(".").rfind(".") + 1]


def asked(on: date, name: str, under: str = "") -> dict[str, Any]:
    """Values of `HAS_DAY` for a calendar ("every_day", "workdays", "school_days"). ``under``: the prefix that the paths
    of all schools asked for have."""
    usual, turns = name in calendar.running(on, taught=False), {True: list[str](), False: list[str]()}
    if name == "school_days":
        usual, turns = table(on).of(under).taught, table(on).turns(under)
    return {
        "calendar_all": usual and not (turns[True] or turns[False]),
        "calendar_usual": usual,
        "calendar_schools": [int(path.rstrip(".").rsplit(".", 1)[-1]) for path in turns[True]],
        "calendar_areas": [path + "%" for path in turns[False]],
    }


def mixed(values: Mapping[str, Any]) -> bool:
    """Whether the answer to `asked` is one thing for some schools and another for others."""
    return bool(values["calendar_schools"] or values["calendar_areas"])


def table(on: date) -> Table:
    """One query, and none for half a minute after it."""
    kept = _tables.get(on)
    if kept is None or monotonic() - kept[0] > _KEPT_FOR:
        if len(_tables) > 100:
            _tables.clear()
        kept = _tables[on] = (monotonic(), _table(on))
    return kept[1]


def forget() -> None:
    """What was kept of the calendars: an entry was made or ended."""
    _tables.clear()


def day(unit: Unit, on: date) -> Day:
    return table(on).of(unit.path)


def running(unit: Unit, on: date) -> frozenset[str]:
    """The calendars ("every_day", "workdays", "school_days") that have this day for the unit."""
    return calendar.running(on, day(unit, on).taught)


def days(unit: Unit, since: date, until: date, *, with_entry: Entry | None = None) -> dict[date, Day]:
    """Every day of a range, both ends included. One query. ``with_entry``: as if the unit had this one too."""
    rows = _reaching(since, until).filter(unit_id__in=unit.ancestor_ids)
    levels = _levels(rows)
    if with_entry is not None:
        own = levels.get(unit.path) or Level((), unit.kind in SCHOOLS)
        levels[unit.path] = Level([with_entry, *own.entries], own.is_school)
    above = [levels[path] for path in sorted(levels, key=len, reverse=True)]
    span = [since + timedelta(days=at) for at in range((until - since).days + 1)]
    return {on: calendar.what(on, above) for on in span}


def next_open(unit_path: str, on: date) -> date:
    """The day itself, or the next one on which somebody is at the school (`calendar.next_open`)."""
    ahead = [on + timedelta(days=at) for at in range(calendar.AHEAD)]
    if table(on).of(unit_path).taught:
        return on
    return calendar.next_open(on, {one: table(one).of(unit_path).taught for one in ahead})


def term_began(unit: Unit, on: date) -> date | None:
    """The first day of the term that the day falls into, or the one after which it falls, as the nearest unit that has
    terms says; None where nobody has entered one within a year. One query."""
    rows = CalendarEntry.objects.filter(unit_id__in=unit.ancestor_ids, kind=EntryKind.TERM, ended_on__isnull=True)
    near = rows.filter(from_on__lte=on, from_on__gt=on - timedelta(days=366)).order_by("-unit__path", "-from_on")
    found: date | None = near.values_list("from_on", flat=True).first()
    return found


def entries(unit: Unit, since: date, until: date) -> list[CalendarEntry]:
    """Entries of the unit and of those above it that hold on some day of the range, ended ones among them; the nearest
    unit first, then by day."""
    rows = CalendarEntry.objects.filter(unit_id__in=unit.ancestor_ids, from_on__lte=until)
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=since)).select_related("unit")
    return sorted(rows, key=lambda row: (-len(row.unit.path), row.from_on, row.pk))


def below(unit: Unit, since: date, until: date, most: int) -> list[CalendarEntry]:
    """Entries of units below that hold on some day of the range, in the order of the tree."""
    rows = CalendarEntry.objects.filter(unit__path__startswith=unit.path, from_on__lte=until).exclude(unit=unit)
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=since), ended_on__isnull=True)
    return list(rows.select_related("unit").order_by("unit__path", "from_on")[:most])


def as_rule(row: CalendarEntry) -> Entry:
    return Entry(row.kind, row.from_on, row.last_on, row.weekdays, row.name, row.pk)


def _reaching(since: date, until: date) -> QuerySet[CalendarEntry]:
    """Rows that can say something about a day of the range: those that hold on one, and terms not far away."""
    near = Q(kind=EntryKind.TERM, from_on__lte=until + _REACH, to_on__gte=since - _REACH)
    holding = Q(from_on__lte=until) & (Q(to_on__isnull=True) | Q(to_on__gte=since))
    return CalendarEntry.objects.filter(near | holding)


def _levels(rows: QuerySet[CalendarEntry]) -> dict[str, Level]:
    """By path, the outermost unit first."""
    columns = ("unit__path", "unit__kind", "kind", "from_on", "to_on", "ended_on", "weekdays", "name", "pk")
    found: dict[str, list[Entry]] = defaultdict(list)
    schools = set()
    for path, unit_kind, kind, from_on, to_on, ended_on, weekdays, name, pk in rows.order_by(
        "unit__path", "-at", "-pk"
    ).values_list(*columns):
        last = min((one for one in (to_on, ended_on) if one is not None), default=None)
        if last is None or last >= from_on:
            found[path].append(Entry(kind, from_on, last, weekdays, name, pk))
        if unit_kind in SCHOOLS:
            schools.add(path)
    return {path: Level(entries, path in schools) for path, entries in found.items()}


def _table(on: date) -> Table:
    levels = _levels(_reaching(on, on))
    made: dict[str, Day] = {}
    for path in levels:
        made[path] = calendar.what(on, _above(path, levels))
    schools = frozenset(path for path, level in levels.items() if level.is_school)
    return Table(on, calendar.what(on, ()), made, schools)


def _above(path: str, levels: Mapping[str, Level]) -> Sequence[Level]:
    found = []
    while path:
        level = levels.get(path)
        if level is not None:
            found.append(level)
        path = _up(path)
    return found
