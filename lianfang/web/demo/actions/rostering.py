"""Who is on duty in the demo: two posts of the showcase school and the 24-hour telephone of its city, planned from last
week to the end of next month; a hand-over of the shift before, and a swap that waits."""

from datetime import date, datetime, timedelta

from lianfang.core import clock
from lianfang.duty.actions import on_duty, planning, posts, swapping
from lianfang.duty.models import Post
from lianfang.duty.queries import roster
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_BACK, _AHEAD = timedelta(days=7), timedelta(days=35)
_DAY_AND_NIGHT = (("08:00", "20:00"), ("20:00", "08:00"))
_EVERY_DAY = "1234567"


def play(*, school: Unit, city: Unit, people: dict[str, User], now: datetime) -> None:
    """``people`` by their user names; planned a week ago, so that the days since then stand on the roster too."""
    head, leader = people["head"], people["leader"]
    first = clock.day_of(now - _BACK)
    keepers = [people[name] for name in ("clerk", "doctor", "registrar", "counsellor", "students")]
    main = posts.keep(
        by=head, unit=school, name="总值班室", place="办公楼101", phone="0731-8800 0110", answers=True, leader=leader,
        now=now - _BACK,
    )  # fmt: skip
    gate = posts.keep(
        by=head, unit=school, name="东门岗", place="东门", phone="", answers=False, leader=leader, now=now - _BACK
    )
    _plan(main, head, keepers, [leader, people["principal"], head], first, now)
    _plan(gate, head, [people["logistics"], people["staff"], people["teacher"]], [], first, now)
    above = people["city"]
    desk = posts.keep(
        by=above, unit=city, name="市防控办值班室", place="", phone="0731-8899 0110", answers=True, leader=None,
        now=now - _BACK,
    )  # fmt: skip
    _plan(desk, above, [above, people["deputy.430100"]], [], first, now)
    _live(main, now)


def _plan(post: Post, by: User, keepers: list[User], leaders: list[User], first: date, now: datetime) -> None:
    drawn = planning.draw_up(
        by=by, post=post, hours=_DAY_AND_NIGHT, weekdays=_EVERY_DAY, days_each=0,
        groups=[[user.pk] for user in keepers], leaders=[user.pk for user in leaders], from_on=first, now=now - _BACK,
    )  # fmt: skip
    last = clock.day_of(now + _AHEAD)
    planning.publish(by=by, pattern=drawn, since=first, until=last, now=now - _BACK)


def _live(post: Post, now: datetime) -> None:
    """Whoever was there checked in and handed over; one of those to come would like to swap."""
    done = [shift for shift in roster.shifts_of([post], now - _BACK, now) if shift.user is not None]
    for shift in done:
        if shift.user is not None:
            on_duty.check_in(by=shift.user, shift=shift, now=shift.from_at)
    ended = [shift for shift in done if shift.to_at <= now]
    if ended and ended[-1].user is not None:
        last = ended[-1]
        on_duty.hand_over(
            by=ended[-1].user, shift=last, note="夜间巡查两次，未见异常。",
            still_open="3号楼西侧门锁待修，已报后勤处。",
            now=last.to_at - timedelta(minutes=10),
        )  # fmt: skip
    ahead = [shift for shift in roster.shifts_of([post], now + _BACK, now + 2 * _BACK) if shift.user is not None]
    mine, theirs = ahead[0], next(shift for shift in ahead if shift.user != ahead[0].user)
    if mine.user is not None and theirs.user is not None:
        swapping.ask(by=mine.user, shift=mine, to=theirs.user, against=theirs, reason="当天有课", now=now)
