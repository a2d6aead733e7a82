"""Recording events, and handing them to the rooms that listen.

``record`` is called inside the action's own transaction. The handlers that ``config/wiring.py`` names for the event's
word are deferred as jobs in that same transaction: a rolled-back action leaves neither event nor job, a committed one
leaves both. Handlers run at least once and are therefore idempotent.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from lianfang.core import origin
from lianfang.core.models import Event


class Actor(Protocol):
    """Whoever acts: a signed-in user."""

    pk: Any
    name: Any


class Place(Protocol):
    """The unit an event belongs to."""

    pk: Any
    path: Any


class Subject(Protocol):
    """What an event is about: says its own kind and label, so that the log needs no foreign key."""

    pk: Any
    event_kind: str

    def event_label(self) -> str: ...


_handlers: dict[str, tuple[str, ...]] = {}
_slow: set[str] = set()


def wire(handlers: Mapping[str, Sequence[str]], slow: Collection[str] = ()) -> None:
    """Take over the wiring table (event word → dotted names of handlers). A misspelt name stops the start.

    ``slow``: handlers that work for minutes. One of them runs at a time, so that a worker with two hands always has one
    for the others."""
    for dotted in {*slow, *(name for names in handlers.values() for name in names)}:
        import_string(dotted)
    _slow.clear()
    _slow.update(slow)
    _handlers.clear()
    _handlers.update({verb: tuple(names) for verb, names in handlers.items()})


def record(
    verb: str,
    *,
    by: Actor | None,
    unit: Place | None,
    subject: Subject | None = None,
    detail: Mapping[str, Any] | None = None,
    outcome: str = "done",
    reason: str = "",
    now: datetime,
) -> Event:
    """Write the event and defer its handlers. ``by=None`` is the system itself. ``detail`` holds no personal data.

    ``outcome`` is "done", "refused" or "failed"; ``reason`` is what the person gave as theirs. The address comes from
    the request under way (`core.origin`).
    """
    event = Event(
        at=now,
        by_id=by.pk if by else None,
        by_name=by.name if by else "",
        verb=verb,
        unit_id=unit.pk if unit else None,
        unit_path=unit.path if unit else "",
        subject=subject.event_label() if subject else "",
        subject_kind=subject.event_kind if subject else "",
        subject_id=str(subject.pk) if subject else "",
        detail=dict(detail or {}),
        ip=origin.current(),
        outcome=outcome,
        reason=reason,
    )
    event.save(force_insert=True)
    for name in _handlers.get(verb, ()):
        # by the task's name: the worker's side (core.jobs) knows this module, not the other way round
        task, queue, lock = ("core.handle_slow", "slow", "slow") if name in _slow else ("core.handle", "events", None)
        app.configure_task(task, queue=queue, lock=lock).defer(event_id=str(event.pk), handler=name)
    return event


def dispatch(event_id: UUID, handler: str) -> None:
    """Run one handler for one recorded event (called by the worker)."""
    import_string(handler)(Event.objects.get(pk=event_id))
