"""The pages, through the client: planning, a spreadsheet, a shift from its check-in to its hand-over, the telephones."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core.clock import ZONE
from lianfang.duty.actions import posts
from lianfang.duty.models import CheckIn, Handover, Pattern, Post, Shift
from lianfang.orgs.models import Unit
from tests.browser import Clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PLAN = {
    "from_on": "2020-02-06", "hours": "08:00-20:00\r\n20:00-08:00", "weekdays": list("1234567"), "days_each": "0",
    "groups": "周敏\r\n高洁、林芳", "leaders": "刘建国",
}  # fmt: skip


@pytest.fixture
def post(cast: Cast, clock: Clock) -> Post:
    return posts.keep(
        by=cast.head, unit=cast.school, name="总值班室", place="", phone="0731-8800 0110", answers=True, leader=None,
        now=cast.now,
    )  # fmt: skip


def at(day: int, hour: int) -> datetime:
    return datetime(2020, 2, day, hour, tzinfo=ZONE)


def test_a_pattern_is_typed_previewed_and_published(cast: Cast, post: Post, client: Client) -> None:
    client.force_login(cast.head)
    answer = client.post(reverse("duty:plan", args=[post.pk]), PLAN)
    drawn = Pattern.objects.get()
    assert answer.headers["Location"] == reverse("duty:pattern", args=[drawn.pk])
    assert not Shift.objects.exists()
    span = {"since": "2020-02-06", "until": "2020-02-07"}
    text = client.get(reverse("duty:pattern", args=[drawn.pk]), span).content.decode()
    assert all(name in text for name in ("周敏", "高洁", "林芳", "刘建国"))
    client.post(reverse("duty:publish", args=[drawn.pk]), span)
    shifts = Shift.objects.order_by("from_at")
    assert [row.user for row in shifts] == [cast.clerk, cast.doctor, cast.clerk, cast.teacher]
    again = client.post(reverse("duty:publish", args=[drawn.pk]), span)
    assert again.status_code == 422
    assert shifts.count() == 4


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("hours", "8点到晚上"), ("hours", "08:00-20:00\r\n19:00-08:00"), ("hours", "08:00-09:00\r\n20:00-08:30"),
        ("groups", "周敏\r\n张三"), ("groups", " "), ("leaders", "孙丽"), ("weekdays", []), ("from_on", "2020-02-30"),
    ],
)  # fmt: skip
def test_what_makes_no_pattern_is_said_at_its_field(
    cast: Cast, post: Post, client: Client, field: str, typed: object
) -> None:
    client.force_login(cast.head)
    answer = client.post(reverse("duty:plan", args=[post.pk]), {**PLAN, field: typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Pattern.objects.exists()


def test_a_spreadsheet_is_checked_before_it_is_applied_and_a_forged_check_changes_nothing(
    cast: Cast, post: Post, client: Client
) -> None:
    client.force_login(cast.head)
    lines = "岗位,日期,开始,结束,值班人\n总值班室,2020-02-06,8:00,20:00,{}\n"

    def upload(who: str) -> str:
        file = SimpleUploadedFile("roster.csv", lines.format(who).encode())
        return client.post(reverse("duty:import", args=[cast.school.pk]), {"file": file}).context.get("checked", "")

    assert upload("张三") == ""
    checked = upload("周敏")
    assert not Shift.objects.exists()
    apply = reverse("duty:import_apply", args=[cast.school.pk])
    client.post(apply, {"checked": checked + "x"})
    assert not Shift.objects.exists()
    for _again in range(2):
        client.post(apply, {"checked": checked})
    assert Shift.objects.get().user == cast.clerk


def test_a_shift_from_the_phone(cast: Cast, post: Post, client: Client, clock: Clock) -> None:
    mine = Shift.objects.create(post=post, user=cast.clerk, from_at=at(5, 20), to_at=at(6, 8), at=cast.now)
    Shift.objects.create(post=post, user=cast.doctor, from_at=at(6, 8), to_at=at(6, 20), at=cast.now)
    client.force_login(cast.clerk)
    check_in = reverse("duty:check_in", args=[mine.pk])
    assert check_in not in client.get(reverse("duty:home")).content.decode()
    clock.set("2020-02-05 20:40")
    assert check_in in client.get(reverse("duty:home")).content.decode()
    client.post(check_in)
    client.post(check_in)
    assert CheckIn.objects.count() == 1
    client.post(reverse("duty:hand_over", args=[mine.pk]), {"note": "一切正常", "still_open": "门锁待修"})
    clock.set("2020-02-06 07:50")
    client.force_login(cast.doctor)
    assert "门锁待修" in client.get(reverse("duty:home")).content.decode()
    given = Handover.objects.get()
    client.post(reverse("duty:take", args=[given.pk]), {"back": "home"})
    given.refresh_from_db()
    assert given.taken_by == cast.doctor


def test_the_roster_of_a_month_costs_as_much_as_that_of_a_day(
    cast: Cast, post: Post, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        Shift.objects.create(post=post, user=cast.clerk, from_at=at(day, 8), to_at=at(day, 20), at=cast.now)
    client.force_login(cast.teacher)
    address = reverse("duty:roster", args=[cast.school.pk, date(2020, 2, 5)])
    with django_assert_max_num_queries(16):
        text = client.get(address, {"span": "month"}).content.decode()
    assert text.count("lf-duty-hours") == 28


def test_the_telephones_of_a_city_cost_the_same_for_few_and_many(
    cast: Cast, post: Post, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    city = cast.city_unit
    Unit.objects.bulk_create(
        Unit(kind="school", tier="school", code=f"X{n}", name=f"校{n}", parent=city, path=f"{city.path}{n}.")
        for n in range(900_000, 900_060)
    )
    client.force_login(cast.city)
    with django_assert_max_num_queries(18):
        text = client.get(reverse("duty:numbers", args=[city.pk]), {"q": ""}).content.decode()
    assert "0731-8800 0110" in text
    assert text.count("lf-row-link") == 50
    book = client.get(reverse("duty:numbers_export", args=[city.pk]))
    assert book.content.startswith(b"PK")


def test_a_missed_check_in_stands_on_the_common_lists(cast: Cast, post: Post, client: Client, clock: Clock) -> None:
    Shift.objects.create(post=post, user=cast.clerk, from_at=at(5, 8), to_at=at(5, 20), at=cast.now)
    client.force_login(cast.clerk)
    assert "总值班室" in client.get(reverse("web:home")).content.decode()
    client.force_login(cast.city)
    below, school = (
        reverse("today:missing", args=[unit.pk, "duty_check_in", "0800", cast.day])
        for unit in (cast.city_unit, cast.school)
    )
    text = client.get(below).content.decode()
    assert cast.school.name in text
    assert "0731-8800 0110" in text
    assert client.get(school).status_code == 200
