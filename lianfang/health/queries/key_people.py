"""Key people for pages: whom to ask now, everything about one of them, who may look after whom."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from lianfang.core.clock import ZONE
from lianfang.health.models import FollowUp, KeyPerson
from lianfang.health.models.key_people import Ending
from lianfang.health.rules import following, key_editions
from lianfang.health.rules.key_editions import Edition
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Person, User
from lianfang.policies import queries as policies

VERB, MANAGE = "key_person.trace", "key_person.manage"
OPEN = Q(ended_on__isnull=True)
_LATELY = timedelta(days=30)
_SHOWN = 14  # days on the page of one person
# Who looks after somebody, if nobody else was named: the nearest of the first of these roles.
_FOLLOWING = ("class_teacher", "counsellor", "doctor")


def edition(unit: Unit, on: date) -> Edition | None:
    """Which rules hold for a unit, if any. Two queries."""
    responding = policies.mode(unit, on) is not None
    return key_editions.in_force(policies.in_force(unit, on, "key_people."), on, responding=responding)


def edition_of(row: KeyPerson) -> Edition:
    """By which somebody was listed; one that is no longer there gives way to the first that is."""
    found = key_editions.catalog()
    return found.get(row.edition) or next(iter(found.values()))


def turn(person: UUID) -> None:
    """Whoever decides about a person waits here for the one before."""
    Person.objects.select_for_update(of=("self",)).filter(pk=person).first()


def current(person: UUID, school_id: int) -> KeyPerson | None:
    """The class somebody is in at a school, locked."""
    rows = KeyPerson.objects.select_for_update(of=("self",)).select_related("responsible", "unit")
    return rows.filter(OPEN, person=person, school_id=school_id).first()


def visible(user: User) -> QuerySet[KeyPerson]:
    return KeyPerson.objects.filter(access.scope(user, VERB, "unit__"))


def waiting(user: User) -> QuerySet[KeyPerson]:
    """Whoever is followed: who is asked next stands first."""
    rows = visible(user).filter(OPEN).select_related("person", "unit", "school", "responsible")
    return rows.order_by(F("due_at").asc(nulls_last=True), "from_on", "pk")


def mine(user: User, on: date) -> Q:
    """Those whom the user looks after, or somebody they stand in for; and those whom nobody looks after."""
    acting = {user.pk, *(post.user_id for post in access.postings(user, on))}
    return Q(responsible__in=acting) | Q(responsible__isnull=True)


def proposed(on: date) -> Q:
    return Q(until__lt=on)


def over(user: User, now: datetime) -> QuerySet[KeyPerson]:
    """Those that ended lately, the newest end first."""
    rows = visible(user).filter(ended_at__gt=now - _LATELY).exclude(ending=Ending.MOVED)
    return rows.select_related("person", "unit", "school", "responsible").order_by("-ended_at", "pk")


def due_count(user: User, now: datetime) -> tuple[int, datetime | None]:
    """How many wait for the user now, and since when. Nobody is asked after the days are over: release is proposed."""
    on = now.astimezone(ZONE).date()
    rows = visible(user).filter(OPEN, mine(user, on), due_at__lte=now).exclude(proposed(on)).order_by("due_at")
    moments = list(rows.values_list("due_at", flat=True))
    return len(moments), moments[0] if moments else None


def tallies(user: User, now: datetime) -> Counter[str]:
    """How many are open ("all"), the user's ("mine"), due, proposed for release, over lately. Two queries."""
    on, found = now.astimezone(ZONE).date(), Counter[str]()
    acting = {user.pk, *(post.user_id for post in access.postings(user, on))}
    for responsible, due_at, until in visible(user).filter(OPEN).values_list("responsible", "due_at", "until"):
        free = following.release_due(until, on)
        found["all"] += 1
        found["mine"] += (responsible in acting or responsible is None) and not free
        found["due"] += due_at is not None and due_at <= now and not free
        found["proposed"] += free
    found["over"] = over(user, now).count()
    return found


def last(rows: Collection[KeyPerson]) -> dict[UUID, FollowUp]:
    """The newest time each was reached. One query."""
    found = FollowUp.objects.filter(key_person__in=rows, reached=True).order_by("key_person", "-at")
    return {one.key_person_id: one for one in found.distinct("key_person")}


@dataclass(frozen=True)
class Opened:
    """One person with what the page shows. ``history``: the classes before, newest first. ``days``: of each of the last
    two weeks, what was told at each of the moments of the day (None: nobody asked, or reached)."""

    row: KeyPerson
    follow_ups: list[FollowUp]
    history: list[KeyPerson]
    days: list[tuple[date, list[FollowUp | None]]]


def opened(row: KeyPerson, now: datetime) -> Opened:
    """Two queries. Where somebody changed class, what was told before belongs to them still."""
    chain = history(row)
    told = list(FollowUp.objects.filter(key_person__in=[row, *chain]).order_by("at", "pk"))
    return Opened(row, told, chain, _days(row, told, now))


def history(row: KeyPerson) -> list[KeyPerson]:
    """What somebody was at the school before this, newest first. One query."""
    rows = KeyPerson.objects.filter(person=row.person_id, school=row.school_id).exclude(pk=row.pk)
    return list(rows.filter(at__lte=row.at).order_by("-at", "-pk"))


def _days(
    row: KeyPerson, told: Sequence[FollowUp], now: datetime
) -> list[tuple[date, list[FollowUp | None]]]:  # fmt: skip
    times = edition_of(row).asking(row.category, row.rule).times
    until = row.ended_on or now.astimezone(ZONE).date()
    first = max(row.from_on, until - timedelta(days=_SHOWN - 1))
    slots: dict[date, list[FollowUp | None]] = {
        first + timedelta(days=number): [None] * len(times) for number in range((until - first).days + 1)
    }
    for one in told:
        at = one.at.astimezone(ZONE)
        if one.reached and at.date() in slots:
            slots[at.date()][following.slot(times, at)] = one
    return sorted(slots.items(), reverse=True)


def may_follow(unit: Unit, on: date) -> list[User]:
    """Who may look after people of a unit: whoever has the verb there, nearest first. One query."""
    roles = [name for name, role in access.ROLES.items() if VERB in role.verbs]
    held = sorted(
        access.holders(unit.ancestor_ids, roles, on),
        key=lambda post: (-post.unit.path.count("."), post.deputy, post.pk),
    )
    return list({post.user_id: post.user for post in held}.values())


def usual_responsible(unit: Unit, on: date) -> User | None:
    held = access.holders(unit.ancestor_ids, _FOLLOWING, on)
    near = min(
        held, key=lambda post: (_FOLLOWING.index(post.role), -post.unit.path.count("."), post.deputy), default=None
    )
    return near.user if near else None


def followed(school_id: int, people: Collection[UUID], on: date) -> dict[UUID, bool]:
    """Of those who are followed on that day: whether it keeps them away from school. One query."""
    rows = KeyPerson.objects.filter(on_day(on), school_id=school_id, person_id__in=people)
    return {row.person_id: edition_of(row).asking(row.category, row.rule).keeps for row in rows.only(
        "person_id", "edition", "category", "rule")}  # fmt: skip


def on_day(on: date) -> Q:
    """The classes that counted on a day."""
    return Q(from_on__lte=on) & (OPEN | Q(ended_on__gt=on))
