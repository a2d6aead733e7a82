"""Reads of notices."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from lianfang.notices.models import OPEN, Delivery, DeliveryQuerySet, Notice
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Posting, User

# Views of one's notices, and of the people a notice went to.
INBOX = ("", "open", "confirm")
RECEIPTS = ("unread", "unconfirmed", "")


def inbox(user: User, only: str = "") -> DeliveryQuerySet:
    """What was told to a person, what still waits first, then newest first. ``only`` is one of `INBOX`."""
    rows = Delivery.objects.filter(user=user).select_related("notice", "notice__by", "notice__unit")
    if only == "open":
        rows = rows.open()
    elif only == "confirm":
        rows = rows.filter(notice__to_confirm=True, confirmed_at__isnull=True)
    return rows.annotate(waits=OPEN).order_by("-waits", "-delivered_at", "-pk")


def inbox_counts(user: User) -> dict[str, int]:
    """How many stand in each view of the inbox."""
    rows = Delivery.objects.filter(user=user)
    to_confirm = Q(notice__to_confirm=True, confirmed_at__isnull=True)
    counts = rows.aggregate(all=Count("pk"), open=Count("pk", filter=OPEN), confirm=Count("pk", filter=to_confirm))
    return {"": counts["all"], "open": counts["open"], "confirm": counts["confirm"]}


def latest_open(user: User, most: int) -> list[Delivery]:
    """The newest notices still to be read or confirmed."""
    return list(inbox(user, "open")[:most])


def open_count(user: User) -> int:
    return Delivery.objects.filter(user=user, read_at__isnull=True).count()


def senders(user: User) -> list[Unit]:
    """The units in whose name a person may write notices: those of the postings that carry the right."""
    posts = [
        post
        for post in access.postings(user)
        if "notice.post" in access.ROLES[post.role].below | access.ROLES[post.role].here
    ]
    return list({post.unit_id: post.unit for post in posts}.values())


def recipients(by: User, units: Sequence[Unit], roles: Iterable[str], *, whole: bool, day: date) -> list[int]:
    """Ids of those who hold one of the roles at the units that day, the sender left out; never beyond the sender's
    scope.

    ``whole``: also at everything that reports to these units, their own subtree and the schools they sponsor.
    """
    at = Q(unit_id__in=[unit.pk for unit in units])
    if whole:
        for unit in units:
            at |= Q(unit__in=Unit.objects.reporting_to(unit, day))
    posts = Posting.objects.on(day).filter(at, access.scope(by, "notice.post", "unit__"), role__in=list(roles))
    return list(posts.exclude(user=by).order_by("user_id").values_list("user_id", flat=True).distinct())


def sent(units: Iterable[Unit]) -> QuerySet[Notice]:
    """What people of these units have told, newest first."""
    rows = Notice.objects.filter(unit_id__in=[unit.pk for unit in units], by__isnull=False)
    return rows.select_related("by", "unit").order_by("-at", "-pk")


def receipts(notices: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Per notice how many it was delivered to, have read it, have confirmed it."""
    rows = (
        Delivery.objects.filter(notice_id__in=list(notices))
        .values("notice_id")
        .annotate(
            delivered=Count("pk"),
            read=Count("pk", filter=Q(read_at__isnull=False)),
            confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
        )
        .order_by()
    )
    return {row["notice_id"]: {name: row[name] for name in ("delivered", "read", "confirmed")} for row in rows}


def readers(notice: Notice, only: str, day: date) -> QuerySet[Delivery]:
    """The people a notice went to with their duties today; ``only`` is one of `RECEIPTS`."""
    rows = Delivery.objects.filter(notice=notice)
    if only == "unread":
        rows = rows.filter(read_at__isnull=True)
    elif only == "unconfirmed":
        rows = rows.filter(confirmed_at__isnull=True)
    duties = Posting.objects.on(day).select_related("unit").order_by("deputy", "pk")
    held = Prefetch("user__postings", duties, to_attr="duties")
    return rows.select_related("user").prefetch_related(held).order_by("pk")
