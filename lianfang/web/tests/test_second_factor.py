"""The second factor at the door (control A06), setting it up, losing it."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lianfang.cases.models import Emergency
from lianfang.core.models import Event
from lianfang.health.tests.classes import fill
from lianfang.notices.models import Delivery
from lianfang.people import access, actions, queries
from lianfang.people import factors as sealed
from lianfang.people.actions import factors
from lianfang.people.models import Person, User
from lianfang.web.accounts.actions import factors_reset
from lianfang.web.demo.actions.loading import PASSWORD as DEMO_PASSWORD
from tests.browser import Clock
from tests.cast import NOW, Cast

PASSWORD = "vier-lange-worte-hier"
DOOR, VERIFY, SET_UP = "/account/sign-in/", "/account/second-factor/", "/account/factors/"
# One of the cast for each role that acts only after a second factor.
STRICT = {"registrar": "registrar", "doctor": "doctor", "unit_admin": "admin", "security_admin": "security",
          "auditor": "auditor"}  # fmt: skip
PAGES = ("/", "/notices/", "/units/", "/accounts/", "/events/", "/accounts/letters/", "/account/", "/account/password/",
         "/account/devices/")  # fmt: skip


@pytest.fixture(autouse=True)
def strict(settings: Settings, clock: Clock) -> None:
    """On the cast's day: passwords set then are not old."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A step of the app that stands still until a test turns it: ``minutes.step += 1``."""

    class Steps:
        step = 60_000_000

        def code(self, secret: str) -> str:
            return format_hotp_value(hotp_value(secret, self.step))

    steps = Steps()
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time",
        lambda: iter((steps.step - 1, steps.step, steps.step + 1)),
    )
    for module in (factors, queries.factors):
        if hasattr(module, "yield_hotp_counters_from_time"):
            monkeypatch.setattr(
                module, "yield_hotp_counters_from_time", lambda: iter((steps.step - 1, steps.step, steps.step + 1))
            )
    return steps


def signed_in(user: User, password: str = PASSWORD) -> Client:
    actions.change_password(by=user, password=password, now=NOW)
    client = Client()
    assert client.post(DOOR, {"username": user.username, "password": password}).status_code == 302
    return client


def with_app(user: User, minutes: Any) -> str:
    secret = generate_totp_secret()
    factors.add_app(by=user, secret=secret, code=minutes.code(secret), now=NOW)
    minutes.step += 1
    return secret


def test_every_role_that_needs_one_is_tried() -> None:
    assert set(STRICT) == {name for name, role in access.ROLES.items() if role.two_factors}


