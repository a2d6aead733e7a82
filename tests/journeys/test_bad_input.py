"""Whatever is typed or uploaded wrongly: said at its place, in words, with everything else still there."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from lianfang.returns.models import Draft, Return, Version
from tests.browser import FORM, Clock, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]
WRONG = {
    "confirmed.students": ("两个", "“两个” is not a whole number"),
    "confirmed.staff": ("-1", "cannot be below zero"),
    "suspected.students": ("3201", "more than the 3200 people"),
    "suspected_here.staff": ("5", "more than the total"),
    "isolated_home.students": ("13812345678", "too large"),
    "isolated_home.staff": ("", "Enter a number"),
}
FINE = {
    "confirmed_here.students": "0",
    "confirmed_here.staff": "0",
    "suspected_here.students": "0",
    "suspected.staff": "0",
}


def typed(page: Page, cell: str) -> str:
    return page.locator(f"[name='c-{cell}']").input_value()


@pytest.mark.parametrize("javascript", [True, False])
def test_each_wrong_cell_says_what_is_wrong_and_keeps_what_was_typed(
    javascript: bool, stage: Stage, cast: Cast
) -> None:
    clerk = stage(cast.clerk, language="en", phone=True, javascript=javascript)
    clerk.goes("returns:fill", FORM, cast.day, cast.school.pk)
    for cell, value in {**FINE, **{cell: value for cell, (value, _) in WRONG.items()}}.items():
        clerk.writes(f"c-{cell}", value)
    clerk.writes("c-remark", "说明文字").writes("c-contact", "").presses("Check and submit")
    summary = clerk.page.locator("[data-summary]")
    expect(summary).to_be_visible()
    for cell, (value, words) in WRONG.items():
        assert typed(clerk.page, cell) == value, cell
        expect(clerk.page.locator(f"[id='e-{cell}']")).to_contain_text(words)
        expect(clerk.page.locator(f"[name='c-{cell}']")).to_have_attribute("aria-invalid", "true")
        expect(summary.locator(f"a[href='#c-{cell}']")).to_be_visible()
    for cell, value in FINE.items():
        assert typed(clerk.page, cell) == value, cell
        assert clerk.page.locator(f"[id='e-{cell}']").count() == 0, cell
    assert typed(clerk.page, "remark") == "说明文字"
    if javascript:
        expect(summary).to_be_focused()
        summary.locator("a[href='#c-isolated_home.staff']").click()
        expect(clerk.page.locator("[name='c-isolated_home.staff']")).to_be_focused()
    assert not Version.objects.exists()


def test_full_width_digits_and_not_yet_known_are_understood(stage: Stage, cast: Cast) -> None:
    clerk = stage(cast.clerk).goes("returns:fill", FORM, cast.day, cast.school.pk)
    clerk.counts(
        confirmed="０ 0", confirmed_here="0 0", suspected="0 0", suspected_here="0 0", isolated_home="１２ 待核实"
    )
    clerk.presses("Check and submit").presses("Submit the return")
    clerk.stands_at("returns:done", FORM, cast.day, cast.school.pk)
    cells = Version.objects.get().cells
    assert (cells["confirmed.students"], cells["isolated_home.students"], cells["isolated_home.staff"]) == (0, 12, "?")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "The day has not come yet."),
        (-20, "This form is not required of this unit on this day."),
        (-8, "The day is closed."),
    ],
)
def test_a_day_that_takes_no_entries_says_why(days: int, words: str, stage: Stage, cast: Cast) -> None:
    on = cast.day + timedelta(days=days)
    clerk = stage(cast.clerk, language="en").goes("returns:fill", FORM, on, cast.school.pk).sees(words)
    clerk.goes("returns:zero", FORM, on, cast.school.pk)
    button = clerk.page.get_by_role("button", name="Submit the zero report")
    if button.count():
        button.click()
        expect(clerk.page.locator("main [role=alert]").first).to_be_visible()
    assert not Version.objects.exists()


def test_enter_goes_down_the_column_and_never_submits(stage: Stage, cast: Cast) -> None:
    clerk = stage(cast.clerk).goes("returns:fill", FORM, cast.day, cast.school.pk)
    first = clerk.page.locator("[name='c-confirmed.students']")
    first.fill("0")
    first.press("Enter")
    expect(clerk.page.locator("[name='c-confirmed_here.students']")).to_be_focused()
    clerk.page.keyboard.press("ArrowRight")
    expect(clerk.page.locator("[name='u-confirmed_here.students']")).to_be_focused()
    clerk.stands_at("returns:fill", FORM, cast.day, cast.school.pk)


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload(visitor: Visitor, cast: Cast, name: str, content: bytes, folder: Path) -> Visitor:
    file = folder / name
    file.write_bytes(content)
    visitor.goes("returns:import", FORM, cast.day, cast.school.pk)
    visitor.page.set_input_files("input[type=file]", file)
    return visitor.presses("Check the file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 200),
        ("notes.docx", b"PK\x03\x04 no book"),
        ("empty.xlsx", b""),
        ("page.xls", b"<html></html>"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_in_words(
    name: str, content: bytes, stage: Stage, cast: Cast, tmp_path: Path
) -> None:
    clerk = upload(stage(cast.clerk), cast, name, content, tmp_path)
    expect(clerk.page.locator(".lf-error").first).to_be_visible()
    assert not Version.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(stage: Stage, cast: Cast, tmp_path: Path) -> None:
    clerk = upload(
        stage(cast.clerk), cast, "huge.xlsx", b"PK\x03\x04" + b"0" * (settings.UPLOAD_LIMIT_BYTES + 1), tmp_path
    )
    expect(clerk.page.locator(".lf-error").first).to_contain_text("5")
    assert not Version.objects.exists()


def test_a_table_with_errors_names_the_cell_and_the_corrected_one_is_submitted(
    stage: Stage, cast: Cast, tmp_path: Path
) -> None:
    clerk = stage(cast.clerk, language="en").goes("returns:import", FORM, cast.day, cast.school.pk)
    with clerk.page.expect_download() as download:
        clerk.follows("Blank template")
    blank = download.value.path().read_bytes()
    upload(clerk, cast, "wrong.xlsx", filled(blank, cast, "三个"), tmp_path).sees("三个")
    assert not Version.objects.exists()
    upload(clerk, cast, "right.xlsx", filled(blank, cast, "学生0人，职工0人"), tmp_path)
    clerk.reads("The file is in order")
    clerk.page.locator(
        "form[action$='/import/apply/'] button[type=submit], form[action$='/import/apply/'] .btn-primary"
    ).first.click()
    clerk.stands_at("returns:detail", FORM, cast.day, cast.school.pk)
    assert Version.objects.get().cells["confirmed.students"] == 0


def filled(blank: bytes, cast: Cast, count: str) -> bytes:
    """The template with this in every count of the school's row."""
    book = load_workbook(io.BytesIO(blank))
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows() if any(cell.value == cast.school.name for cell in row))
    headings = {
        str(cell.value): cell.column
        for line in sheet.iter_rows(max_row=row[0].row - 1)  # type: ignore[operator]
        for cell in line
        if cell.value
    }
    for heading, column in headings.items():
        if any(word in heading for word in ("确诊", "疑似", "隔离")):
            sheet.cell(row[0].row, column, count)  # type: ignore[arg-type]
        elif "联系" in heading:
            sheet.cell(row[0].row, column, "周敏 19900000001")  # type: ignore[arg-type]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ── twice, and two at once ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_submits_once(javascript: bool, stage: Stage, cast: Cast) -> None:
    clerk = stage(cast.clerk, javascript=javascript).goes("returns:zero", FORM, cast.day, cast.school.pk)
    clerk.page.get_by_role("button", name=clerk.say("Submit the zero report")).dblclick()
    clerk.stands_at("returns:done", FORM, cast.day, cast.school.pk)
    assert Version.objects.count() == 1


