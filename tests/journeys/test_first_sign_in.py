"""From the printed letter to a second factor; and signing in with a passkey alone."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from pytest_django import Settings

from lianfang.core.models import Event
from lianfang.people import actions as people
from lianfang.people.models import User
from tests.browser import Clock, Visitor
from tests.cast import Cast

OWN = "vier-lange-worte-hier"


@pytest.fixture(autouse=True)
def strict(settings: Settings, clock: Clock) -> None:
    settings.SECOND_FACTOR = True


def signs_in(visitor: Visitor, username: str, password: str) -> None:
    visitor.opens("/").writes("username", username).writes("password", password)
    visitor.page.locator("main form button.btn-primary").click()


def app_shows(visitor: Visitor) -> str:
    """What the person's app would show: the secret as it is spelt on the page, this half minute."""
    spelt = visitor.page.locator(".lf-reference").inner_text()
    middle = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(re.sub(r"\s", "", spelt), middle))


def at_home(visitor: Visitor) -> Visitor:
    visitor.page.wait_for_url(f"{visitor.base}/")
    return visitor


def test_a_class_teachers_first_morning(stage: Callable[..., Visitor], cast: Cast, work: Callable[[], None]) -> None:
    User.objects.filter(pk=cast.admin.pk).update(password=make_password(OWN))
    admin = stage(None)
    signs_in(admin, "admin", OWN)
    admin.stands_at("account:factors").follows("Set up an authenticator app")
    admin.writes("code", app_shows(admin)).presses("Set up the app").stands_at("account:codes")
    admin.presses("Make recovery codes")
    codes = admin.page.locator(".lf-codes li").all_inner_texts()
    assert len(codes) == 10

    admin.goes("letters:start").writes("unit", "湘江技师学院").writes("lines", "机电1901班,肖敏,13812345601")
    admin.presses("Check the list").reads("What will happen")
    admin.page.locator("main .btn-primary").click()
    work()
    admin.page.reload()
    admin.page.locator("main .btn-primary").click()
    letter = admin.page.locator(".lf-letter")
    password = letter.locator(".lf-letter-password").inner_text()
    assert letter.locator("svg use").count() == 1

    teacher = stage(None, phone=True)
    signs_in(teacher, "13812345601", password)
    teacher.stands_at("account:password").reads(
        "Somebody else chose your present one. Nothing else opens before it is changed."
    )
    teacher.writes("old", password).writes("new", OWN).writes("again", OWN).presses("Change password")
    at_home(teacher)
    assert not Event.objects.filter(detail__icontains=password).exists()


def test_a_lost_telephone_and_the_recovery_code(stage: Callable[..., Visitor], cast: Cast) -> None:
    people.change_password(by=cast.doctor, password=OWN, now=cast.now)
    doctor = stage(None, phone=True, javascript=False)
    signs_in(doctor, "doctor", OWN)
    doctor.follows("Set up an authenticator app").writes("code", app_shows(doctor)).presses("Set up the app")
    doctor.presses("Make recovery codes")
    spare = doctor.page.locator(".lf-codes li").first.inner_text()

    again = stage(None, phone=True, javascript=False)
    signs_in(again, "doctor", OWN)
    again.stands_at("account:second_factor").writes("code", spare)
    again.page.locator("main form[data-once] button").click()
    at_home(again).sees("9")


def test_a_passkey_is_set_up_and_signs_in_alone(stage: Callable[..., Visitor], cast: Cast) -> None:
    people.change_password(by=cast.doctor, password=OWN, now=cast.now)
    doctor = stage(None)
    tools = doctor.context.new_cdp_session(doctor.page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    finger = tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})["authenticatorId"]
    signs_in(doctor, "doctor", OWN)
    doctor.follows("Set up a passkey").writes("name", "办公室电脑").presses("Set up a passkey").stands_at(
        "account:codes"
    )

    doctor.context.clear_cookies(name="sessionid")
    doctor.goes("account:sign_in").page.locator("form[data-passkey] button").click()
    at_home(doctor).goes("account:factors").sees("办公室电脑")

    doctor.context.clear_cookies(name="sessionid")
    signs_in(doctor, "doctor", OWN)
    doctor.stands_at("account:second_factor").presses("Use your passkey")
    at_home(doctor)

    doctor.context.clear_cookies(name="sessionid")
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": finger, "isUserVerified": False})
    doctor.goes("account:sign_in").page.locator("form[data-passkey] button").click()
    doctor.page.locator("[data-passkey-said]").wait_for(state="visible")
    doctor.stands_at("account:sign_in")
    used = Event.objects.filter(verb="account.signed_in", by_id=cast.doctor.pk).order_by("at", "id")
    assert [event.detail["how"] for event in used] == ["password", "passkey", "password"]


def test_a_passkey_of_a_closed_account_opens_nothing(stage: Callable[..., Visitor], cast: Cast) -> None:
    people.change_password(by=cast.doctor, password=OWN, now=cast.now)
    doctor = stage(None)
    tools = doctor.context.new_cdp_session(doctor.page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    signs_in(doctor, "doctor", OWN)
    doctor.follows("Set up a passkey").presses("Set up a passkey").stands_at("account:codes")
    people.deactivate(by=cast.admin, user=cast.doctor, now=cast.now)
    doctor.goes("account:sign_in").page.locator("form[data-passkey] button").click()
    doctor.page.wait_for_url(re.compile(re.escape(reverse("account:sign_in_by_passkey"))))
    doctor.reads("The passkey was not accepted. Try again, or use another way.")
    assert doctor.looks_at("/notices/") == 200
    doctor.stands_at("account:sign_in")
