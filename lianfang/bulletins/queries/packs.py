"""Packs, meetings and decisions of units."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.bulletins import rules
from lianfang.bulletins.models import Decision, Meeting, Pack
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting, User
from lianfang.policies import queries as policies

VIEW, MAKE, DECIDE = "analysis.view", "analysis.make", "analysis.decide"
_MEETS = ("leader", "principal", "liaison")
# Whom a decision can be given to: those who run offices, not whoever calls a class.
_DOES = (
    "department", "clerk", "office_head", "leader", "principal", "doctor", "registrar", "counsellor", "liaison",
    "inspector", "unit_admin",
)  # fmt: skip


def newest(unit: Unit, on: date) -> Pack | None:
    return versions(unit, on).first()


def versions(unit: Unit, on: date) -> QuerySet[Pack]:
    """Newest first."""
    return Pack.objects.filter(unit=unit, on=on).select_related("unit", "by").order_by("-version")


def before(unit: Unit, on: date, most: int = 14) -> list[Pack]:
    """The newest version of each of the last days that have one, newest day first."""
    later = Pack.objects.filter(unit=OuterRef("unit"), on=OuterRef("on"), version__gt=OuterRef("version"))
    rows = Pack.objects.filter(~Exists(later), unit=unit, on__lte=on, on__gt=on - timedelta(days=most))
    return list(rows.order_by("-on"))


def meetings(unit: Unit, on: date) -> list[Meeting]:
    """Of all versions of the day, newest first."""
    return list(Meeting.objects.filter(pack__unit=unit, pack__on=on).select_related("by", "pack").order_by("-at"))


def until() -> time:
    """Until when a day's pack has been looked at."""
    return time.fromisoformat(rules.terms().until)


def meeting(now: datetime) -> list[Unit]:
    """Units whose minute of the day has come: somebody of a leading group works there, a response runs (or the unit has
    decided so), and nothing was gathered today."""
    on, minute = clock.day_of(now), now.astimezone(clock.ZONE).time()
    held = Posting.objects.on(on).filter(unit=OuterRef("pk"), role__in=_MEETS)
    today = Pack.objects.filter(unit=OuterRef("pk"), on=on)
    running = policies.responses(Q(), on)
    paths = [one.unit.path for one in running if one.to_on is None or one.to_on >= on]
    decided = policies.everywhere(on, "analysis.")
    reached = Q(pk__in=[])
    for path in {*paths, *(one.path for one in decided)}:
        reached |= Q(path__startswith=path)
    found = []
    for unit in Unit.objects.on(on).filter(reached).filter(Exists(held), ~Exists(today)).order_by("path"):
        own = {one.key: one.value for one in decided if unit.path.startswith(one.path)}
        at = rules.wanted_at(own, response=any(unit.path.startswith(path) for path in paths))
        if at is not None and at <= minute:
            found.append(unit)
    return found


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Decided:
    """A decision and how it stands."""

    row: Decision
    state: rules.State


def decisions(unit: Unit, now: datetime, *, on: date | None = None) -> list[Decided]:
    """Of the unit's day, in their order; without a day those of earlier days that are still open, soonest due first."""
    rows = Decision.objects.filter(pack__unit=unit)
    if on is not None:
        rows = rows.filter(pack__on=on).order_by("at", "pk")
    else:
        rows = rows.filter(obligation__ended_at__isnull=True).order_by("obligation__due_at", "pk")
    return _standing(rows, now)


def visible(user: User) -> QuerySet[Decision]:
    """What was given to the person, and what was decided where they see the analysis."""
    seen = Q(user=user) | access.scope(user, VIEW, "pack__unit__")
    return Decision.objects.filter(seen).select_related("pack__unit", "unit", "user", "by", "obligation")


def standing(row: Decision, now: datetime) -> rules.State:
    return rules.state(outcome=row.obligation.outcome, due_at=row.obligation.due_at, now=now)


def _standing(rows: QuerySet[Decision], now: datetime) -> list[Decided]:
    found = rows.select_related("pack__unit", "unit", "user", "by", "obligation")
    return [Decided(row, standing(row, now)) for row in found]


def who_can(unit: Unit, day: date) -> QuerySet[Posting]:
    """Duties a decision can be given to: of the unit, and of what stands in it; of an area, also of the areas and
    schools next below."""
    below = Q(unit__path__startswith=unit.path)
    if unit.school_id is None and unit.kind not in ("school", "training"):
        below = Q(unit=unit) | Q(unit__parent=unit)
    rows = Posting.objects.on(day).filter(below, role__in=_DOES, user__is_active=True)
    return rows.select_related("user", "unit").order_by("unit__path", "role", "pk")
