"""Passkeys between the browser and allauth: what the browser is asked, and what its answer says.

The challenge waits in the session; allauth finds the request by its own middleware.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from lianfang.people.models import User


def registration(user: User) -> dict[str, Any]:
    """Options for a new passkey that can sign in by itself: kept on the device, opened by finger, face or PIN."""
    return auth.begin_registration(user, True)


def request(user: User | None) -> dict[str, Any]:
    """Options for showing a passkey: one of ``user``'s, or any that this site knows."""
    return auth.begin_authentication(user)


def registered(credential: dict[str, Any]) -> None:
    """Raises ValidationError unless it answers the waiting challenge and its owner was verified."""
    auth.parse_registration_response(credential)
    if not auth.complete_registration(credential).is_user_verified():
        raise ValidationError("unverified")


def shown(credential: dict[str, Any], user: User | None) -> Authenticator:
    """The passkey that answered the waiting challenge. ``user=None``: it says itself whose it is.

    Raises ValidationError for a wrong answer, a passkey of somebody else, and a closed account.
    """
    auth.parse_authentication_response(credential)
    owner = user or auth.extract_user_from_response(credential)
    if not owner.is_active:
        raise ValidationError("closed")
    return auth.complete_authentication(owner, credential)
