"""Filled-in sheets as they come in: tolerated, or refused at the right cell in words."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lianfang.returns import sheets
from lianfang.returns.tests.test_sheet_layout import ANNEX, FORM, NOTES, ON, TITLE, School

ONE, TWO, THREE = (School(at, f"第{at}技工学校", f"43{at:04d}", students=1000, staff=100) for at in (1, 2, 3))
SCHOOLS = {one.name: one for one in (ONE, TWO, THREE)}
NOBODY = "学生0，职工0"

Rows = list[list[Any]]


def row(name: Any = "第1技工学校", at: Any = "2020-2-10 14:00", **cells: Any) -> list[Any]:
    """One line of the annex; by default a zero report."""
    given = {"D": NOBODY, "E": "—", "F": NOBODY, "G": "—", "H": NOBODY, "I": "", "J": "", "K": "周敏 139", **cells}
    return ["湖南省", at, name, *given.values()]


def book(rows: Rows, *, above: Rows | None = None, heading: Rows | None = None) -> bytes:
    made = openpyxl.Workbook()
    for line in [*([[TITLE]] if above is None else above), *(heading or ANNEX), *rows]:
        made.worksheets[0].append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(content: bytes, name: str = "a.xlsx", on: date = ON) -> sheets.Reading:
    reading = sheets.read(FORM, content, name, on, SCHOOLS)
    assert all(problem.text and "%(" not in problem.text for problem in reading.problems)
    return reading


def told(reading: sheets.Reading) -> list[tuple[str, str]]:
    return [(problem.place, problem.code) for problem in reading.problems]


def problems(*rows: list[Any], **more: Any) -> list[tuple[str, str]]:
    return told(read(book(list(rows), **more)))


def test_a_clean_sheet_gives_each_school_its_cells() -> None:
    case = {"D": "学生2，职工0", "E": "均不在校", "I": "男，17岁，市一医院"}
    reading = read(book([row(), row("第2技工学校", **case)]))
    assert reading.problems == []
    assert [(one.number, one.unit) for one in reading.ready] == [(4, ONE), (5, TWO)]
    assert reading.ready[1].cells == {
        **dict.fromkeys(FORM.count_cells, 0), "confirmed.students": 2, "treatment": "男，17岁，市一医院", "remark": "",
        "contact": "周敏 139",
    }  # fmt: skip


@pytest.mark.parametrize("above", [[], [[TITLE]], [[], ["附件："], [TITLE], [], ["单位：长沙市"]]])
def test_the_heading_is_found_wherever_it_stands(above: Rows) -> None:
    reading = read(book([[], row(), [], row("第2技工学校"), []], above=above))
    assert reading.problems == []
    assert [one.number for one in reading.ready] == [len(above) + 4, len(above) + 6]


def test_columns_may_stand_in_another_order_and_more_may_stand_between() -> None:
    heading = [["学校名称", "序号", *ANNEX[0][3:], "报告时间（必填）"], [None, None, *ANNEX[1][3:]]]
    line = ["第1技工学校", 1, *row()[3:], "2020年2月10日"]
    assert read(book([line], heading=heading)).ready[0].unit == ONE


def test_the_unit_may_be_named_by_code_or_with_odd_spaces_and_widths() -> None:
    reading = read(book([row("430001"), row(430002), row(" 第３技工 学校 ")]))
    assert [one.unit for one in reading.ready] == [ONE, TWO, THREE]


@pytest.mark.parametrize("name", ["别处的学校", "第4技工学校"])
def test_a_school_one_does_not_report_for_is_unknown(name: str) -> None:
    reading = read(book([row(name), row()]))
    assert told(reading) == [("C4", "returns.sheet_unknown_unit")]
    assert [one.unit for one in reading.ready] == [ONE], "the other rows stay good"


def test_a_name_two_schools_share_is_not_guessed() -> None:
    same = {code: School(at, "技工学校", code) for at, code in enumerate(("430001", "430002"))}
    reading = sheets.read(FORM, book([row("技工学校"), row("430002")]), "a.xlsx", ON, same)
    assert told(reading) == [("C4", "returns.sheet_unit_ambiguous")]
    assert [one.unit.code for one in reading.ready] == ["430002"]


def test_two_rows_for_one_school_are_both_held_back() -> None:
    reading = read(book([row(), row("第2技工学校"), row("430001")]))
    assert told(reading) == [("C4", "returns.sheet_duplicate"), ("C6", "returns.sheet_duplicate")]
    assert [problem.params["row"] for problem in reading.problems] == [6, 4]
    assert [one.unit for one in reading.ready] == [TWO]


def test_figures_without_a_school_are_told_and_not_lost() -> None:
    assert problems(row(""), row()) == [("C4", "returns.sheet_unit_missing")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"D": "1"}, [("D4", "returns.sheet_split")]),
        ({"D": 1}, [("D4", "returns.sheet_split")]),
        ({"D": "学生三，职工0"}, [("D4", "returns.sheet_unreadable")]),
        ({"D": "学生-1，职工0"}, [("D4", "returns.negative")]),
        ({"F": "学生0，职工0.5"}, [("F4", "returns.not_a_number")]),
        ({"H": "学生13800138000，职工0"}, [("H4", "returns.absurd")]),
        ({"H": "学生2000000，职工0"}, [("H4", "returns.absurd")]),
        ({"H": "学生1001，职工101"}, [("H4", "returns.more_than_people"), ("H4", "returns.more_than_people")]),
        ({"D": ""}, [("D4", "returns.sheet_blank"), ("E4", "returns.sheet_blank")]),
        ({"H": "学生0"}, [("H4", "returns.sheet_blank")]),
        ({"D": "学生2，职工0", "I": "x"}, [("E4", "returns.sheet_blank")]),
        ({"D": "学生2，职工0", "E": "否"}, [("I4", "returns.text_needed")]),
        ({"D": "学生待核实，职工0", "E": "待核实"}, [("I4", "returns.text_needed")]),
        ({"D": "学生2，职工0", "E": "学生：在校2、不在校2", "I": "x"}, [("E4", "returns.sheet_here")]),
        ({"D": "学生2，职工0", "E": "学生：在校3", "I": "x"}, [("E4", "returns.more_than_whole")]),
        ({"K": ""}, [("K4", "returns.text_missing")]),
        ({"J": "长" * 501}, [("J4", "returns.too_long")]),
        ({"D": datetime(2020, 1, 2)}, [("D4", "returns.sheet_unreadable")]),
    ],
)
def test_a_wrong_cell_is_named_by_its_place(cells: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    reading = read(book([row(**cells), row("第2技工学校")]))
    assert told(reading) == expected
    assert [one.unit for one in reading.ready] == [TWO]


def test_a_finding_names_the_figure_it_is_about() -> None:
    reading = read(book([row(H="学生0，职工101")]))
    assert reading.problems[0].title == "职工 · 居家隔离人数"
    assert reading.problems[0].params == {"value": 101, "people": 100}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2020-2-10 14:42", ""), ("2020年2月10日", ""), ("2/10", ""), ("20200210", ""), (datetime(2020, 2, 10, 8), ""),
        (date(2020, 2, 10), ""), (None, ""), ("15:00", ""), ("2020-02-11", "returns.sheet_day"),
        (datetime(2020, 2, 9, 23), "returns.sheet_day"), ("2019-2-10", "returns.sheet_day"), (43871, ""),
        ("昨天", "returns.sheet_day_unreadable"), ("2020-2-31", "returns.sheet_day_unreadable"),
    ],
)  # fmt: skip
def test_the_day_of_the_report_must_be_the_day_imported(at: Any, code: str) -> None:
    assert problems(row(at=at)) == ([("B4", code)] if code else [])


def test_formulas_are_refused_where_they_stand() -> None:
    reading = read(book([row(D="=1+1"), row("第2技工学校", at="=TODAY()", J='=HYPERLINK("x")'), row("第3技工学校")]))
    assert [one for one in told(reading) if "formula" in one[1]] == [
        ("D4", "returns.sheet_formula"), ("J5", "returns.sheet_formula"),
    ]  # fmt: skip
    assert [one.unit for one in reading.ready] == [THREE]


def test_a_renamed_column_is_named_and_nothing_is_read() -> None:
    heading = [["省份", "报告时间", "学校名称", "患病情况", *ANNEX[0][4:]], ANNEX[1]]
    reading = read(book([row()], heading=heading))
    assert [(one.code, one.params["column"]) for one in reading.problems] == [
        ("returns.sheet_column", "确诊情况·人数"), ("returns.sheet_column", "确诊情况·是否在校"),
    ]  # fmt: skip
    assert (reading.rows, reading.ready) == ([], [])


def test_a_heading_that_stands_twice_is_refused() -> None:
    heading = [[*ANNEX[0], "备注"], [*ANNEX[1], None]]
    assert problems([*row(), "x"], heading=heading) == [
        ("J3", "returns.sheet_column_twice"), ("L3", "returns.sheet_column_twice"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["学生2，职工1", "3", 3, "学生2，职工1（另1校待核实）", ""])
def test_a_total_that_agrees_says_nothing(said: Any) -> None:
    rows = [row(D="学生2，职工1", E="否", I="x"), row("第2技工学校"), ["总计", "", "", said]]
    assert problems(*rows, *[[note] for note in NOTES]) == []


@pytest.mark.parametrize("said", ["学生3，职工1", "2", "许多"])
def test_a_total_that_differs_is_a_warning_and_keeps_nothing_back(said: str) -> None:
    reading = read(book([row(D="学生2，职工1", E="否", I="x"), ["合计", "", "", said]]))
    assert told(reading) == [("D5", "returns.sheet_total")]
    assert reading.problems[0].params["sum"] == "学生2，职工1"
    assert (reading.errors, len(reading.ready)) == ([], 1)


def test_a_school_written_below_the_total_is_not_lost() -> None:
    reading = read(book([row(), ["总计"], row("第2技工学校"), *[[note] for note in NOTES]]))
    assert [one.unit for one in reading.ready] == [ONE, TWO]


def test_rows_left_empty_are_named_as_such_and_not_taken_as_zero() -> None:
    reading = read(
        book([["湖南省", "", "第1技工学校"], row("第2技工学校"), ["湖南省", None, "第3技工学校", *[""] * 6, "未报"]])
    )
    assert reading.problems == []
    assert (reading.unfilled, [one.unit for one in reading.ready]) == ([ONE, THREE], [TWO])


def test_the_table_may_stand_on_a_later_worksheet() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([row()])))
    made.create_sheet("说明", 0)["A1"] = "请填写第二张表"
    out = io.BytesIO()
    made.save(out)
    reading = read(out.getvalue())
    assert (reading.sheet, [one.unit for one in reading.ready]) == ("Sheet", [ONE])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_file_is_read_in_the_encodings_that_occur(encoding: str, delimiter: str) -> None:
    lines = [*ANNEX, row(D="学生1 职工0", E="是", I="=男", J="'=guarded"), row("第2技工学校")]
    text = "\r\n".join(delimiter.join(str(value or "") for value in line) for line in lines)
    reading = read(text.encode(encoding), "a.CSV")
    assert told(reading) == [("I3", "returns.sheet_formula")]
    assert reading.rows[0].cells["remark"] == "=guarded"
    assert [one.unit for one in reading.ready] == [TWO]


def test_an_excel_97_file_is_read() -> None:
    reading = read((Path(__file__).parent / "sheet_excel_97.xls").read_bytes(), "a.xls")
    assert told(reading) == [("H5", "returns.sheet_split")]
    assert reading.ready[0].cells["confirmed_here.students"] == 1
