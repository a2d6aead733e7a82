"""The pages for many class teachers at once."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people.actions import letters as actions
from lianfang.people.models import Letters, User
from tests.cast import Cast

START = "/accounts/letters/"
LINES = "机电1901班,肖敏,13812345601\n数控1902班,黎明,13812345602"


@pytest.fixture
def admin(client: Client, cast: Cast, settings: Settings) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(cast.admin)
    return client


def kept(admin: Client, lines: str = LINES) -> Letters:
    admin.post(START, {"unit": "湘江技师学院", "lines": lines})
    return Letters.objects.get()


def test_from_pasted_lines_to_the_sheet_that_is_shown_once(admin: Client, cast: Cast) -> None:
    letters = kept(admin)
    page = reverse("letters:batch", args=[letters.pk])
    check = admin.get(page).content.decode()
    assert "138****5601" in check
    assert "13812345601" not in check
    assert not User.objects.filter(name="肖敏").exists(), "nothing is opened before the administrator says so"
    admin.post(reverse("letters:open", args=[letters.pk]))
    assert 'http-equiv="refresh"' in admin.get(page).content.decode()
    actions.carry_out(Event.objects.get(verb="account.letters_begun"))
    assert 'http-equiv="refresh"' not in admin.get(page).content.decode()
    sheet = admin.post(reverse("letters:sheet", args=[letters.pk]))
    shown = sheet.context["found"]
    assert [one["name"] for one in shown] == ["肖敏", "黎明"]
    assert sheet.content.decode().count("<use href=") == 2
    assert "http://testserver/account/sign-in/" in sheet.content.decode()
    again = admin.post(reverse("letters:sheet", args=[letters.pk]), follow=True).content.decode()
    assert not any(one["password"] in again for one in shown)


def test_wrong_lines_are_listed_with_their_numbers_and_what_was_pasted_stays(admin: Client, cast: Cast) -> None:
    page = admin.post(START, {"unit": "湘江技师学院", "lines": LINES + "\n机电1999班,王五,13812345603"})
    assert page.status_code == 422
    assert [(row["row"], row["value"]) for row in page.context["problems"]] == [(3, "机电1999班")]
    assert "机电1999班,王五" in page.content.decode()
    assert not Letters.objects.exists()


def test_nothing_chosen_and_a_file_that_is_no_table_are_said_at_their_fields(admin: Client, cast: Cast) -> None:
    assert "file" in admin.post(START, {"unit": "湘江技师学院"}).context["form"].errors
    picture = SimpleUploadedFile("list.xlsx", b"\x89PNG....")
    assert "file" in admin.post(START, {"unit": "湘江技师学院", "file": picture}).context["form"].errors
    assert "lines" in admin.post(START, {"unit": "湘江技师学院", "lines": "a"}).context["form"].errors


def test_classes_of_other_schools_cannot_be_named(admin: Client, cast: Cast) -> None:
    page = admin.post(START, {"unit": "湘潭机电学校", "lines": LINES})
    assert len(page.context["problems"]) == 2


def test_a_unit_of_another_province_cannot_be_chosen(admin: Client, cast: Cast) -> None:
    for address, data in ((START, {"unit": "CSRT", "lines": LINES}),):
        assert "unit" in admin.post(address, data).context["form"].errors
    assert admin.get(reverse("letters:template"), {"below": "CSRT"}).status_code == 404


def test_the_table_names_the_classes_without_a_teacher(admin: Client, cast: Cast) -> None:
    Unit.objects.filter(pk=cast.class_two.pk).update(name="=机电")
    cast.teacher_two.postings.all().delete()
    answer = admin.get(reverse("letters:template"), {"below": "湘江技师学院"})
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("班级代码", "班级", "姓名", "手机号")
    assert rows[1:] == [("4143010532-JX2", "'=机电", None, None)]


def test_a_long_list_asks_no_query_a_row(
    admin: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines = "\n".join(f"机电1901班,肖敏,139{number:08d}" for number in range(300))
    with django_assert_max_num_queries(25):
        admin.post(START, {"unit": "湘江技师学院", "lines": lines})
    with django_assert_max_num_queries(12):
        admin.get(reverse("letters:batch", args=[Letters.objects.get().pk]))
