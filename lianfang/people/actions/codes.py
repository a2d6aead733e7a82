"""What the staff of a class hands out: the class code, and links for single persons."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.models import ClassCode, Person, PersonalLink, User
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules
from lianfang.policies.queries import assessed


@transaction.atomic
def open_code(*, by: User, unit: Unit, now: datetime) -> ClassCode:
    """A new code for the class, good for 30 days; the present one ends with it. Of two people who do so at the same
    moment both get the one that came first.

    Raises `Refused` for a unit that is no class, or where nobody has assessed self-service.
    """
    if unit.kind != "class":
        raise refuse("people.code_not_a_class")
    must_be_assessed(unit, now)
    ClassCode.objects.filter(unit=unit, revoked_at__isnull=True).update(revoked_at=now)
    word = "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))
    until = now + timedelta(days=rules.CODE_DAYS)
    try:
        with transaction.atomic():
            made = ClassCode.objects.create(unit=unit, code=word, until=until, by_id=by.pk, by_name=by.name, at=now)
    except IntegrityError:
        first = queries.open_code(unit, now)
        if first is None:
            raise
        return first
    events.record("code.opened", by=by, unit=unit, subject=made, detail={"until": made.until.isoformat()}, now=now)
    return made


@transaction.atomic
def close_code(*, by: User, unit: Unit, now: datetime) -> None:
    """Nobody comes in with the code any more; devices that are in stay. Doing so twice changes nothing."""
    if ClassCode.objects.filter(unit=unit, revoked_at__isnull=True).update(revoked_at=now):
        events.record("code.closed", by=by, unit=unit, now=now)


@transaction.atomic
def make_links(*, by: User, unit: Unit, people: Iterable[Person], now: datetime) -> list[tuple[Person, str]]:
    """A new link for each person, good for 14 days and one use; earlier unused ones end. The tokens are told here once
    and kept nowhere. Raises `Refused` where nobody has assessed self-service."""
    must_be_assessed(unit, now)
    made = [(person, secrets.token_urlsafe(24)) for person in people]
    persons = [person for person, _ in made]
    PersonalLink.objects.filter(person__in=persons, used_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=now
    )
    until = now + timedelta(days=rules.LINK_DAYS)
    PersonalLink.objects.bulk_create(
        PersonalLink(
            person=person, token_index=queries.digest(token), until=until, by_id=by.pk, by_name=by.name, at=now
        )
        for person, token in made
    )
    told = {"people": [str(person.pk) for person in persons]}
    events.record("link.made", by=by, unit=unit, detail=told, now=now)
    return made


def must_be_assessed(unit: Unit, now: datetime) -> None:
    if not assessed(queries.MODULE, unit, now.date()):
        raise refuse("people.not_assessed")
