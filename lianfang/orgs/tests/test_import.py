"""What a list of units does to the tree."""

import time

import pytest
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs import actions, queries
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import intake, sheet
from tests.cast import DAY, NOW, Cast


def listed(text: str) -> sheet.Sheet:
    return sheet.read(text.encode(), "units.csv")


def problems(text: str, under: Unit) -> list[tuple[int, str, str]]:
    found = intake.plan(listed(text), under).problems
    assert all(each.problem.text for each in found)
    return [(each.row, each.column, each.problem.code) for each in found]


def test_units_of_all_kinds_come_in_with_rows_in_any_order(cast: Cast) -> None:
    text = """代码,名称,类型,上级代码,职能,学生数
4143015001-01,一班,班级,4143015001,,40
4143015001-XS,学生处,处室,4143015001,学生处,
4143015001,新学校,学校,430105,,900
430105,开福区,,430100,,
"""
    plan = actions.import_units(by=cast.admin, under=cast.province_unit, rows=listed(text).rows, now=NOW)
    assert (len(plan.new), len(plan.changed), plan.unchanged) == (4, 0, 0)
    room = Unit.objects.get(code="4143015001-01")
    school = Unit.objects.get(code="4143015001")
    assert room.path == f"{cast.city_unit.path}{school.parent_id}.{school.pk}.{room.pk}."
    assert (room.school_id, room.students, room.pinyin) == (school.pk, 40, "yiban yb")
    assert Unit.objects.get(code="4143015001-XS").function == "students"
    assert Unit.objects.get(code="430105").kind == "county"


def test_a_second_import_changes_nothing_and_leaves_no_event(cast: Cast) -> None:
    rows = listed("代码,名称,上级,学生数\n4143015001,新学校,长沙市,900").rows
    actions.import_units(by=cast.admin, under=cast.province_unit, rows=rows, now=NOW)
    events = Event.objects.count()
    plan = actions.import_units(by=cast.admin, under=cast.province_unit, rows=rows, now=NOW)
    assert (len(plan.new), len(plan.changed), plan.unchanged) == (0, 0, 1)
    assert Event.objects.count() == events


def test_changed_fields_are_written_and_blank_cells_say_nothing(cast: Cast) -> None:
    rows = listed("学校标识码,学校名称,学生数,教职工数\n4143010532,,3100,\n4143013001,湘潭机电学校,1500,120").rows
    plan = actions.import_units(by=cast.admin, under=cast.province_unit, rows=rows, now=NOW)
    assert (len(plan.changed), plan.unchanged) == (1, 1)
    school = Unit.objects.get(pk=cast.school.pk)
    assert (school.name, school.students, school.staff) == ("湘江技师学院", 3100, 260)
    event = Event.objects.get(verb="units.imported", by_id=cast.admin.pk)
    assert event.detail["changes"] == {"4143010532": {"students": [3200, 3100]}}
    assert (event.detail["changed"], event.detail["unchanged"]) == (1, 1)


def test_sponsors_are_found_by_name_or_code_or_in_the_file_itself(cast: Cast) -> None:
    text = """代码,名称,类型,上级,主管部门
4143015001,新学校,学校,长沙市,湖南省人力资源和社会保障厅；XJ
XJ,湘江集团,主管部门,湖南省,
4143010532,,,,CSRT
4143013001,,,,HN-HRSS、CSRT
4143014002,,,,湖南省
"""
    plan = actions.import_units(by=None, under=cast.province_unit, rows=listed(text).rows, now=NOW)
    assert {unit.code for unit in queries.sponsors_of(Unit.objects.get(code="4143015001"), DAY)} == {"HN-HRSS", "XJ"}
    assert queries.sponsors_of(cast.school, DAY) == [cast.nation_company]
    assert [change.unit.code for change in plan.changed] == ["4143010532"]
    assert plan.unchanged == 2, "the two lines exist; a superior area needs none"


