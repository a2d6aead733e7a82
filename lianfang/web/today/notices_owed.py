"""Who owes a confirmation or an answer: the source "notices" of `obligations.sources`. A slot is a notice with a
deadline, by its id; a unit owes as many things as people there got it. Stands here because `notices` lies below
`obligations` and cannot know of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.core import clock
from lianfang.notices.models import UNDONE, Delivery, Notice
from lianfang.obligations.sources import Owed, Silent, Slot, Standing
from lianfang.orgs.models import Unit, sponsored_by
from lianfang.people import access
from lianfang.people.models import Enrolment, Posting, User
from lianfang.people.models.roster import Belonging

KIND = "notice_confirm"
RECIPIENT = "recipient"
_DAY = timedelta(days=1)
_AHEAD, _PAST = 3 * _DAY, 7 * _DAY  # how long a row stands on 今日待办 around its deadline
_CLASS_ROLES = ("class_teacher", "counsellor")
_ASKS = Q(to_confirm=True) | ~Q(question={})


class _Row(NamedTuple):
    user: int
    unit: int
    school: int
    path: str
    done: bool


class Confirmations:
    verb = asks = "notice.post"
    open_days = _PAST.days
    at: tuple[str, ...] = ()  # every kind of unit has people who get notices
    functions: tuple[str, ...] = ()

    def slots(self, unit: Unit, on: date) -> list[Slot]:
        rows = _standing(on)
        if unit.parent_id is not None:
            held = Posting.objects.on(on).filter(unit__in=Unit.objects.reporting_to(unit, on)).values("user")
            rows = rows.filter(Exists(Delivery.objects.filter(notice=OuterRef("pk"), user__in=held)))
        return [_slot(notice) for notice in rows.order_by("until", "pk")]

    def mine(self, user: User, now: datetime) -> list[Owed]:
        since = datetime.combine(clock.day_of(now), time(), clock.ZONE)
        done = Q(confirmed_at__gte=since) | Q(answered_at__gte=since)
        near = Q(notice__until__gt=now - _PAST, notice__until__lt=now + _AHEAD)
        rows = Delivery.objects.filter(near & UNDONE | done, user=user, notice__until__isnull=False)
        rows = rows.filter(notice__withdrawn_at=None).select_related("notice").order_by("notice__until", "pk")
        return [*(_mine(row, now) for row in rows), *_families(user, now)]

    def standing(self, unit: Unit, slot: str, on: date, now: datetime) -> Mapping[int, Standing]:
        found: dict[int, Standing] = {}
        notice = _notice(slot, on)
        if notice is None or notice.until is None:
            return found
        late = notice.until < now
        for row in _below(_rows(notice, on), unit, on):
            stands = found.setdefault(_child(unit, row), Standing())
            stands.owing, stands.done = stands.owing + 1, stands.done + row.done
            if late and not row.done:
                stands.late, stands.since = stands.late + 1, notice.until
        return found

    def silent(self, slot: str, on: date, due_by: datetime, paths: Sequence[str] = ("",)) -> Iterable[Silent]:
        notice = _notice(slot, on)
        if notice is None or notice.until is None or notice.until > due_by:
            return []
        users: dict[tuple[int, int], list[int]] = {}
        for row in _rows(notice, on, open_only=True):
            if row.path.startswith(tuple(paths)):
                users.setdefault((row.unit, row.school), []).append(row.user)
        return [
            Silent(unit, school, notice.until, tuple((RECIPIENT, user) for user in found), len(found))
            for (unit, school), found in users.items()
        ]


SOURCE = Confirmations()


def _standing(on: date) -> QuerySet[Notice]:
    """Notices whose deadline lies on the day."""
    since = datetime.combine(on, time(), clock.ZONE)
    return Notice.objects.filter(_ASKS, until__gte=since, until__lt=since + _DAY, withdrawn_at=None)


def _notice(slot: str, on: date) -> Notice | None:
    try:
        return _standing(on).filter(pk=UUID(slot)).first()
    except ValueError:
        return None


def _rows(notice: Notice, on: date, *, open_only: bool = False) -> Iterator[_Row]:
    """Its recipients on the staff, each at the first of their duties that day; whoever has none any more owes nothing.
    One statement."""
    done = "user__deliveries__answered_at" if notice.question else "user__deliveries__confirmed_at"
    got = Q(user__deliveries__notice=notice.pk)
    rows = Posting.objects.on(on).filter(got & Q(**{done: None}) if open_only else got)
    columns = ("user_id", "unit_id", "unit__school_id", "unit__path", done)
    first = rows.order_by("user_id", "deputy", "pk").distinct("user_id").values_list(*columns)
    for user, unit, school, path, at in first.iterator(chunk_size=5000):
        yield _Row(user, unit, school or unit, path, at is not None)


def _below(rows: Iterable[_Row], unit: Unit, on: date) -> Iterator[_Row]:
    sponsored = set() if unit.school_id else set(sponsored_by([unit.path], on).values_list("unit_id", flat=True))
    return (row for row in rows if row.path.startswith(unit.path) or row.school in sponsored)


def _child(unit: Unit, row: _Row) -> int:
    """A school by sponsoring line only stands for itself, as does the unit."""
    if row.unit == unit.pk:
        return unit.pk
    return int(row.path[len(unit.path) :].split(".")[0]) if row.path.startswith(unit.path) else row.school


def _slot(notice: Notice) -> Slot:
    assert notice.until is not None  # noqa: S101 (`_standing`)
    return Slot(str(notice.pk), notice.heading, notice.at, notice.until)


def _mine(row: Delivery, now: datetime) -> Owed:
    notice = row.notice
    done = row.answered_at if notice.question else row.confirmed_at
    action = _("Look") if done else _("Answer") if notice.question else _("Read and confirm")
    late = notice.until is not None and notice.until < now
    return Owed(
        KIND, notice.heading, action, reverse("notices:read", args=[row.pk]), None, notice.until, done_at=done,
        state="done" if done else "late" if late else "not_started",
        on=clock.day_of(notice.until) if notice.until else None, slot=str(notice.pk),
    )  # fmt: skip


def _families(user: User, now: datetime) -> Iterable[Owed]:
    """After the deadline whoever looks after a class calls the families that have not answered; no ladder does."""
    paths = [post.unit.path for post in access.postings(user, now.date()) if post.role in _CLASS_ROLES]
    if not paths:
        return
    there = Q(pk__in=[])
    for path in paths:
        there |= Q(unit__path__startswith=path)
    pupils = Enrolment.objects.on(now.date()).filter(there, as_a=Belonging.STUDENT)
    rows = Delivery.objects.filter(UNDONE, Exists(pupils.filter(person=OuterRef("person"))), notice__withdrawn_at=None)
    rows = rows.filter(notice__until__lt=now, notice__until__gt=now - _PAST)
    left = dict(rows.values_list("notice").annotate(Count("pk")).order_by())
    for notice in Notice.objects.filter(pk__in=left).order_by("until", "pk"):
        words = ngettext(
            "%(count)s family has not answered: %(title)s", "%(count)s families have not answered: %(title)s",
            left[notice.pk],
        )  # fmt: skip
        url = reverse("notices:answers" if notice.question else "notices:sent_one", args=[notice.pk])
        only = "unanswered" if notice.question else "unconfirmed"
        title = words % {"count": left[notice.pk], "title": notice.heading}
        yield Owed("", title, _("Call them"), f"{url}?only={only}", None, notice.until, state="late")
