"""Targets: a day of the first school, of its city and of a school beyond, each with a pack; a decision carried out by
student affairs, and one beyond."""

from datetime import timedelta
from typing import Any

from lianfang.bulletins.actions import decisions, packs
from lianfang.bulletins.models import Pack
from lianfang.bulletins.queries.packs import who_can
from lianfang.orgs.models import Unit
from lianfang.people.models import Posting, User
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    school, _, far = (_pack(cast, unit) for unit in (cast.school, cast.city_unit, beyond(cast)))
    teacher = User.objects.create(username="beyond_clerk", name="远方干事")
    Posting.objects.create(user=teacher, unit=far.unit, role="clerk", from_on=cast.day, confirmed_at=cast.now)
    return {
        "analysis_school": [cast.school.pk, cast.day],
        "analysis_area": [cast.city_unit.pk, cast.day],
        "analysis_beyond": [far.unit_id, cast.day],
        "decided": [_decided(cast, school, cast.students)],
        "decided_beyond": [_decided(cast, far, teacher)],
    }


def _pack(cast: Cast, unit: Unit) -> Pack:
    return packs.make(by=None, unit=unit, on=cast.day, now=cast.now)


def _decided(cast: Cast, pack: Pack, user: User) -> Any:
    who = who_can(pack.unit, cast.day).get(user=user)
    made = decisions.decide(
        by=cast.leader, pack=pack, text="补充口罩", who=who, due_at=cast.now + timedelta(days=1), now=cast.now
    )
    return made.pk
