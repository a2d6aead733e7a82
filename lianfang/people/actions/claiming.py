"""A device claims to act for a person, looks, and is signed out again."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions.codes import must_be_assessed
from lianfang.people.models import Claim, ClassCode, Device, Person, PersonalLink, User
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS, PER_CODE, PER_PERSON = 10, 60, 5


def enter(*, word: str, personal: bool, address: str, now: datetime) -> ClassCode | PersonalLink:
    """The code or (``personal``) the link somebody brought. Raises `Refused` for one that does not hold, and after ten
    wrong ones from an address within an hour."""
    _knock(address, now)
    found = queries.link(word, now) if personal else queries.code(word, now)
    if found is None:
        raise refuse("people.code_unknown", "code")
    limits.give_back("claim address", address)
    return found


def claim(
    *, entry: ClassCode | PersonalLink, told: rules.Told, device: Device | None, agent: str, address: str, now: datetime
) -> tuple[Claim, str]:
    """The device stands for the person whose facts were told; a device nobody knows is made, and its token returned
    ("" for one that is known). Claiming again what one holds changes nothing.

    Raises `Refused`, with the same words for a name that is not in the class, a wrong fact, and a name that is closed
    for the day after five wrong answers. Not one transaction: wrong answers are counted although nothing else is kept.
    """
    unit = _place(entry, now)
    if unit is None:
        raise refuse("people.code_unknown")
    must_be_assessed(unit, now)
    if isinstance(entry, PersonalLink):
        who, known = str(entry.person_id), queries.known_of(entry.person, now.date())
    else:
        who, known = f"{unit.pk} {rules.tidy_name(told.name or '')}", queries.known_in(unit, now.date())
    _knock(address, now)
    if not limits.within("claim entry", str(entry.pk), most=PER_CODE, every=HOUR, now=now):
        raise refuse("people.claim_too_often")
    open_still = limits.within("claim person", who, most=PER_PERSON, every=DAY, now=now)
    proof = rules.prove(known, told)
    if proof is None or not open_still:
        _failed(unit, known, told, closed=not open_still, now=now)
        raise refuse("people.claim_not_matched")
    for what, whose in (("claim address", address), ("claim entry", str(entry.pk)), ("claim person", who)):
        limits.give_back(what, whose)  # a parents' evening behind one address is no attack
    return _take(entry, proof, unit, device, agent, now)


def _knock(address: str, now: datetime) -> None:
    if not limits.within("claim address", address, most=PER_ADDRESS, every=HOUR, now=now):
        raise refuse("people.claim_too_often")


def _failed(unit: Unit, known: list[rules.Known], told: rules.Told, *, closed: bool, now: datetime) -> None:
    """The class teacher is told once a day whose way in is closed; the person before the telephone is not."""
    events.record("claim.refused", by=None, unit=unit, outcome="refused", now=now)
    if not closed:
        return
    wanted = rules.tidy_name(told.name or "")
    for row in known:
        meant = told.name is None or rules.same(rules.tidy_name(row.name), wanted)
        if meant and limits.within("claim closed", str(row.person), most=1, every=DAY, now=now):
            person = Person.objects.get(pk=row.person)
            events.record("claim.closed", by=None, unit=unit, subject=person, outcome="refused", now=now)


@transaction.atomic
def _take(
    entry: ClassCode | PersonalLink, proof: rules.Proof, unit: Unit, device: Device | None, agent: str, now: datetime
) -> tuple[Claim, str]:
    if isinstance(entry, PersonalLink):
        unused = PersonalLink.objects.filter(pk=entry.pk, used_at__isnull=True, revoked_at__isnull=True)
        if not unused.update(used_at=now):  # somebody used it, or took it back, in the same moment
            raise refuse("people.code_unknown")
    token = ""
    if device is None:
        token = secrets.token_urlsafe(32)
        device = Device.objects.create(
            token_index=queries.digest(token), name=rules.browser_name(agent), at=now, seen_on=now.date(),
            until=now + timedelta(days=rules.DEVICE_DAYS),
        )  # fmt: skip
    made, new = Claim.objects.get_or_create(
        device=device, person_id=proof.person, revoked_at=None,
        defaults={"guardian_id": proof.guardian, "how": proof.how, "at": now},
    )  # fmt: skip
    if new:
        detail = {"claim": str(made.pk), "how": proof.how}
        events.record("claim.made", by=None, unit=unit, subject=made.person, detail=detail, now=now)
    return made, token


@transaction.atomic
def seen(*, device: Device, now: datetime) -> None:
    """The device was used today; its 180 days begin anew."""
    if device.seen_on != now.date():
        device.seen_on, device.until = now.date(), now + timedelta(days=rules.DEVICE_DAYS)
        device.save(update_fields=["seen_on", "until"])


@transaction.atomic
def looked(*, claim: Claim, what: str, now: datetime) -> None:
    """A guardian or pupil looked at the record: told as every other look is. ``what`` is "record", "full", "looks",
    "copy", "file" or "health"."""
    detail = {"claim": str(claim.pk), "what": what, "as": "guardian" if rules.is_guardians(claim.how) else "pupil"}
    unit = queries.home(claim.person, now.date())
    events.record("my.viewed", by=None, unit=unit, subject=claim.person, detail=detail, now=now)


@transaction.atomic
def refused(*, device: Device, now: datetime) -> None:
    """A device asked for a claim that is not its own. At most twenty an hour are told."""
    if limits.within("my refused", str(device.pk), most=20, every=HOUR, now=now):
        events.record("my.refused", by=None, unit=None, subject=device, outcome="refused", now=now)


@transaction.atomic
def let_go(*, claim: Claim, mine: Claim, now: datetime) -> None:
    """Somebody takes back a claim of a device of their own. ``mine`` is the claim they act by."""
    if Claim.objects.filter(pk=claim.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_why="self"):
        detail = {"claim": str(claim.pk), "by_claim": str(mine.pk)}
        unit = queries.home(claim.person, now.date())
        events.record("claim.let_go", by=None, unit=unit, subject=claim.person, detail=detail, now=now)


@transaction.atomic
def sign_out(*, device: Device, now: datetime) -> None:
    """The device stands for nobody any more."""
    if Device.objects.filter(pk=device.pk, revoked_at__isnull=True).update(revoked_at=now):
        events.record("device.signed_out", by=None, unit=None, subject=device, now=now)


@transaction.atomic
def revoke_all(*, by: User, unit: Unit, person: Person, now: datetime) -> int:
    """Staff sign every device off this person and end unused links; how many claims ended. A lost telephone."""
    ended = Claim.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=now, revoked_why="staff")
    PersonalLink.objects.filter(person=person, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    events.record("claim.revoked", by=by, unit=unit, subject=person, detail={"claims": ended}, now=now)
    return ended


def _place(entry: ClassCode | PersonalLink, now: datetime) -> Unit | None:
    """The class an entry leads to; None when it is not valid any more."""
    if isinstance(entry, ClassCode):
        found = queries.code_by_id(entry.pk, now)
        return found.unit if found else None
    return queries.home(entry.person, now.date()) if queries.link_by_id(entry.pk, now) else None
