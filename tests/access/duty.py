"""Targets: a post of the first school with shifts, a pattern, a hand-over and a swap; the same "beyond" in another
province."""

from datetime import timedelta
from typing import Any

from lianfang.duty.actions import feeds, on_duty, planning, posts, swapping
from lianfang.duty.models import Pattern, Post, Shift
from lianfang.orgs.models import Unit
from lianfang.people.models import Posting, User
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far = User.objects.create(username="beyond_duty", name="远方值班")
    Posting.objects.create(user=far, unit=beyond(cast), role="office_head", from_on=cast.day, confirmed_at=cast.now)
    near = _made(cast, cast.school, cast.head, cast.clerk)
    away = _made(cast, beyond(cast), far, far)
    asked = swapping.ask(
        by=cast.clerk, shift=near["ahead"], to=cast.doctor, against=None, reason="有课", now=cast.now
    )  # fmt: skip
    token = feeds.open_feed(by=cast.clerk, now=cast.now)
    return {
        "duty_school": [cast.school.pk], "duty_city": [cast.city_unit.pk], "duty_beyond": [beyond(cast).pk],
        "shifts_of_school": [cast.school.pk, cast.day], "shifts_of_beyond": [beyond(cast).pk, cast.day],
        "clerks_feed": [token], "clerks_swap": [asked.pk],
        **{f"{name}_school": [row.pk] for name, row in near.items()},
        **{f"{name}_beyond": [row.pk] for name, row in away.items()},
    }  # fmt: skip


def _made(cast: Cast, unit: Unit, head: User, who: User) -> dict[str, Any]:
    post: Post = posts.keep(
        by=head, unit=unit, name="总值班室", place="", phone="0731-8800 0110", answers=True, leader=None, now=cast.now
    )
    drawn: Pattern = planning.draw_up(
        by=head, post=post, hours=[("08:00", "20:00")], weekdays="1234567", days_each=0, groups=[[who.pk]],
        leaders=[], from_on=cast.day, now=cast.now,
    )  # fmt: skip
    now, ahead = (
        Shift.objects.create(
            post=post, user=who, from_at=cast.now + timedelta(hours=hours), to_at=cast.now + timedelta(hours=hours + 12),
            at=cast.now,
        )
        for hours in (-1, 23)
    )  # fmt: skip
    given = on_duty.hand_over(by=who, shift=now, note="一切正常", still_open="", now=cast.now)
    return {"post": post, "pattern": drawn, "shift": now, "ahead": ahead, "handover": given}
