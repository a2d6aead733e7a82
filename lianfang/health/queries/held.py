"""Records that were held back and wait for somebody who mends or drops them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from lianfang.health.models import Held, Sender
from lianfang.health.rules.sent import Source
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User

VERB = "held.mend"
DIFFERS = "health.roll_differs"


def units(user: User) -> UnitQuerySet:
    """Classes and schools of which the user mends records, dissolved ones too."""
    return access.units_for(user, VERB).filter(school__isnull=False)


def waiting(user: User) -> QuerySet[Held]:
    """The newest first."""
    posts = [post for post in access.postings(user) if VERB in access.ROLES[post.role].verbs]
    schools = {post.unit.school_id or post.unit_id for post in posts}
    rows = Held.objects.filter(school_id__in=schools, unit_id__in=units(user).values("pk"), settled_at__isnull=True)
    return rows.order_by("-at", "key")


def find(user: User, school: int, on: date, key: int) -> Held | None:
    """Settled ones too: whoever comes late is told so."""
    rows = Held.objects.filter(school_id=school, on=on, key=key)
    return rows.filter(unit_id__in=units(user).values("pk")).first()


def count_of(unit: Unit) -> int:
    """How many wait in a school, or in a part of it."""
    rows = Held.objects.filter(school_id=unit.school_id or unit.pk, settled_at__isnull=True)
    if unit.pk != (unit.school_id or unit.pk):
        rows = rows.filter(unit_id__in=Unit.objects.filter(path__startswith=unit.path).values("pk"))
    return rows.count()


def names(user: User, people: Collection[UUID], on: date) -> dict[UUID, str]:
    """Of those who belong to the user's classes on that day; nobody else is named."""
    rows = Enrolment.objects.on(on).filter(person_id__in=people, unit__in=units(user))
    return dict(rows.values_list("person_id", "person__name"))


def senders(rows: Collection[Held]) -> dict[UUID, str]:
    """Names of the devices and systems the records came from; a family's telephone has none."""
    wanted = {row.sender_id for row in rows if row.sender_id}
    return dict(Sender.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def accounts(rows: Collection[Held]) -> dict[int, str]:
    wanted = {pk for row in rows for pk in (row.by_id, row.settled_by_id) if pk is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def person(held: Held) -> Person | None:
    return Person.objects.filter(pk=held.person_id).first() if held.person_id else None


def source(held: Held) -> Source:
    """Of a card: what stands in for a person is a device, a gateway's card is the gateway's."""
    return Source.DEVICE if held.by_id is None and senders([held]) else Source.CARD


def meant(user: User, typed: str, school: int, on: date) -> list[UUID]:
    """People of the user's classes by the school's own number, or by their whole name."""
    rows = Enrolment.objects.on(on).filter(school_id=school, unit__in=units(user))
    for which in ({"number": typed}, {"person__name": typed}):
        if found := list(rows.filter(**which).values_list("person_id", flat=True).distinct()[:2]):
            return found
    return []


def classes(user: User, school: int, on: date) -> list[Unit]:
    """Classes of the school that exist on that day and that the user reports for."""
    found = access.units_for(user, "roll.submit").on(on).filter(school_id=school, kind="class")
    return list(found.order_by("path", "position", "code"))
