"""Handlers of what happened to accounts: the person is told."""

from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.people import queries


def factors_reset(event: Event) -> None:
    """Somebody took the second factor away: if it was not asked for, the person has to know."""
    user = queries.user(int(event.subject_id))
    unit = queries.home_of(user)
    if unit is None:
        return
    by = queries.user(event.by_id) if event.by_id else None
    notices.post(
        by=by, unit=unit, to=[user.pk], key=f"factors {event.pk}", kind="account.factors_reset",
        params={"by": event.by_name}, now=event.at,
    )  # fmt: skip
