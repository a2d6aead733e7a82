"""The pages of the import: upload, wait, look, mend, take over."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import Enrolment, Person, RosterFile
from lianfang.people.models.intake import Stage
from lianfang.people.rules import headings
from lianfang.ui.unit_field import typed_as
from tests.browser import Clock
from tests.cast import Cast

GOOD = "姓名,班级,联系电话,民族\n张小明,机电1901班,13812345678,汉\n李梅,数控1902班,13812345679,汉\n"
BAD = "姓名,班级,身份证号,联系电话\n张小明,机电1999班,4.30102E+17,13812345678\n=1+1,机电1901班,,13812345679\n王强,机电1901班,,1381234567\n"
NUMBERS = re.compile(r"1[3-9]\d{9}|\d{17}[\dX]")


@pytest.fixture
def registrar(client: Client, cast: Cast, clock: Clock) -> Client:
    client.force_login(cast.registrar)
    return client


@pytest.fixture
def send(registrar: Client, cast: Cast) -> Callable[..., HttpResponse]:
    def run(content: str | bytes, name: str = "a.csv", **other: Any) -> HttpResponse:
        data = content.encode() if isinstance(content, str) else content
        said = {"unit": typed_as(cast.school), "as_a": "student", "first_day": "2020-02-05", **other}
        return registrar.post(reverse("intake:upload"), {**said, "file": SimpleUploadedFile(name, data)})  # type: ignore[return-value]

    return run


def checked(cast: Cast) -> RosterFile:
    file = RosterFile.objects.latest("at", "id")
    checking.check(file_id=file.pk, now=cast.now)
    return RosterFile.objects.get(pk=file.pk)


def test_a_file_goes_from_upload_to_roster(send: Callable[..., HttpResponse], registrar: Client, cast: Cast) -> None:
    answer = send(GOOD)
    page = answer.headers["Location"]
    waiting = registrar.get(page).content.decode()
    assert "hx-get" in waiting
    assert 'http-equiv="refresh"' in waiting
    file = checked(cast)
    seen = registrar.get(page).content.decode()
    for word in ("张小明", "李梅", "机电1901班", "民族"):
        assert word in seen
    assert not Person.objects.exists()
    registrar.post(reverse("intake:confirm", args=[file.pk]), {"leave": ""})
    applying.apply(file_id=file.pk, now=cast.now)
    assert Enrolment.objects.count() == 2
    again = registrar.post(reverse("intake:confirm", args=[file.pk]), {"leave": ""}, follow=True)
    assert again.status_code == 200
    assert reverse("intake:confirm", args=[file.pk]) not in again.content.decode()


def test_errors_are_listed_with_line_column_and_words_and_no_number_is_shown(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    page = send(BAD).headers["Location"]
    checked(cast)
    seen = registrar.get(page).content.decode()
    assert "机电1901班" in seen, "names like the one that does not exist"
    assert not NUMBERS.search(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", seen))
    assert registrar.get(f"{page}?plan=error&page=1").status_code == 200


def test_numbers_of_people_are_masked_in_the_preview(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    page = send(GOOD).headers["Location"]
    checked(cast)
    seen = registrar.get(page).content.decode()
    assert "138****5678" in seen
    assert "13812345678" not in seen


def test_the_marked_copy_has_red_cells_words_and_no_formulas(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    send(BAD)
    file = checked(cast)
    answer = registrar.get(reverse("intake:marked", args=[file.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet["C2"].fill.fgColor.rgb.endswith("F8D7DA")
    assert sheet["D2"].value == "13812345678"
    assert sheet["D2"].data_type == "s"
    assert sheet["E2"].value
    assert sheet["A3"].value == "'=1+1"
    assert sheet["A3"].data_type == "s"


def test_a_mended_file_repeats_nothing(send: Callable[..., HttpResponse], registrar: Client, cast: Cast) -> None:
    send(GOOD)
    file = checked(cast)
    registrar.post(reverse("intake:confirm", args=[file.pk]))
    applying.apply(file_id=file.pk, now=cast.now)
    page = send(GOOD + "王强,机电1901班,13812345670,汉\n").headers["Location"]
    assert {name: number for name, number in checked(cast).summary["counts"].items() if number} == {
        "same": 2,
        "join": 1,
    }
    assert "王强" in registrar.get(page).content.decode()


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.xlsx"), (b"\x89PNG\r\n\x1a\n" + bytes(60), "a.xlsx"), (b"MZ", "a.exe")]
)
def test_what_is_no_spreadsheet_is_answered_at_the_field(
    content: bytes, name: str, send: Callable[..., HttpResponse]
) -> None:
    answer = send(content, name)
    assert answer.status_code == 422
    assert "lf-error" in answer.content.decode()
    assert not RosterFile.objects.exists()


def test_what_was_chosen_is_not_lost_when_the_file_is_missing(registrar: Client, cast: Cast) -> None:
    answer = registrar.post(
        reverse("intake:upload"), {"unit": typed_as(cast.class_one), "as_a": "staff", "first_day": "2020-02-01"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert cast.class_one.name in page
    assert 'value="2020-02-01"' in page
    assert '<option value="staff" selected' in page


def test_a_broken_file_is_told_after_the_check(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    page = send(b"PK\x03\x04" + bytes(80), "a.xlsx").headers["Location"]
    assert checked(cast).stage == Stage.REFUSED
    assert ".xlsx" in registrar.get(page).content.decode()


def test_columns_are_chosen_by_hand(send: Callable[..., HttpResponse], registrar: Client, cast: Cast) -> None:
    page = send("甲,乙\n张小明,机电1901班\n").headers["Location"]
    file = checked(cast)
    choose = reverse("intake:columns", args=[file.pk, 0])
    assert choose in registrar.get(page).content.decode()
    form = registrar.get(choose).content.decode()
    assert "张**" in form
    assert "张小明" not in form
    assert registrar.post(choose, {"start": "2", "c0": "", "c1": "class"}).status_code == 422
    assert registrar.post(choose, {"start": "2", "c0": "name", "c1": "class"}).headers["Location"] == page
    assert checked(cast).summary["counts"]["join"] == 1


def test_nobody_leaves_without_a_reason_and_all_are_listed(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    send(GOOD)
    file = checked(cast)
    registrar.post(reverse("intake:confirm", args=[file.pk]))
    applying.apply(file_id=file.pk, now=cast.now)
    page = send("姓名,班级\n王强,机电1901班\n").headers["Location"]
    file = checked(cast)
    assert "张小明" in registrar.get(f"{page}?plan=leave").content.decode()
    registrar.post(reverse("intake:confirm", args=[file.pk]), {"leave": "left"})
    applying.apply(file_id=file.pk, now=cast.now)
    assert Enrolment.objects.get(person__name="张小明").ending == "left"


def test_a_page_of_lines_asks_few_questions(send: Callable[..., HttpResponse], registrar: Client, cast: Cast) -> None:
    lines = "".join(f"王{chr(0x4E00 + at)},机电1901班,138{at:08d},汉\n" for at in range(120))
    page = send("姓名,班级,联系电话,民族\n" + lines).headers["Location"]
    checked(cast)
    registrar.get(page)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert registrar.get(f"{page}?plan=join&page=2").status_code == 200
    assert len(asked) <= 16, [one["sql"][:90] for one in asked]


def test_the_template_is_read_back_and_its_example_is_nobody(registrar: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(registrar.get(reverse("intake:template")).content))
    first, second = book.worksheets
    head = [cell.value for cell in first[1]]
    found = headings.find([head])
    assert found is not None
    assert len(found.columns) == len(head)
    assert first.max_row == 1
    assert second.max_row > 3


def test_another_school_cannot_see_the_file(send: Callable[..., HttpResponse], client: Client, cast: Cast) -> None:
    page = send(GOOD).headers["Location"]
    client.force_login(cast.head_second)
    assert client.get(page).status_code in (403, 404)


def test_two_columns_of_numbers_are_named_before_one_is_chosen(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    page = send("姓名,班级,身份证号,身份证号\n张小明,机电1901班,,\n").headers["Location"]
    assert checked(cast).stage == Stage.WAITING
    said = registrar.get(page).content.decode()
    assert "不明确" in said
    assert "没有找到姓名表头" not in said
    assert "证件号码" in said


def test_a_file_without_news_does_not_offer_first_to_let_people_go(
    send: Callable[..., HttpResponse], registrar: Client, cast: Cast
) -> None:
    send(GOOD)
    first = checked(cast)
    registrar.post(reverse("intake:confirm", args=[first.pk]), {"leave": ""})
    applying.apply(file_id=first.pk, now=cast.now)
    page = send("\n".join(GOOD.split("\n")[:2]) + "\n王强,机电1901班,1,汉\n李大,数控1902班,1,汉\n").headers["Location"]
    assert checked(cast).summary["counts"]["leave"] == 1
    said = registrar.get(page).content.decode()
    main = re.search(r"<(a|button)[^>]*btn-primary.*?</\1>", said, re.DOTALL)
    assert main is not None
    assert "另选文件" in main[0]
    assert "办理离校" in said