HEAD = "代码,名称,类型,上级,主管部门,职能\n"


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        (",甲校,学校,长沙市,,", "代码", "orgs.code_missing"),
        ("414301500,甲校,学校,长沙市,,", "代码", "orgs.code_not_school"),
        ("4143015001,,学校,长沙市,,", "名称", "orgs.name_missing"),
        ("4143015001,甲校,大楼,长沙市,,", "类型", "orgs.kind_unknown"),
        ("JX1,甲校,,长沙市,,", "类型", "orgs.kind_missing"),
        ("4143015001,甲校,学校,火星市,,", "上级", "orgs.parent_unknown"),
        ("4143015001,甲校,学校,000000,,", "上级", "orgs.parent_unknown"),
        ("4143015001,甲校,学校,湘江技师学院,,", "上级", "orgs.parent_wrong_kind"),
        ("4143015001,甲校,学校,4143015001,,", "上级", "orgs.parent_circle"),
        ("4143015001,甲校,学校,长沙市,火星厅,", "主管部门", "orgs.sponsor_unknown"),
        ("430105,开福区,区,长沙市,HN-HRSS,", "主管部门", "orgs.sponsor_not_school"),
        ("4143015001,甲校,学校,长沙市,,学生处", "职能", "orgs.function_not_here"),
        ("X1,某处,处室,湘江技师学院,,食堂", "职能", "orgs.function_unknown"),
        ("4143010532,甲校,校区,,,", "类型", "orgs.kind_differs"),
        ("4143010532,甲校,,湘潭市,,", "上级", "orgs.parent_differs"),
        ("CSRT,甲公司,,,,", "代码", "orgs.code_elsewhere"),
        (f"4143015001,{'长' * 121},学校,长沙市,,", "名称", "orgs.text_too_long"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(cast: Cast, line: str, column: str, problem: str) -> None:
    assert problems(HEAD + line, cast.province_unit) == [(2, column, problem)]


def test_a_code_that_comes_twice_names_the_first_row(cast: Cast) -> None:
    text = HEAD + "4143015001,甲校,学校,长沙市,,\n4143015001,乙校,学校,长沙市,,"
    assert problems(text, cast.province_unit) == [(3, "代码", "orgs.code_twice")]


def test_a_name_that_two_units_have_does_not_do_as_superior(cast: Cast) -> None:
    actions.create_unit(by=None, parent=cast.second_city, kind="county", code="430304", name="岳麓区", now=NOW)
    assert problems(HEAD + "4143015001,甲校,学校,岳麓区,,", cast.province_unit) == [
        (2, "上级", "orgs.parent_ambiguous")
    ]


def test_rows_that_stand_below_each_other_are_refused_and_end(cast: Cast) -> None:
    text = HEAD + "D1,甲系,系,D2,,\nD2,乙系,系,D1,,\n4143015001,好校,学校,长沙市,,"
    found = problems(text, cast.province_unit)
    assert {row for row, *_ in found} == {2, 3}
    assert found[0][2] == "orgs.parent_circle"


def test_a_row_below_a_wrong_row_has_no_superior(cast: Cast) -> None:
    text = HEAD + "C1,班,班级,4143015001,,\n4143015001,,学校,长沙市,,"
    assert problems(text, cast.province_unit) == [(2, "上级", "orgs.parent_unknown"), (3, "名称", "orgs.name_missing")]


def test_one_wrong_row_and_nothing_at_all_is_written(cast: Cast) -> None:
    before = Unit.objects.count()
    rows = listed(HEAD + "4143015001,甲校,学校,长沙市,,\n4143015002,乙校,学校,火星市,,").rows
    with pytest.raises(Refused) as refused:
        actions.import_units(by=None, under=cast.province_unit, rows=rows, now=NOW)
    assert [(problem.code, problem.cell) for problem in refused.value.problems] == [("orgs.parent_unknown", "3:parent")]
    assert Unit.objects.count() == before


def test_nothing_is_imported_below_a_closed_unit(cast: Cast) -> None:
    actions.close_unit(by=None, unit=cast.third, on=DAY, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.import_units(by=None, under=cast.third, rows=listed("代码,名称,类型\nC1,一班,班级").rows, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["orgs.parent_closed"]


def test_a_plan_takes_the_same_few_queries_for_any_list(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    few = listed(HEAD + "4143015001,甲校,学校,长沙市,HN-HRSS,")
    many = listed(HEAD + "\n".join(f"41430{n:05d},学校{n},学校,长沙市,HN-HRSS," for n in range(20_000, 20_300)))
    with django_assert_max_num_queries(4):
        intake.plan(few, cast.province_unit)
    with django_assert_max_num_queries(4):
        assert len(intake.plan(many, cast.province_unit).new) == 300


def test_ten_thousand_units_come_in_within_seconds(cast: Cast) -> None:
    lines = "\n".join(f"41430{n:05d},第{n}技工学校,学校,长沙市,HN-HRSS,,{n % 4000}" for n in range(20_000, 30_000))
    rows = listed("代码,名称,类型,上级,主管部门,职能,学生数\n" + lines).rows
    began = time.monotonic()
    actions.import_units(by=None, under=cast.province_unit, rows=rows, now=NOW)
    assert time.monotonic() - began < 10, "measured: about 2 s on 2 cores"
    assert Unit.objects.under(cast.city_unit).filter(kind="school").count() == 10_001
