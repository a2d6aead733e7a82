"""Start-up checks: what would make the running program untruthful stops it."""

import os
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from lianfang.core.keyring import KeysMissing
from lianfang.core.queries import keys


@register()
def clock_is_real(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A moved clock would falsify every deadline; only the demo (LIANFANG_DEMO=1) may move it."""
    if settings.CLOCK_FILE and os.environ.get("LIANFANG_DEMO") != "1":
        return [
            Error(
                "LIANFANG_CLOCK_FILE is set: deadlines would follow a made-up clock.",
                hint="Unset it. Only a demo day (LIANFANG_DEMO=1) may move the clock.",
                id="core.E001",
            )
        ]
    return []


LEAST_AUDIT_DAYS = 184


@register()
def events_are_kept(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Half a year is the least the law asks of logs (网络安全法: no less than six months; control C04)."""
    if settings.AUDIT_DAYS < LEAST_AUDIT_DAYS:
        return [
            Error(
                f"LIANFANG_AUDIT_DAYS is {settings.AUDIT_DAYS}: logs are kept for six months at least.",
                hint=f"Set it to {LEAST_AUDIT_DAYS} days or more, or leave it unset.",
                id="core.E002",
            )
        ]
    return []


@register()
def proxies_are_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Which address an event is kept under hangs on these: a misspelt one is said before the first request."""
    found: list[CheckMessage] = []
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            message = f"LIANFANG_TRUSTED_PROXIES: {proxy!r} is neither an address nor a network."
            found.append(Error(message, hint="Write for example 10.0.0.5,192.168.1.0/24.", id="core.E003"))
    return found


@register(Tags.database)
def keys_fit(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """With other keys than those of its data an installation would lose what it seals from then on. (Before `migrate`,
    and in ``check --database default``; web server and `keys prepare` ask by themselves.)"""
    try:
        if databases and keys.anything_sealed():
            keys.refuse_misfit()
    except KeysMissing as missing:
        return [Error(str(missing), id="core.E004")]
    except DatabaseError:
        pass  # whoever needs the database says so
    return []
