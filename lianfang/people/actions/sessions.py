"""What a browser that is signed in has proved, and since when: kept in its session, read without a query.

Times are seconds of the machine's own clock (`clock.machine_now`). A session without these marks was not begun by the
sign-in page; it counts as over.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from lianfang.core import clock
from lianfang.people.queries.proofs import OWN, SHOWN

_BEGAN, _SEEN, _PROVED = "began", "seen", "proved"
# How often "last seen" is written: a page a second must not be a write a second.
TOUCH = timedelta(minutes=1)
# How long ago somebody may have proved who they are when they change what proves it.
FRESH = timedelta(minutes=15)


def begin(session: SessionBase, *, own_factor: bool, factor: str = "") -> None:
    """Right after `login`. ``own_factor``: the account has a second factor, whether its duties need one or not."""
    session.update(marks(own_factor=own_factor, factor=factor))


def marks(*, own_factor: bool, factor: str = "") -> dict[str, Any]:
    """What stands in a session that begins now."""
    now = _now()
    return {_BEGAN: now, _SEEN: now, _PROVED: now, OWN: own_factor, SHOWN: factor}


def prove(session: SessionBase, factor: str = "") -> None:
    """The person has just shown the password again, or a second ``factor``."""
    session[_PROVED] = _now()
    if factor:
        session[SHOWN], session[OWN] = factor, True


def is_over(session: SessionBase) -> bool:
    """Nothing happened for too long, or it has lasted too long, or nobody knows since when."""
    if _BEGAN not in session:
        return True
    idle, age = _now() - session[_SEEN], _now() - session[_BEGAN]
    return bool(idle > settings.SESSION_IDLE.total_seconds() or age > settings.SESSION_LONGEST.total_seconds())


def touch(session: SessionBase) -> bool:
    """Note that somebody is there; True when that is to be written (at most once a minute)."""
    if _now() - session[_SEEN] < TOUCH.total_seconds():
        return False
    session[_SEEN] = _now()
    return True


def is_fresh(session: SessionBase) -> bool:
    return bool(_now() - session.get(_PROVED, 0) <= FRESH.total_seconds())


def _now() -> float:
    return clock.machine_now().timestamp()
