"""Whom the doings of families concern is told. Handlers; they may run again: a notice's key is its occasion."""

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people.queries import active, claims
from lianfang.web.oversight.queries import nearest, unit_of


def asked(event: Event) -> None:
    """A request of a family: class teacher and counsellor, and the keeper of the roster where there is neither."""
    for roles in (("class_teacher", "counsellor"), ("registrar",)):
        to = [
            user.pk
            for user in active(nearest(event, roles))
            if claims.requests_for(user, clock.today()).filter(pk=event.subject_id)
        ]
        if to:
            _tell(event, unit_of(event), to, reverse("codes:answer", args=[event.subject_id]))
            return


def closed(event: Event) -> None:
    """Wrong answers closed somebody's way in: the class teacher asks the family whether it was them."""
    unit = unit_of(event)
    _tell(event, unit, nearest(event, ["class_teacher"]), reverse("codes:class", args=[event.unit_id]))


def _tell(event: Event, unit: Unit | None, to: list[int], url: str) -> None:
    if to and unit is not None:
        notices.post(
            by=None, unit=unit, to=to, kind=event.verb, key=f"{event.verb} {event.pk}", now=clock.now(),
            params={"unit": unit.name}, url=url,
        )  # fmt: skip
