"""Posts: kept, changed, no longer kept."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.duty.models import Post, Shift
from lianfang.orgs.models import Unit
from lianfang.people import rules as people
from lianfang.people.models import User


@transaction.atomic
def keep(
    *, by: User, unit: Unit, name: str, place: str, phone: str, answers: bool, leader: User | None, now: datetime
) -> Post:
    """A post of the unit from now on. Raises `Refused` for a name or a 24 h telephone that another post has."""
    post = Post(unit=unit, at=now)
    _write(post, name, place, phone, answers, leader)
    post.save(force_insert=True)
    events.record("duty_post.kept", by=by, unit=unit, subject=post, now=now)
    return post


@transaction.atomic
def change(
    *, by: User, post: Post, name: str, place: str, phone: str, answers: bool, leader: User | None, now: datetime
) -> Post:
    """As `keep`, of one that stands."""
    post = locked(post)
    _write(post, name, place, phone, answers, leader)
    post.save(update_fields=["name", "place", "phone", "answers", "leader"])
    events.record("duty_post.changed", by=by, unit=post.unit, subject=post, now=now)
    return post


@transaction.atomic
def close(*, by: User, post: Post, now: datetime) -> None:
    """No longer kept. Raises `Refused` while shifts lie ahead."""
    post = locked(post)
    if Shift.objects.standing().filter(post=post, to_at__gt=now).exists():
        raise refuse("duty.post_still_planned")
    post.ended_at = now
    post.save(update_fields=["ended_at"])
    events.record("duty_post.closed", by=by, unit=post.unit, subject=post, now=now)


def locked(post: Post) -> Post:
    """Whoever changes a post's roster holds its row, so that two who plan at once come one after the other. Raises
    `Refused` when it is no longer kept."""
    row = Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=post.pk)
    if row.ended_at is not None:
        raise refuse("duty.post_closed")
    return row


def _write(post: Post, name: str, place: str, phone: str, answers: bool, leader: User | None) -> None:
    others = Post.objects.filter(unit=post.unit, ended_at=None).exclude(pk=post.pk)
    if others.filter(name=name).exists():
        raise refuse("duty.post_name_taken", "name")
    if phone and not people.phone_fits(phone):
        raise refuse("duty.phone_wrong", "phone")
    if answers and not phone:
        raise refuse("duty.phone_needed", "phone")
    if answers and (other := others.filter(answers=True).first()):
        raise refuse("duty.answers_taken", "answers", post=other.name)
    post.name, post.place, post.phone, post.answers, post.leader = name, place, phone or None, answers, leader
