"""Reads of second factors and of the devices somebody is signed in with."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from lianfang.core import clock
from lianfang.people import factors as sealed
from lianfang.people.models import User

# What counts as a second factor; recovery codes stand in for one.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=KINDS).exists()


@dataclass(frozen=True)
class Factor:
    """``kind`` is "totp" or "webauthn"; ``name`` what the person called the passkey."""

    pk: int
    kind: str
    name: str
    made_at: datetime
    used_at: datetime | None


def factors(user: User) -> list[Factor]:
    """The app first, then passkeys by age."""
    rows = Authenticator.objects.filter(user=user, type__in=KINDS).order_by("type", "created_at")
    return [Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at) for row in rows]


def codes_left(user: User) -> int | None:
    """How many recovery codes are unused; None when none were made."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else None


def codes(user: User) -> list[str]:
    """The unused recovery codes themselves: for the one page that shows them."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(row).get_unused_codes() if row else []


def app_secret(user: User) -> str | None:
    row = _app(user)
    return sealed.unseal(row.data["secret"]) if row else None


def opened_secret(waiting: str) -> str:
    """The secret that waits in a session."""
    return sealed.unseal(waiting)


def code_now(secret: str, user: User) -> str:
    """What an app with this secret shows at this moment (the demo has no telephones): a code that was not used yet."""
    row = _app(user)
    used = row.data.get("counter", 0) if row else 0
    steps = list(yield_hotp_counters_from_time())
    step = next((step for step in steps[len(steps) // 2 :] if step > used), steps[-1])
    return format_hotp_value(hotp_value(secret, step))


def _app(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def devices(user: User) -> list[UserSession]:
    """Where the person is signed in now, the latest first. Two queries."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.machine_now()
        ).values_list("session_key", flat=True)
    )
    return [row for row in rows if row.session_key in alive]
