"""Handlers of what happened to accounts: the person is told, and whoever has to look at it."""

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.people import queries
from lianfang.people.queries import postings
from lianfang.web.oversight.queries import unit_of


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


def password_reset(event: Event) -> None:
    """The person learns who set a new password, and the security administrators that duties wait for them again."""
    user = queries.user(int(event.subject_id))
    unit = unit_of(event)  # where the person worked: what rests is nobody's home
    if unit is None or event.by_id is None:
        return
    params = {"by": event.by_name, "unit": unit.name}
    notices.post(
        by=None, unit=unit, to=[user.pk], key=f"password {event.pk}", kind="account.password_reset", params=params,
        now=event.at,
    )  # fmt: skip
    watching = postings.confirming(user, clock.today()) if event.detail.get("resting") else []
    if watching:
        notices.post(
            by=None, unit=unit, to=watching, key=f"resting {event.pk}", kind="posting.resting", params=params,
            url=reverse("oversight:postings"), now=event.at,
        )  # fmt: skip
