"""What an authority decides differently about the checks of its schools: until when, whether, and on which days."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import clock
from lianfang.core.problems import refuse
from lianfang.health.rules import plan
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.policies import actions as policies


@transaction.atomic
def decide(
    *, by: User, unit: Unit, code: str, terms: plan.Terms, from_on: date, to_on: date | None, reason: str, now: datetime
) -> None:
    """For the unit and everything below it, from today or a day to come; what ``terms`` leave blank stays as it is.
    Earlier decisions stay on record. Raises `Refused` for terms that cannot be, days that are over, and without a
    reason."""
    found = next((one for one in plan.catalog().rounds if one.code == code), None)
    if found is None:
        raise refuse("health.round_unknown", "round")
    decided = plan.overrides(found, terms)
    if not decided:
        raise refuse("health.terms_nothing")
    if terms.due is not None and terms.due.isoformat("minutes") <= found.opens:
        raise refuse("health.terms_due", "due", opens=found.opens)
    if from_on < clock.day_of(now):
        raise refuse("health.terms_past", "from_on")
    if to_on is not None and to_on < from_on:
        raise refuse("health.terms_days", "to_on")
    if not reason.strip():
        raise refuse("health.terms_reason", "reason")
    for key, value in decided.items():
        policies.override(
            by=by, unit=unit, key=key, value=value, from_on=from_on, to_on=to_on, reason=reason.strip(), now=now
        )
