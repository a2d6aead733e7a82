"""Past days of the demo: every school files and signs, cities and province gather, as they would by hand."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.orgs import queries
from lianfang.people.models import User
from lianfang.people.queries import by_username
from lianfang.returns import rules
from lianfang.returns.actions import filing, gathering, signing
from lianfang.returns.queries import rollup
from lianfang.returns.spec import Form
from lianfang.web.demo import places
from lianfang.web.demo.places import School

_WHY = "电话报告，病例待登记"
_TREATMENT = "男，19岁，现在定点医院观察，体温38.1℃，已采样待结果。"


def play(*, form: Form, schools: Sequence[School], number: int, now: datetime) -> None:
    """The last ``number`` days before today, oldest first."""
    wanted = [f"{duty}.{school.code}" for school in schools for duty in ("clerk", "head", "leader")]
    wanted += [f"liaison.{code}" for code, _ in places.cities()] + ["province"]
    users = by_username(wanted)
    for back in range(number, 0, -1):
        _day(form, schools, users, now.astimezone(clock.ZONE).date() - timedelta(days=back))


def _day(form: Form, schools: Sequence[School], users: dict[str, User], on: date) -> None:
    dice = random.Random(f"2020 day {on}")  # noqa: S311  (invents figures, guards nothing)
    suspected = dice.choice(schools).code
    units = queries.by_codes(school.code for school in schools)
    for school in schools:
        fate = dice.random()
        if fate < 0.02 and school.code != suspected:
            continue  # a school that did not report; the one with somebody suspected always does
        minutes = dice.randint(2, 40) if fate < 0.05 else -dice.randint(15, 280)
        at = datetime.combine(on, time(15), clock.ZONE) + timedelta(minutes=minutes)
        cells = _cells(form, dice, users[f"clerk.{school.code}"], ill=school.code == suspected)
        _file(form, users, school, units[school.code], on, cells, at)
    at = datetime.combine(on, time(15, 45), clock.ZONE)
    for code, _ in places.cities():
        _gather(form, users[f"liaison.{code}"], code, on, at + timedelta(minutes=dice.randint(0, 14)))
    _gather(form, users["province"], places.PROVINCE, on, at + timedelta(minutes=35))


def _cells(form: Form, dice: random.Random, clerk: User, *, ill: bool) -> dict[str, Any]:
    """Zero nearly everywhere; now and then people in home isolation; at one school somebody suspected."""
    cells = rules.zero_cells(form, {"contact": f"{clerk.name} {clerk.work_phone}"})
    if dice.random() < 0.08:
        cells["isolated_home.students"] = dice.randint(1, 3)
    if ill:
        cells |= {"suspected.students": 1, "treatment": _TREATMENT}
    return cells


def _file(
    form: Form, users: dict[str, User], school: School, unit: Any, on: date, cells: dict[str, Any], at: datetime
) -> None:
    clerk, head, leader = (users[f"{duty}.{school.code}"] for duty in ("clerk", "head", "leader"))
    version = filing.submit(
        by=clerk, unit=unit, form=form, on=on, cells=cells, reasons={}, whys=dict.fromkeys(form.count_cells, _WHY),
        key=uuid7(), base=0, now=at,
    )  # fmt: skip
    if version.important:
        signing.sign(by=leader, filed=version.filed, version_id=version.pk, now=at + timedelta(minutes=3))
    signing.sign(by=head, filed=version.filed, version_id=version.pk, now=at + timedelta(minutes=5))


def _gather(form: Form, by: User, code: str, on: date, at: datetime) -> None:
    unit = queries.by_codes([code])[code]
    used = rollup.counted_versions(form, unit, on)
    if used:
        seen = rollup.fingerprint(used)
        gathering.gather(by=by, unit=unit, form=form, on=on, seen=seen, texts={}, key=uuid7(), now=at)
