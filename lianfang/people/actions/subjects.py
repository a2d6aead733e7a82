"""What families ask about their data (PIPL Art. 45–50), and the school's answers."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.people.actions import guardians, roster
from lianfang.people.models import Claim, SubjectRequest, User
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules
from lianfang.people.rules import duties

SHORTEST_REASON = 5


@transaction.atomic
def ask(*, claim: Claim, kind: str, text: str, about: str = "", now: datetime) -> SubjectRequest:
    """A request of a family. ``about`` says which fact a correction is about (`rules.claims.CORRECTABLE`).

    Raises `Refused` for a request without words, one that waits already, or more than ten a day.
    """
    text = duties.tidy(text)
    if not text:
        raise refuse("people.request_empty", "text")
    if not limits.within("my ask", str(claim.device_id), most=10, every=timedelta(days=1), now=now):
        raise refuse("people.claim_too_often")
    if about:
        text = rules.pack(about, text)
    waiting = SubjectRequest.objects.filter(person=claim.person, kind=kind, answered_at__isnull=True)
    if any(row.text is not None and row.text.open() == text for row in waiting):
        raise refuse("people.request_waits", "text")
    made = SubjectRequest.objects.create(person=claim.person, claim=claim, kind=kind, text=text, at=now)
    unit = queries.home(claim.person, now.date())
    events.record("subject.asked", by=None, unit=unit, subject=made, detail={"person": str(claim.person_id)}, now=now)
    return made


@transaction.atomic
def answer(*, by: User, request: SubjectRequest, granted: bool, answer: str, now: datetime) -> SubjectRequest:
    """The school's answer, given once. Raises `Refused` for a refusal without reason or a second answer."""
    answer = duties.tidy(answer)
    if not granted and len(answer) < SHORTEST_REASON:
        raise refuse("people.subject_reason_missing", "answer", least=SHORTEST_REASON)
    row = SubjectRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if row.answered_at is not None:
        raise refuse("people.subject_answered")
    row.answered_at, row.answered_by_id, row.answered_by_name = now, by.pk, by.name
    row.granted, row.answer = granted, answer
    row.save(update_fields=["answered_at", "answered_by_id", "answered_by_name", "granted", "answer"])
    detail = {"person": str(row.person_id), "granted": granted}
    events.record(
        "subject.answered", by=by, unit=queries.home(row.person, now.date()), subject=row, detail=detail, now=now
    )
    return row


@transaction.atomic
def take_over(*, by: User, request: SubjectRequest, note: str, now: datetime) -> SubjectRequest:
    """Put a correction into the file as it was asked for, and grant it; ``note`` is told to the family. Raises
    `Refused` for what has to be changed in the roster by hand, and for a telephone number that is none."""
    row = SubjectRequest.objects.select_related("person", "claim").get(pk=request.pk)
    if not queries.can_take_over(row):
        raise refuse("people.not_applicable")
    about, value = rules.unpack(row.text.open() if row.text else "")
    unit = queries.home(row.person, now.date())
    answered = answer(by=by, request=row, granted=True, answer=note, now=now)
    if about == "guardian_phone":
        _call_guardian_on(by, row, value, now)
    else:
        roster.change_person(by=by, person=row.person, unit=unit, now=now, **{about: value})
    return answered


def _call_guardian_on(by: User, row: SubjectRequest, phone: str, now: datetime) -> None:
    found = queries.guardianship_of(row)
    unit = queries.home(row.person, now.date())
    if found is None or unit is None:
        raise refuse("people.not_applicable")
    guardians.change_guardian(
        by=by, guardianship=found, unit=unit, name=found.guardian.name, phone=phone, relation=found.relation,
        position=found.position, now=now,
    )  # fmt: skip
