"""Tasks of disinfection, for those who do them and those who look at them."""

from datetime import date

from django.db.models import Q, QuerySet

from lianfang.cases.models import Case, Cleaning
from lianfang.orgs.models import Function, Kind, Unit
from lianfang.people import access
from lianfang.people.models import Lodging, User
from lianfang.policies import diseases

DO, CHECK = "cleaning.do", "isolation.manage"


def visible(user: User) -> QuerySet[Cleaning]:
    """Of one's school, or of the unit that owes them."""
    rows = Cleaning.objects.filter(access.scope(user, DO, "unit__"))
    return rows.select_related("school", "unit", "bed__place", "by", "noted_by", "checked_by")


def waiting(user: User) -> QuerySet[Cleaning]:
    return visible(user).filter(done_at__isnull=True, dropped_at__isnull=True).order_by("due_at", "pk")


def register(user: User) -> QuerySet[Cleaning]:
    """What was done, the newest first."""
    return visible(user).filter(done_at__isnull=False).order_by("-done_at", "-pk")


def logistics(school: Unit, on: date) -> Unit:
    """Who owes it: logistics where the school has it, else the school itself."""
    return Unit.objects.on(on).filter(school=school, function=Function.LOGISTICS).order_by("pk").first() or school


def spreads(disease: str) -> tuple[str, ...]:
    found = diseases.catalog().get(disease)
    return tuple(found.spreads) if found else ()


def covering(case: Case, what: str, place: str) -> Cleaning | None:
    """The task that disinfects the place for this case too: one that waits, or was done since the case was opened."""
    rows = Cleaning.objects.filter(school=case.school_id, what=what, place=place, dropped_at__isnull=True)
    return rows.filter(Q(done_at__isnull=True) | Q(done_at__gte=case.opened_at)).order_by("at", "pk").first()


def places_of(case: Case) -> list[tuple[str, str]]:
    """(kind of place, its name) where the sick person was: the class, and the room of a boarder."""
    found = [("classroom", case.unit.name)] if case.unit.kind == Kind.CLASS else [("other", case.unit.name)]
    room = Lodging.objects.filter(person=case.person_id, school=case.school_id, to_on__isnull=True).first()
    if room is not None and room.room:
        found.append(("dormitory", str(room)))
    return found
