"""Second factors: set up, used, taken away. The rows are allauth's; secrets in them are sealed (`people.factors`)."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.people import access, factors, queries
from lianfang.people.actions import devices
from lianfang.people.models import User
from lianfang.people.queries import home_of
from lianfang.people.queries.factors import KINDS

_LAST = "counter"  # the newest time step that was used: a code works once, in every process
_APP, _CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


def new_secret() -> str:
    """For an app that is going to be set up; sealed, to wait in the session."""
    return factors.seal(generate_totp_secret())


@transaction.atomic
def add_app(*, by: User, secret: str, code: str, now: datetime) -> None:
    """An authenticator app, instead of the one before. Raises `Refused` when ``code`` is not what the app shows now."""
    counter = _counter(secret, code)
    if counter is None:
        raise refuse("people.code_wrong", "code")
    User.objects.select_for_update().get(pk=by.pk)
    Authenticator.objects.filter(user=by, type=_APP).delete()
    app = TOTP.activate(by, secret).instance
    app.data[_LAST] = counter
    app.save(update_fields=["data"])
    _added(by, "app", now)


@transaction.atomic
def add_passkey(*, by: User, name: str, credential: dict[str, Any], now: datetime) -> None:
    """``credential`` has been checked against its challenge (`web.account.passkeys`)."""
    WebAuthn.add(by, name, credential)
    _added(by, "passkey", now)


@transaction.atomic
def remove(*, by: User, factor: int, now: datetime) -> None:
    """Raises `Refused` for the last one of somebody whose duties need one."""
    User.objects.select_for_update().get(pk=by.pk)
    others = Authenticator.objects.filter(user=by, type__in=KINDS).exclude(pk=factor)
    if access.needs_two_factors(by) and not others.exists():
        raise refuse("people.last_factor")
    gone, _ = Authenticator.objects.filter(user=by, pk=factor, type__in=KINDS).delete()
    if not others.exists():
        Authenticator.objects.filter(user=by).delete()
    if gone:
        events.record("account.factor_removed", by=by, unit=home_of(by), subject=by, now=now)


@transaction.atomic
def make_codes(*, by: User, now: datetime) -> list[str]:
    """Ten new recovery codes, each for one use, to be shown once; those before are worth nothing."""
    Authenticator.objects.filter(user=by, type=_CODES).delete()
    codes = RecoveryCodes.activate(by).generate_codes()
    events.record("account.codes_made", by=by, unit=home_of(by), subject=by, detail={"codes": len(codes)}, now=now)
    return codes


@transaction.atomic
def use_code(*, by: User, code: str, now: datetime) -> str:
    """The second factor typed in: "app" or "recovery", "" for a wrong code. Each code works once."""
    plain = "".join(sign for sign in code if sign.isdigit())
    app = Authenticator.objects.select_for_update().filter(user=by, type=_APP).first()
    if app is not None:
        counter = _counter(factors.unseal(app.data["secret"]), plain)
        if counter is not None and counter > app.data.get(_LAST, 0):
            app.data[_LAST] = counter
            app.last_used_at = clock.machine_now()
            app.save(update_fields=["data", "last_used_at"])
            return "app"
    spare = Authenticator.objects.filter(user=by, type=_CODES).first()
    if spare is None or not RecoveryCodes(spare).validate_code(plain):
        return ""
    left = {"left": queries.codes_left(by)}
    events.record("account.recovery_code_used", by=by, unit=home_of(by), subject=by, detail=left, now=now)
    return "recovery"


@transaction.atomic
def code_failed(*, by: User, locked: bool, now: datetime) -> None:
    """A wrong second factor. ``locked``: it was one too many, and the session ends."""
    verb = "account.factor_locked" if locked else "account.factor_failed"
    events.record(verb, by=by, unit=home_of(by), subject=by, outcome="refused" if locked else "failed", now=now)


@transaction.atomic
def passkey_used(*, factor: int) -> None:
    Authenticator.objects.filter(pk=factor).update(last_used_at=clock.machine_now())


@transaction.atomic
def reset(*, by: User | None, user: User, now: datetime) -> None:
    """All second factors of somebody who lost them; the person is out and sets up a new one. The event tells them."""
    gone, _ = Authenticator.objects.filter(user=user).delete()
    devices.end(user=user)
    if gone:
        events.record("account.factors_reset", by=by, unit=home_of(user), subject=user, now=now)


def _added(by: User, kind: str, now: datetime) -> None:
    events.record("account.factor_added", by=by, unit=home_of(by), subject=by, detail={"kind": kind}, now=now)


def _counter(secret: str, code: str) -> int | None:
    """The time step whose code this is."""
    plain = "".join(sign for sign in code if sign.isdigit())
    steps = (step for step in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(secret, step)) == plain)
    return next(steps, None)
