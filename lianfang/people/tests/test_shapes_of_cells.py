"""One cell at a time, as hands and programs leave it, on its way from a list to the roster."""

from datetime import date, datetime
from typing import Any

import pytest

from lianfang.people.rules import cells, headings, identity, lines, phones
from lianfang.people.rules.places import Place, Places

ON = date(2020, 2, 5)
MOBILE = "+8613800000000"


def told(finding: Any) -> str:
    return finding.code.removeprefix("people.") if finding else ""


@pytest.mark.parametrize(
    ("written", "kept", "said"),
    [
        ("13800000000/13900000000", MOBILE, ["phone_several"]),
        ("13800000000 13900000000", MOBILE, ["phone_several"]),
        ("13800000000\n13900000000", MOBILE, ["phone_several"]),
        ("父:13800000000 母:13900000000", MOBILE, ["phone_several"]),
        ("父亲：138 0000 0000；母亲：139 0000 0000", MOBILE, ["phone_several"]),
        ("13800000000（父）", MOBILE, ["phone_words"]),
        ("138 0000 0000", MOBILE, []),
        ("１３８００００００００", MOBILE, []),
        ("+86 13800000000", MOBILE, []),
        ("008613800000000", MOBILE, []),
        (13800000000.0, MOBILE, []),
        ("13800000000　", MOBILE, []),
        ("'13800000000", MOBILE, []),
        ("1.38E+10", "", ["phone_rounded"]),
        ("1380000000", "", ["phone_length"]),
        ("138****0000", "", ["phone_masked"]),
        ("无", "", ["phone_signs"]),
    ],
)
def test_telephones_are_read_as_hands_write_them(written: Any, kept: str, said: list[str]) -> None:
    found = phones.check(written)
    assert (found.number, [told(one) for one in found.findings]) == (kept, said)


@pytest.mark.parametrize(
    ("written", "kept", "said"),
    [
        ("李 四", "李四", ""),
        ("李　四\n", "李四", ""),
        ("古丽·买买提", "古丽·买买提", ""),
        ("古丽•买买提", "古丽·买买提", ""),
        ("古丽.买买提", "古丽·买买提", ""),
        ("古丽．买买提", "古丽·买买提", ""),
        ("Ali  Smith", "Ali Smith", ""),
        ("ＡＬＩ", "ALI", ""),
        ("王𬱖", "王𬱖", ""),
        ("王\U000323af", "王\U000323af", ""),
        ("王\ue863", "王\ue863", "cell_name_private"),
        ("王\u200b明", "王明", ""),
        ("王明（转入）", "王明", "cell_name_note"),
        ("王明1", None, "cell_name_signs"),
        ("#N/A", None, "cell_name_signs"),
        ("=A1", None, "cell_name_signs"),
        ("王**", None, "cell_name_signs"),
    ],
)
def test_names_keep_every_character(written: str, kept: str | None, said: str) -> None:
    name, finding = cells.name(written)
    assert (name, told(finding)) == (kept, said)


@pytest.mark.parametrize(
    ("written", "day", "said"),
    [
        ("2005/3/7", date(2005, 3, 7), ""),
        ("2005.03.07", date(2005, 3, 7), ""),
        ("20050307", date(2005, 3, 7), ""),
        (20050307.0, date(2005, 3, 7), ""),
        ("2005年3月7日", date(2005, 3, 7), ""),
        ("2005 年 3 月 7 日", date(2005, 3, 7), ""),
        ("２００５－３－７", date(2005, 3, 7), ""),
        (datetime(2005, 3, 7, 0, 0), date(2005, 3, 7), ""),
        (38418.0, date(2005, 3, 7), ""),
        ("05-3-7", None, "cell_day"),
        (0.0, None, "cell_day"),
        (date(1899, 12, 31), None, "cell_day_range"),
        ("2005-02-30", None, "cell_day"),
        ("2005.03", None, "cell_month"),
        ("200503", None, "cell_month"),
        ("2005年3月", None, "cell_month"),
    ],
)
def test_birthdays_are_days_or_say_what_is_missing(written: Any, day: date | None, said: str) -> None:
    found, finding = cells.day(written, on=ON)
    assert (found, told(finding)) == (day, said)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("家长姓名2", "guardian2_name"), ("家长二联系电话", "guardian2_phone"), ("第二监护人手机号码", "guardian2_phone"),
        ("家长电话1", "guardian1_phone"), ("父母电话", "guardian1_phone"), ("母亲手机号", "mother_phone"),
        ("监护人与学生关系", "guardian1_relation"), ("联系电话1", "phone"), ("姓名(Name)", "name"), ("姓名Name", "name"),
        ("家长QQ", None), ("父亲年龄", None), ("监护人身份证号", None), ("班主任姓名", None), ("班主任电话", None),
    ],
)  # fmt: skip
def test_headings_are_read_by_their_parts(heading: str, name: str | None) -> None:
    assert headings.field_of(("", heading)) == name


@pytest.mark.parametrize(
    ("written", "kind", "said"),
    [
        ("12345678", "taiwan_pass", ["id_taiwan"]), ("430102", "resident", ["id_length"]), ("E12345678", "passport", []),
        ("043010220040307001", "resident", ["id_form_resident"]), ("AB12", "other", []),
    ],
)  # fmt: skip
def test_digits_alone_are_no_document_of_another_kind(written: str, kind: str, said: list[str]) -> None:
    found = identity.check("", written, on=ON)
    assert (found.kind, [told(one) for one in found.findings]) == (kind, said)


@pytest.mark.parametrize(
    ("heads", "side"),
    [
        ("序号 姓名 序号 姓名", True), ("姓名 姓名 姓名", True), ("姓名 性别 姓名 性别", True), ("姓名 性别 电话 姓名 电话", False),
        ("姓名 身份证号 姓名", False), ("姓名 父亲姓名 母亲姓名", False),
    ],
)  # fmt: skip
def test_the_same_headings_again_are_people_side_by_side(heads: str, side: bool) -> None:
    found = headings.find([heads.split()])
    assert found is not None
    assert found.side_by_side is side


@pytest.mark.parametrize(
    "foot",
    [
        ["合 计", "45人"], ["共45人"], ["总计：45"], ["男生：25人", "女生：20人"], ["制表人：张三", "", "审核：李四"], ["填表日期：2020年2月5日"],
        ["班主任签字："], ["（盖章）"], ["备注：1、本表一式两份"], ["", "机电1901班花名册（续）"], ["", "姓名"], [12, "", "男"],
    ],
)  # fmt: skip
def test_sums_signatures_and_prepared_lines_are_nobody(foot: list[Any]) -> None:
    assert lines.read_line(foot, {1: "name", 2: "sex"}, as_a="student", on=ON) is None


def test_a_title_speaks_of_one_class_alone() -> None:
    names = ("高一1班", "高一11班", "机电1901班", "1901班")
    places = Places.of(Place(at, name, "", "class", True) for at, name in enumerate(names))
    for title, name in (
        ("高一11班花名册", "高一11班"), ("高一（1）班", "高一1班"), ("2019级机电1901班学生名单", "机电1901班"), ("高一111班", ""),
        ("高一1班、高一11班", ""),
    ):  # fmt: skip
        found = places.named_in([title])
        assert (found.name if found else "") == name
