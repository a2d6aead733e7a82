"""Lists of the shapes schools really have: each says what the registrar expects of it."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lianfang.orgs import actions as orgs
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Guardianship, IdentityDocument, Lodging, Person, RosterFile
from lianfang.people.queries.intake import preview
from lianfang.people.tests.rosters import book, checked, counts, imported, number, problems
from lianfang.web.intake import sheets
from tests.cast import Cast

__all__ = ["checked", "imported"]
Import = Callable[..., RosterFile]
Draw = Callable[[Any], None]


def drawn(draw: Draw, name: str = "Sheet1") -> bytes:
    """A workbook with one sheet that ``draw`` fills."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    draw(made.add_worksheet(name))
    made.close()
    return out.getvalue()


def many(pages: dict[str, Sequence[Sequence[Any]]], hidden: str = "") -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    for name, rows in pages.items():
        page = made.add_worksheet(name)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        if name == hidden:
            page.hide()
    made.close()
    return out.getvalue()


def where() -> dict[str, str]:
    return {one.person.name: one.unit.name for one in Enrolment.objects.select_related("person", "unit")}


def parents(name: str) -> list[tuple[str, str, str]]:
    found = Guardianship.objects.filter(person__name=name).select_related("guardian").order_by("position")
    return [(one.guardian.name, one.relation, one.guardian.phone.open() if one.guardian.phone else "") for one in found]


SECONDARY = [
    "身份证号",
    "姓名",
    "性别",
    "民族",
    "年级",
    "入学年月",
    "招生类型",
    "修读专业",
    "学制",
    "班级",
    "联招合作类型",
    "联招合作学校机构代码",
    "户籍所在省",
    "户籍所在市",
    "户籍所在区县",
    "详细地址",
    "户籍性质",
    "是否低保",
    "是否享受国家助学金",
    "月发放标准(元)",
    "学校类型",
    "学生类别",
    "出生日期",
    "校内学号",
    "联系电话",
    "省级电子注册学籍号",
    "家长(监护人)姓名",
    "家长电话",
]
K12 = [
    "学校名称",
    "年级",
    "班级",
    "姓名",
    "性别",
    "出生日期",
    "出生地",
    "籍贯",
    "民族",
    "国籍/地区",
    "身份证件类型",
    "身份证件号",
    "港澳台侨外",
    "政治面貌",
    "健康状况",
    "户口所在地行政区划",
    "全国学籍号",
    "入学年月",
    "就读方式",
    "现住址",
    "联系电话",
    "成员1姓名",
    "成员1关系",
    "成员1联系电话",
    "成员2姓名",
    "成员2关系",
    "成员2联系电话",
]
STACKED: list[list[Any]] = [
    ["湘江技师学院学生名单"], ["机电1901班"], ["序号", "姓名", "性别"], [1, "王明", "男"], [2, "李梅", "女"], ["男生1人，女生1人"],
    [], ["数控1902班"], ["序号", "姓名", "性别"], [1, "赵敏", "女"], ["合计", "3人"], ["制表人：陈老师", "", "审核：刘老师"],
]  # fmt: skip


def of(head: Sequence[str], **said: Any) -> list[Any]:
    return [said.get(name, "") for name in head]


def _secondary() -> bytes:
    row = of(SECONDARY, 身份证号=number(1).lower(), 姓名="王明", 性别="男", 民族="汉族", 年级="2019", 入学年月="201909", 班级="机电1901班",
             出生日期="20040307", 校内学号=190001.0, 联系电话="13800000001", 是否低保="否", **{"家长(监护人)姓名": "王父", "家长电话": 13900000001.0})  # fmt: skip
    return book([row], SECONDARY)


def _k12() -> bytes:
    row = of(K12, 学校名称="湘江技师学院", 年级="2019级", 班级="机电1901班", 姓名="王明", 性别="1-男", 出生日期=20040307.0, 身份证件类型="1-居民身份证",
             身份证件号=number(1), 入学年月=201909.0, 就读方式="住校", 成员1姓名="王父", 成员1关系="51-父亲", 成员1联系电话="13900000001",
             成员2姓名="李母", 成员2关系="母亲", 成员2联系电话="13900000002", **{"国籍/地区": "中国"})  # fmt: skip
    return book([row], K12, above=[["湘江技师学院2019级学籍信息"], ["填表日期：2020年2月5日"]])


