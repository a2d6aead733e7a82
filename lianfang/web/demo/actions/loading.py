"""The units, people and past days of the demo, all or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from lianfang.core import clock, events
from lianfang.core.models import Event
from lianfang.health.actions import hints
from lianfang.orgs import actions as orgs
from lianfang.orgs import queries
from lianfang.orgs.models import Unit
from lianfang.people import actions as people
from lianfang.people.actions import filling
from lianfang.people.models import User
from lianfang.people.queries import by_username, how_many
from lianfang.policies import actions as policies
from lianfang.returns import spec
from lianfang.returns.actions import orders
from lianfang.web.demo import illness, names, places, posts
from lianfang.web.demo.actions import (
    alarming,
    analysing,
    apart,
    assessing,
    beside,
    casing,
    checks,
    days,
    lettering,
    pupils,
    rostering,
    surveying,
)
from lianfang.web.demo.places import School

PASSWORD = "lianfang-demo-2020"  # noqa: S105  (printed for everybody; only systems that hold nothing but the demo have it)
FORM = "situation_2020"
SINCE = date(2020, 1, 20)
ORDERED = date(2020, 1, 28)
_LAST_SCHOOL_DAY = 3  # days ago at most
# Who appears in what is played at the showcase school.
_SHOWN = (
    "teacher", "doctor", "head", "leader", "principal", "clerk", "registrar", "counsellor", "students", "staff",
    "logistics", "city",
)  # fmt: skip


class NotEmpty(Exception):
    """The system holds units of its own; the demo is not mixed with them."""


@dataclass(frozen=True)
class Loaded:
    """``schools`` the demo has now; ``new``: how many of them this run brought."""

    schools: int
    new: int


def loaded() -> int:
    """How many schools of the demo are there; 0 when it is not loaded."""
    last = Event.objects.filter(verb="demo.loaded").order_by("-at", "-id").first()
    return int(last.detail["schools"]) if last else 0


@transaction.atomic
def load(*, schools: int, past_days: int, now: datetime) -> Loaded:
    """Bring the demo to at least that many schools. What is there already stays; past days are played once.

    Raises `NotEmpty` when the system holds units that are not the demo's.
    """
    have = loaded()
    wanted = places.schools(schools)
    if have >= len(wanted):
        return Loaded(have, 0)
    if not have:
        if queries.root() is not None:
            raise NotEmpty
        _foundations(now)
    fresh = wanted[have:]
    root = queries.by_code("000000")
    if root is None:
        raise LookupError("the demo has lost its root")
    orgs.import_units(by=None, under=root, rows=places.school_rows(fresh), now=now)
    _appoint((post for school in fresh for post in posts.of_school(school)), "schools", now)
    _settle(fresh, now)
    if not have:
        province = queries.by_codes([places.PROVINCE])[places.PROVINCE]
        assessing.assess(unit=province, by=by_username(["security"])["security"], now=now)
        surveying.decide(unit=province, by=by_username(["province"])["province"], now=now)
        _every_day(province, now)
        days.play(form=spec.catalog()[FORM], schools=fresh, number=past_days, now=now)
        _check(fresh, past_days, now)
        _analyse(past_days, now)
    events.record("demo.loaded", by=None, unit=root, detail={"schools": len(wanted)}, now=now)
    return Loaded(len(wanted), len(fresh))


def _foundations(now: datetime) -> None:
    """China, its areas, the authorities, and everybody outside the schools; the form is owed in the province."""
    root = orgs.create_unit(by=None, parent=None, kind="nation", code="000000", name="全国", now=now)
    orgs.import_units(by=None, under=root, rows=places.areas(), now=now)
    province = queries.by_codes([places.PROVINCE])[places.PROVINCE]
    orders.assign(by=None, unit=province, form=spec.catalog()[FORM], from_on=ORDERED, now=now)


def _every_day(province: Unit, now: datetime) -> None:
    """Whoever opens the demo on a Sunday finds a morning of checks all the same."""
    policies.override(
        by=by_username(["province"])["province"], unit=province, key="checks.morning.calendar", value="every_day",
        from_on=ORDERED, to_on=None, reason="演示：周末和节假日也检查", now=now,
    )  # fmt: skip


def _settle(fresh: Sequence[School], now: datetime) -> None:
    """The people of the showcase school; a few others have begun with the roster of one department, and the rest keep
    their head counts only."""
    for school in fresh:
        mine = school.code == places.SHOWCASE
        if not mine and school.code not in places.begun(fresh):
            continue
        units = queries.by_codes(str(row.cells["code"]) for row in places.school_rows([school]))
        today = now.astimezone(clock.ZONE).date()
        rows = pupils.of_school(school, units, today) if mine else pupils.of_first_department(school, units)
        filling.fill(by=None, school=units[school.code], rows=rows, now=now)


def _check(fresh: Sequence[School], past_days: int, now: datetime) -> None:
    """Class checks where there are pupils: a fortnight at the showcase, the days since the last one of lessons at the
    others, if a past is wanted."""
    having = {places.SHOWCASE, *places.begun(fresh)}
    for school in (school for school in fresh if school.code in having):
        classes = queries.by_codes(code for code, _ in places.classes(school))
        users = by_username([f"doctor.{school.code}", "doctor", "teacher", *(f"teacher.{code}" for code in classes)])
        mine = school.code == places.SHOWCASE
        reporters = {code: users[f"teacher.{code}"] for code in classes if f"teacher.{code}" in users}
        if mine:
            reporters[next(iter(places.classes(school)))[0]] = users["teacher"]
        past = (illness.FORTNIGHT if mine else _LAST_SCHOOL_DAY) if past_days else 0
        doctor = users["doctor" if mine else f"doctor.{school.code}"]
        checks.play(classes=classes, reporters=reporters, doctor=doctor, days=past, now=now)
        if mine:
            _showcase(school, classes, doctor, past, now)
    if past_days:
        any(hints.raise_hints(day, now=now) for day in _lessons(now.astimezone(clock.ZONE).date()))


def _showcase(school: School, classes: Mapping[str, Unit], doctor: User, past: int, now: datetime) -> None:
    """Groups beside the classes; where the pupils of the first department were, if a past is wanted."""
    code, _name, inside = places.departments(school)[0]
    units = queries.by_codes([school.code, code])
    beside.play(school=units[school.code], classes=list(classes.values()), doctor=doctor, days=past, now=now)
    if past:
        first = [classes[inner] for inner, _label, _size in inside]
        surveying.play(department=units[code], classes=first, doctor=doctor, now=now)
        people = by_username([*_SHOWN, f"deputy.{places.CAPITAL}"])
        city = queries.by_codes([places.CAPITAL])[places.CAPITAL]
        alarming.play(school=units[school.code], class_=first[0], people=people, now=now)
        casing.play(school=units[school.code], doctor=doctor, now=now)
        apart.play(school=units[school.code], doctor=doctor, now=now)
        rostering.play(school=units[school.code], city=city, people=people, now=now)
        lettering.play(school=units[school.code], people=people, now=now)


def _analyse(past_days: int, now: datetime) -> None:
    units = queries.by_codes([places.SHOWCASE, places.CAPITAL])
    if past_days and len(units) == 2:
        analysing.play(
            school=units[places.SHOWCASE], city=units[places.CAPITAL], people=by_username(["leader", "logistics"]),
            days=illness.FORTNIGHT - 1, filed=past_days, now=now,
        )  # fmt: skip


def _lessons(today: date) -> Iterator[date]:
    """Days of lessons, the last one first, as far as somebody typed too fast."""
    days = (today - timedelta(days=back) for back in range(1, checks.HASTY + 1))
    return (day for day in days if day.weekday() < checks.SATURDAY)


def _appoint(wanted: Iterable[posts.Post], seed: str, now: datetime) -> None:
    """Accounts and postings. Argon2 takes its time on purpose: the one password of all is hashed once."""
    rows = list(wanted)
    first = how_many() + 1
    if first == 1:
        rows = [*posts.above_schools(), *rows]
    invented = names.people(f"{seed} {first}", first)
    encoded = make_password(PASSWORD)
    new = [
        people.NewAccount(post.username, name, phone, encoded)
        for post, (name, phone) in zip(rows, invented, strict=False)
    ]
    people.create_accounts(by=None, rows=new, now=now)
    users = by_username(post.username for post in rows)
    units = queries.by_codes({post.unit for post in rows})
    held = [
        people.NewPosting(users[post.username], units[post.unit], role, post.title, post.deputy)
        for post in rows
        for role in (post.role, *post.also)
    ]
    people.appoint_all(by=None, rows=held, from_on=SINCE, now=now)
