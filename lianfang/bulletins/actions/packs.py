"""The pack of a day: gathered by the clock or by hand, never changed; and the meeting over it."""

from datetime import date, datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from lianfang.bulletins.models import Meeting, Pack
from lianfang.bulletins.queries import gathering, packs
from lianfang.core import clock, events, turns
from lianfang.core.problems import refuse
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

MEETS = ("leader", "principal", "office_head", "liaison")
_APART = timedelta(minutes=1)  # two people press at once: the second sees what the first gathered


@transaction.atomic
def make(*, by: User | None, unit: Unit, on: date, now: datetime) -> Pack:
    """Another version of the unit's day, as it is known now. Raises `Refused` for days that have not come, and within a
    minute of the last version."""
    if on > clock.day_of(now):
        raise refuse("bulletins.ahead")
    turns.turn(f"pack {unit.pk}")
    last = packs.newest(unit, on)
    if last is not None and now - last.at < _APART:
        raise refuse("bulletins.too_soon")
    number = Pack.objects.filter(unit=unit, on=on).aggregate(last=Max("version"))["last"] or 0
    facts = msgspec.to_builtins(gathering.facts(unit, on, now))
    made = Pack.objects.create(unit=unit, on=on, version=number + 1, at=now, by=by, facts=facts)
    events.record("pack.made", by=by, unit=unit, subject=made, detail={"version": made.version}, now=now)
    return made


def make_due(*, now: datetime) -> int:
    """Packs of the units whose minute has come and who have none of today yet; how many were made. Each by itself, so
    that nobody waits for another, and a run that was cut short is taken up by the next."""
    made = 0
    for unit in packs.meeting(now):
        made += _make_due(unit, now)
    return made


@transaction.atomic
def _make_due(unit: Unit, now: datetime) -> bool:
    on = clock.day_of(now)
    turns.turn(f"pack {unit.pk}")
    if packs.newest(unit, on) is not None:  # somebody looked before the minute, or another worker was here
        return False
    made = make(by=None, unit=unit, on=on, now=now)
    url = reverse("bulletins:day", args=[unit.pk, on])
    told = {post.user_id for post in access.holders([unit.pk], MEETS, on)}
    notices.post(
        by=None, unit=unit, to=told, key=f"analysis.ready {made.pk}", kind="analysis.ready", url=url, now=now,
        params={"unit": unit.label, "on": on.isoformat()},
    )  # fmt: skip
    until = datetime.combine(on, packs.until(), tzinfo=clock.ZONE)
    singles.owe(kind="daily_analysis", key=owed(unit, on), unit=unit, due_at=until, by=None, url=url, now=now)
    return True


@transaction.atomic
def meet(*, by: User, pack: Pack, present: str, conclusion: str, now: datetime) -> Meeting:
    """The leading group has looked at the day."""
    made = Meeting.objects.create(pack=pack, at=now, by=by, present=present, conclusion=conclusion)
    events.record("analysis.met", by=by, unit=pack.unit, subject=made, detail={"on": str(pack.on)}, now=now)
    singles.fulfil(key=owed(pack.unit, pack.on), by=by, now=now)
    return made


def owed(unit: Unit, on: date) -> str:
    """The occasion of the obligation to look at a unit's day."""
    return f"daily_analysis {unit.pk} {on}"
