"""The daily analysis of the showcase school and its city: a pack for each weekday of the past fortnight, the meeting
over the last one, and what was decided there."""

from datetime import datetime, time, timedelta

from lianfang.bulletins.actions import decisions, packs
from lianfang.bulletins.models import Pack
from lianfang.bulletins.queries import packs as reads
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_AT, _LATER = time(16, 0), timedelta(minutes=25)
SATURDAY = 5


def play(*, school: Unit, city: Unit, people: dict[str, User], days: int, filed: int, now: datetime) -> None:
    """``people``: leader and logistics by these names. The city has packs of the ``filed`` days of which there are
    returns. Today's is left to the clock."""
    today, made = clock.day_of(now), None
    for back in range(days, 0, -1):
        at = datetime.combine(today - timedelta(days=back), _AT, clock.ZONE)
        if at.weekday() < SATURDAY:
            made = packs.make(by=None, unit=school, on=at.date(), now=at)
        if back <= filed:
            packs.make(by=None, unit=city, on=at.date(), now=at)
    if made is not None:
        _met(made, people, now)


def _met(pack: Pack, people: dict[str, User], now: datetime) -> None:
    at = pack.at + _LATER
    packs.meet(
        by=people["leader"], pack=pack, present="领导小组组长、防控办主任、校医、后勤处", now=at,
        conclusion="缺勤以普通感冒为主，未见聚集。请假学生逐一追访，教室加强通风。",
    )  # fmt: skip
    who = reads.who_can(pack.unit, clock.day_of(now)).get(user=people["logistics"])
    due = datetime.combine(clock.day_of(now) + timedelta(days=1), _AT, clock.ZONE)
    decisions.decide(
        by=people["leader"], pack=pack, text="补充洗手液和备用口罩，开学前到位", who=who, due_at=due, now=at
    )
