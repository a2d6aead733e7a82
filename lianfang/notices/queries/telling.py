"""Reads of notices."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value

from lianfang.core import clock
from lianfang.notices.models import OPEN, UNDONE, Delivery, DeliveryQuerySet, Notice
from lianfang.notices.queries.audience import FAMILY, POST
from lianfang.notices.rules import audience as audiences
from lianfang.orgs.models import Kind, Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Posting, User
from lianfang.people.models.roster import Belonging
from lianfang.people.queries import claims

# Views of one's notices, and of the people a notice went to.
INBOX = ("", "open", "confirm")
RECEIPTS = ("unread", "unconfirmed", "unreached", "")
_COUNTS = {
    "delivered": Count("pk"), "read": Count("read_at"), "confirmed": Count("confirmed_at"),
    "answered": Count("answered_at"),
}  # fmt: skip
_TO_DO = UNDONE & Q(notice__withdrawn_at=None)


def inbox(user: User, only: str = "") -> DeliveryQuerySet:
    """What was told to a person, what still waits first, then newest first. ``only`` is one of `INBOX`."""
    rows = Delivery.objects.filter(user=user).select_related("notice", "notice__by", "notice__unit")
    if only == "open":
        rows = rows.open()
    elif only == "confirm":
        rows = rows.filter(_TO_DO)
    return rows.annotate(waits=OPEN).order_by("-waits", "-delivered_at", "-pk")


def inbox_counts(user: User) -> dict[str, int]:
    """How many stand in each view of the inbox."""
    rows = Delivery.objects.filter(user=user)
    counts = rows.aggregate(all=Count("pk"), open=Count("pk", filter=OPEN), confirm=Count("pk", filter=_TO_DO))
    return {"": counts["all"], "open": counts["open"], "confirm": counts["confirm"]}


def latest_open(user: User, most: int) -> list[Delivery]:
    """The newest notices still to be read or confirmed."""
    return list(inbox(user, "open")[:most])


def open_count(user: User) -> int:
    return Delivery.objects.filter(user=user, read_at__isnull=True, notice__withdrawn_at=None).count()


def of_pupil(person: UUID) -> DeliveryQuerySet:
    """What was told to a pupil and their family, what still waits first, then newest first."""
    rows = Delivery.objects.filter(person=person).select_related("notice", "notice__by", "notice__unit")
    return rows.annotate(waits=OPEN).order_by("-waits", "-delivered_at", "-pk")


def open_of_pupils(people: Iterable[UUID]) -> dict[UUID, int]:
    """Pupil → how many notices wait for them or their family. One query."""
    rows = Delivery.objects.filter(OPEN, person__in=list(people)).values_list("person").order_by()
    return dict(rows.annotate(Count("pk")))


def senders(user: User, verb: str = "") -> list[Unit]:
    """The units in whose name a person may write notices: those of the postings that carry the right; that of one
    ``verb`` of `queries.audience`, or of any."""
    verbs = {verb} if verb else {POST, FAMILY}
    posts = [
        post for post in access.postings(user) if verbs & (access.ROLES[post.role].below | access.ROLES[post.role].here)
    ]
    return list({post.unit_id: post.unit for post in posts}.values())


def sent(units: Iterable[Unit]) -> QuerySet[Notice]:
    """What people of these units have told, newest first."""
    rows = Notice.objects.filter(unit_id__in=[unit.pk for unit in units], by__isnull=False)
    return rows.select_related("by", "unit").order_by("-at", "-pk")


def receipts(notices: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Per notice how many it was delivered to, have read it, have confirmed it, have answered."""
    told = Delivery.objects.filter(notice_id__in=list(notices))
    rows: Iterable[Any] = told.values("notice_id").annotate(**_COUNTS).order_by()
    return {row["notice_id"]: {name: row[name] for name in _COUNTS} for row in rows}


def seen_by(user: User) -> QuerySet[Notice]:
    """Sent notices a person may look at: of their units, and those to families of pupils they look after."""
    mine = Q(unit__in=senders(user))
    if access.holds(user, FAMILY) and access.holds(user, "person.view"):
        mine |= Q(Exists(_looked_after(user).filter(notice=OuterRef("pk"))))
    return Notice.objects.filter(mine, by__isnull=False).select_related("by", "unit", "withdrawn_by")


