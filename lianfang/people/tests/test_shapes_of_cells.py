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
        ('="13800000000"', MOBILE, []),
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
        ("2005、3、7", date(2005, 3, 7), ""),
        ("2005年03月07日 星期一", date(2005, 3, 7), ""),
        ("2005-03-07（周一）", date(2005, 3, 7), ""),
        ("2005/3/7 12:00:00 AM", date(2005, 3, 7), ""),
        ("2005-3-1 12:30", date(2005, 3, 1), ""),
        ("2005-3-1\u300012：30：00", date(2005, 3, 1), ""),
        ("2005年3月1日 0:00", date(2005, 3, 1), ""),
        ("2005-03-07T00:00:00", date(2005, 3, 7), ""),
        ("2005-03-07T00:00:00+08:00", date(2005, 3, 7), ""),
        ("二〇〇五年三月七日", date(2005, 3, 7), ""),
        ("二○○五年十二月三十一日", date(2005, 12, 31), ""),
        ('="2005-03-07"', date(2005, 3, 7), ""),
        ("二〇〇五年十三月七日", None, "cell_day"),
        ("7/3/2005", None, "cell_day"),
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


@pytest.mark.parametrize("written", ["123", "无2", "1" * 41])
def test_a_document_of_another_kind_has_a_number_of_some_length(written: str) -> None:
    found = identity.check("other", written, on=ON)
    assert (found.number, [told(one) for one in found.findings]) == ("", ["id_form_other"])


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


def _read(columns: dict[int, str], *row: Any, as_a: str = "student") -> lines.Line:
    found = lines.read_line(row, columns, as_a=as_a, on=ON)
    assert found is not None
    return found


@pytest.mark.parametrize("written", ["无", "无手机", "没有电话", "暂无", "—", "/", "无号码"])
def test_a_list_may_say_that_there_is_no_telephone(written: str) -> None:
    line = _read({0: "name", 1: "phone", 2: "guardian1_name", 3: "guardian1_phone"}, "王明", written, "王父", written)
    assert line.problems == []
    assert "phone" not in line.cells
    assert line.cells["guardians"] == [{"name": "王父", "phone": "", "relation": ""}]


@pytest.mark.parametrize(
    ("state", "said"),
    [("在读", []), ("在籍", []), ("退学", ["row_gone"]), ("3-已毕业", ["row_gone"]), ("休学", ["row_away"]), ("", [])],
)
def test_whoever_left_is_not_taken_over_from_an_old_list(state: str, said: list[str]) -> None:
    line = _read({0: "name", 1: "state"}, "王明", state)
    assert [told(one) for _at, one in line.problems] == said
    assert line.is_wrong is (said == ["row_gone"])


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("3栋502-2", ("3栋", "502", "2")), ("天马公寓12栋A308室4号床", ("天马公寓12栋", "A308", "4")),
        ("3栋502室", ("3栋", "502", "")), ("502房2床", ("", "502", "2")), ("南园3舍50212", ("南园3舍", "50212", "")),
    ],
)  # fmt: skip
def test_building_room_and_bed_are_told_apart(written: str, parts: tuple[str, str, str]) -> None:
    found, wrong = cells.dormitory(written)
    assert wrong is None
    assert tuple(found.get(name, "") for name in ("building", "room", "bed")) == parts


@pytest.mark.parametrize(
    ("sign", "lodging"),
    [("√", "boarder"), ("✓", "boarder"), ("×", "day"), (True, "boarder"), (False, "day"), ("No", "day"), ("", None)],
)
def test_a_tick_says_yes_and_a_cross_no(sign: Any, lodging: str | None) -> None:
    assert _read({0: "name", 1: "boards"}, "王明", sign).cells.get("lodging") == lodging


def test_a_passport_stands_in_its_own_column() -> None:
    columns = {0: "name", 1: "number", 2: "passport"}
    line = _read(columns, "Ali Smith", "", "E 1234567")
    assert (line.cells["kind"], line.cells["number"]) == ("passport", "E1234567")
    assert _read(columns, "王明", "无", "无").cells["kind"] == "none"
    assert _read(columns, "王明", "430102200403070018", "E1234567").problems[0][0] == "number"


def test_a_guarded_number_is_the_number() -> None:
    line = _read({0: "name", 1: "number"}, '="王明"', '="E1234567X"')
    assert (line.cells["name"], line.cells["number"]) == ("王明", "E1234567X")


@pytest.mark.parametrize("foot", ["共 2 条记录 第 1/1 页", "第1页 共3页", "以下空白", "（以下无正文）"])
def test_what_a_program_prints_below_is_nobody(foot: str) -> None:
    assert lines.read_line([foot], {0: "school_number", 1: "name"}, as_a="student", on=ON) is None


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        ("楼栋 房号 户主姓名 家庭成员 与户主关系", {0: "building", 1: "room", 3: "name"}),
        ("楼栋 房号 户主 人口", {0: "building", 1: "room", 2: "name"}),
        ("姓名 家庭成员 关系", {0: "name", 1: "guardian1_name", 2: "guardian1_relation"}),
    ],
)
def test_the_members_of_a_household_are_its_people(heads: str, columns: dict[int, str]) -> None:
    found = headings.find([heads.split()])
    assert found is not None
    assert found.columns == columns


@pytest.mark.parametrize(
    ("text", "department", "name"),
    [
        ("机电学院1801班", "", "机电1801班"), ("1801班", "机电学院", "机电1801班"), ("1801", "机电学院", "机电1801班"),
        ("2018级机电1801班", "", "机电1801班"), ("18级机电1801班", "", "机电1801班"), ("2019级机电1801班", "", ""),
        ("1班", "2018级", "1班"), ("2018级1班", "", ""), ("1801班", "数控学院", ""),
    ],
)  # fmt: skip
def test_a_class_is_found_by_its_department_and_year_said_in_full(text: str, department: str, name: str) -> None:
    places = Places.of([Place(1, "机电1801班", "", "class", True), Place(2, "1班", "", "class", True)])
    found = places.find(text, "", department)
    assert (found if isinstance(found, str) else found.name) == (name or "people.row_class_unknown")
