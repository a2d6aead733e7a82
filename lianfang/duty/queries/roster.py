"""Posts, shifts of some days, and what belongs to one shift."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from lianfang.core import clock
from lianfang.core.clock import ZONE
from lianfang.duty import rules
from lianfang.duty.models import Handover, Post, Shift
from lianfang.duty.queries.away import Away, away, gone
from lianfang.duty.rules import check_in_state
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import Posting, User

VIEW, MANAGE, LEAD = "duty.view", "duty.manage", "duty.lead"
_DAY = timedelta(days=1)


def units_seen(user: User) -> UnitQuerySet:
    """Whose rosters one reads: those of the units one looks after, and of the school one works at, wherever in it."""
    own = [post.unit.school_id or post.unit_id for post in access.postings(user)]
    return Unit.objects.filter(access.scope(user, VIEW) | Q(pk__in=own))


def home(user: User) -> Unit | None:
    """Where one's own roster hangs: the school of the highest posting, or that unit itself."""
    units = [post.unit for post in access.postings(user)]
    top = min(units, key=lambda unit: (unit.path.count("."), unit.path), default=None)
    return (top.school or top) if top else None


def posts(unit: Unit) -> QuerySet[Post]:
    """Those that are kept, the one that answers first. One query."""
    return Post.objects.filter(unit=unit, ended_at=None).select_related("leader").order_by("-answers", "name")


@dataclass
class Line:
    """A shift with how it stands: ``state`` as `rules.check_in_state` says, "vacant" when nobody keeps it, "away" when
    who should is on leave or has gone."""

    shift: Shift
    state: str

    @property
    def vacant(self) -> bool:
        return self.state in ("vacant", "away")

    @property
    def leader(self) -> User | None:
        return self.shift.leader or self.shift.post.leader


def shifts_of(posts: Iterable[Post], since: datetime, until: datetime) -> QuerySet[Shift]:
    """Those that touch the time, in its order. One query."""
    rows = Shift.objects.standing().filter(post__in=list(posts), from_at__lt=until, to_at__gt=since)
    return _whole(rows).order_by("from_at", "post__name")


def lines(shifts: Iterable[Shift], now: datetime) -> list[Line]:
    """With how each stands. One query beside that of the shifts."""
    rows = list(shifts)
    users = {row.user_id for row in rows if row.user_id}
    days = [clock.day_of(row.from_at) for row in rows]
    absent = away(users, min(days, default=now.date()), max(days, default=now.date()))
    found = []
    for row in rows:
        state = check_in_state(row.from_at, row.to_at, row.check_in.at if hasattr(row, "check_in") else None, now)
        if row.user is None:
            state = "vacant"
        elif row.to_at > now and state not in ("in", "late") and _gone(row.user, clock.day_of(row.from_at), absent):
            state = "away"
        found.append(Line(row, state))
    return found


def _gone(user: User, day: date, absent: Away) -> bool:
    return not user.is_active or absent(user.pk, day)


@dataclass(frozen=True)
class Day:
    on: date
    lines: Sequence[Line] = field(default_factory=list)

    def of(self, post: Post) -> list[Line]:
        return [line for line in self.lines if line.shift.post_id == post.pk]


def days(kept: Sequence[Post], since: date, until: date, now: datetime) -> list[Day]:
    """The roster by the day on which a shift begins. Two queries."""
    rows = lines(_whole(_beginning(kept, since, until)).order_by("from_at", "post__name"), now)
    by_day: dict[date, list[Line]] = {}
    for line in rows:
        by_day.setdefault(clock.day_of(line.shift.from_at), []).append(line)
    return [Day(on, by_day.get(on, [])) for on in _each(since, until)]


def holes(post: Post, found: Sequence[Day]) -> list[rules.Span]:
    """When between the first and the last planned shift nobody keeps the post; a post that answers is kept day and
    night."""
    spans = [
        (line.shift.from_at, line.shift.to_at) for day in found for line in day.of(post) if line.shift.user is not None
    ]
    return rules.gaps(spans, min(spans)[0], max(end for _, end in spans)) if spans else []


def mine(user: User, since: datetime) -> QuerySet[Shift]:
    """One's own shifts that end after the moment, in the order of time. One query."""
    return _whole(Shift.objects.standing().filter(user=user, to_at__gt=since)).order_by("from_at")


def visible(user: User) -> QuerySet[Shift]:
    """Shifts on rosters one reads, and one's own."""
    return _whole(Shift.objects.filter(Q(post__unit__in=units_seen(user)) | Q(user=user)))


def before(shift: Shift) -> Handover | None:
    """What whoever kept the post before has handed over: the newest of the last two days."""
    rows = Handover.objects.filter(
        shift__post=shift.post, shift__from_at__lt=shift.from_at, shift__from_at__gt=shift.from_at - 2 * _DAY,
    )  # fmt: skip
    return rows.select_related("by", "taken_by", "shift").order_by("-shift__from_at").first()


def untaken(user: User, now: datetime) -> QuerySet[Handover]:
    """Hand-overs of posts the person keeps now, that nobody has taken over. One query."""
    running = Shift.objects.standing().filter(user=user, from_at__lte=now + rules.OPENS, to_at__gt=now)
    rows = Handover.objects.filter(taken_at=None, shift__post__in=running.values("post"), at__gt=now - 2 * _DAY)
    return rows.exclude(by=user).select_related("by", "shift__post")


def staff(unit: Unit, day: date) -> QuerySet[User]:
    """Who can keep a post of the unit: everybody with a duty in it or, of a school, anywhere inside."""
    held = Posting.objects.on(day).filter(unit__path__startswith=unit.path)
    if not unit.school_id:
        held = held.filter(unit=unit)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "username")


def unfit(users: Iterable[int], unit: Unit, day: date) -> set[int]:
    """Those of the users who cannot keep a post of the unit that day: gone, without a duty there, or on leave."""
    asked = set(users)
    known = set(staff(unit, day).filter(pk__in=asked).values_list("pk", flat=True))
    absent = away(asked, day, day)
    return {user for user in asked if user not in known or absent(user, day)} | gone(asked)


def midnight(on: date) -> datetime:
    return datetime.combine(on, time(0), ZONE)


def _beginning(kept: Sequence[Post], since: date, until: date) -> QuerySet[Shift]:
    return Shift.objects.standing().filter(
        post__in=list(kept), from_at__gte=midnight(since), from_at__lt=midnight(until + _DAY)
    )


def _whole(rows: QuerySet[Shift]) -> QuerySet[Shift]:
    return rows.select_related("post__unit__school", "post__leader", "user", "leader", "check_in", "handover")


def _each(since: date, until: date) -> list[date]:
    return [since + timedelta(days=at) for at in range((until - since).days + 1)]
