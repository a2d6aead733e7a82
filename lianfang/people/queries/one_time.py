"""One-time passwords on paper: computed when they are needed, kept nowhere.

A password follows from a key (of a form, or of one row of many), the administrator and the signing key of the
installation, so that a form sent twice means one password, and nobody finds it in the database.
"""

from uuid import UUID, uuid5

from django.utils.crypto import salted_hmac

from lianfang.people.models import User
from lianfang.people.rules import LEGIBLE

_GROUPS, _LENGTH = 3, 4
_LETTERS = "".join(sign for sign in LEGIBLE if sign.isalpha())
_DIGITS = "".join(sign for sign in LEGIBLE if sign.isdigit())


def one_time(key: UUID, admin: User) -> str:
    """Three groups of four letters and digits, such as ``k7mp-4xqd-9rtw``: 57 bits, of three kinds of signs as the
    rules of passwords want."""
    number = int.from_bytes(salted_hmac("lianfang.slip", f"{admin.pk} {key}", algorithm="sha256").digest())
    signs = []
    for at in range(_GROUPS * _LENGTH):
        among = {0: _LETTERS, _LENGTH: _DIGITS}.get(at, LEGIBLE)
        number, sign = divmod(number, len(among))
        signs.append(among[sign])
    return "-".join("".join(signs[at : at + _LENGTH]) for at in range(0, len(signs), _LENGTH))


def of_row(letters: UUID, row: int, admin: User) -> str:
    """The password on one letter of many (`people.models.Letters`)."""
    return one_time(uuid5(letters, str(row)), admin)
