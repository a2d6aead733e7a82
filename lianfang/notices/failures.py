"""Why something did not leave, in words: what happened and what can be done."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.notices import channels
from lianfang.notices.models import State

CODES: dict[str, str | Promise] = {
    "timeout": _("The other side does not answer."),
    "connection": _("No connection to the other side."),
    "name": _("The name of the server is not known. Check how it is written."),
    "tls": _("The encrypted connection could not be made. Check the port and the certificate."),
    "login": _("The other side does not accept our sign-in. Check user name, key or secret."),
    "busy": _("The other side is busy or lets no more through for now."),
    "answer": _("The other side answered something that cannot be understood."),
    "resting": _("The other side did not answer others before, so this one was not tried."),
    "driver": _("The program could not send this. Please tell the operator."),
    "address": _("The other side does not know this address or number."),
    "rejected": _("The other side refuses the message."),
    "gone": _("This browser no longer takes messages."),
    "url": _("The address is not written correctly."),
    "plain": _("Unencrypted connections are allowed only in a network that the operator has named."),
    "inside": _("This address lies in a closed network that the operator has not named."),
    "no_gateway": _("No channel has been set up for the unit."),
    "no_address": _("The person has given no address for this channel."),
    "read": _("Read before it left."),
    "closed": _("The account has been closed."),
    "withdrawn": _("The notice was withdrawn before it left."),
}


def words(code: str) -> str:
    """Blank for no failure; a code of an older release stands for itself."""
    return str(CODES.get(code, code)) if code else ""


CHIPS = {State.WAITING: "pending", State.SENT: "done", State.FAILED: "late", State.DROPPED: "info"}


def described(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `queries.ways.got_through` in words."""
    return [
        {
            **row,
            "title": channels.of_channel(row["channel"]).title,
            "label": State(row["state"]).label,
            "chip": CHIPS[row["state"]],
            "why": words(row["code"]),
        }
        for row in rows
    ]
