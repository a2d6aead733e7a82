"""Reads of codes, devices and claims: for the family before its telephone, and for the staff of a class."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lianfang.core import crypto, prepared
from lianfang.core.models import Event
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people import access
from lianfang.people.models import (
    Claim,
    ClassCode,
    Consent,
    Device,
    Enrolment,
    Guardianship,
    IdentityDocument,
    Lodging,
    Person,
    PersonalLink,
    SubjectRequest,
    User,
)
from lianfang.people.models.roster import Belonging
from lianfang.people.rules import claims as rules

MODULE = "self_service"  # what has to be assessed before it is opened (control F09)


def digest(token: str) -> bytes:
    """What is kept of a token. It has 192 bits or more of chance: nobody tries it out, so it needs no key, and a change
    of keys leaves every device signed in."""
    return hashlib.sha256(token.encode()).digest()


# ── coming in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def code(typed: str, now: datetime) -> ClassCode | None:
    """The open code that was typed or scanned."""
    wanted = rules.tidy_code(typed)
    if not rules.code_fits(wanted):
        return None
    return _open_codes(now).filter(code_index__in=crypto.sought("class_code", wanted)).first()


def code_by_id(pk: UUID, now: datetime) -> ClassCode | None:
    return _open_codes(now).filter(pk=pk).first()


def link(token: str, now: datetime) -> PersonalLink | None:
    """The unused link of this token."""
    return _open_links(now).filter(token_index=digest(token)).select_related("person").first()


def link_by_id(pk: UUID, now: datetime) -> PersonalLink | None:
    return _open_links(now).filter(pk=pk).select_related("person").first()


def known_in(unit: Unit, day: date) -> list[rules.Known]:
    """Everybody of the class with the facts that prove a claim: three queries, whatever was asked."""
    return _known(Person.objects.filter(pk__in=_pupils(unit, day).values("person")), day)


def known_of(person: Person, day: date) -> list[rules.Known]:
    return _known(Person.objects.filter(pk=person.pk), day)


def _known(people: QuerySet[Person], day: date) -> list[rules.Known]:
    current = Q(to_on__isnull=True) | Q(to_on__gte=day)
    rows = people.filter(purged_at__isnull=True, merged_into__isnull=True).prefetch_related(
        Prefetch("documents", IdentityDocument.objects.filter(current, number__isnull=False), "held"),
        Prefetch("enrolments", Enrolment.objects.on(day).exclude(number=""), "numbered"),
        Prefetch(
            "guardianships", Guardianship.objects.filter(current).select_related("guardian").order_by("position", "pk"),
            "cared_for",
        ),
    )  # fmt: skip
    return [
        rules.Known(
            person=row.pk,
            name=row.name,
            born_on=row.born_on,
            documents=tuple(one.number.open() for one in row.held if one.number),
            numbers=tuple(one.number for one in row.numbered),
            phones=tuple((one.guardian_id, one.guardian.phone.open()) for one in row.cared_for if one.guardian.phone),
        )
        for row in rows
    ]


# ── a device and what it may see ──────────────────────────────────────────────────────────────────────────────────────


def device(token: str, now: datetime) -> Device | None:
    """The device that holds this token, as long as nobody has signed it out."""
    return Device.objects.filter(token_index=digest(token), revoked_at__isnull=True, until__gt=now).first()


def claims_of(held: Device, day: date) -> QuerySet[Claim]:
    """What the device stands for today: claims nobody took back, of guardians who still are, on persons who are still
    there."""
    return _holding(day).filter(device=held).select_related("person", "guardian").order_by("at", "pk")


def claims_on(person: Person, now: datetime) -> QuerySet[Claim]:
    """Every device that sees this person now, newest first."""
    rows = _holding(now.date()).filter(person=person, device__revoked_at__isnull=True, device__until__gt=now)
    return rows.select_related("device", "guardian").order_by("-at")


# `claims_of` of many devices at once, as the landing needs it thousands of times a minute.
_SPEAKERS = """
SELECT d.token_index, d.id, c.person_id FROM unnest(%s::bytea[]) AS w (token)
JOIN people_device d ON d.token_index = w.token AND d.revoked_at IS NULL AND d.until > %s
JOIN people_claim c ON c.device_id = d.id AND c.revoked_at IS NULL
JOIN people_person p ON p.id = c.person_id AND p.purged_at IS NULL
WHERE c.guardian_id IS NULL OR EXISTS (
    SELECT FROM people_guardianship g WHERE g.person_id = c.person_id AND g.guardian_id = c.guardian_id
    AND g.from_on <= %s AND (g.to_on IS NULL OR g.to_on > %s))
