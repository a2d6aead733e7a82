"""What the checks of today ask of a person: rounds owed by their own classes, findings, boards to keep an eye on."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count

from lianfang.health.models import DayStatus
from lianfang.health.queries import boards, classes, places, terms
from lianfang.health.rules.plan import OBLIGATION, Wanted
from lianfang.health.rules.status import FINDINGS
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import User


@dataclass(frozen=True)
class Watched:
    """How a unit one looks after stands in the round that opened last; ``expected`` None: not counted yet. ``board``:
    whether the user may open its board; a counsellor may not, and has the list of classes."""

    unit: Unit
    round: Wanted
    due_at: datetime
    reported: int
    expected: int | None
    missing: int
    board: bool = True


def found(user: User, now: datetime) -> list[tuple[Unit, int]]:
    """Schools (classes) in which the user sees findings by name, with how many there are today. One query."""
    units = {post.unit_id: post.unit for post in access.postings(user) if _at_school(post.unit, post.role)}
    schools = {unit.school_id or unit.pk for unit in units.values()}
    if not units:
        return []
    rows = DayStatus.objects.filter(school_id__in=schools, on=now.date(), status__in=[int(one) for one in FINDINGS])
    counted = dict(rows.values_list("unit_id").annotate(n=Count("person_id")).order_by())
    paths = dict(Unit.objects.filter(pk__in=counted).values_list("pk", "path"))
    return [(unit, sum(n for pk, n in counted.items() if paths[pk].startswith(unit.path))) for unit in units.values()]


def _at_school(unit: Unit, role: str) -> bool:
    inside = unit.school_id is not None or unit.kind in ("school", "training")
    return inside and "finding.view" in access.ROLES[role].verbs


def watched(user: User, now: datetime) -> list[Watched]:
    """The units one looks after, as far as anything is owed there: boards, and a counsellor's faculty."""
    posts = access.postings(user)
    boards_at = {post.unit_id for post in posts if "health.board" in access.ROLES[post.role].verbs}
    faculties = {post.unit_id for post in posts if post.role == "counsellor" and post.unit.kind != Kind.CLASS}
    units = {post.unit_id: post.unit for post in posts if post.unit_id in boards_at | faculties}
    found = [one for unit in units.values() if (one := _standing(unit, now)) is not None]
    return [replace(one, board=one.unit.pk in boards_at) for one in found]


def _standing(unit: Unit, now: datetime) -> Watched | None:
    on = now.date()
    if unit.school_id is not None or unit.kind in ("school", "training"):
        day = classes.day(unit, on)
        opened = [one for one in day.planned() if one.opens <= now.time()]
        if not opened:
            return None
        owing = day.owing(opened[-1].round.code)
        missing = sum(not row.reported(opened[-1].round.code) for row in owing)
        return _watch(unit, opened[-1], now, len(owing) - missing, len(owing) if owing else None, missing)
    opened = [one for one in terms.rounds(unit, on) if one.opens <= now.time()]
    if not opened:
        return None
    total = boards.total(boards.standings(unit, on, opened[-1].round.code))
    return _watch(unit, opened[-1], now, total.reported, total.classes if total.opened else None, total.lacking)


def _watch(
    unit: Unit, wanted: Wanted, now: datetime, reported: int, expected: int | None, missing: int
) -> Watched | None:  # fmt: skip
    """Nothing is said of a unit nobody is expected at."""
    if not expected:
        return None
    due = places.due_at(wanted, now.date())
    due = grants.moved(OBLIGATION, wanted.round.code, unit, now.date(), due)
    return Watched(unit, wanted, due, reported, expected, missing)
