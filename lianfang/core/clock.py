"""The only source of the present moment. Rooms take ``now`` as a parameter; views and jobs ask here.

A demo day plays many hours in minutes: the setting ``CLOCK_FILE`` names a file ``{"at": ISO moment, "set": epoch
seconds}`` meaning "at the machine's moment *set* it was *at*"; time runs on from there. A system check refuses that
setting outside the demo (`lianfang.core.checks`).
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Shanghai")

_cached: tuple[int, timedelta] = (0, timedelta(0))


def now() -> datetime:
    """The present moment, aware, in China's zone."""
    return (datetime.now(UTC) + _shift()).astimezone(ZONE)


def today() -> date:
    return now().date()


def day_of(moment: datetime) -> date:
    """The day it is in China at that moment, in whatever zone the moment is told: the database tells them in UTC."""
    return moment.astimezone(ZONE).date()


def machine_now() -> datetime:
    """The machine's own moment, which no demo moves: for how long somebody has been signed in or locked out. A day
    played in minutes must neither end a session nor keep one alive."""
    return datetime.now(UTC)


def _shift() -> timedelta:
    global _cached
    if not settings.CLOCK_FILE:
        return timedelta(0)
    try:
        stamp = os.stat(settings.CLOCK_FILE).st_mtime_ns
    except FileNotFoundError:
        return timedelta(0)
    if stamp != _cached[0]:
        with open(settings.CLOCK_FILE) as file:
            set_to = json.load(file)
        at = datetime.fromisoformat(set_to["at"])
        _cached = (stamp, at - datetime.fromtimestamp(set_to["set"], UTC))
    return _cached[1]
