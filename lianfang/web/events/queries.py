"""Reads of the event log: always one page by its edge, never by counting or skipping over millions of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from lianfang.core.clock import ZONE
from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

PAGE = 50
# A page looks back so far and no further, so that a filter nothing fits does not read the whole log: at fifty thousand
# events a day a week of them is gone through in a tenth of a second.
WINDOW = timedelta(days=7)


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
    """Events newest first; ``older`` is the edge to go on from, None when the log (or the day) is at its end."""

    events: list[Event]
    since: datetime
    older: Edge | None


def visible(user: User, audited: str) -> QuerySet[Event]:
    """Events of the units a person looks after. What begins with ``audited`` only where the person audits."""
    seen, audits = _under(user, "event.view"), _under(user, "event.audit")
    if seen == audits:  # an auditor: one plain condition, which the database can follow along its index
        return Event.objects.filter(seen)
    return Event.objects.filter((seen & ~Q(verb__startswith=audited)) | (audits & Q(verb__startswith=audited)))


def people_named(typed: str) -> list[int]:
    """Accounts that somebody can mean who types a name or a user name."""
    return list(User.objects.filter(Q(name=typed) | Q(username=typed)).values_list("pk", flat=True)[:100])


def page(
    rows: QuerySet[Event], whole: QuerySet[Event], now: datetime, *, day: date | None, before: Edge | None
) -> Page:
    """The fifty events before an edge, of one day or of the `WINDOW` that ends there.

    ``whole`` are the visible events without the filters: they say whether there is anything to go back to.
    """
    top = before.at if before else now
    since = top - WINDOW
    if day is not None:
        since = datetime.combine(day, time(), ZONE)
        rows = rows.filter(at__lt=since + timedelta(days=1))
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk), at__lte=before.at)
    found = list(rows.filter(at__gte=since).order_by("-at", "-pk")[: PAGE + 1])
    if len(found) > PAGE:
        return Page(found[:PAGE], since, Edge(found[PAGE - 1].at, found[PAGE - 1].pk))
    if day is None and whole.filter(at__lt=since).exists():
        return Page(found, since, Edge(since, UUID(int=0)))
    return Page(found, since, None)


def units_of(events: Sequence[Event]) -> dict[int, Unit]:
    return Unit.objects.in_bulk({event.unit_id for event in events if event.unit_id})


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
