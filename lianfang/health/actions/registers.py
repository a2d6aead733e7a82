"""Registers that leave the screen are on record."""

from datetime import datetime

from django.db import transaction

from lianfang.core import clock, events
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_VERBS = {"print": "absence.printed", "xlsx": "absence.exported"}


@transaction.atomic
def taken_out(*, by: User, unit: Unit, form: str, lines: int, now: datetime) -> str:
    """Who took it out and when, as it stands on the register. ``form`` is "print" or "xlsx"."""
    event = events.record(
        _VERBS[form], by=by, unit=unit, subject=unit, detail={"form": form, "lines": lines}, now=now
    )  # fmt: skip
    return f"{by.name} · {now.astimezone(clock.ZONE):%Y-%m-%d %H:%M} · {str(event.pk)[-8:].upper()}"
