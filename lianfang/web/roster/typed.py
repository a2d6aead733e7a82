"""What somebody searches for. Names and telephone numbers stand neither in an address nor in clear in the session."""

import base64
import binascii

from django.http import HttpRequest

from lianfang.core import crypto
from lianfang.core.ciphers import Damaged
from lianfang.core.keyring import KeysMissing

ACCOUNTS = 0  # no unit: the list of accounts
_KEY, _PLACE = "roster_words", "session.roster_words"


def keep(request: HttpRequest, unit_id: int, words: str) -> None:
    """Remember the words for this unit's list; "" forgets them. One list at a time."""
    if words:
        sealed = crypto.seal(words.encode(), _PLACE)
        request.session[_KEY] = [unit_id, base64.b64encode(sealed).decode()]
    else:
        request.session.pop(_KEY, None)


def words_for(request: HttpRequest, unit_id: int) -> str:
    kept = request.session.get(_KEY)
    if not kept or kept[0] != unit_id:
        return ""
    try:
        return crypto.unseal(base64.b64decode(kept[1]), _PLACE).decode()
    except (Damaged, KeysMissing, binascii.Error):
        return ""
