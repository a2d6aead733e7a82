"""Registers that leave the screen are on record."""

from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_VERBS = {"print": "absence.printed", "xlsx": "absence.exported"}
_KEY_VERBS = {"print": "key_person.printed", "xlsx": "key_person.exported"}


@transaction.atomic
def taken_out(*, by: User, unit: Unit, form: str, lines: int, now: datetime) -> str:
    """Who took it out and when, as it stands on the register. ``form`` is "print" or "xlsx"."""
    return _taken_out(_VERBS[form], by, unit, form, lines, now)


@transaction.atomic
def key_counts_taken_out(*, by: User, unit: Unit, form: str, lines: int, now: datetime) -> str:
    """The same for counts of key people."""
    return _taken_out(_KEY_VERBS[form], by, unit, form, lines, now)


def _taken_out(verb: str, by: User, unit: Unit, form: str, lines: int, now: datetime) -> str:
    event = events.record(verb, by=by, unit=unit, subject=unit, detail={"form": form, "lines": lines}, now=now)
    return f"{by.name} · {now.astimezone(clock.ZONE):%Y-%m-%d %H:%M} · {str(event.pk)[-8:].upper()}"
