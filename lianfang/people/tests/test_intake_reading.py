"""What a file says: its texts, sheets, headings, classes and wrong cells."""

import io

import pytest
import xlsxwriter

from lianfang.people.actions import intake
from lianfang.people.actions.intake import checking
from lianfang.people.models import (
    Enrolment,
    Person,
    RosterRow,
)
from lianfang.people.models.intake import Stage
from lianfang.people.tests.rosters import Import, book, checked, counts, imported, number, problems, pupil, text
from tests.cast import Cast

__all__ = ["checked", "imported"]


def test_what_is_not_collected_is_named_and_kept_nowhere(checked: Import) -> None:
    file = checked(book([pupil(1, "张小明")]))
    assert file.summary["sheets"][0]["not_collected"] == ["民族", "银行卡号"]
    row = RosterRow.objects.get(file=file)
    assert "6222" not in str(row.cells)
    assert "汉族" not in str(row.cells)


def test_two_lines_with_one_number_are_both_wrong(checked: Import) -> None:
    file = checked(book([pupil(1, "张小明"), pupil(2, "李梅"), pupil(3, "张大明", 身份证号=number(1), 学号="190099")]))
    assert counts(file) == {"error": 2, "join": 1}
    assert problems(file) == {2: ["row_number_twice"], 4: ["row_number_twice"]}
    told = RosterRow.objects.get(file=file, line=4).problems[0]
    assert told["params"] == {"sheet": 1, "line": 2}


def test_a_class_that_does_not_exist_is_told_with_the_ones_like_it(checked: Import) -> None:
    file = checked(book([pupil(1, "张小明", "机电1903班"), pupil(2, "李梅", "机电（1901）")]))
    assert problems(file) == {2: ["row_class_close"]}
    assert RosterRow.objects.get(file=file, line=2).problems[0]["params"]["close"].startswith("机电1901班")
    assert counts(file) == {"error": 1, "join": 1}


def test_every_wrong_cell_is_named_and_the_other_lines_go_on(checked: Import) -> None:
    rows = [
        pupil(1, "张小明", 身份证号=4.3010220040307e17),
        pupil(2, "李梅", 联系电话="1.38E+10"),
        pupil(3, "王强", 性别="女"),
        pupil(4, "吴", 姓名=None),
        pupil(5, "赵敏", 身份证号=number(5)[:-1] + ("0" if number(5)[-1] != "0" else "1")),
        pupil(6, "钱多", 就读方式="半走读"),
    ]
    file = checked(book(rows))
    assert problems(file) == {
        2: ["id_rounded"], 3: ["phone_rounded"], 4: ["id_other_sex"], 5: ["row_name_missing"], 6: ["id_check_digit"],
        7: ["cell_lodging"],
    }  # fmt: skip
    assert counts(file) == {"error": 5, "join": 1, "warned": 1}
    assert RosterRow.objects.get(file=file, line=2).problems[0]["column"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_are_read_in_every_usual_encoding(encoding: str, imported: Import) -> None:
    imported(text([pupil(1, "张小明"), pupil(2, "李㛃")]).encode(encoding), name="名单.csv")
    assert set(Person.objects.values_list("name", flat=True)) == {"张小明", "李㛃"}


def test_the_class_may_stand_in_the_title_or_in_the_name_of_the_sheet(imported: Import, cast: Cast) -> None:
    imported(book([["1", "张小明"]], ["序号", "姓名"], above=[["湘江技师学院机电1901班花名册"]]))
    imported(book([["1", "李梅"]], ["序号", "姓名"], name="数控1902班"))
    assert {(one.person.name, one.unit.name) for one in Enrolment.objects.select_related("person", "unit")} == {
        ("张小明", "机电1901班"), ("李梅", "数控1902班"),
    }  # fmt: skip


def test_without_a_class_pupils_cannot_be_placed_but_staff_can(checked: Import, imported: Import, cast: Cast) -> None:
    content = book([["张小明"]], ["姓名"])
    assert problems(checked(content)) == {2: ["row_class_missing"]}
    assert counts(checked(content, unit=cast.class_one)) == {"join": 1}
    imported(book([["陈老师", "教师", "学生处"], ["刘师傅", "食堂", ""]], ["姓名", "岗位", "部门"]), as_a="staff")
    assert {(one.as_a, one.unit.name) for one in Enrolment.objects.select_related("unit")} == {
        ("teacher", "学生处"), ("canteen", cast.school.name),
    }  # fmt: skip


def test_a_sheet_without_names_asks_for_the_columns_and_remembers_the_answer(checked: Import, cast: Cast) -> None:
    content = book([["张小明", "机电1901班", "1"]], ["甲", "乙", "丙"])
    file = checked(content)
    assert (file.stage, file.summary["sheets"][0]["state"]) == (Stage.WAITING, "choose")
    intake.choose_columns(
        by=cast.registrar, file=file, heading=file.summary["sheets"][0]["heading"], start=1,
        columns={0: "name", 1: "class"}, now=cast.now,
    )  # fmt: skip
    checking.check(file_id=file.pk, now=cast.now)
    file.refresh_from_db()
    assert counts(file) == {"join": 1}
    assert counts(checked(book([["李梅", "机电1901班", "2"]], ["甲", "乙", "丙"]))) == {"join": 1}


def test_instruction_sheets_are_left_aside_and_every_sheet_of_people_is_read(checked: Import) -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    made.add_worksheet("填写说明").write_column(0, 0, ["请用文本格式", "一、姓名必填"])
    for name, at in (("机电1901班", 1), ("数控1902班", 2)):
        page = made.add_worksheet(name)
        page.write_row(0, 0, ["姓名", "身份证号"])
        page.write_row(1, 0, ["王明", number(at)])
    made.add_worksheet("空表")
    made.close()
    file = checked(out.getvalue())
    assert [sheet["state"] for sheet in file.summary["sheets"]] == ["example", "read", "read", "blank"]
    assert counts(file) == {"join": 2}


def test_a_sheet_with_a_heading_and_nobody_is_told(checked: Import) -> None:
    file = checked(book([]))
    assert (file.stage, file.summary["problem"]) == (Stage.REFUSED, "people.file_no_people")


def test_a_class_outside_ones_scope_cannot_be_filled(checked: Import, cast: Cast) -> None:
    file = checked(book([pupil(1, "张小明"), pupil(2, "李梅", "数控1902班")]), unit=cast.class_one)
    assert problems(file) == {3: ["row_class_outside"]}
    file = checked(book([pupil(1, "张小明")]), by=cast.clerk)
    assert problems(file) == {2: ["row_class_outside"]}
