"""Who is told what when somebody asks, agrees, takes or rejects. Handlers; they may run again: a notice's key is its
occasion."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.web.oversight import queries


def asked(event: Event) -> None:
    """Those who decide learn that somebody waits for them."""
    roles = ["principal", "security_admin"]
    _tell("request.asked", event, queries.nearest(event, roles), page=("oversight:request", event.subject_id))


def decided(event: Event) -> None:
    """Who asked learns how it went, as soon as nothing more is needed."""
    stands = event.detail["state"]
    if stands in ("agreed", "refused"):
        to = queries.asker(event.subject_id)
        _tell(f"request.{stands}", event, to, page=("oversight:request", event.subject_id))


def taken(event: Event) -> None:
    """An emergency: the responsible person, the security administrator and the auditors are told this minute."""
    roles = ["principal", "security_admin", "auditor"]
    to, page = queries.nearest(event, roles), ("oversight:grant", event.subject_id)
    _tell("grant.taken", event, to, page=page, to_confirm=True, who=event.by_name)


def rejected(event: Event) -> None:
    """Whoever appointed somebody learns that the duty does not come to hold, and why."""
    page = ("accounts:detail", event.detail["user"])
    _tell("posting.rejected", event, queries.appointed_by(event), page=page, reason=event.reason)


def leave_answered(event: Event) -> None:
    """Who is away learns the answer; who stands in learns that the duties are theirs meanwhile."""
    page = ("duties:leave", event.subject_id)
    _tell(event.verb, event, [event.detail["user"]], page=page)
    if event.verb == "leave.agreed" and event.detail["stand_in"]:
        _tell("leave.stand_in", event, [event.detail["stand_in"]], page=page)


def recalled(event: Event) -> None:
    """Everybody who was away is called back, and confirms it."""
    to = event.detail["people"]
    _tell("leave.recalled", event, to, page=("duties:leaves",), to_confirm=True, reason=event.reason)


def _tell(
    kind: str, event: Event, to: Iterable[int], *, page: tuple[Any, ...], to_confirm: bool = False, **params: Any
) -> None:
    others = sorted({user for user in to if user != event.by_id})
    unit = queries.unit_of(event)
    if not others or unit is None:
        return
    notices.post(
        by=None, unit=unit, to=others, kind=kind, to_confirm=to_confirm, now=clock.now(), key=f"{kind} {event.pk}",
        params={"unit": unit.place, **params}, url=reverse(page[0], args=page[1:]),
    )  # fmt: skip