def test_the_page_sent_again_after_going_back_is_the_same_version(stage: Stage, cast: Cast) -> None:
    clerk = stage(cast.clerk).goes("returns:zero", FORM, cast.day, cast.school.pk).presses("Submit the zero report")
    clerk.stands_at("returns:done", FORM, cast.day, cast.school.pk)
    clerk.page.go_back()
    clerk.presses("Submit the zero report").stands_at("returns:done", FORM, cast.day, cast.school.pk)
    assert Version.objects.count() == 1


def test_two_who_save_at_once_lose_nothing(stage: Stage, cast: Cast) -> None:
    one = [FORM, cast.day, cast.school.pk]
    clerk, head = stage(cast.clerk).goes("returns:fill", *one), stage(cast.head).goes("returns:fill", *one)
    clerk.writes("c-confirmed.students", "1").presses("Save draft").reads("The draft has been saved.")
    head.writes("c-confirmed.students", "3").writes("c-remark", "主任的备注").presses("Save draft")
    head.sees(cast.clerk.name)
    assert (typed(head.page, "confirmed.students"), typed(head.page, "remark")) == ("3", "主任的备注")
    assert Draft.objects.get().cells["confirmed.students"] == 1


def test_two_who_submit_at_once_are_told(stage: Stage, cast: Cast, file: Callable[..., Version]) -> None:
    one = [FORM, cast.day, cast.school.pk]
    clerk = stage(cast.clerk).goes("returns:fill", *one)
    clerk.counts(confirmed="0 0", confirmed_here="0 0", suspected="0 0", suspected_here="0 0", isolated_home="4 0")
    clerk.presses("Check and submit").reads("Check before you submit")
    file(cast.head, cast.school)
    clerk.presses("Submit the return").sees(cast.head.name)
    assert typed(clerk.page, "isolated_home.students") == "4"
    assert Return.objects.get().head.number == 1  # type: ignore[union-attr]


def test_a_day_that_closed_while_typing_keeps_what_was_typed(stage: Stage, cast: Cast, clock: Clock) -> None:
    clerk = stage(cast.clerk).goes("returns:fill", FORM, cast.day, cast.school.pk)
    clerk.counts(confirmed="0 0", confirmed_here="0 0", suspected="0 0", suspected_here="0 0", isolated_home="4 0")
    clerk.presses("Check and submit").reads("Check before you submit")
    clock.set("2020-02-20 08:00")
    clerk.presses("Submit the return").reads("Please check the following")
    assert typed(clerk.page, "isolated_home.students") == "4"
    assert not Version.objects.exists()