"""


def speakers(digests: Collection[bytes], now: datetime) -> prepared.Question:
    """Digest of the token, device and person of every claim that holds on these devices."""
    return _SPEAKERS, [prepared.digests(digests), now, now.date(), now.date()]


def spoken_for(digests: Collection[bytes], now: datetime) -> list[tuple[bytes, UUID, UUID]]:
    """What `speakers` asks, answered."""
    (rows,) = prepared.ask(speakers(digests, now))
    return [(bytes(token), device, person) for token, device, person in rows]


def newcomers(claim: Claim, now: datetime) -> list[Claim]:
    """Devices of others that were added to the same person after this one, lately."""
    since = max(claim.at, now - rules.TOLD_FOR)
    return list(claims_on(claim.person, now).filter(at__gt=since).exclude(device=claim.device_id))


def is_own(claim: Claim, other: Claim) -> bool:
    """Whether ``other`` belongs to whoever holds ``claim``: the same device, or another one of the same guardian."""
    if claim.device_id == other.device_id:
        return True
    return claim.guardian_id is not None and claim.guardian_id == other.guardian_id


def home(person: Person, day: date) -> Unit | None:
    """The class the person is in, or was in last: where what concerns them is told."""
    rows = person.enrolments.select_related("unit__school").order_by("-from_on", "-pk")
    return next((row.unit for row in [*rows.on(day)[:1], *rows[:1]]), None)


@dataclass(frozen=True)
class Asked:
    """An optional purpose and how it stands. ``at`` is the newest answer's."""

    purpose: rules.Purpose
    standing: rules.Standing
    at: datetime | None


def purposes(person: Person, now: datetime) -> list[Asked]:
    """Every optional purpose with the newest answer's meaning today. One query."""
    newest = {row.purpose: row for row in Consent.objects.filter(person=person).order_by("at", "pk")}
    found = []
    for purpose in rules.PURPOSES:
        row = newest.get(purpose.id)
        answer = None if row is None else (row.given, row.version, row.at)
        standing = rules.standing(purpose, answer, person.born_on, now)
        found.append(Asked(purpose, standing, None if row is None else row.at))
    return found


@dataclass(frozen=True)
class File:
    """What the school holds about one person, for the person and those who look after them."""

    person: Person
    enrolments: list[Enrolment]
    lodgings: list[Lodging]
    documents: list[IdentityDocument]
    guardianships: list[Guardianship]


def file_of(person: Person, day: date) -> File:
    """Four queries."""
    current = Q(to_on__isnull=True) | Q(to_on__gte=day)
    return File(
        person,
        list(person.enrolments.select_related("unit", "school").order_by("-from_on", "-pk")),
        list(person.lodgings.filter(current).select_related("school")),
        list(person.documents.filter(current).order_by("kind")),
        list(person.guardianships.filter(current).select_related("guardian").order_by("position", "pk")),
    )


def asked_of(person: Person) -> QuerySet[SubjectRequest]:
    return SubjectRequest.objects.filter(person=person).order_by("-at")


# ── the staff of a class ──────────────────────────────────────────────────────────────────────────────────────────────


def classes(user: User, now: datetime) -> UnitQuerySet:
    """Classes whose codes the user looks after, with ``pupils``, ``reached`` (pupils somebody has claimed), ``waiting``
    (requests without answer) and ``open_until`` of the code."""
    day = now.date()
    pupils = Enrolment.objects.on(day).filter(unit=OuterRef("pk"), as_a=Belonging.STUDENT)
    reached = pupils.filter(Exists(_seen(day, now).filter(person=OuterRef("person"))))
    waiting = pupils.filter(Exists(SubjectRequest.objects.filter(person=OuterRef("person"), answered_at__isnull=True)))
    until = _open_codes(now).filter(unit=OuterRef("pk")).values("until")[:1]
    rows = access.units_for(user, "code.manage").filter(kind="class").on(day)
    return rows.annotate(
        pupils=_number(pupils), reached=_number(reached), waiting=_number(waiting), open_until=Subquery(until)
    ).order_by("path")


def open_code(unit: Unit, now: datetime) -> ClassCode | None:
    return _open_codes(now).filter(unit=unit).first()


