"""Opening accounts, one-time passwords, closing and opening again."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.orgs import actions as orgs
from lianfang.people.models import Posting, User
from lianfang.ui.unit_field import CHOICES
from tests.cast import NOW, Cast

NEW = "/accounts/new/"


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.admin)
    return client


def typed(**more: Any) -> dict[str, Any]:
    return {
        "name": "肖敏", "username": "xiaomin", "phone": "0731-8800 0100", "email": "", "unit": "湘江技师学院",
        "role": "clerk", "title": "防控办干事", "from_on": clock.today().isoformat(), "key": str(uuid4()), **more,
    }  # fmt: skip


def password_on(content: str) -> str:
    found = re.search(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", content)
    assert found
    return found[0]


def test_a_new_account_signs_in_with_the_password_of_the_slip_and_must_choose_its_own(
    cast: Cast, admin: Client
) -> None:
    made = admin.post(NEW, typed())
    user = User.objects.get(username="xiaomin")
    assert made.headers["Location"] == f"/accounts/{user.pk}/slip/"
    slip = admin.get(made.headers["Location"]).content.decode()
    assert "xiaomin" in slip
    assert "湘江技师学院" in slip
    own = Client()
    password = password_on(slip)
    signed = own.post(reverse("account:sign_in"), {"username": "xiaomin", "password": password})
    assert signed.status_code == 302
    assert own.get("/notices/").headers["Location"] == reverse("account:password")
    post = Posting.objects.get(user=user)
    assert (post.unit, post.role, post.from_on) == (cast.school, "clerk", clock.today())


def test_the_slip_is_shown_once_and_the_password_is_stored_nowhere(cast: Cast, admin: Client) -> None:
    address = admin.post(NEW, typed()).headers["Location"]
    password = password_on(admin.get(address).content.decode())
    again = admin.get(address).content.decode()
    assert password not in again
    assert not Event.objects.filter(detail__icontains=password).exists()
    assert password not in str(admin.session.items())


def test_a_double_click_opens_one_account_with_one_password(cast: Cast, admin: Client) -> None:
    data = typed()
    first = admin.post(NEW, data)
    second = admin.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    user = User.objects.get(username="xiaomin")
    password = password_on(admin.get(second.headers["Location"]).content.decode())
    assert user.check_password(password)
    assert Posting.objects.filter(user=user).count() == 1


def test_the_user_name_of_somebody_else_is_refused_and_what_was_typed_stays(cast: Cast, admin: Client) -> None:
    page = admin.post(NEW, typed(username="clerk"))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["username"]
    assert "0731-8800 0100" in page.content.decode()
    assert not User.objects.filter(name="肖敏").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""), ("username", "a b"), ("username", "x"), ("name", ""), ("phone", "none"), ("email", "x@"),
        ("unit", ""), ("unit", "没有这个单位"), ("role", ""), ("role", "auditor"), ("role", "emperor"),
        ("role", "department"), ("from_on", "yesterday"), ("from_on", "2020-02-30"), ("title", "长" * 61),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_nothing_is_made(cast: Cast, admin: Client, field: str, value: str) -> None:
    page = admin.post(NEW, typed(**{field: value}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not User.objects.filter(name="肖敏").exists()


def test_several_units_that_fit_are_offered_and_the_choice_counts(cast: Cast, admin: Client) -> None:
    asked = admin.post(NEW, typed(unit="校区", role="principal"))
    assert asked.status_code == 422
    assert 'value="4143010532-N"' in asked.content.decode()
    chosen = typed(unit="校区", unit_asked="校区", unit_pick="4143010532-N", role="principal")
    assert admin.post(NEW, chosen).status_code == 302
    assert Posting.objects.get(user__username="xiaomin").unit == cast.north


def test_units_of_one_name_are_told_apart_by_their_school(cast: Cast, admin: Client) -> None:
    for parent in (cast.third, cast.school):
        orgs.create_unit(by=None, parent=parent, kind="campus", code=f"{parent.code}-E", name="东校区", now=NOW)
    page = admin.post(NEW, typed(unit="东校区", role="principal")).content.decode()
    assert "龙山职业学校 " in page
    assert "湘江技师学院 4143010532-E" in page
    assert admin.post(NEW, typed(unit="龙山职业学校 东校区", role="principal")).status_code == 302
    posting = Posting.objects.get(user__username="xiaomin")
    assert (posting.unit.name, posting.unit.parent) == ("东校区", cast.third)


def test_many_units_of_one_name_ask_for_the_school_before_it(cast: Cast, admin: Client) -> None:
    for number in range(CHOICES + 1):
        orgs.create_unit(by=None, parent=cast.school, kind="campus", code=f"X{number}", name="分校", now=NOW)
    page = admin.post(NEW, typed(unit="分校", role="principal"))
    assert page.status_code == 422
    assert page.content.decode().count('name="unit_pick"') == CHOICES
    assert page.context["form"].errors.as_data()["unit"][0].code == "many"


def test_a_choice_made_for_another_text_does_not_count(cast: Cast, admin: Client) -> None:
    changed = typed(unit="南校区", unit_asked="校区", unit_pick="4143010532-N", role="principal")
    admin.post(NEW, changed)
    assert Posting.objects.get(user__username="xiaomin").unit == cast.south


def test_the_form_opens_with_the_unit_one_comes_from(cast: Cast, admin: Client) -> None:
    assert "湘江技师学院 4143010532" in admin.get(f"{NEW}?unit={cast.school.pk}").content.decode()
    for nonsense in ("x", "9" * 40, "-1"):
        assert admin.get(f"{NEW}?unit={nonsense}").status_code == 200


def test_a_reset_password_ends_the_old_one_and_every_session(cast: Cast, admin: Client) -> None:
    theirs = Client()
    theirs.force_login(cast.clerk)
    key = str(uuid4())
    for _ in range(2):
        answer = admin.post(f"/accounts/{cast.clerk.pk}/reset/", {"key": key})
    password = password_on(admin.get(answer.headers["Location"]).content.decode())
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(password)
    assert cast.clerk.must_change_password
    assert theirs.get("/notices/").headers["Location"].startswith(reverse("account:sign_in"))
    event = Event.objects.get(verb="account.password_reset")
    assert (event.by_id, event.unit_path, event.detail) == (cast.admin.pk, cast.school.path, {})


def test_a_sign_in_that_rests_opens_again_with_the_reset(cast: Cast, admin: Client) -> None:
    theirs, sign_in = Client(), reverse("account:sign_in")
    for _ in range(5):
        theirs.post(sign_in, {"username": "clerk", "password": "wrong wrong"})
    address = admin.post(f"/accounts/{cast.clerk.pk}/reset/", {"key": str(uuid4())}).headers["Location"]
    password = password_on(admin.get(address).content.decode())
    assert theirs.post(sign_in, {"username": "clerk", "password": password}).status_code == 302


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(cast: Cast, admin: Client) -> None:
    theirs = Client()
    theirs.force_login(cast.clerk)
    for _ in range(2):
        admin.post(f"/accounts/{cast.clerk.pk}/deactivate/")
    assert theirs.get("/notices/").headers["Location"].startswith(reverse("account:sign_in"))
    assert Event.objects.filter(verb="account.deactivated").count() == 1
    admin.post(f"/accounts/{cast.clerk.pk}/activate/")
    cast.clerk.refresh_from_db()
    assert cast.clerk.is_active


def test_looking_at_the_page_that_asks_closes_nothing(cast: Cast, admin: Client) -> None:
    assert admin.get(f"/accounts/{cast.clerk.pk}/deactivate/").status_code == 200
    assert admin.get(f"/accounts/{cast.clerk.pk}/activate/").status_code == 405
    cast.clerk.refresh_from_db()
    assert cast.clerk.is_active


def test_details_are_changed_and_wrong_ones_refused(cast: Cast, admin: Client) -> None:
    address = f"/accounts/{cast.clerk.pk}/change/"
    refused = admin.post(address, {"name": "周敏", "phone": "nix", "email": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["phone"])
    assert admin.post(address, {"name": "周小敏", "phone": "0731-1234", "email": "zhou@example.org"}).status_code == 302
    cast.clerk.refresh_from_db()
    assert (cast.clerk.name, cast.clerk.work_phone, cast.clerk.email) == ("周小敏", "0731-1234", "zhou@example.org")


def test_a_duty_ends_with_its_last_day(cast: Cast, admin: Client) -> None:
    post = Posting.objects.get(user=cast.clerk)
    address = f"/accounts/{cast.clerk.pk}/dismiss/{post.pk}/"
    early = admin.post(address, {"to_on": (post.from_on - timedelta(days=1)).isoformat()})
    assert (early.status_code, list(early.context["form"].errors)) == (422, ["to_on"])
    assert admin.post(address, {"to_on": clock.today().isoformat()}).status_code == 302
    again = admin.post(address, {"to_on": clock.today().isoformat()})
    assert again.status_code == 422
    post.refresh_from_db()
    assert post.to_on == clock.today()


def test_a_further_duty_is_given_once(cast: Cast, admin: Client) -> None:
    address = f"/accounts/{cast.clerk.pk}/appoint/"
    data = {"unit": "防控办", "role": "department", "title": "", "from_on": clock.today().isoformat(), "deputy": "on"}
    assert admin.post(address, data).status_code == 302
    again = admin.post(address, data)
    assert again.status_code == 422
    post = Posting.objects.get(user=cast.clerk, unit=cast.prevention)
    assert (post.role, post.deputy) == ("department", True)
