"""Targets: a mail channel of the first school and one beyond, an address of the clerk; the forms of both units."""

from typing import Any

from lianfang.notices.actions import gateways
from lianfang.notices.models import Address
from tests.access import beyond
from tests.cast import Cast

MAIL = {"host": "127.0.0.1", "port": "1", "encryption": "starttls", "sender": "lf@edu.example.cn"}


def things(cast: Cast) -> dict[str, list[Any]]:
    far, now = beyond(cast), cast.now
    school, away = (
        gateways.set_up(by=cast.admin, unit=unit, driver="mail", typed=MAIL, now=now) for unit in (cast.school, far)
    )
    address = Address.objects.create(user=cast.clerk, channel="mail", value="c@edu.example.cn", at=now, verified_at=now)
    return {
        "by_mail": ["mail"],
        "clerks_address": [address.pk],
        "school_mail": [cast.school.pk, "mail"],
        "beyond_mail": [far.pk, "mail"],
        "school_gateway": [school.pk],
        "beyond_gateway": [away.pk],
    }
