"""Reads of the event log: always one page by its edge, never by counting or skipping over millions of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from lianfang.core import masks
from lianfang.core.clock import ZONE
from lianfang.core.models import Event
from lianfang.orgs.models import Tier, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.web.events import words

PAGE = 50
# A page looks back so far and no further, so that a filter nothing fits does not read the whole log: at fifty thousand
# events a day a week of them is gone through in a tenth of a second.
WINDOW = timedelta(days=7)
TOP = (Tier.NATION, Tier.PROVINCE)
# An export reads so many days where the filter names no first one.
EXPORTED = timedelta(days=31)
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Edge:
    """Where a page ends: the moment and the key of its last event."""

    at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Edge | None":
        """None for anything that no page ever wrote."""
        at, _, pk = text.partition("~")
        try:
            edge = cls(datetime.fromisoformat(at), UUID(pk))
        except ValueError:
            return None
        return edge if edge.at.tzinfo else None


@dataclass(frozen=True)
class Page:
    """Events newest first, back to ``since`` (None: to the beginning); ``older`` is the edge to go on from, None when
    the log (or the chosen time) is at its end."""

    events: list[Event]
    since: datetime | None
    older: Edge | None


def visible(user: User) -> QuerySet[Event]:
    """Events of the units a person looks after; those of `words.AUDITED` only where the person audits, those of no unit
    only for the auditors of the whole."""
    seen, audits = _under(user, "event.view"), _under(user, "event.audit")
    if _audits_all(user):
        seen, audits = seen | Q(unit_path=""), audits | Q(unit_path="")
    if seen == audits:  # an auditor: one plain condition, which the database can follow along its index
        return Event.objects.filter(seen)
    return Event.objects.filter((seen & ~audited()) | (audits & audited()))


def audited() -> Q:
    """Events that are shown to auditors alone."""
    return _beginning(words.AUDITED)


def chosen(rows: QuerySet[Event], data: Mapping[str, Any]) -> QuerySet[Event]:
    """What the filters leave; the days are left to `page`."""
    if what := data.get("what"):
        rows = rows.filter(_beginning(what.split()))
    if by := data.get("by"):
        rows = rows.filter(by_id__in=by)
    if unit := data.get("unit"):
        rows = rows.filter(unit_path__startswith=unit.path)
    if outcome := data.get("outcome"):
        rows = rows.filter(outcome=outcome)
    if kind := data.get("kind"):
        rows = rows.filter(subject_kind=kind)
    if subject := data.get("object"):
        rows = rows.filter(subject_id=subject)
    return rows


def people_named(typed: str) -> list[User]:
    """Accounts that somebody can mean who types a name or a user name."""
    return list(User.objects.filter(Q(name=typed) | Q(username=typed)).order_by("pk")[:20])


def name_of(ids: Sequence[int]) -> str:
    """The name that was typed for these accounts, "" for none."""
    user = User.objects.filter(pk__in=ids).first() if ids else None
    return user.name if user else ""


def page(rows: QuerySet[Event], user: User, data: Mapping[str, Any], now: datetime, before: Edge | None) -> Page:
    """The fifty events before an edge, of the chosen days or of the `WINDOW` that ends there. What one account did and
    what was done to one thing have an index of their own and are followed to the beginning."""
    rows, start, end = _between(rows, data)
    top = before.at if before else end or now
    floor = None if data.get("by") or data.get("object") else top - WINDOW
    if start and (floor is None or floor < start):
        floor = start
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk), at__lte=before.at)
    if floor:
        rows = rows.filter(at__gte=floor)
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    if len(found) > PAGE:
        return Page(found[:PAGE], floor, Edge(found[PAGE - 1].at, found[PAGE - 1].pk))
    if floor and floor != start and visible(user).filter(at__lt=floor).exists():
        return Page(found, floor, Edge(floor, UUID(int=0)))
    return Page(found, floor, None)


def exported(rows: QuerySet[Event], data: Mapping[str, Any], now: datetime) -> list[Event]:
    """The newest events of the chosen days, `MOST_EXPORTED` and one at most (the one says that there are more)."""
    rows, start, end = _between(rows, data)
    rows = rows.filter(at__gte=start or (end or now) - EXPORTED)
    return list(rows.order_by("-at", "-pk")[: MOST_EXPORTED + 1])


def units_of(events: Sequence[Event]) -> dict[int, Unit]:
    return Unit.objects.in_bulk({event.unit_id for event in events if event.unit_id})


def top_units() -> list[Unit]:
    """The nation, the provinces, or wherever the tree of this installation begins."""
    return list(Unit.objects.filter(Q(parent__isnull=True) | Q(tier__in=TOP)))


def persons_of(events: Sequence[Event], user: User) -> dict[str, str]:
    """What stands for the persons of a roster that events tell of, by their ids: the masked name for who may see them,
    "" for a person who was purged. Others are left out."""
    ids = {event.subject_id for event in events if event.subject_kind == Person.event_kind}
    if not ids:
        return {}
    found = Person.objects.filter(pk__in=ids).only("name", "purged_at")
    seen: set[UUID] = set()
    if access.holds(user, "person.view"):
        here = Enrolment.objects.filter(access.scope(user, "person.view", "unit__"), person_id__in=ids)
        seen = set(here.values_list("person_id", flat=True))
    shown = [person for person in found if person.purged_at or person.pk in seen]
    return {str(person.pk): "" if person.purged_at else masks.name(person.name) for person in shown}


def _between(
    rows: QuerySet[Event], data: Mapping[str, Any]
) -> tuple[QuerySet[Event], datetime | None, datetime | None]:
    start, end = _begin(data.get("since")), _begin(data.get("until"), 1)
    return (rows.filter(at__lt=end) if end else rows), start, end


def _begin(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), time(), ZONE) if day else None


def _beginning(verbs: Iterable[str]) -> Q:
    return reduce(or_, (Q(verb__startswith=verb) for verb in verbs))


def _under(user: User, verb: str) -> Q:
    """The rule of `access.scope` on the path an event carries: it outlives moves, and the unit itself."""
    at = Q(pk__in=[])
    for post in access.postings(user):
        role = access.ROLES[post.role]
        if verb in role.below:
            at |= Q(unit_path__startswith=post.unit.path)
        elif verb in role.here:
            at |= Q(unit_path=post.unit.path)
    return at


def _audits_all(user: User) -> bool:
    """What belongs to no unit (the chain, sign-ins with an unknown name) is for auditors at the top: of the nation, a
    province, or wherever the tree of this installation begins."""
    return any(
        "event.audit" in access.ROLES[post.role].below and (post.unit.parent_id is None or post.unit.tier in TOP)
        for post in access.postings(user)
    )
