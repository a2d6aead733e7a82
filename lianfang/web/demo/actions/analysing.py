"""The daily analysis of the showcase school and its city: a pack for each day of the past fortnight, the meeting over
yesterday's, and what was decided there."""

from datetime import datetime, time, timedelta

from lianfang.bulletins.actions import decisions, packs
from lianfang.bulletins.models import Pack
from lianfang.bulletins.queries import packs as reads
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_AT, _LATER = time(16, 0), timedelta(minutes=25)


def play(*, school: Unit, city: Unit, people: dict[str, User], days: int, now: datetime) -> None:
    """``people``: leader and logistics by these names. Today's pack is left to the clock."""
    today = clock.day_of(now)
    for back in range(days, 0, -1):
        at = datetime.combine(today - timedelta(days=back), _AT, clock.ZONE)
        made = [packs.make(by=None, unit=unit, on=at.date(), now=at) for unit in (school, city)]
        if back == 1:
            _met(made[0], people, at + _LATER, now)


def _met(pack: Pack, people: dict[str, User], at: datetime, now: datetime) -> None:
    packs.meet(
        by=people["leader"], pack=pack, present="领导小组组长、防控办主任、校医、后勤处", now=at,
        conclusion="缺勤以普通感冒为主，未见聚集。请假学生逐一追访，教室加强通风。",
    )  # fmt: skip
    who = reads.who_can(pack.unit, clock.day_of(now)).get(user=people["logistics"])
    due = datetime.combine(clock.day_of(now) + timedelta(days=1), _AT, clock.ZONE)
    decisions.decide(
        by=people["leader"], pack=pack, text="补充洗手液和备用口罩，开学前到位", who=who, due_at=due, now=at
    )
