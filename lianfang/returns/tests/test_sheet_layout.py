"""The exported table beside the annex of 28 January 2020, copied here by hand."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from lianfang.returns import rules, sheets, spec
from lianfang.returns.spec import ZONE

FORM = spec.catalog()["situation_2020"]
ON = date(2020, 2, 10)
TITLE = "技工院校新型冠状病毒感染情况报告表"
ANNEX = [
    [
        "省份",
        "报告时间",
        "学校名称",
        "确诊情况",
        None,
        "疑似情况",
        None,
        "居家隔离人数",
        "治疗情况",
        "备注",
        "联系人及联系方式",
    ],
    [None, None, None, "人数", "是否在校", "人数", "是否在校", None, None, None, None],
]
NOTES = [
    "填表说明：",
    "1. 报告时间：指报告我部时间。",
    "2. 人数：请分别统计职工和学生数量。",
    "3. 治疗情况：请简要说明人员性别、年龄；目前所在地、治疗情况等。",
    "4. 请如实准确填写各项信息，努力确保人数精准。不清楚、待核实的内容可注明。",
]


@dataclass(frozen=True)
class School:
    id: int
    name: str
    code: str
    short_name: str = ""
    students: int | None = 3000
    staff: int | None = 300


CITY = School(0, "长沙市", "430100")
CELLS: dict[str, Any] = {**rules.zero_cells(FORM, {}), "treatment": "", "remark": "", "contact": "周敏 13900000000"}
CASE = {
    **CELLS, "confirmed.students": 2, "confirmed_here.students": 1, "suspected.staff": "?", "suspected_here.staff": 0,
    "treatment": "男，17岁，市一医院隔离治疗",
}  # fmt: skip


def entry(at: int = 1, cells: dict[str, Any] | None = None, name: str = "") -> sheets.Entry:
    signed_at = datetime(2020, 2, 10, 14, 42, tzinfo=ZONE) if cells is not None else None
    return sheets.Entry(at, name or f"第{at}技工学校", f"43{at:04d}", "湖南省", signed_at, cells)


def opened(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def lines(page: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


def exported(*rows: sheets.Entry, **more: Any) -> Worksheet:
    return opened(sheets.export(FORM, CITY, ON, rows, **more))


def test_title_heading_and_notes_are_those_of_the_annex() -> None:
    found = lines(exported(entry(1, CELLS)))
    assert found[0] == [TITLE, *[None] * 10]
    assert found[1:3] == ANNEX
    assert found[4][0] == "总计"
    assert [line[0] for line in found[5:10]] == NOTES


def test_cells_are_merged_as_in_the_annex() -> None:
    merged = {str(area) for area in exported(entry(1, CELLS)).merged_cells.ranges}
    heading = {"A1:K1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:H3", "I2:I3", "J2:J3", "K2:K3"}
    assert heading <= merged
    assert merged - heading == {f"A{row}:K{row}" for row in range(6, 12)}, "the notes and the line below"


def test_it_prints_on_a4_landscape_with_the_heading_on_each_page() -> None:
    page = exported(entry(1, CELLS))
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert page.print_title_rows == "$2:$3"
    assert page.freeze_panes == "D4"
    assert page["D4"].border.left.style == "thin"
    assert page["I4"].alignment.wrap_text


def test_a_row_says_staff_and_students_apart_and_the_total_adds_them_up() -> None:
    found = lines(exported(entry(1, CASE), entry(2, CELLS), entry(3, CASE)))
    assert found[3] == [
        "湖南省", "2020-2-10 14:42", "第1技工学校", "学生2，职工0", "学生：在校1、不在校1；职工：—",
        "学生0，职工待核实", "学生：—；职工：在校0", "学生0，职工0", "男，17岁，市一医院隔离治疗", None, "周敏 13900000000",
    ]  # fmt: skip
    assert found[4][3:8] == ["学生0，职工0", "—", "学生0，职工0", "—", "学生0，职工0"]
    assert found[6] == [
        "总计", None, None, "学生4，职工0", "学生：在校2、不在校2；职工：—", "学生0，职工0（另2校待核实）",
        "学生：—；职工：在校0", "学生0，职工0", None, None, None,
    ]  # fmt: skip


def test_a_school_without_a_signed_return_is_listed_and_not_as_zero() -> None:
    found = lines(exported(entry(1, CELLS), entry(2)))
    assert found[4] == ["湖南省", None, "第2技工学校", *[None] * 6, "未报", None]
    assert found[5][3] == "学生0，职工0"


def test_frozen_sums_go_before_the_sum_of_the_rows() -> None:
    frozen = {cell: [7, 0] for cell in FORM.count_cells}
    assert lines(exported(entry(1, CELLS), sums=frozen))[4][3] == "学生7，职工7"


def test_texts_that_look_like_formulas_are_neutralised() -> None:
    page = exported(entry(1, {**CELLS, "remark": "=HYPERLINK(1)", "contact": "+86 139"}, name="@学校"))
    assert (page["J4"].value, page["K4"].value, page["C4"].value) == ("'=HYPERLINK(1)", "'+86 139", "'@学校")
    assert {page[place].data_type for place in ("J4", "K4", "C4")} == {"s"}


def test_schools_of_one_name_are_told_apart_by_their_code() -> None:
    found = lines(exported(entry(1, CELLS, "技工学校"), entry(2, CELLS, "技工学校"), entry(3, CELLS)))
    assert [line[2] for line in found[3:6]] == ["技工学校（430001）", "技工学校（430002）", "第3技工学校"]


def test_the_blank_template_has_the_schools_and_nothing_else() -> None:
    found = lines(opened(sheets.blank(FORM, [School(1, "甲校", "1"), School(2, "乙校", "2")], {1: "湖南省"})))
    assert found[1:3] == ANNEX
    assert found[3] == ["湖南省", None, "甲校", *[None] * 8]
    assert found[4][:3] == [None, None, "乙校"]
    assert found[5] == ["总计", *[None] * 10]


def test_the_plain_layout_has_a_column_for_each_cell_and_real_numbers() -> None:
    found = lines(exported(entry(1, CASE), layout="plain"))
    assert found[1][:4] == ["学校代码", "学校名称", "省份", "报告时间"]
    assert found[1][4:6] == ["学生 · 确诊人数", "职工 · 确诊人数"]
    assert len(found[1]) == 4 + len(FORM.cells)
    values = dict(zip(found[1], found[2], strict=True))
    assert (values["学生 · 确诊人数"], values["职工 · 疑似人数"]) == (2, "待核实")
    assert found[3][0] == "总计"
    assert found[3][4] == 2


def test_one_schools_sheet_carries_its_own_total() -> None:
    found = lines(opened(sheets.single(FORM, ON, entry(1, CASE), sender="周敏")))
    assert found[4][3] == "学生2，职工0"
    assert found[-1][0] == "报送单位：第1技工学校　　报告日期：2020-2-10　　报送人：周敏"


@pytest.mark.parametrize(
    ("unit", "name"), [("长沙市", f"{TITLE}-2020-02-10-长沙市.xlsx"), ('a/b\\c:"d"\n', f"{TITLE}-2020-02-10-abcd.xlsx")]
)
def test_the_file_is_named_after_form_day_and_unit(unit: str, name: str) -> None:
    content, found = sheets.download(FORM, School(0, unit, ""), ON, [entry(1, CELLS)])
    assert found == name
    assert content.startswith(b"PK")


def test_the_heading_of_the_print_page_spans_as_the_sheet_does() -> None:
    table = sheets.table(FORM, CITY, ON, [entry(1, CASE)])
    first, second = table.headings
    assert [(one.text, one.rows, one.columns) for one in first][2:6] == [
        ("学校名称", 2, 1), ("确诊情况", 1, 2), ("疑似情况", 1, 2), ("居家隔离人数", 2, 1),
    ]  # fmt: skip
    assert [one.text for one in second] == ["人数", "是否在校", "人数", "是否在校"]
    drawn = [value for value, _ in next(iter(table.cells()))]
    assert drawn == [value or "" for value in lines(exported(entry(1, CASE)))[3]]
