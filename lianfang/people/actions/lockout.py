"""Failed sign-ins: what they are counted under, and when an address has had too many.

django-axes counts by account. It gets a keyed digest instead of the name: people type telephone numbers there, and
now and then the password.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lianfang.core import clock, crypto, limits

WINDOW = timedelta(minutes=15)
_ADDRESS, _FACTOR = "sign-in failed", "second factor failed"
MOST_CODES = 5


def counted_as(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Setting ``AXES_USERNAME_CALLABLE``."""
    return digest(str((credentials or {}).get("username") or ""))


def digest(username: str) -> str:
    return crypto.blind("sign-in", username).hex()


def address_rests(address: str) -> bool:
    return limits.spent(_ADDRESS, address, most=settings.ADDRESS_FAILURES, every=WINDOW, now=clock.machine_now())


def address_failed(address: str) -> bool:
    """Count a failed sign-in; False once there were too many from this address."""
    return limits.within(_ADDRESS, address, most=settings.ADDRESS_FAILURES - 1, every=WINDOW, now=clock.machine_now())


def may_try_code(user_id: int) -> bool:
    """Count one more second factor, before it is looked at; False once there were too many."""
    return limits.within(_FACTOR, str(user_id), most=MOST_CODES, every=WINDOW, now=clock.machine_now())


def code_was_right(user_id: int) -> None:
    limits.give_back(_FACTOR, str(user_id))


def codes_rest(user_id: int) -> bool:
    """The last wrong one has been typed: the session has to end, and with it the guessing."""
    return limits.spent(_FACTOR, str(user_id), most=MOST_CODES, every=WINDOW, now=clock.machine_now())
