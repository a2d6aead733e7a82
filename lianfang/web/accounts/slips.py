"""The slip of paper with a one-time password (`people.queries.one_time`): shown once. The session carries only the
form's key from the answer to the slip.
"""

from uuid import UUID

from django.http import HttpRequest

from lianfang.people.models import User
from lianfang.people.queries.one_time import one_time

__all__ = ["is_waiting", "lay", "one_time", "take"]

_NAME = "slip"


def is_waiting(user: User, password: str) -> bool:
    """Whether this very password was given to the account and not used yet: the form came twice."""
    return user.must_change_password and user.check_password(password)


def lay(request: HttpRequest, user: User, key: UUID) -> None:
    """Lay the slip ready for the next page."""
    request.session[_NAME] = {"user": user.pk, "key": str(key)}


def take(request: HttpRequest, user: User, admin: User) -> str | None:
    """The password on the slip that lies ready for this account, once; None when there is none (any more)."""
    found = request.session.get(_NAME)
    if not found or found["user"] != user.pk:
        return None
    del request.session[_NAME]
    return one_time(UUID(found["key"]), admin)
