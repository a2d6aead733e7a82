"""Emergencies for pages: where one may report, which ones one sees, what was said."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from lianfang.cases.models import Emergency, EmergencyQuerySet, Recipient, Statement, StatementKind
from lianfang.cases.rules import emergencies as rules
from lianfang.orgs.models import Kind, Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User

REPORT, VIEW, FOLLOW = "emergency.report", "emergency.view", "emergency.follow"
# Who may read the name of the person it is about, at the person's class.
NAMES = ("finding.view", "person.health")


def schools(user: User) -> list[Unit]:
    """The schools of one's duties: whoever works in a school may report of any part of it."""
    keys = {post.unit.school_id or post.unit_id for post in access.postings(user) if _reports(post.role)}
    return list(Unit.objects.filter(pk__in=keys).order_by("path"))


def _reports(role: str) -> bool:
    return REPORT in access.ROLES[role].verbs


def places(user: User) -> UnitQuerySet:
    """Everything in those schools, the schools themselves first."""
    keys = [school.pk for school in schools(user)]
    return Unit.objects.filter(Q(pk__in=keys) | Q(school__in=keys), valid_to__isnull=True).order_by("path")


def own_place(user: User) -> Unit | None:
    """Where the person works: the class of a class teacher, else the school."""
    mine = [post for post in access.postings(user) if _reports(post.role)]
    class_ = next((post.unit for post in mine if post.unit.kind == Kind.CLASS and post.user_id == user.pk), None)
    return class_ or next(iter(schools(user)), None)


About = tuple[Person, Unit]


def about(user: User, person: UUID | None) -> About | None:
    """The person and class named in the address, if the person asking may see findings there."""
    if person is None:
        return None
    here = Q()
    for verb in NAMES:
        here |= access.scope(user, verb, "unit__")
    row = Enrolment.objects.filter(here, person=person, person__purged_at__isnull=True, to_on__isnull=True)
    found = row.select_related("person", "unit").first()
    return (found.person, found.unit) if found else None


def visible(user: User) -> EmergencyQuerySet:
    """Those of one's scope, by the school (also sponsored ones) or the class, and what one reported."""
    at = access.scope(user, VIEW, "school__") | access.scope(user, VIEW, "unit__")
    return Emergency.objects.filter(at | Q(by=user)).select_related("school", "unit__school", "by")


def whole(user: User) -> QuerySet[Emergency]:
    """With everybody who was told and everything that was said, in order."""
    told = Recipient.objects.select_related("unit", "acknowledged_by", "told_by").order_by("position", "pk")
    said = Statement.objects.select_related("by", "corrects").order_by("number")
    return visible(user).select_related("person", "joins").prefetch_related(
        Prefetch("recipients", told), Prefetch("statements", said)
    )  # fmt: skip


def listed(user: User, *, running: bool) -> QuerySet[Emergency]:
    """The newest first."""
    return (
        visible(user)
        .filter(ended_at__isnull=running)
        .prefetch_related("recipients", "statements")
        .order_by("-reported_at", "-pk")
    )


def may_name(user: User, emergency: Emergency) -> bool:
    """Inside the school, for those who see findings or health there, and whoever reported it."""
    return emergency.by_id == user.pk or any(access.can(user, verb, emergency.unit) for verb in NAMES)


def may_follow(user: User, emergency: Emergency) -> bool:
    return emergency.by_id == user.pk or access.can(user, FOLLOW, emergency.school)


def alike(emergency: Emergency) -> Emergency | None:
    """A running report of the same kind at the same school, made a little before: perhaps the same thing."""
    if emergency.ended_at:
        return None
    rows = Emergency.objects.running().filter(
        school=emergency.school_id, kind=emergency.kind, reported_at__lte=emergency.reported_at,
        reported_at__gte=emergency.reported_at - rules.ALIKE_WITHIN,
    )  # fmt: skip
    return rows.exclude(pk=emergency.pk).order_by("reported_at", "pk").first()


@dataclass(frozen=True)
class Said:
    """A statement as it reads now, and the versions before it, the oldest first."""

    statement: Statement
    former: list[Statement]


def said(emergency: Emergency) -> list[Said]:
    """In order; a correction stands in the place of what it corrects."""
    newest: dict[UUID, list[Statement]] = {}
    for row in emergency.statements.all():
        chain = newest.pop(row.corrects_id, []) if row.corrects_id else []
        newest[row.pk] = [*chain, row]
    chains = sorted(newest.values(), key=lambda chain: chain[0].number)
    return [Said(chain[-1], chain[:-1]) for chain in chains]


def latest(emergency: Emergency) -> Statement:
    """What holds now: the newest of the last statement."""
    return said(emergency)[-1].statement


def is_over(emergency: Emergency) -> bool:
    return any(row.kind == StatementKind.FINAL for row in emergency.statements.all())


def by_id(pk: str) -> Emergency | None:
    """For those who act on its events."""
    return Emergency.objects.filter(pk=pk).first()
