"""Whose accounts an administrator sees and may touch; what no administrator may do."""

from datetime import date, timedelta
from io import StringIO
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access, actions
from lianfang.people.models import Posting, User
from tests.cast import Cast

LIST = "/accounts/"


def appoint(cast: Cast, user: User, unit: Unit, role: str, *, from_on: date = date(2020, 1, 20)) -> Posting:
    return actions.appoint(
        by=None, user=user, unit=unit, role=role, title="", deputy=False, from_on=from_on, now=cast.now
    )


@pytest.fixture
def city_admin(cast: Cast) -> User:
    """An administrator of 长沙市: above one of the three schools, beside the other two."""
    appoint(cast, cast.outsider, cast.city_unit, "unit_admin")
    return cast.outsider


@pytest.fixture
def signed(client: Client, city_admin: User) -> Client:
    client.force_login(city_admin)
    return client


def pages(user: User) -> list[str]:
    """Everything an administrator can ask about one account."""
    base = f"{LIST}{user.pk}/"
    post = Posting.objects.filter(user=user).first()
    return [
        base + page
        for page in ("change/", "appoint/", "reset/", "deactivate/", "slip/", f"dismiss/{post and post.pk}/")
    ]


def test_the_list_holds_the_people_of_ones_units_and_nobody_else(cast: Cast, signed: Client) -> None:
    names = {row["person"].username for row in signed.get(LIST).context["rows"]}
    assert names == {
        "city", "clerk", "head", "leader", "principal", "students", "staff", "logistics", "teacher", "teacher_two",
        "counsellor", "registrar", "doctor", "outsider",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=周敏", {"clerk"}),
        ("q=CLE", {"clerk"}),
        ("q=19900000001", {"clerk"}),
        ("role=department", {"students", "staff", "logistics"}),
        ("unit=学生处", {"students"}),
        ("unit=湘江技师学院&role=leader", {"leader"}),
        ("unit=湘潭机电学校", set()),
        ("q=nobody", set()),
        ("state=resting", set()),
    ],
)
def test_filters_narrow_the_list(cast: Cast, signed: Client, query: str, expected: set[str]) -> None:
    page = signed.post(LIST, dict(parse_qsl(query)), follow=True)
    assert page.status_code == 200
    assert "q=" not in page.request["QUERY_STRING"], "names and telephones stand in no address"
    assert {row["person"].username for row in page.context["rows"]} == expected


def test_an_unknown_filter_is_told_or_does_not_exist(cast: Cast, signed: Client) -> None:
    page = signed.get(f"{LIST}?unit=校区")
    assert page.context["form"].errors["unit"]
    assert page.context["rows"] == []
    assert signed.get(f"{LIST}?state=nonsense").status_code == 404
    assert signed.get(f"{LIST}?page=x&role=emperor").status_code == 200


def test_who_acts_no_more_stands_in_a_list_of_their_own(cast: Cast, signed: Client) -> None:
    post = Posting.objects.get(user=cast.clerk)
    actions.dismiss(by=None, posting=post, to_on=clock.today() - timedelta(days=1), now=cast.now)
    actions.deactivate(by=cast.admin, user=cast.head, now=cast.now)
    assert {row["person"].username for row in signed.get(LIST + "?state=resting").context["rows"]} == {"clerk", "head"}
    assert "clerk" not in {row["person"].username for row in signed.get(LIST).context["rows"]}


