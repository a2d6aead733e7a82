"""Headings and lines as schools have them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianfang.people.rules import cells, headings, lines, words
from lianfang.people.rules.places import Place, Places, key_of

ON = date(2020, 2, 5)
ROOT = Path(__file__).parents[3]


def fields(*rows: list[Any]) -> list[str]:
    found = headings.find(list(rows))
    return list(found.columns.values()) if found else []


def test_headings_have_stars_notes_breaks_and_full_width_signs() -> None:
    assert fields(["序号", "*姓 名", "身份证\n号码（必填）", "性别 1-男 2-女", "出生日期YYYYMMDD", "家长(监护人)姓名", "ＱＱ"]) == [
        "name", "number", "sex", "born_on", "guardian1_name",
    ]  # fmt: skip


def test_a_title_above_is_no_heading_and_two_rows_may_be_one() -> None:
    assert fields(["2019级新生花名册", "", ""], ["姓名", "班级", "学号"]) == ["name", "class", "school_number"]
    assert fields(["基本信息", "", "监护人1", "", "监护人2", ""], ["姓名", "班级", "姓名", "电话", "姓名", "电话"]) == [
        "name",
        "class",
        "guardian1_name",
        "guardian1_phone",
        "guardian2_name",
        "guardian2_phone",
    ]


def test_a_telephone_behind_a_guardian_is_the_guardians() -> None:
    assert fields(["姓名", "联系电话", "父亲姓名", "联系电话", "母亲姓名", "电话"]) == [
        "name", "phone", "father_name", "father_phone", "mother_name", "mother_phone",
    ]  # fmt: skip


def test_what_two_columns_claim_is_doubled() -> None:
    found = headings.find([["姓名", "身份证号", "身份证号码", "姓名"]])
    assert found is not None
    assert found.doubled == {"number": (1, 2), "name": (0, 3)}


@pytest.mark.parametrize(
    "head",
    [
        "身份证号 姓名 性别 民族 年级 入学年月 招生类型 修读专业 学制 班级 联招合作类型 户籍所在省 详细地址 户籍性质 是否低保 学生类别 出生日期 校内学号 联系电话 政治面貌 银行卡号",
        "姓名 性别 出生日期 出生地 籍贯 民族 国籍 身份证件类型 身份证件号 政治面貌 健康状况 户口所在地 入学年月 就读方式 班级 现住址 联系电话 邮政编码 是否独生子女",
        "编号 姓名 性别 年龄 宿舍 联系电话 班级",
    ],
)
def test_the_real_column_sets_are_read_and_what_is_private_is_not(head: str) -> None:
    found = headings.find([head.split()])
    assert found is not None
    assert {"name", "sex", "class", "phone"} <= set(found.columns.values())
    taken = {found.headings[at] for at in found.columns}
    assert not taken & {"民族", "政治面貌", "银行卡号", "是否低保", "户籍性质", "健康状况", "籍贯", "是否独生子女"}


def test_no_heading_is_both_read_and_not_collected() -> None:
    assert not set(words.FIELD_OF) & words.NOT_COLLECTED


def test_the_document_names_every_heading() -> None:
    told = (ROOT / "docs" / "roster-columns.md").read_text(encoding="utf-8")
    assert not [word for word in (*words.FIELD_OF, *words.NOT_COLLECTED) if word not in told]


@pytest.mark.parametrize("row", [["合计", "45"], ["", ""], ["备注：", "转入"], ["姓名", "班级"], ["", "机电1901班"]])
def test_sums_notes_and_blank_lines_are_nobody(row: list[str]) -> None:
    assert lines.read_line(row, {0: "name", 1: "class"}, as_a="student", on=ON) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [("20050307", date(2005, 3, 7)), ("2005-3-7", date(2005, 3, 7)), (38418.0, date(2005, 3, 7)), ("38418", date(2005, 3, 7)),
     ("2005年3月7日", date(2005, 3, 7)), ("2005/03/07 00:00:00", date(2005, 3, 7)), ("20051301", None), ("2030-01-01", None)],
)  # fmt: skip
def test_days_are_read_as_people_and_programs_write_them(written: Any, day: date | None) -> None:
    assert cells.day(written, on=ON)[0] == day


def test_classes_are_found_by_what_people_call_them() -> None:
    places = Places.of(
        Place(at, name, f"C{at}", "class", True) for at, name in enumerate(["机电1901班", "高一（3）班", "2019级1班"])
    )
    for text, name in (
        ("机电１９０１", "机电1901班"),
        ("高一三班", "高一（3）班"),
        ("高一(3)", "高一（3）班"),
        ("C0", "机电1901班"),
    ):
        found = places.find(text)
        assert isinstance(found, Place)
        assert found.name == name
    with_grade = places.find("1班", "2019级")
    assert isinstance(with_grade, Place)
    assert places.find("机电1999班") == "people.row_class_unknown"
    assert places.close_to("机电1999班") == ["机电1901班"]
    assert key_of("二十一班") == key_of("21")