def is_own(user: User, notice: Notice) -> bool:
    """Whether a unit of theirs sent it."""
    return notice.by_id is not None and notice.unit_id in {unit.pk for unit in senders(user)}


def told(user: User, notice: Notice, *, named: bool = True) -> DeliveryQuerySet:
    """The recipients a person may see. Pupils only where they see the roster, even of what they sent themselves; to
    count (not ``named``), all of what their unit sent."""
    rows = Delivery.objects.filter(notice=notice)
    read = audiences.read(notice.audience)
    of_pupils = read is not None and read.of_pupils
    if is_own(user, notice) and not (named and of_pupils):
        return rows
    return _looked_after(user).filter(notice=notice)


def count(rows: DeliveryQuerySet) -> dict[str, int]:
    """How many of the rows stand how."""
    found: dict[str, int] = rows.aggregate(**_COUNTS)
    return found


def without_device(rows: DeliveryQuerySet, now: datetime) -> DeliveryQuerySet:
    """Pupils whom no device of a family sees: somebody has to call there."""
    return rows.filter(
        ~Exists(claims.seeing(now).filter(person=OuterRef("person"))), read_at=None, person__isnull=False
    )


def readers(rows: DeliveryQuerySet, only: str, now: datetime) -> DeliveryQuerySet:
    """Those of a view (`RECEIPTS`), with their duties, or their classes, of the day."""
    if only == "unread":
        rows = rows.filter(read_at=None)
    elif only == "unconfirmed":
        rows = rows.filter(confirmed_at=None)
    elif only == "unreached":
        rows = without_device(rows, now)
    duties = Posting.objects.on(now.date()).select_related("unit").order_by("deputy", "pk")
    classes = Enrolment.objects.on(now.date()).select_related("unit").order_by("-pk")
    return rows.select_related("user", "person").prefetch_related(
        Prefetch("user__postings", duties, to_attr="duties"), Prefetch("person__enrolments", classes, to_attr="belongs")
    ).order_by("pk")  # fmt: skip


def begins_at(notice: Notice) -> Unit:
    """Where the counts by unit begin: the schools of a sponsor do not stand below it."""
    unit = notice.unit
    return unit.parent if unit.kind == Kind.AUTHORITY and unit.parent is not None else unit


def below(unit: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(path__startswith=unit.path)


def by_unit(notice: Notice, top: Unit, day: date) -> list[dict[str, Any]]:
    """How it stands below each child of the unit, in the order of the tree; what is at the unit itself stands under
    it. A member of staff is counted where their first duty is, a pupil in their class."""
    own = Posting.objects.on(day).filter(user=OuterRef("user")).order_by("deputy", "pk").values("unit__path")
    of_pupil = Enrolment.objects.on(day).filter(person=OuterRef("person")).order_by("-pk").values("unit__path")
    read = audiences.read(notice.audience)
    path = Subquery((of_pupil if read and read.of_pupils else own)[:1])
    # as much of the path as leads to the child: worked out once a row, which a condition beside it would not be
    steps = Value(rf"^(?:[0-9]+\.){{1,{top.path.count('.') + 1}}}")
    rows = Delivery.objects.filter(notice=notice).annotate(
        child=Func(path, steps, function="substring", output_field=TextField())
    )
    counts = rows.values("child").annotate(**_COUNTS).order_by()
    found = {row["child"]: row for row in counts if (row["child"] or "").startswith(top.path)}
    units = Unit.objects.filter(path__in=found.keys() - {top.path}).order_by("position", "code")
    at_top = [{"unit": top, "is_top": True, **found[top.path]}] if top.path in found else []
    return [*at_top, *({"unit": unit, **found[unit.path]} for unit in units)]


def _looked_after(user: User) -> DeliveryQuerySet:
    """Deliveries to pupils whose roster the user sees."""
    scope = access.scope(user, FAMILY, "unit__") & access.scope(user, "person.view", "unit__")
    pupils = Enrolment.objects.on(clock.today()).filter(scope, as_a=Belonging.STUDENT)
    return Delivery.objects.filter(Exists(pupils.filter(person=OuterRef("person"))), person__isnull=False)