def pupils(unit: Unit, now: datetime) -> QuerySet[Person]:
    """The pupils of a class by name, with ``devices`` (how many see them), ``newest`` claim and ``link_until``."""
    day = now.date()
    seen = _seen(day, now).filter(person=OuterRef("pk")).order_by().values("person")
    until = _open_links(now).filter(person=OuterRef("pk")).order_by("-until").values("until")[:1]
    rows = Person.objects.filter(pk__in=_pupils(unit, day).values("person"), purged_at__isnull=True)
    return rows.annotate(
        devices=Coalesce(Subquery(seen.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        newest=Subquery(seen.annotate(n=Max("at")).values("n")),
        link_until=Subquery(until),
    ).order_by("pinyin", "name", "pk")


def seeing(now: datetime) -> QuerySet[Claim]:
    """Claims by which a device of a family sees somebody now."""
    return _seen(now.date(), now)


def reached(people: Collection[UUID], now: datetime) -> set[UUID]:
    """Of these, whom a family's device sees now. One query."""
    return set(_seen(now.date(), now).filter(person__in=people).values_list("person", flat=True))


def closed_today(unit: Unit, now: datetime) -> list[Person]:
    """Pupils for whom somebody gave wrong answers so often that the way by the class code is closed for the day."""
    told = Event.objects.filter(
        verb="claim.closed", unit_path=unit.path, subject_kind="person", at__gt=now - timedelta(days=1)
    )
    ids = list(told.values_list("subject_id", flat=True).distinct())
    return list(Person.objects.filter(pk__in=ids).order_by("pinyin"))


def looked_after(user: User, verb: str, day: date) -> QuerySet[Person]:
    """Persons for whom the user has this verb: in the class they are in today."""
    there = Enrolment.objects.on(day).filter(access.scope(user, verb, "unit__"))
    return Person.objects.filter(pk__in=there.values("person"), purged_at__isnull=True)


def requests_for(user: User, day: date) -> QuerySet[SubjectRequest]:
    """Requests of families the user answers: of pupils in their classes; of those who have left, whoever sees the
    history of the roster."""
    mine = access.scope(user, "subject.answer", "unit__")
    there = Enrolment.objects.on(day).filter(mine).values("person")
    gone = Enrolment.objects.filter(mine & access.scope(user, "person.history", "unit__")).values("person")
    rows = SubjectRequest.objects.filter(Q(person__in=there) | Q(person__in=gone))
    return rows.select_related("person", "claim__guardian")


@dataclass(frozen=True)
class Waiting:
    """Requests of families without an answer. ``due`` is when the oldest should have one."""

    count: int
    due: datetime


def waiting_for(user: User, now: datetime) -> Waiting | None:
    """What the user has still to answer, None when nothing. One query."""
    rows = requests_for(user, now.date()).filter(answered_at__isnull=True)
    found = rows.aggregate(count=Count("pk"), oldest=Min("at"))
    if not found["count"]:
        return None
    return Waiting(found["count"], found["oldest"] + timedelta(days=rules.ANSWER_DAYS))


def can_take_over(row: SubjectRequest) -> bool:
    """Whether one tap puts this correction into the file. A guardian's telephone must be that of who asked."""
    about, value = rules.unpack(row.text.open() if row.text else "")
    if row.kind != "correct" or row.answered_at is not None or about not in rules.APPLICABLE or not value:
        return False
    return about != "guardian_phone" or (row.claim is not None and row.claim.guardian_id is not None)


def guardianship_of(row: SubjectRequest) -> Guardianship | None:
    """By what the guardian who asked is one; None where the claim was proved by the child's document."""
    if row.claim_id is None:
        return None
    rows = Guardianship.objects.filter(person=row.person_id, guardian__claims=row.claim_id, to_on__isnull=True)
    return rows.select_related("guardian").first()


def _open_codes(now: datetime) -> QuerySet[ClassCode]:
    return ClassCode.objects.filter(revoked_at__isnull=True, until__gt=now).select_related("unit__school")


def _open_links(now: datetime) -> QuerySet[PersonalLink]:
    return PersonalLink.objects.filter(used_at__isnull=True, revoked_at__isnull=True, until__gt=now)


def _pupils(unit: Unit, day: date) -> QuerySet[Enrolment]:
    return Enrolment.objects.on(day).filter(unit=unit, as_a=Belonging.STUDENT)


def _holding(day: date) -> QuerySet[Claim]:
    """A claim of a guardian who is none any more holds no longer, from the very moment that was entered: there may be a
    judgment behind it."""
    still = Guardianship.objects.filter(person=OuterRef("person"), guardian=OuterRef("guardian"), from_on__lte=day)
    still = still.filter(Q(to_on__isnull=True) | Q(to_on__gt=day))
    return Claim.objects.filter(revoked_at__isnull=True, person__purged_at__isnull=True).filter(
        Q(guardian__isnull=True) | Exists(still)
    )


def _seen(day: date, now: datetime) -> QuerySet[Claim]:
    return _holding(day).filter(device__revoked_at__isnull=True, device__until__gt=now)


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows belong to the unit of the outer query."""
    counted = rows.order_by().values("unit").annotate(n=Count("person", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
