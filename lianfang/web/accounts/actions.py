"""Handlers of what happened to accounts: the person is told."""

from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people.models import User


def factors_reset(event: Event) -> None:
    """Somebody took the second factor away: if it was not asked for, the person has to know."""
    unit = Unit.objects.filter(pk=event.unit_id).first()
    if unit is None:
        return
    by, key = User.objects.filter(pk=event.by_id).first(), f"factors {event.pk}"
    notices.post(
        by=by, unit=unit, to=[int(event.subject_id)], key=key, kind="account.factors_reset",
        params={"by": event.by_name}, now=event.at,
    )  # fmt: skip
