"""Who has to check in today: the source "duty" of `obligations.sources`. A slot is the minute at which shifts begin
("0800"); its deadline is the end of the grace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.clock import ZONE
from lianfang.duty.models import Shift
from lianfang.duty.queries.away import away
from lianfang.duty.queries.roster import VIEW, midnight
from lianfang.duty.rules import GRACE, OPENS, check_in_state
from lianfang.obligations.sources import Owed, Silent, Slot, Standing
from lianfang.orgs.models import Kind, Unit, sponsored_by
from lianfang.people import access
from lianfang.people.models import User

KIND = "duty_check_in"
_DAY = timedelta(days=1)


class CheckIns:
    verb, asks = VIEW, "notice.post"
    open_days = 0
    functions: tuple[str, ...] = ()
    at: tuple[str, ...] = (Kind.SCHOOL, Kind.TRAINING)

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        begins = set(_begun(on).filter(_below(unit, on)).order_by().values_list("from_at", flat=True))
        return [_slot(at.astimezone(ZONE)) for at in sorted(begins)]

    def mine(self, user: User, now: datetime) -> list[Owed]:
        """Shifts one still has to check in for, or has checked in for today."""
        since = midnight(clock.day_of(now))
        rows = Shift.objects.standing().filter(user=user, from_at__lt=since + _DAY, to_at__gt=max(now, since))
        return [_row(shift, now) for shift in rows.select_related("post__unit", "check_in").order_by("from_at")]

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        found: dict[int, Standing] = {}
        if (at := _moment(slot, on)) is None:
            return found
        rows = _begun(on).filter(_below(unit, on), from_at=at)
        due = at + GRACE
        for pk, path, done in _by_unit(rows):
            stands = found.setdefault(_child(unit, pk, path), Standing())
            stands.owing, stands.done = stands.owing + 1, stands.done + done
            if not done and due < now:
                stands.late, stands.since = stands.late + 1, due
        return found

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        at = _moment(slot, on)
        if at is None or at + GRACE > due_by:
            return []
        below = reduce(or_, (Q(post__unit__path__startswith=path) for path in paths), Q(pk__in=[]))
        rows = _begun(on).filter(below, from_at=at, check_in=None).values_list(
            "post__unit_id", "post__unit__school_id", "user_id", "leader_id", "post__leader_id"
        )  # fmt: skip
        return _silent(list(rows), on, at + GRACE)


SOURCE = CheckIns()


@dataclass(frozen=True)
class Kept:
    """Shifts of the day that have begun, those somebody has checked in for, and those missed: the grace is over."""

    begun: int
    checked_in: int
    missed: int
    units: tuple[Unit, ...]


def kept(unit: Unit, on: date, now: datetime) -> Kept:
    """How the day's shifts were kept at the unit and below it; ``units``: where one was missed, in the order of the
    tree. Two queries."""
    rows = _begun(on).filter(_below(unit, on), from_at__lte=now)
    missed = Q(check_in=None, from_at__lt=now - GRACE)
    found = rows.aggregate(
        begun=Count("pk"), checked_in=Count("pk", filter=Q(check_in__isnull=False)), missed=Count("pk", filter=missed)
    )
    units = Unit.objects.filter(pk__in=rows.filter(missed).values("post__unit")).order_by("path")
    return Kept(**found, units=tuple(units))


def _begun(on: date) -> QuerySet[Shift]:
    """Shifts of the day that somebody has to keep; an open one is a gap of the roster, nobody owes it."""
    return Shift.objects.standing().filter(
        from_at__gte=midnight(on), from_at__lt=midnight(on) + _DAY, user__isnull=False, post__ended_at=None
    )


def _below(unit: Unit, on: date) -> Q:
    below = Q(post__unit__path__startswith=unit.path)
    return below if unit.school_id else below | Q(post__unit__in=sponsored_by([unit.path], on))


def _by_unit(rows: QuerySet[Shift]) -> list[tuple[int, str, bool]]:
    """Of each unit whether all who begin have checked in."""
    found: dict[int, tuple[str, bool]] = {}
    for pk, path, check_in in rows.values_list("post__unit_id", "post__unit__path", "check_in"):
        found[pk] = (path, check_in is not None and found.get(pk, (path, True))[1])
    return [(pk, path, done) for pk, (path, done) in found.items()]


def _child(unit: Unit, pk: int, path: str) -> int:
    """A school by sponsoring line only, and the unit itself, stand for themselves."""
    if pk == unit.pk or not path.startswith(unit.path):
        return pk
    return int(path[len(unit.path) :].split(".")[0])


def _silent(rows: Sequence[tuple[Any, ...]], on: date, due_at: datetime) -> Iterable[Silent]:
    """One a unit, however many posts it has: holders and leaders are named. Where nobody leads, the first responsible
    person does; for whoever is on leave the leader is asked at once."""
    found: dict[tuple[int, int], set[tuple[str, int]]] = {}
    absent = away({row[2] for row in rows}, on, on)
    unled = {row[0] for row in rows if not (row[3] or row[4])}
    first = {post.unit_id: post.user_id for post in reversed(access.holders(unled, ("principal",), on))}
    for unit, school, user, leader, usual in rows:
        named = found.setdefault((unit, school or unit), set())
        leads = leader or usual or first.get(unit)
        keeps = leads if absent(user, on) else user
        named |= {(role, one) for role, one in (("duty_holder", keeps), ("duty_leader", leads)) if one}
    return [Silent(unit, school, due_at, tuple(sorted(named))) for (unit, school), named in found.items()]


def _slot(at: datetime) -> Slot:
    return Slot(f"{at:%H%M}", _("Shift of %(time)s") % {"time": f"{at:%H:%M}"}, at - OPENS, at + GRACE)


def _moment(slot: str, on: date) -> datetime | None:
    if len(slot) != 4 or not slot.isdecimal() or int(slot[:2]) > 23 or int(slot[2:]) > 59:
        return None
    return datetime.combine(on, time(int(slot[:2]), int(slot[2:])), ZONE)


def _row(shift: Shift, now: datetime) -> Owed:
    checked = shift.check_in.at if hasattr(shift, "check_in") else None
    state = check_in_state(shift.from_at, shift.to_at, checked, now)
    return Owed(
        KIND, _("On duty: %(post)s") % {"post": shift.post.name}, _("Look") if checked else _("Check in"),
        reverse("duty:shift", args=[shift.pk]), shift.post.unit, shift.from_at + GRACE, done_at=checked,
        state={"in": "done", "late": "late", "missed": "late"}.get(state, "not_started"),
        on=clock.day_of(shift.from_at), slot=f"{shift.from_at.astimezone(ZONE):%H%M}",
    )  # fmt: skip
