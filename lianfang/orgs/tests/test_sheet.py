"""Reading lists of units as people have them."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from lianfang.core.problems import Refused
from lianfang.orgs.queries import sheet
from lianfang.orgs.queries.sheet import Sheet

LIMIT = settings.UPLOAD_LIMIT_BYTES


def read(content: bytes | str) -> Sheet:
    data = content.encode() if isinstance(content, str) else content
    return sheet.read(data, "units.xlsx" if data.startswith(b"PK") else "units.csv")


def xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(content: bytes | str) -> str:
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.problems[0].text
    return refused.value.problems[0].code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_it_reads_csv_of_any_usual_encoding(encoding: str) -> None:
    found = read("代码,名称,学生数\r\n4143010532,湘江技师学院,3200\r\n".encode(encoding))
    assert found.rows[0].cells == {"code": "4143010532", "name": "湘江技师学院", "students": 3200}
    assert found.rows[0].number == 2


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_it_reads_other_delimiters(delimiter: str) -> None:
    assert read(f"名称{delimiter}代码\n长沙市{delimiter}430100").rows[0].cells == {"name": "长沙市", "code": "430100"}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("学校标识码", "code"),
        ("学校（机构）标识码", "code"),
        ("Code *", "code"),
        ("代 码", "code"),
    ],
)
def test_the_code_goes_by_many_names(heading: str, field: str) -> None:
    assert read(f"{heading},学校名称\n430100,长沙市").rows[0].cells[field] == "430100"


def test_headings_stand_in_any_order_below_a_title_and_strange_columns_are_left_alone() -> None:
    found = read("全省学校名单,,,\n\n备注,学生数（人）,学校名称,学校标识码,主管部门\n无,12,甲校,4143010532,教育厅")
    assert found.rows[0].cells == {"students": 12, "name": "甲校", "code": "4143010532", "sponsor": "教育厅"}
    assert found.rows[0].number == 4
    assert found.headings["students"] == "学生数（人）"


def test_an_xlsx_is_read_with_numbers_as_codes_and_dates_as_dates() -> None:
    found = read(
        xlsx(
            ["代码", "名称", "学生数", "成立日期", "电话"],
            [4143010532, "湘江技师学院", 3200.0, date(1958, 9, 1), 73188000001],
            [None, None, None, None, None],
            ["4143010533", "二校", "1,200人", 43858, "0731-1"],
        )
    )
    assert found.problems == []
    assert found.rows[0].cells == {
        "code": "4143010532",
        "name": "湘江技师学院",
        "students": 3200,
        "valid_from": date(1958, 9, 1),
        "phone": "73188000001",
    }
    assert (found.rows[1].number, found.rows[1].cells["students"]) == (4, 1200)
    assert found.rows[1].cells["valid_from"] == date(2020, 1, 28)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("4143010532.0", "4143010532"),
        ("4.143010532E+09", "4143010532"),
        ("４１４３０１０５３２", "4143010532"),
        ('"=""4143010532"""', "4143010532"),
        ("'4143010532", "4143010532"),
        (" 4143010532　", "4143010532"),
        ("12430000444885333X", "12430000444885333X"),
    ],
)
def test_a_code_damaged_by_a_spreadsheet_is_mended_when_nothing_is_lost(written: str, code: str) -> None:
    assert read(f"代码,名称\n{written},甲校").rows[0].cells["code"] == code


@pytest.mark.parametrize("written", ["4.14E+09", "1.2430E+17"])
def test_a_code_with_lost_digits_is_a_problem_of_its_row(written: str) -> None:
    found = read(f"代码,名称\n{written},甲校")
    assert [(each.row, each.column, each.problem.code) for each in found.problems] == [(2, "代码", "orgs.code_damaged")]
    assert written in found.problems[0].problem.text


def test_a_long_number_in_an_xlsx_has_lost_digits() -> None:
    found = read(xlsx(["代码", "名称"], [124300004448853330, "甲校"]))
    assert found.problems[0].problem.code == "orgs.code_damaged"


@pytest.mark.parametrize(
    ("heading", "value", "problem"),
    [
        ("学生数", "三百", "orgs.count_not_a_number"),
        ("学生数", "1.5", "orgs.count_not_a_number"),
        ("学生数", "nan", "orgs.count_not_a_number"),
        ("学生数", "1e400", "orgs.count_absurd"),
        ("学生数", "-3", "orgs.count_negative"),
        ("教职工数", "13800001111", "orgs.count_absurd"),
        ("成立日期", "去年", "orgs.date_unreadable"),
        ("成立日期", "2020-02-30", "orgs.date_unreadable"),
        ("简称", "=1+1", "orgs.formula_error"),
        ("简称", "#REF!", "orgs.formula_error"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(heading: str, value: str, problem: str) -> None:
    found = read(f"代码,名称,{heading}\n4143010532,甲校,{value}")
    assert [(each.row, each.column, each.problem.code) for each in found.problems] == [(2, heading, problem)]
    assert found.problems[0].problem.text


@pytest.mark.parametrize("written", ["2020-01-28", "2020/1/28", "2020.1.28", "2020年1月28日", "20200128"])
def test_dates_are_read_as_people_write_them(written: str) -> None:
    assert read(f"代码,名称,成立日期\n1,甲校,{written}").rows[0].cells["valid_from"] == date(2020, 1, 28)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "core.sheet_empty"),
        ("代码,名称\n".encode(), "orgs.file_empty"),
        ("代码,名称\n,,\n".encode(), "orgs.file_empty"),
        ("名字,号码\n甲,1".encode(), "orgs.heading_missing"),
        ("代码,名称,学校代码\n1,甲,2".encode(), "orgs.heading_twice"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "core.no_sheet"),
        (b"PK\x03\x04 and then nothing of a workbook", "core.no_sheet"),
        (b"\xd0\xcf\x11\xe0 broken", "core.no_sheet"),
        (b"%PDF-1.7\n%\xff\xff\xff\xff\n", "core.no_sheet"),
        (b"x" * (LIMIT + 1), "core.sheet_too_large"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(content: bytes, problem: str) -> None:
    assert refusal(content) == problem


def test_rows_survive_being_kept_between_check_and_apply() -> None:
    rows = read("代码,名称,成立日期,学生数\n1,甲校,2020-01-28,5").rows
    assert sheet.rows_of(sheet.lines_of(rows)) == rows
