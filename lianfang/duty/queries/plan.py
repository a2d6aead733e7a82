"""What a pattern would put on the roster, before it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lianfang.core.clock import ZONE
from lianfang.duty import rules
from lianfang.duty.models import Pattern, Post, Shift
from lianfang.duty.queries.away import away
from lianfang.duty.queries.roster import midnight, staff
from lianfang.duty.rules import Span
from lianfang.duty.rules.pattern import Hours, Planned, Turns, planned, unbroken
from lianfang.people.models import User

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ahead:
    """``state``: "new", "kept" (somebody stands on the roster for some of that time already; it stays) or "past"."""

    planned: Planned
    state: str
    user: User | None
    leader: User | None
    instead_of: User | None


@dataclass(frozen=True)
class Preview:
    """``gaps`` of a post that answers day and night; ``long``: who would be on duty for more than a day, from, to."""

    lines: Sequence[Ahead]
    gaps: Sequence[Span]
    long: Sequence[tuple[User, datetime, datetime]]

    @property
    def new(self) -> list[Ahead]:
        return [line for line in self.lines if line.state == "new"]

    @property
    def vacant(self) -> list[Ahead]:
        return [line for line in self.new if line.user is None]

    @property
    def replaced(self) -> list[Ahead]:
        return [line for line in self.new if line.instead_of is not None and line.user is not None]


def newest(post: Post) -> Pattern | None:
    return Pattern.objects.filter(post=post).order_by("-at").first()


def preview(pattern: Pattern, since: date, until: date, now: datetime) -> Preview:
    """Whoever has left since the pattern was made counts as away. Four queries."""
    turns = turns_of(pattern)
    people = User.objects.in_bulk({user for group in turns.groups for user in group} | set(turns.leaders))
    known = set(staff(pattern.post.unit, since).filter(pk__in=people).values_list("pk", flat=True))
    absent = away(people, since, until)
    found = list(planned(turns, since, until, ZONE, lambda user, day: user not in known or absent(user, day)))
    taken = list(
        Shift.objects.standing()
        .filter(post=pattern.post, from_at__lt=midnight(until) + 2 * _DAY, to_at__gt=midnight(since))
        .values_list("from_at", "to_at", "user")
    )  # fmt: skip
    lines = [
        Ahead(
            one, _state(one, taken, now), people.get(one.user or 0), people.get(one.leader or 0),
            people.get(one.instead_of or 0),
        )
        for one in found
    ]  # fmt: skip
    spans = [(line.planned.start, line.planned.end) for line in lines if line.user and line.state == "new"]
    spans += [(start, end) for start, end, user in taken if user]
    end = max((line.planned.end for line in lines), default=midnight(until) + _DAY)
    first = max(now, min((line.planned.start for line in lines), default=midnight(since)))
    gaps = rules.gaps(spans, first, end) if pattern.post.answers and first < end else []
    return Preview(lines, gaps, [(people[user], begun, till) for user, begun, till in unbroken(found)])


def turns_of(pattern: Pattern) -> Turns:
    return Turns(
        hours=tuple(Hours(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pattern.hours),
        weekdays=frozenset(map(int, pattern.weekdays)), groups=tuple(map(tuple, pattern.groups)),
        leaders=tuple(pattern.leaders), days_each=pattern.days_each, since=pattern.from_on,
    )  # fmt: skip


def _state(one: Planned, taken: Sequence[tuple[datetime, datetime, int | None]], now: datetime) -> str:
    if any(start < one.end and one.start < end for start, end, _user in taken):
        return "kept"
    return "past" if one.end <= now else "new"
