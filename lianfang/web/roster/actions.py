"""Whom the doings at other schools concern is told. Handlers; they may run again: a notice's key is its occasion."""

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.people.queries.intake import preview
from lianfang.web.oversight.queries import nearest, unit_of


def also_elsewhere(event: Event) -> None:
    """Pupils of this school were registered at another one: its keeper of the roster lets them go or asks there."""
    unit, to = unit_of(event), nearest(event, ["registrar"]) or nearest(event, ["clerk"])
    if unit is None or not to:
        return
    there = preview.unit_names([event.detail["to"]])
    params = {"unit": unit.name, "school": there[event.detail["to"]], "people": event.detail["people"]}
    url = (
        reverse("roster:person", args=[event.subject_id])
        if event.subject_id
        else reverse("roster:list", args=[unit.pk])
    )
    key = f"{event.verb} {event.pk}"
    notices.post(by=None, unit=unit, to=to, kind=event.verb, key=key, now=clock.now(), params=params, url=url)
