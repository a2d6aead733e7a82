"""What waits for a second person, and who is to be told of an event."""

from collections.abc import Iterable

from django.db.models import Value

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting, Request, User
from lianfang.people.queries import grants, leave, postings, requests

# Whoever holds one of these has a desk of things that wait for a second person.
DOOR = ("request.decide", "purge.decide", "posting.confirm", "grant.review", "leave.agree")


def waiting_count(user: User) -> int:
    """How many things wait for this person, counted in one query."""
    now = clock.now()
    kinds = {
        "request.decide": requests.waiting_for(user, now),
        "posting.confirm": postings.waiting_in(user, now.date()),
        "grant.review": grants.to_review(user),
        "leave.agree": leave.waiting_for(user, now.date()),
    }
    waiting = [rows.order_by().values_list(Value(1)) for verb, rows in kinds.items() if access.holds(user, verb)]
    return waiting[0].union(*waiting[1:], all=True).count() if waiting else 0


def unit_of(event: Event) -> Unit | None:
    return Unit.objects.select_related("school").filter(pk=event.unit_id).first() if event.unit_id else None


def nearest(event: Event, roles: Iterable[str]) -> list[int]:
    """For each role those who hold it nearest above the event's unit, so that an emergency at a school does not wake
    the ministry while the school has its own."""
    above = [int(part) for part in event.unit_path.split(".") if part]
    found: dict[str, list[Posting]] = {}
    for post in access.holders(above, roles, event.at.astimezone(clock.ZONE).date()):
        here = found.setdefault(post.role, [])
        if here and above.index(here[0].unit_id) > above.index(post.unit_id):
            continue
        if here and here[0].unit_id != post.unit_id:
            here.clear()
        here.append(post)
    return [post.user_id for posts in found.values() for post in posts]


def asker(request: str) -> list[int]:
    return list(Request.objects.filter(pk=request).values_list("by_id", flat=True))


def appointed_by(event: Event) -> list[int]:
    """Who gave the posting this event is about."""
    given = Event.objects.filter(verb="posting.appointed", subject_kind="posting", subject_id=event.subject_id)
    return [by for by in given.values_list("by_id", flat=True) if by]
