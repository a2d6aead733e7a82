"""The keeper of the roster uploads a class list, sees what is wrong, mends it and takes it over."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from playwright.sync_api import expect

from lianfang.people.models import Enrolment, Person
from lianfang.people.rules import identity
from lianfang.ui.unit_field import typed_as
from tests.browser import PATIENCE, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]
HEAD = ["序号", "姓名", "身份证号", "性别", "班级", "家长姓名", "家长电话", "民族", "银行卡号"]


def number(order: int) -> str:
    return f"43010220040307{order:03d}" + identity.check_digit(f"43010220040307{order:03d}")


def row(at: int, name: str, **other: Any) -> list[Any]:
    cells = {
        "序号": at, "姓名": name, "身份证号": number(at), "性别": "男" if at % 2 else "女", "班级": "机电1901班",
        "家长姓名": f"{name[0]}父", "家长电话": f"139{at:08d}", "民族": "汉族", "银行卡号": f"6222{at:012d}", **other,
    }  # fmt: skip
    return [cells[head] for head in HEAD]


def file(folder: Path, name: str, rows: list[list[Any]]) -> Path:
    path = folder / name
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("名单")
    page.write(0, 0, "湘江技师学院新生名单")
    for at, cells in enumerate([HEAD, *rows], 1):
        page.write_row(at, 0, cells)
    book.close()
    return path


def picture(visitor: Visitor, name: str) -> None:
    """Kept only where somebody wants to look at the pages."""
    if folder := os.environ.get("LIANFANG_PICTURES"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_wrong_lines_are_mended_in_the_file_and_nobody_comes_twice(
    stage: Stage, cast: Cast, work: Callable[[], None], tmp_path: Path
) -> None:
    wrong = [row(1, "张小明"), row(2, "李梅", 班级="机电1999班"), row(3, "王强", 身份证号="4.30102E+17")]
    desk = stage(cast.registrar)
    desk.goes("intake:upload")
    picture(desk, "intake-upload")
    desk.page.locator("input[type=file]").set_input_files(file(tmp_path, "名单.xlsx", wrong))
    desk.writes("unit", typed_as(cast.school)).presses("Check the file")
    expect(desk.page.locator("progress")).to_be_visible(timeout=PATIENCE)
    picture(desk, "intake-working")
    work()
    desk.reads("What this file would do").sees("机电1901班", "民族")
    picture(desk, "intake-errors")
    with desk.page.expect_download() as download:
        desk.follows("Download with errors marked")
    assert download.value.path().stat().st_size > 3000

    right = [row(1, "张小明"), row(2, "李梅"), row(3, "王强")]
    desk.goes("intake:upload")
    desk.page.locator("input[type=file]").set_input_files(file(tmp_path, "改正.xlsx", right))
    desk.writes("unit", typed_as(cast.school)).presses("Check the file")
    work()
    desk.reads("What this file would do").misses(number(1), "13900000001")
    picture(desk, "intake-preview")
    desk.page.locator("form[action$='/confirm/'] button").first.click()
    work()
    desk.reads("The roster has been taken over")
    picture(desk, "intake-done")
    assert set(Person.objects.values_list("name", flat=True)) == {"张小明", "李梅", "王强"}
    assert Enrolment.objects.filter(unit=cast.class_one, to_on__isnull=True).count() == 3


def test_on_a_phone_without_scripts_columns_are_chosen_and_leavers_are_named(
    stage: Stage, cast: Cast, work: Callable[[], None], tmp_path: Path
) -> None:
    path = tmp_path / "班.csv"
    path.write_text("甲,乙\n张小明,机电1901班\n李梅,机电1901班\n", encoding="gb18030")
    phone = stage(cast.registrar, phone=True, javascript=False)
    phone.goes("intake:upload")
    picture(phone, "intake-upload-390")
    phone.page.locator("input[type=file]").set_input_files(path)
    phone.writes("unit", typed_as(cast.school)).presses("Check the file")
    work()
    phone.page.reload()
    phone.reads("Which column is what?")
    picture(phone, "intake-stopped-390")
    phone.follows("Choose the columns")
    phone.page.locator("select[name=c0]").select_option("name")
    phone.page.locator("select[name=c1]").select_option("class")
    picture(phone, "intake-columns-390")
    phone.presses("Check the file with these columns")
    work()
    phone.page.reload()
    phone.reads("What this file would do")
    phone.page.locator("form[action$='/confirm/'] button").first.click()
    work()

    path.write_text("甲,乙\n张小明,机电1901班\n王强,机电1901班\n", encoding="utf-8")
    phone.goes("intake:upload")
    phone.page.locator("input[type=file]").set_input_files(path)
    phone.writes("unit", typed_as(cast.school)).presses("Check the file")
    work()
    phone.page.reload()
    phone.page.locator("input[name=leave][value=left]").check()
    picture(phone, "intake-leave-390")
    phone.page.locator("form[action$='/confirm/'] button").first.click()
    work()
    phone.page.reload()
    phone.reads("The roster has been taken over")
    assert Enrolment.objects.get(person__name="李梅").ending == "left"
    assert Enrolment.objects.filter(to_on__isnull=True).count() == 2
