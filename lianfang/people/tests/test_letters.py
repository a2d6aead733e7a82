"""Accounts for many class teachers: what a list would do, opening them, the letters."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core import spreadsheets
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import actions as people
from lianfang.people.actions import letters as actions
from lianfang.people.models import Letters, Posting, User
from lianfang.people.queries import letters as queries
from lianfang.people.tests.test_claims_at_once import at_once
from tests.cast import DAY, NOW, Cast

TABLE = """班级名称,教师姓名,手机号码
机电1901班,肖敏,13812345601
数控1902班, 黎明 ,+86 138-1234-5602
"""


@pytest.fixture(autouse=True)
def cheap(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def plan(cast: Cast, text: str = TABLE) -> queries.Plan:
    return queries.plan(queries.lines(spreadsheets.grids(text.encode(), "list.csv")), cast.school, DAY)


def carried_out(cast: Cast, text: str = TABLE) -> Letters:
    kept = actions.keep(by=cast.admin, unit=cast.school, rows=plan(cast, text).rows, now=NOW)
    actions.begin(by=cast.admin, letters=kept, now=NOW)
    actions.carry_out(Event.objects.filter(verb="account.letters_begun").latest("at", "id"))
    kept.refresh_from_db()
    return kept


def test_headings_in_any_order_and_pasted_lines_without_any() -> None:
    for text in (
        "机电1901班\t肖敏\t13812345601",
        "手机号,班级,姓名\n13812345601,机电1901班,肖敏",
        "某校班主任名单,,\n姓名*,手机（必填）,所带班级\n肖敏,13812345601,机电1901班",
    ):
        (line,) = queries.lines(spreadsheets.grids(text.encode(), "x.csv"))
        assert (line.place, line.name, line.phone) == ("机电1901班", "肖敏", "13812345601")


def test_a_slip_in_the_first_pasted_line_is_that_lines_and_not_the_lists(cast: Cast) -> None:
    found = plan(cast, "机电1901班,肖敏,1381234\n数控1902班,黎明,13812345602")
    assert [(line.number, problem.code) for line, problem in found.problems] == [(1, "people.letters_phone")]


@pytest.mark.parametrize("text", ["a,b\n1,2", "姓名,手机号\n肖敏,13812345601", "班级,姓名,手机号\n"])
def test_a_table_whose_columns_cannot_be_told_or_without_lines_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        queries.lines(spreadsheets.grids(text.encode(), "x.csv"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("机电1999班,肖敏,13812345601", "people.letters_class_unknown"),
        ("湘江技师学院,肖敏,13812345601", "people.letters_class_unknown"),
        ("机电1901班,,13812345601", "people.name_missing"),
        ("机电1901班,肖敏,1381234560", "people.letters_phone"),
        ("机电1901班,肖敏,1.3812345601E10", "people.letters_phone"),
        ("机电1901班,肖敏,19900000001", "people.letters_other_name"),
    ],
)
def test_each_wrong_line_says_why(cast: Cast, line: str, problem: str) -> None:
    found = plan(cast, f"班级,姓名,手机号\n{line}")
    assert [each.code for _, each in found.problems] == [problem]
    assert not found.rows


def test_one_number_with_two_names_in_one_list_is_a_mistake(cast: Cast) -> None:
    found = plan(cast, TABLE + "数控1902班,黎民,13812345602\n")
    assert [(line.number, each.code) for line, each in found.problems] == [(4, "people.letters_other_name")]


def test_accounts_are_opened_and_wait_for_confirmation(cast: Cast) -> None:
    kept = carried_out(cast)
    assert (kept.done, kept.opened, bool(kept.finished_at)) == (2, 2, True)
    user = User.objects.get(name="黎明")
    assert (user.username, user.work_phone, user.must_change_password) == ("t4143010532.2", "13812345602", True)
    post = Posting.objects.get(user=user)
    assert (post.unit, post.role, post.confirmed_at) == (cast.class_two, "class_teacher", None)


def test_the_same_list_again_opens_nothing(cast: Cast) -> None:
    carried_out(cast)
    assert {row.plan for row in plan(cast).rows} == {"same"}
    before = User.objects.count(), Posting.objects.count()
    assert carried_out(cast).opened == 0
    assert (User.objects.count(), Posting.objects.count()) == before


def test_somebody_with_an_account_gets_the_duty_only(cast: Cast) -> None:
    kept = carried_out(cast, f"班级,姓名,手机号\n机电1901班,周敏,{cast.clerk.work_phone}")
    assert kept.opened == 0
    assert Posting.objects.filter(user=cast.clerk, role="class_teacher", unit=cast.class_one).exists()
    assert actions.shown(by=cast.admin, letters=kept, now=NOW) == []
    assert not User.objects.get(pk=cast.clerk.pk).must_change_password


def test_a_job_that_died_half_way_goes_on_and_opens_nobody_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CHUNK", 1)
    kept = actions.keep(by=cast.admin, unit=cast.school, rows=plan(cast).rows, now=NOW)
    actions.begin(by=cast.admin, letters=kept, now=NOW)
    assert actions._some(kept.pk, NOW)
    kept.refresh_from_db()
    assert kept.done == 1
    for _ in range(2):
        actions.carry_out(Event.objects.get(verb="account.letters_begun"))
    kept.refresh_from_db()
    assert (kept.done, kept.opened) == (2, 2)


def test_beginning_twice_is_beginning_once(cast: Cast) -> None:
    kept = actions.keep(by=cast.admin, unit=cast.school, rows=plan(cast).rows, now=NOW)
    for _ in range(2):
        actions.begin(by=cast.admin, letters=kept, now=NOW)
    assert Event.objects.filter(verb="account.letters_begun").count() == 1


def test_a_line_that_does_not_do_any_more_stops_nobody_else(cast: Cast) -> None:
    kept = actions.keep(by=cast.admin, unit=cast.school, rows=plan(cast).rows, now=NOW)
    cast.class_one.valid_to = DAY - timedelta(days=1)
    cast.class_one.save(update_fields=["valid_to"])
    actions.begin(by=cast.admin, letters=kept, now=NOW)
    actions.carry_out(Event.objects.get(verb="account.letters_begun"))
    kept.refresh_from_db()
    assert (kept.opened, [row.get("problem") for row in kept.rows]) == (1, ["people.unit_closed", None])
    assert not User.objects.filter(name="肖敏").exists(), "an account without its duty would help nobody"


@pytest.mark.django_db(transaction=True)
def test_lists_of_one_school_carried_out_at_once_open_everybody(cast: Cast) -> None:
    lists = [
        Letters.objects.create(
            by=cast.admin, unit=cast.school, total=1, at=NOW, started_at=NOW,
            rows=[asdict(queries.Row(cast.class_one.pk, "机电1901班", "肖敏", f"1381234560{at}", "new"))],
        )
        for at in range(6)
    ]  # fmt: skip
    at_once(lambda at: actions._some(lists[at].pk, NOW))
    assert [each.rows for each in Letters.objects.all() if "problem" in each.rows[0]] == []
    assert User.objects.filter(username__startswith="t").filter(name="肖敏").count() == 6


def test_letters_are_shown_once_and_their_passwords_sign_in(cast: Cast) -> None:
    kept = carried_out(cast)
    found = actions.shown(by=cast.admin, letters=kept, now=NOW)
    assert [(one["name"], one["place"]) for one in found] == [("肖敏", "机电1901班"), ("黎明", "数控1902班")]
    for one in found:
        assert User.objects.get(username=one["username"]).check_password(one["password"])
    with pytest.raises(Refused):
        actions.shown(by=cast.admin, letters=kept, now=NOW)
    kept.refresh_from_db()
    assert kept.rows == []
    own = Client().post(reverse("account:sign_in"), {"username": "13812345601", "password": found[0]["password"]})
    assert own.status_code == 302


def test_who_has_signed_in_meanwhile_gets_no_letter(cast: Cast) -> None:
    kept = carried_out(cast)
    people.change_password(by=User.objects.get(name="肖敏"), password="Jahreszeit-1", now=NOW)
    assert [one["name"] for one in actions.shown(by=cast.admin, letters=kept, now=NOW)] == ["黎明"]


def test_a_list_that_was_never_carried_out_goes_with_the_next(cast: Cast) -> None:
    for _ in range(2):
        actions.keep(by=cast.admin, unit=cast.school, rows=plan(cast).rows, now=NOW)
    assert Letters.objects.count() == 1


def test_a_long_list_is_checked_in_a_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    text = "班级,姓名,手机号\n" + "".join(f"机电1901班,肖敏,139{number:08d}\n" for number in range(1000))
    lines: list[Any] = queries.lines(spreadsheets.grids(text.encode(), "x.csv"))
    with django_assert_max_num_queries(4):
        assert len(queries.plan(lines, cast.school, DAY).rows) == 1000
