"""Targets: somebody else's second factor and device. One asks for them and nothing happens."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    factor = Authenticator.objects.create(user=cast.company, type="totp", data={"secret": ""})
    device = UserSession.objects.create(user=cast.company, ip="192.0.2.1", user_agent="", session_key="k")
    return {"factor": [factor.pk], "device": [device.pk]}
