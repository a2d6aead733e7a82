"""Handlers of return events: who is told what. They may run again: the key of a notice is its occasion."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.people import access
from lianfang.returns import rules
from lianfang.returns.actions.signing import tier_of
from lianfang.returns.models import Return, Version
from lianfang.returns.queries import filing


def signature_wanted(event: Event) -> None:
    """Tell those who may give the next signature that a version waits for it."""
    filed, version = _about(event)
    if filed.head_id != version.pk or version.made == Version.Made.GATHERED:
        return
    signed = set(version.signatures.values_list("step", flat=True))
    step = rules.next_step(tier_of(filed), version.important, signed)
    if step is None:
        return
    people = access.holders([filed.unit_id], access.roles_with(step.verb), filed.on)
    others = [post.user_id for post in people if post.user_id != event.by_id]
    _tell("return.signature_wanted", event, filed, others, number=version.number, occasion=step.id)


def important_signed(event: Event) -> None:
    """Cases above zero: every authority above is told at once."""
    filed, _version = _about(event)
    above = [unit.pk for unit in filing.superiors(filed.unit, filed.on)]
    _tell("return.important_signed", event, filed, _liaisons(above, filed))


def revised(event: Event) -> None:
    """A version that somebody above already used was replaced: each of them is told."""
    filed, version = _about(event)
    previous = event.detail.get("previous")
    users = Version.objects.filter(sources__used_id=previous).values_list("filed__unit_id", flat=True)
    units = set(users)
    if version.made == Version.Made.GATHERED:
        above = [unit.pk for unit in filing.superiors(filed.unit, filed.on)]
        reported = Return.objects.filter(form=filed.form, on=filed.on, unit_id__in=above, counted__isnull=False)
        units |= set(reported.values_list("unit_id", flat=True))
    elif version.important:
        units |= {unit.pk for unit in filing.superiors(filed.unit, filed.on)}
    _tell("return.revised", event, filed, _liaisons(units - {filed.unit_id}, filed), number=version.number)


def turned_back(event: Event) -> None:
    """Those who fill in and those who had signed learn that the return came back."""
    filed, version = _about(event)
    fillers = access.holders([filed.unit_id], access.roles_with("return.fill"), filed.on)
    signers = version.signatures.values_list("by_id", flat=True)
    people = {post.user_id for post in fillers} | set(signers)
    gatherers = access.holders([filed.unit_id], access.roles_with("return.gather"), filed.on)
    people |= {post.user_id for post in gatherers}
    _tell("return.turned_back", event, filed, people - {event.by_id}, to_confirm=True, **{"from": event.detail["from"]})


def _about(event: Event) -> tuple[Return, Version]:
    filed = Return.objects.select_related("unit").get(pk=event.subject_id)
    return filed, Version.objects.get(pk=event.detail["version"])


def _liaisons(units: Iterable[int], filed: Return) -> list[int]:
    return [post.user_id for post in access.holders(units, ("liaison",), filed.on)]


def _tell(
    kind: str,
    event: Event,
    filed: Return,
    to: Iterable[int],
    *,
    occasion: str = "",
    to_confirm: bool = False,
    **params: Any,
) -> None:
    to = list(to)
    if not to:
        return
    now: datetime = clock.now()
    notices.post(
        by=None, unit=filed.unit, to=to, kind=kind, to_confirm=to_confirm, now=now,
        key=f"{kind} {event.pk} {occasion}",
        params={"unit": filed.unit.name, "on": filed.on.isoformat(), **params},
        url=reverse("returns:detail", args=[filed.form, filed.on, filed.unit_id]),
    )  # fmt: skip
