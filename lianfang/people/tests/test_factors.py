"""Second factors: sealed, used once each, taken away by the right hands."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import call_command
from django.db import connection

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import factors as sealed
from lianfang.people import queries
from lianfang.people.actions import factors
from tests.cast import DAY, NOW, Cast

STEP = 53_000_000


def code(secret: str, step: int = STEP) -> str:
    return format_hotp_value(hotp_value(secret, step))


@pytest.fixture(autouse=True)
def half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands still at one time step of the app."""
    monkeypatch.setattr("time.time", lambda: STEP * 30.0 + 5)


@pytest.fixture
def secret(cast: Cast) -> str:
    secret = generate_totp_secret()
    factors.add_app(by=cast.doctor, secret=secret, code=code(secret, STEP - 1), now=NOW)
    return secret


def test_neither_secret_nor_codes_stand_in_the_database(cast: Cast, secret: str) -> None:
    shown = factors.make_codes(by=cast.doctor, now=NOW)
    assert len(set(shown)) == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in stored
    assert not any(code in stored for code in shown)
    app = Authenticator.objects.get(type="totp")
    assert sealed.unseal(app.data["secret"]) == secret
    assert "seed" in json.dumps(Authenticator.objects.get(type="recovery_codes").data)


def test_a_wrong_code_sets_nothing_up(cast: Cast) -> None:
    with pytest.raises(Refused):
        factors.add_app(by=cast.doctor, secret=generate_totp_secret(), code="12345", now=NOW)
    assert not queries.has_factor(cast.doctor)


def test_a_code_works_once_and_an_older_one_not_at_all(cast: Cast, secret: str) -> None:
    assert factors.use_code(by=cast.doctor, code=code(secret, STEP - 1), now=NOW) == "", "used for setting up"
    spaced = f"{code(secret)[:3]} {code(secret)[3:]}"
    assert factors.use_code(by=cast.doctor, code=spaced, now=NOW) == "app"
    assert factors.use_code(by=cast.doctor, code=code(secret), now=NOW) == ""
    assert factors.use_code(by=cast.doctor, code=code(secret, STEP + 5), now=NOW) == ""
    assert factors.use_code(by=cast.registrar, code=code(secret, STEP + 1), now=NOW) == ""


def test_a_recovery_code_works_once_and_is_noted_with_what_is_left(cast: Cast, secret: str) -> None:
    spare = factors.make_codes(by=cast.doctor, now=NOW)[3]
    assert factors.use_code(by=cast.doctor, code=spare, now=NOW) == "recovery"
    assert factors.use_code(by=cast.doctor, code=spare, now=NOW) == ""
    assert queries.codes_left(cast.doctor) == 9
    event = Event.objects.get(verb="account.recovery_code_used")
    assert (event.by_id, event.detail) == (cast.doctor.pk, {"left": 9})


def test_new_codes_make_the_old_sheet_worthless(cast: Cast, secret: str) -> None:
    old = factors.make_codes(by=cast.doctor, now=NOW)[0]
    assert old not in factors.make_codes(by=cast.doctor, now=NOW)
    assert factors.use_code(by=cast.doctor, code=old, now=NOW) == ""


def test_who_needs_a_factor_keeps_the_last_one(cast: Cast, secret: str) -> None:
    app = queries.factors(cast.doctor)[0].pk
    with pytest.raises(Refused):
        factors.remove(by=cast.doctor, factor=app, now=NOW)
    assert queries.has_factor(cast.doctor)


def test_a_volunteer_takes_factor_and_codes_away(cast: Cast) -> None:
    secret = generate_totp_secret()
    factors.add_app(by=cast.clerk, secret=secret, code=code(secret), now=NOW)
    factors.make_codes(by=cast.clerk, now=NOW)
    factors.remove(by=cast.head, factor=queries.factors(cast.clerk)[0].pk, now=NOW)
    assert queries.has_factor(cast.clerk), "somebody else's stays"
    factors.remove(by=cast.clerk, factor=queries.factors(cast.clerk)[0].pk, now=NOW)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("admin", "theirs"),
    [
        ("admin", {"clerk", "city", "province"}),
        ("security", {"doctor", "registrar", "teacher"}),
        ("auditor", set()),
        ("doctor", set()),
    ],
)
def test_who_resets_whose_factors(cast: Cast, admin: str, theirs: set[str]) -> None:
    asked = {"clerk", "city", "province", "doctor", "registrar", "teacher", "auditor", "security", "admin", "company"}
    found = queries.in_hands_of(getattr(cast, admin), DAY).filter(username__in=asked)
    assert set(found.values_list("username", flat=True)) == theirs


def test_the_operator_resets_those_whom_no_administrator_touches(cast: Cast) -> None:
    secret = generate_totp_secret()
    factors.add_app(by=cast.auditor, secret=secret, code=code(secret), now=NOW)
    call_command("reset_factors", "auditor")
    assert not queries.has_factor(cast.auditor)
    assert Event.objects.get(verb="account.factors_reset").by_id is None