def _groups(page: Any) -> None:
    page.merge_range(0, 0, 0, 7, "机电1901班学生及家长信息登记表")
    for at, text in enumerate(["序号", "姓名", "身份证号"]):
        page.merge_range(1, at, 2, at, text)
    page.merge_range(1, 3, 1, 4, "父亲信息")
    page.merge_range(1, 5, 1, 7, "母亲情况")
    page.write_row(2, 3, ["姓名", "联系电话", "姓名", "年龄", "手机号码"])
    page.write_row(3, 0, [1, "王明", number(1), "王父", "13900000001", "李母", 45, "13900000002"])


def _merged_class(page: Any) -> None:
    page.write_row(0, 0, ["班级", "姓名", "宿舍"])
    page.merge_range(1, 0, 2, 0, "机电1901班")
    page.merge_range(3, 0, 4, 0, "数控1902班")
    page.merge_range(1, 2, 4, 2, "3栋502")
    for at, name in enumerate(["王明", "李梅", "赵敏", ""], 1):
        page.write(at, 1, name)


ONE_CLASS = [["姓名", "性别", "身份证号"], ["王明", "男", number(1)]]
IN_ONE = {"王明": "机电1901班"}
IN_TWO = {"王明": "机电1901班", "李梅": "机电1901班", "赵敏": "数控1902班"}
SHAPES: dict[str, tuple[bytes, dict[str, str]]] = {
    "secondary": (_secondary(), IN_ONE),
    "k12": (_k12(), IN_ONE),
    "grouped headings": (drawn(_groups), IN_ONE),
    "merged classes": (drawn(_merged_class), IN_TWO),
    "classes one below the other": (book(STACKED[1:], STACKED[0]), IN_TWO),
    "a sheet for each class": (
        many({"机电1901班": ONE_CLASS, "数控1902班": [["姓名"], ["赵敏"]]}), {**IN_ONE, "赵敏": "数控1902班"}),
    "department and class": (book([["机械工程系", "机电1901班", "王明"]], ["系部", "班级", "姓名"]), IN_ONE),
    "class by code": (book([["4143010532-JX1", "王明"]], ["班级代码", "姓名"]), IN_ONE),
    "blank rows and columns": (
        book([[], ["", 1, "", "王明", "机电1901班"], []], ["", "序号", "", "姓　名", "班级"], above=[[], ["名单"], []]), IN_ONE),
    "headings in two languages": (book([["王明", "机电1901班"]], ["姓名 Name", "班级\nClass"]), IN_ONE),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_everybody_is_read_into_the_right_class_and_the_second_time_nothing_is_new(
    shape: str, imported: Import, checked: Import
) -> None:
    content, expected = SHAPES[shape]
    file = imported(content)
    assert not problems(file)
    assert where() == expected
    assert counts(checked(content)) == {"same": len(expected)}


@pytest.mark.parametrize("shape", ["k12", "grouped headings"])
def test_parents_are_read_wherever_their_columns_stand(shape: str, imported: Import) -> None:
    imported(SHAPES[shape][0])
    assert parents("王明") == [("王父", "father", "+8613900000001"), ("李母", "mother", "+8613900000002")]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_marked_copy_has_the_same_cells_and_says_what_is_wrong(shape: str, checked: Import) -> None:
    content, _expected = SHAPES[shape]
    file = checked(content)
    found = {
        (0, 6): [{"code": "people.row_name_missing", "field": "name", "column": 1, "severity": "error", "params": {}}]
    }
    copy = openpyxl.load_workbook(io.BytesIO(sheets.marked(content, file.name, found)))
    source = openpyxl.load_workbook(io.BytesIO(content))
    assert copy.sheetnames == source.sheetnames
    for page in source:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert copy[page.title].cell(cell.row, cell.column).value == cell.value
    assert preview.problems_by_line(file) == {}


@pytest.mark.parametrize("written", ["1班", "(1)班", "一班", "１", 1, "高一(1)班", "高一1班", "1"])
@pytest.mark.parametrize("grade", ["高一", "高一年级"])
def test_grade_and_class_in_columns_of_their_own_are_one_class(
    written: Any, grade: str, checked: Import, cast: Cast
) -> None:
    orgs.create_unit(by=None, parent=cast.department, kind="class", code="G1-1", name="高一（1）班", now=cast.now)
    orgs.create_unit(by=None, parent=cast.department, kind="class", code="G1-11", name="高一（11）班", now=cast.now)
    file = checked(book([[grade, written, "王明"]], ["年级", "班级", "姓名"]))
    assert not problems(file)
    assert counts(file) == {"join": 1}


def test_a_bare_number_of_another_grade_is_no_match(checked: Import, cast: Cast) -> None:
    eighteen = orgs.create_unit(
        by=None, parent=cast.department, kind="department", code="G18", name="2018级", now=cast.now
    )
    orgs.create_unit(by=None, parent=eighteen, kind="class", code="G18-1", name="1班", now=cast.now)
    rows: list[list[Any]] = [
        ["2018级", "1班", "王明"],
        ["2018", 1, "李梅"],
        ["2019级", "1班", "赵敏"],
        ["19级", "（1）班", "钱多"],
    ]
    file = checked(book(rows, ["年级", "班级", "姓名"]))
    assert counts(file) == {"join": 2, "error": 2}


def test_more_sheets_than_ten_are_all_read(checked: Import) -> None:
    pages: dict[str, Sequence[Sequence[Any]]] = {
        f"第{at}页": [["姓名", "班级"], [f"王{chr(0x4E00 + at)}", "机电1901班"]] for at in range(45)
    }
    assert counts(checked(many(pages))) == {"join": 45}


def test_a_hidden_sheet_is_left_out_and_said(checked: Import) -> None:
    page = [["姓名", "班级"], ["王明", "机电1901班"]]
    file = checked(many({"名单": page, "旧": [["姓名", "班级"], ["李梅", "机电1901班"]]}, hidden="旧"))
    assert counts(file) == {"join": 1}
    assert [sheet["state"] for sheet in file.summary["sheets"]] == ["read", "hidden"]


def test_a_class_below_that_is_not_known_is_not_the_class_above(checked: Import) -> None:
    rows = [["姓名"], ["王明"], ["机电1999班"], ["李梅"]]
    file = checked(book(rows, ["机电1901班"]))
    assert counts(file) == {"join": 1, "error": 1}
    assert problems(file) == {5: ["row_class_missing"]}


def test_people_side_by_side_are_refused_with_a_way_out(checked: Import) -> None:
    head = ["序号", "姓名", "性别", "电话", "序号", "姓名", "性别", "电话"]
    file = checked(book([[1, "王明", "男", "", 2, "李梅", "女", ""]], head, above=[["机电1901班"]]))
    assert (file.stage, file.summary["problem"]) == ("refused", "people.file_side_by_side")


def test_staff_are_placed_by_what_they_do_and_an_unknown_office_keeps_nobody_out(
    imported: Import, checked: Import, cast: Cast
) -> None:
    head = ["序号", "姓名", "部门", "岗位", "职务", "手机", "身份证号"]
    rows = [
        [1, "陈老师", "学生处", "班主任", "科长", "13800000001", number(1, "19990307")],
        [2, "刘师傅", "后勤处", "食堂厨师", "", "13800000002", number(2, "19990307")],
        [3, "周阿姨", "宿管部", "宿管", "", "13800000003", number(4, "19990307")],
        [4, "吴队长", "", "保安队长", "", "", ""],
        [5, "郑会计", "人事处", "专技岗", "会计", "", ""],
    ]
    content = book(rows, head, above=[["教职工花名册"]])
    file = imported(content, as_a="staff")
    assert {one.person.name: (one.as_a, one.unit.name) for one in Enrolment.objects.select_related("person", "unit")} == {
        "陈老师": ("teacher", "学生处"), "刘师傅": ("canteen", "后勤处"), "周阿姨": ("dormitory", cast.school.name),
        "吴队长": ("service", cast.school.name), "郑会计": ("staff", "人事处"),
    }  # fmt: skip
    assert problems(file) == {5: ["row_department_unknown"], 7: ["cell_belonging"]}
    assert counts(checked(content, as_a="staff"))["same"] == 5


def test_a_post_in_the_first_column_is_no_signature(checked: Import) -> None:
    file = checked(book([["班主任", "陈老师"], ["负责人", "刘老师"], ["合计", "2"]], ["岗位", "姓名"]), as_a="staff")
    assert counts(file)["join"] == 2


def test_households_of_the_quarter_are_read_by_their_heads(imported: Import, checked: Import) -> None:
    head = ["楼栋", "单元", "房号", "户主", "人口", "联系电话"]
    content = book([["3栋", 2, 501, "王明", 4, "13800000001"], ["3栋", 2, 502, "", "", ""]], head)
    imported(content, as_a="resident")
    lodging = Lodging.objects.get()
    assert (lodging.kind, lodging.building, lodging.room) == ("quarter", "3栋2单元", "501")
    assert counts(checked(content, as_a="resident")) == {"same": 1}
    families = book([["3栋", "1单元", "101", "李", "李四", "本人"], ["3栋", "1单元", "101", "李", "赵敏", "配偶"]],
                    ["楼栋", "单元", "房号", "户主", "姓名", "与户主关系"])  # fmt: skip
    imported(families, as_a="resident")
    assert set(Person.objects.values_list("name", flat=True)) == {"王明", "李四", "赵敏"}


def test_a_household_is_all_who_live_in_it(imported: Import, checked: Import) -> None:
    def draw(page: Any) -> None:
        page.write_row(0, 0, ["栋号", "单元", "门牌号", "户主姓名", "家庭成员", "与户主关系", "联系电话"])
        for at, text in enumerate(["南村5栋", "1", "201", "王明"]):
            page.merge_range(1, at, 3, at, text)
        for at, row in enumerate([["王明", "本人", "13800000001"], ["李梅", "配偶", "无"], ["王小", "孙子", ""]], 1):
            page.write_row(at, 4, row)

    file = imported(drawn(draw), as_a="resident")
    assert not problems(file)
    assert {(one.person.name, one.building, one.room) for one in Lodging.objects.select_related("person")} == {
        (name, "南村5栋1单元", "201") for name in ("王明", "李梅", "王小")
    }
    assert not Guardianship.objects.exists()
    assert counts(checked(drawn(draw), as_a="resident")) == {"same": 3}


def test_a_line_that_cannot_be_read_makes_nobody_leave(imported: Import, checked: Import, cast: Cast) -> None:
    imported(book([["李梅", "数控1902班"]], ["姓名", "班级"]))
    file = checked(book([["王明", "机电1901班"], ["赵敏", ""]], ["姓名", "班级"]))
    assert counts(file) == {"join": 1, "error": 1}


def test_joined_cells_stay_joined_in_the_marked_copy(checked: Import) -> None:
    content = SHAPES["merged classes"][0]
    copy = sheets.marked(content, "a.xlsx", {})
    spans = sorted(map(str, openpyxl.load_workbook(io.BytesIO(copy)).active.merged_cells.ranges))  # type: ignore[union-attr]
    assert spans == ["A2:A3", "A4:A5", "C2:C5"]
    assert counts(checked(copy)) == {"join": 3}


def test_one_and_two_mean_what_the_heading_asks(imported: Import) -> None:
    for at, (heading, written) in enumerate(
        [("就读方式", "1"), ("就读方式", "2"), ("是否住校", "1"), ("是否住校", "0"), ("是否住宿", "是")]
    ):
        name = "甲乙丙丁戊"[at] * 2
        imported(book([[name, "机电1901班", written]], ["姓名", "班级", heading]))
    assert {one.person.name: one.kind for one in Lodging.objects.select_related("person")} == {
        "甲甲": "day", "乙乙": "boarder", "丙丙": "boarder", "丁丁": "day", "戊戊": "boarder",
    }  # fmt: skip


def test_documents_of_every_kind_stand_in_one_column(imported: Import, checked: Import) -> None:
    numbers = [number(1).lower(), "E12345678", "H12345678", "999414301053200001", "无", ""]
    rows = [[f"王{name}", "机电1901班", text] for name, text in zip("一二三四五六", numbers, strict=True)]
    content = book(rows, ["姓名", "班级", "身份证号"])
    imported(content)
    kinds = {one.person.name: one.kind for one in IdentityDocument.objects.select_related("person")}
    assert kinds == {"王一": "resident", "王二": "passport", "王三": "hkm_pass", "王四": "provisional", "王五": "none"}
    assert counts(checked(content)) == {"same": 6}
    assert Unit.objects.filter(enrolments__isnull=False).distinct().count() == 1