def test_a_page_of_the_list_costs_a_fixed_number_of_queries(
    cast: Cast, signed: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [actions.NewAccount(f"extra{number:03d}", "王伟", "", "!") for number in range(60)]
    users = actions.create_accounts(by=None, rows=rows, now=cast.now)
    posts = [actions.NewPosting(user, cast.school, "clerk") for user in users]
    actions.appoint_all(by=None, rows=posts, from_on=date(2020, 1, 20), now=cast.now)
    with django_assert_max_num_queries(9):
        assert len(signed.get(LIST).context["rows"]) == 50
    with django_assert_max_num_queries(9):
        assert len(signed.get(LIST + "?page=2").context["rows"]) == 24


def test_people_outside_ones_units_do_not_exist(cast: Cast, signed: Client) -> None:
    for user in (cast.clerk_second, cast.province, cast.auditor):
        for page in [f"{LIST}{user.pk}/", *pages(user)]:
            assert signed.get(page).status_code == 404, page
            assert signed.post(page, {"key": str(uuid4())}).status_code in (404, 405), page
        assert signed.post(f"{LIST}{user.pk}/activate/").status_code == 404


def test_somebody_who_also_holds_a_duty_elsewhere_is_seen_but_not_touched(cast: Cast, signed: Client) -> None:
    appoint(cast, cast.clerk, cast.second, "clerk")
    page = signed.get(f"{LIST}{cast.clerk.pk}/")
    assert page.context["reason"]
    assert "湘潭机电学校" not in page.content.decode()
    for address in pages(cast.clerk):
        assert signed.get(address).status_code == 404, address
        assert signed.post(address, {"key": str(uuid4())}).status_code == 404, address
    assert not Posting.objects.filter(user=cast.clerk, to_on__isnull=False).exists()


def test_an_administrator_does_not_touch_the_own_account(cast: Cast, signed: Client, city_admin: User) -> None:
    assert signed.get(f"{LIST}{city_admin.pk}/").context["reason"]
    for address in pages(city_admin):
        assert signed.post(address, {"key": str(uuid4())}).status_code == 404, address


def test_who_left_for_another_unit_is_looked_after_there(cast: Cast, signed: Client) -> None:
    post = Posting.objects.get(user=cast.clerk)
    actions.dismiss(by=None, posting=post, to_on=cast.day, now=cast.now)
    assert signed.get(f"{LIST}{cast.clerk.pk}/").context["reason"] == ""
    appoint(cast, cast.clerk, cast.second, "clerk", from_on=cast.day + timedelta(days=1))
    assert signed.get(f"{LIST}{cast.clerk.pk}/").context["reason"]
    assert signed.post(f"{LIST}{cast.clerk.pk}/reset/", {"key": str(uuid4())}).status_code == 404


def test_nobody_is_appointed_at_a_unit_outside_ones_own(cast: Cast, signed: Client) -> None:
    data = {"role": "clerk", "title": "", "from_on": "2020-02-05"}
    for unit in ("湘潭机电学校", "4143013001", "湖南省"):
        page = signed.post(f"{LIST}{cast.head.pk}/appoint/", {**data, "unit": unit})
        assert page.status_code == 422
        assert page.context["form"].errors["unit"]
    assert Posting.objects.filter(user=cast.head).count() == 1


def test_an_administrator_neither_appoints_nor_touches_an_auditor(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    data = {"unit": "430100", "role": "auditor", "title": "", "from_on": "2020-02-05"}
    assert client.post(f"{LIST}{cast.head.pk}/appoint/", data).context["form"].errors["role"]
    with pytest.raises(Refused):
        actions.appoint(
            by=cast.admin, user=cast.head, unit=cast.city_unit, role="auditor", title="", deputy=False,
            from_on=cast.day, now=cast.now,
        )  # fmt: skip
    assert client.get(f"{LIST}{cast.auditor.pk}/").context["reason"]
    for address in pages(cast.auditor):
        assert client.post(address, {"key": str(uuid4())}).status_code == 404, address


def test_an_administrator_reads_no_return_and_no_event(cast: Cast) -> None:
    verbs = access.ROLES["unit_admin"].here | access.ROLES["unit_admin"].below
    assert not {verb for verb in verbs if verb.startswith(("return.", "event.", "board."))}
    assert access.ROLES["auditor"].below == {"unit.view", "event.view", "event.audit", "notice.read", "grant.watch"}


def test_only_administrators_reach_the_pages(cast: Cast, client: Client) -> None:
    for user in (cast.clerk, cast.province, cast.auditor, cast.inspector):
        client.force_login(user)
        assert client.get(LIST).status_code == 403
        assert client.post(LIST + "new/", {}).status_code == 403
        assert client.post(f"{LIST}{cast.clerk.pk}/reset/", {"key": str(uuid4())}).status_code == 403


def test_the_operator_appoints_an_auditor_at_the_console(cast: Cast) -> None:
    out = StringIO()
    call_command("auditor", "430100", "watcher", name="沈静", stdout=out)
    user = User.objects.get(username="watcher")
    assert user.check_password(out.getvalue().split()[-1])
    assert user.must_change_password
    assert access.can(user, "event.audit", cast.school)
    again = StringIO()
    call_command("auditor", "430100", "watcher", stdout=again)
    user.refresh_from_db()
    assert user.check_password(again.getvalue().split()[-1])
    assert Posting.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("arguments", [("999999", "watcher"), ("430100", "w"), ("4143010532-XS", "watcher")])
def test_the_operator_is_told_what_is_wrong_and_nothing_is_made(cast: Cast, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("auditor", *arguments, name="沈静")
    assert not User.objects.filter(name="沈静").exists()
