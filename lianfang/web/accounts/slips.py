"""The slip of paper with a one-time password: shown once, kept nowhere.

The password follows from the form's key, the administrator and the signing key, so that a form sent twice means one
password, and the session carries only the form's key from the answer to the slip.
"""

from uuid import UUID

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from lianfang.people.models import User
from lianfang.people.rules import LEGIBLE

_NAME = "slip"
_GROUPS, _LENGTH = 3, 4


def one_time(key: UUID, admin: User) -> str:
    """Three groups of four letters and digits, such as ``k7mp-4xqd-9rtw``: 59 bits."""
    number = int.from_bytes(salted_hmac("lianfang.slip", f"{admin.pk} {key}", algorithm="sha256").digest())
    signs = []
    for _ in range(_GROUPS * _LENGTH):
        number, at = divmod(number, len(LEGIBLE))
        signs.append(LEGIBLE[at])
    return "-".join("".join(signs[at : at + _LENGTH]) for at in range(0, len(signs), _LENGTH))


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