@pytest.mark.parametrize("who", STRICT.values(), ids=STRICT.keys())
def test_without_a_second_factor_nothing_opens_but_its_set_up(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith(SET_UP), page
        assert client.post(page).headers["Location"] == SET_UP
        part = client.get(page, headers={"hx-request": "true"})
        assert part.headers["HX-Redirect"].startswith(SET_UP)
        assert not part.content
    assert client.get(SET_UP).status_code == 200


@pytest.mark.parametrize("who", STRICT.values(), ids=STRICT.keys())
def test_with_one_set_up_the_password_alone_opens_only_the_question_for_it(cast: Cast, minutes: Any, who: str) -> None:
    user = getattr(cast, who)
    secret = with_app(user, minutes)
    client = signed_in(user)
    for page in (*PAGES, SET_UP, f"{SET_UP}app/", f"{SET_UP}codes/", f"{SET_UP}confirm/"):
        assert client.get(page).headers["Location"].startswith(VERIFY), page
    assert client.post(VERIFY, {"code": minutes.code(secret)}).status_code == 302
    assert client.get("/notices/").status_code == 200


# ── an emergency waits for no second factor (domain rules §1.2: Art. 50) ──────────────────────────────────────────────

ALARM = "/cases/emergencies/report/"
BESIDE = ("/cases/emergencies/", f"{ALARM}x/", f"/{ALARM}", ALARM.upper(), "/cases/emergencies/contacts/1/", "/health/")


@pytest.mark.parametrize("set_up", [False, True])
@pytest.mark.parametrize("who", ["doctor", "registrar"])
def test_an_emergency_is_reported_with_the_password_alone_and_nothing_else_opens(
    cast: Cast, minutes: Any, who: str, set_up: bool
) -> None:
    user, (pupil,) = getattr(cast, who), fill(cast.class_one, 1)
    Person.objects.filter(pk=pupil.pk).update(name="某某同学")
    secret = with_app(user, minutes) if set_up else ""
    client, door = signed_in(user), VERIFY if set_up else SET_UP
    page = client.get(f"{ALARM}?person={pupil.pk}")
    assert (page.status_code, "某某同学" in page.content.decode()) == (200, False)
    assert 'class="lf-nav' not in page.content.decode()
    typed = {"key": page.context["form"]["key"].value(), "kind": "person", "unit": cast.class_one.pk, "ago": "0"}
    assert client.post(ALARM, {**typed, "kind": ""}).status_code == 422
    done = client.post(ALARM, {**typed, "person": str(pupil.pk)})
    made = Emergency.objects.get()
    assert (done.status_code, made.by, made.person, made.proved) == (200, user, None, False)
    assert Event.objects.get(verb="emergency.reported").detail["method"] == "password"
    for address in (*PAGES, *BESIDE, reverse("cases:emergency", args=[made.pk])):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (302, 404), address
            assert answer.headers.get("Location", door).startswith(door), address
    if set_up:
        client.post(VERIFY, {"code": minutes.code(secret)})
        assert "某某同学" not in client.get(reverse("cases:emergency", args=[made.pk])).content.decode()
        assert client.get(reverse("cases:emergency", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("who", ["admin", "security", "auditor"])
def test_who_reports_no_emergencies_finds_that_door_closed_too(cast: Cast, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(ALARM).headers["Location"].startswith(SET_UP)


def test_an_alarm_does_not_outlive_its_session(cast: Cast) -> None:
    client = signed_in(cast.doctor)
    session = client.session
    session["seen"] = 0
    session.save()
    assert client.post(ALARM, {"kind": "person"}).status_code == 403
    assert not Emergency.objects.exists()


def test_others_need_none(cast: Cast) -> None:
    assert signed_in(cast.clerk).get("/notices/").status_code == 200


def test_who_has_one_by_choice_is_asked_for_it_too(cast: Cast, minutes: Any) -> None:
    with_app(cast.clerk, minutes)
    client = signed_in(cast.clerk)
    assert client.get("/notices/").headers["Location"].startswith(VERIFY)


def test_a_duty_given_in_the_middle_of_a_session_asks_at_the_next_request(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    assert client.get("/notices/").status_code == 200
    actions.appoint(
        by=None,
        user=cast.clerk,
        unit=cast.school,
        role="registrar",
        title="",
        deputy=False,
        from_on=NOW.date(),
        now=NOW,
    )
    assert client.get("/notices/").headers["Location"].startswith(SET_UP)


def test_the_way_from_the_first_sign_in_to_the_recovery_codes(cast: Cast, minutes: Any) -> None:
    client = signed_in(cast.doctor)
    page = client.get(reverse("account:app"))
    secret = sealed.unseal(client.session["app_secret"])
    assert secret not in str(dict(client.session))
    assert secret in page.content.decode().replace(" ", "")
    wrong = client.post(reverse("account:app"), {"code": "000000"})
    assert wrong.status_code == 422
    assert sealed.unseal(client.session["app_secret"]) == secret, "a typing mistake does not change the picture"
    before = client.session.session_key
    done = client.post(reverse("account:app"), {"code": minutes.code(secret)})
    assert done.headers["Location"] == reverse("account:codes")
    assert client.session.session_key != before
    assert client.get("/notices/").status_code == 200
    client.post(reverse("account:codes"))
    sheet = client.get(reverse("account:codes")).content.decode()
    codes = re.findall(r"\b(\d{4} \d{4})\b", sheet)
    assert len(codes) == 10
    assert codes[0] not in client.get(reverse("account:codes")).content.decode(), "shown once"


def test_a_recovery_code_lets_in_once_and_says_what_is_left(cast: Cast, minutes: Any) -> None:
    with_app(cast.doctor, minutes)
    spare = factors.make_codes(by=cast.doctor, now=NOW)[0]
    client = signed_in(cast.doctor)
    page = client.post(VERIFY, {"code": spare}, follow=True)
    assert "9" in " ".join(str(message) for message in page.context["messages"])
    again = signed_in(cast.doctor, "andere-lange-worte-hier")
    assert again.post(VERIFY, {"code": spare}).status_code == 422


def test_five_wrong_codes_end_the_session_and_rest_the_factor(cast: Cast, minutes: Any) -> None:
    secret = with_app(cast.doctor, minutes)
    client = signed_in(cast.doctor)
    answers = [client.post(VERIFY, {"code": "000000"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 403]
    assert client.get(VERIFY).headers["Location"].startswith(DOOR)
    again = signed_in(cast.doctor, "andere-lange-worte-hier")
    assert again.post(VERIFY, {"code": minutes.code(secret)}).status_code == 403
    assert Event.objects.filter(verb="account.factor_failed").count() == 4
    assert Event.objects.filter(verb="account.factor_locked").count() == 1


def test_a_one_time_password_does_not_go_round_the_second_factor(cast: Cast, minutes: Any) -> None:
    with_app(cast.doctor, minutes)
    actions.reset_password(by=cast.admin, user=cast.doctor, password=PASSWORD, now=NOW)
    client = Client()
    client.post(DOOR, {"username": "doctor", "password": PASSWORD})
    for page in ("/", reverse("account:password")):
        assert client.get(page).headers["Location"].startswith(VERIFY)


def test_a_first_password_is_changed_before_the_factor_is_set_up(cast: Cast) -> None:
    actions.reset_password(by=None, user=cast.doctor, password=PASSWORD, now=NOW)
    client = Client()
    client.post(DOOR, {"username": "doctor", "password": PASSWORD})
    assert client.get("/").headers["Location"].startswith(reverse("account:password"))
    assert client.get(reverse("account:app")).headers["Location"].startswith(reverse("account:password"))
    new = {"old": PASSWORD, "new": "andere-lange-worte-hier", "again": "andere-lange-worte-hier"}
    assert client.post(reverse("account:password"), new).status_code == 302
    assert client.get("/").headers["Location"] == SET_UP


def test_factors_are_changed_only_by_who_has_just_proved_who_they_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.clerk)
    assert client.get(reverse("account:app")).status_code == 200
    session = client.session
    session["proved"] -= 16 * 60
    session.save()
    for name in ("app", "passkey", "codes"):
        answer = client.get(reverse(f"account:{name}"))
        assert answer.headers["Location"].startswith(reverse("account:confirm")), name
    assert client.post(reverse("account:passkey_wanted")).status_code == 302
    assert client.post(reverse("account:confirm"), {"password": "wrong"}).status_code == 422
    back = client.post(reverse("account:confirm"), {"password": PASSWORD, "next": reverse("account:app")})
    assert back.headers["Location"] == reverse("account:app")
    assert client.get(reverse("account:app")).status_code == 200


def test_nobody_removes_the_factor_of_somebody_else(cast: Cast, minutes: Any) -> None:
    with_app(cast.head, minutes)
    theirs = queries.factors(cast.head)[0].pk
    client = signed_in(cast.clerk)
    client.post(reverse("account:factor_remove", args=[theirs]))
    assert queries.has_factor(cast.head)


def test_a_reset_signs_out_asks_anew_and_tells_the_person(cast: Cast, minutes: Any, client: Client) -> None:
    secret = with_app(cast.doctor, minutes)
    theirs = signed_in(cast.doctor)
    theirs.post(VERIFY, {"code": minutes.code(secret)})
    minutes.step += 1
    keeper_secret = with_app(cast.security, minutes)
    keeper = signed_in(cast.security)
    keeper.post(VERIFY, {"code": minutes.code(keeper_secret)})
    found = keeper.post(reverse("accounts:factors"), {"username": "doctor"})
    assert found.headers["Location"] == reverse("accounts:factors_reset", args=[cast.doctor.pk])
    assert keeper.post(reverse("accounts:factors"), {"username": "clerk"}).status_code == 422, (
        "the unit administrator's"
    )
    keeper.post(found.headers["Location"])
    assert not queries.has_factor(cast.doctor)
    assert theirs.get("/notices/").headers["Location"].startswith(DOOR)
    factors_reset(Event.objects.get(verb="account.factors_reset"))
    assert Delivery.objects.get(user=cast.doctor).notice.kind == "account.factors_reset"


def test_the_demo_shows_a_code_that_works(cast: Cast, settings: Settings) -> None:
    settings.DEMO = True
    client = signed_in(cast.doctor, DEMO_PASSWORD)
    page = client.get(reverse("account:app"))
    code = page.context["demo_code"]
    assert code in page.content.decode()
    assert client.post(reverse("account:app"), {"code": code}).status_code == 302
    again = Client()
    again.post(DOOR, {"username": "doctor", "password": DEMO_PASSWORD})
    shown = again.get(VERIFY).context["demo_code"]
    assert shown != code, "not the one that was used just now"
    assert again.post(VERIFY, {"code": shown}).status_code == 302


@pytest.mark.parametrize(("demo", "password"), [(False, DEMO_PASSWORD), (True, PASSWORD)], ids=["no demo", "own"])
def test_no_code_is_shown_without_the_demo_or_to_an_account_with_a_password_of_its_own(
    cast: Cast, settings: Settings, demo: bool, password: str, minutes: Any
) -> None:
    settings.DEMO = demo
    secret = with_app(cast.doctor, minutes)
    page = signed_in(cast.doctor, password).get(VERIFY)
    assert page.context["demo_code"] == ""
    shown = page.content.decode()
    assert not any(format_hotp_value(hotp_value(secret, minutes.step + step)) in shown for step in (-1, 0, 1))
