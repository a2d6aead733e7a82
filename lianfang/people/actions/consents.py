"""Answers to what the law does not ask for (PIPL Art. 14, 15, 29): given, refused, withdrawn."""

from datetime import datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.people.models import Claim, Consent
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules


@transaction.atomic
def answer(*, claim: Claim, purpose: rules.Purpose, given: bool, now: datetime) -> Consent:
    """A new row that counts from now on; withdrawing is answering no.

    Raises `Refused` when somebody else decides: the pupil below 14, a guardian from the 14th birthday.
    """
    if not rules.may_decide(claim.how, claim.person.born_on, now.date()):
        raise refuse("people.consent_not_yours")
    row = Consent.objects.create(
        person=claim.person, purpose=purpose.id, version=purpose.version, given=given, guardian=claim.guardian,
        by_claim=claim, verified_how=claim.how, at=now,
    )  # fmt: skip
    detail = {"person": str(claim.person_id), "given": given, "version": purpose.version}
    events.record(
        "consent.answered", by=None, unit=queries.home(claim.person, now.date()), subject=row, detail=detail, now=now
    )
    return row
