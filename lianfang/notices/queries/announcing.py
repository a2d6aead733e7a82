"""Reads of announcements: for everybody, and for those who write and publish them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet, Sum

from lianfang.core import clock
from lianfang.notices.models import Announcement, Edition, OpenCount
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User

WRITE, PUBLISH = "announcement.write", "announcement.publish"
DAYS = 14


def published(announcement: UUID) -> list[Edition]:
    """Its published editions, the newest first, with the announcement and its unit: one query. A withdrawn one has
    them still."""
    rows = Edition.objects.filter(announcement=announcement, published_at__isnull=False)
    return list(rows.select_related("announcement__unit").order_by("-number"))


def edition(pk: UUID) -> Edition:
    return Edition.objects.select_related("announcement__unit").get(pk=pk)


def editions(announcement: UUID) -> list[UUID]:
    return list(Edition.objects.filter(announcement=announcement).values_list("pk", flat=True))


def of_unit(unit: int) -> QuerySet[Edition]:
    """The newest published edition of each announcement of the unit that stands, newest first."""
    rows = Edition.objects.filter(
        announcement__unit=unit, announcement__withdrawn_at__isnull=True, published_at__isnull=False
    )
    newest = rows.order_by("announcement_id", "-number").distinct("announcement_id")
    found = Edition.objects.filter(pk__in=newest.values("pk")).select_related("announcement__unit")
    return found.order_by("-published_at", "-pk")


def writers(user: User) -> list[Unit]:
    """The units in whose name the person may write."""
    posts = [post for post in access.postings(user) if WRITE in access.ROLES[post.role].verbs]
    return list({post.unit_id: post.unit for post in posts if post.unit.valid_to is None}.values())


def seen_by(user: User) -> QuerySet[Announcement]:
    """Those of the units for which the person writes or publishes, with all their editions, the newest first."""
    units = access.units_for(user, WRITE) | access.units_for(user, PUBLISH)
    editions = Edition.objects.select_related("by", "published_by", "refused_by").order_by("-number")
    rows = Announcement.objects.filter(unit__in=units.values("pk")).select_related("unit", "withdrawn_by")
    return rows.prefetch_related(Prefetch("editions", editions)).order_by("-at", "-pk")


@dataclass(frozen=True)
class Letter:
    """An announcement as its writers look at it. ``waiting``: the edition nobody has decided about; ``standing``: what
    everybody reads now."""

    row: Announcement
    editions: tuple[Edition, ...]

    @property
    def newest(self) -> Edition:
        return self.editions[0]

    @property
    def waiting(self) -> Edition | None:
        last = self.newest
        return None if self.row.withdrawn_at or last.published_at or last.refused_at else last

    @property
    def standing(self) -> Edition | None:
        return None if self.row.withdrawn_at else next((one for one in self.editions if one.published_at), None)

    @property
    def public_since(self) -> datetime | None:
        """When everybody could read it for the first time."""
        return min((one.published_at for one in self.editions if one.published_at), default=None)

    @property
    def state(self) -> str:
        """The worst of what is to be known: "withdrawn", "waiting", "published" or "refused"."""
        if self.row.withdrawn_at:
            return "withdrawn"
        if self.waiting:
            return "waiting"
        return "published" if self.standing else "refused"


def letters(rows: Iterable[Announcement]) -> list[Letter]:
    return [Letter(row, tuple(row.editions.all())) for row in rows]


def opened(letter: Letter, until: date) -> list[tuple[date, int]]:
    """How often it was opened on each of the last days, also those on which nobody did; the last one is ``until``. No
    day before everybody could read it: that one is not a zero."""
    if letter.public_since is None:
        return []
    since = max(until - timedelta(days=DAYS - 1), clock.day_of(letter.public_since))
    rows = OpenCount.objects.filter(announcement=letter.row, on__gte=since, on__lte=until)
    counts = dict(rows.values_list("on").annotate(many=Sum("count")).order_by(F("on")))
    days = [since + timedelta(days=at) for at in range((until - since).days + 1)]
    return [(day, counts.get(day, 0)) for day in days]


def opened_in_all(announcement: Announcement) -> int:
    return OpenCount.objects.filter(announcement=announcement).aggregate(many=Sum("count"))["many"] or 0
