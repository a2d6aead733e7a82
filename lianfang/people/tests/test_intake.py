"""A roster is checked, seen and taken over."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs import actions as orgs
from lianfang.orgs.models import Unit
from lianfang.people.actions import intake, retention
from lianfang.people.actions.intake import applying, checking, writing
from lianfang.people.models import (
    Enrolment,
    Guardian,
    Guardianship,
    IdentityDocument,
    Lodging,
    Person,
    RosterFile,
    RosterRow,
)
from lianfang.people.models.intake import Stage
from lianfang.people.rules import identity
from lianfang.policies import actions as policies
from tests.cast import Cast
from tests.pupils import respond

DAY = date(2020, 2, 5)
HEAD = [
    "序号",
    "姓名",
    "身份证号",
    "性别",
    "班级",
    "学号",
    "联系电话",
    "家长姓名",
    "家长电话",
    "就读方式",
    "民族",
    "银行卡号",
]
Import = Callable[..., RosterFile]


def number(order: int, born: str = "20040307") -> str:
    seventeen = f"430102{born}{order:03d}"
    return seventeen + identity.check_digit(seventeen)


def pupil(at: int, name: str, class_name: str = "机电1901班", **other: Any) -> list[Any]:
    cells = {
        "序号": at, "姓名": name, "身份证号": number(at), "性别": "男" if at % 2 else "女", "班级": class_name,
        "学号": f"19{at:04d}", "联系电话": f"138{at:08d}", "家长姓名": f"{name[0]}父", "家长电话": f"139{at:08d}",
        "就读方式": "走读", "民族": "汉族", "银行卡号": f"62220000{at:08d}", **other,
    }  # fmt: skip
    return [cells[head] for head in HEAD]


def book(
    rows: Sequence[Sequence[Any]], head: Sequence[Any] = HEAD, name: str = "名单", above: Sequence[Any] = ()
) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    page = made.add_worksheet(name)
    for at, row in enumerate([*above, head, *rows]):
        page.write_row(at, 0, row)
    made.close()
    return out.getvalue()


def text(rows: Sequence[Sequence[Any]], head: Sequence[Any] = HEAD) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


@pytest.fixture
def checked(cast: Cast) -> Import:
    """``checked(content, unit=…)``: uploaded and checked."""

    def run(
        content: bytes, *, by: Any = cast.registrar, unit: Unit = cast.school, name: str = "a.xlsx", **other: Any
    ) -> RosterFile:
        said = {"as_a": "student", "first_day": DAY, **other}
        file = intake.upload(by=by, unit=unit, name=name, content=content, now=cast.now, **said)
        checking.check(file_id=file.pk, now=cast.now)
        return RosterFile.objects.get(pk=file.pk)

    return run


@pytest.fixture
def imported(cast: Cast, checked: Import) -> Import:
    """``imported(content)``: also confirmed and taken over."""

    def run(content: bytes, *, leave: str = "", **other: Any) -> RosterFile:
        file = checked(content, **other)
        intake.confirm(by=cast.registrar, file=file, leave=leave, now=cast.now)
        applying.apply(file_id=file.pk, now=cast.now)
        return RosterFile.objects.get(pk=file.pk)

    return run


def counts(file: RosterFile) -> dict[str, int]:
    return {name: number for name, number in file.summary["counts"].items() if number}


def problems(file: RosterFile) -> dict[int, list[str]]:
    rows = RosterRow.objects.filter(file=file).exclude(problems=[]).order_by("line")
    return {row.line: [one["code"].removeprefix("people.") for one in row.problems] for row in rows}


def test_a_check_writes_nobody_and_an_import_writes_everything(checked: Import, imported: Import, cast: Cast) -> None:
    content = book([pupil(1, "张小明"), pupil(2, "李梅", "数控1902班", 就读方式="住校")])
    assert counts(checked(content)) == {"join": 2}
    assert not Person.objects.exists()
    file = imported(content)
    assert file.stage == Stage.DONE
    assert file.content is None
    ming = Person.objects.get(name="张小明")
    assert (ming.sex, ming.born_on, ming.initials) == (1, date(2004, 3, 7), "zxm")
    assert ming.phone is not None
    assert ming.phone.open() == "+8613800000001"
    assert str(ming.phone) == "138****0001"
    document = IdentityDocument.objects.get(person=ming)
    assert document.number is not None
    assert (document.kind, document.number.open()) == ("resident", number(1))
    enrolment = Enrolment.objects.get(person=ming)
    assert (enrolment.unit, enrolment.school, enrolment.number) == (cast.class_one, cast.school, "190001")
    assert enrolment.from_on == DAY
    link = Guardianship.objects.select_related("guardian").get(person=ming)
    assert (link.guardian.name, link.relation, link.position) == ("张父", "guardian", 1)
    assert Lodging.objects.get(person__name="李梅").kind == "boarder"


def test_found_again_by_number_and_telephone_through_the_index(imported: Import) -> None:
    from lianfang.core import crypto

    imported(book([pupil(1, "张小明")]))
    assert IdentityDocument.objects.filter(number_index__in=crypto.sought("identity", number(1))).exists()
    assert Person.objects.filter(phone_index__in=crypto.sought("phone", "138 0000 0001")).exists()
    assert Guardian.objects.filter(phone_index__in=crypto.sought("phone", "13900000001")).exists()


def test_what_is_not_collected_is_named_and_kept_nowhere(checked: Import) -> None:
    file = checked(book([pupil(1, "张小明")]))
    assert file.summary["sheets"][0]["not_collected"] == ["民族", "银行卡号"]
    row = RosterRow.objects.get(file=file)
    assert "6222" not in str(row.cells)
    assert "汉族" not in str(row.cells)


def test_the_same_file_again_changes_nothing(checked: Import, imported: Import) -> None:
    content = book([pupil(at, f"王{name}") for at, name in enumerate("一二三四五六七八九", 1)])
    imported(content)
    before = list(Person.objects.order_by("id").values())
    assert counts(checked(content)) == {"same": 9}
    with pytest.raises(Refused):
        imported(content)
    assert list(Person.objects.order_by("id").values()) == before


def test_twins_of_name_without_any_number_stay_two_people(checked: Import, imported: Import) -> None:
    content = book([["机电1901班", "王伟"], ["机电1901班", "王伟"], ["数控1902班", "王伟"]], ["班级", "姓名"])
    imported(content)
    assert Person.objects.count() == 3
    assert counts(checked(content)) == {"same": 3}


def test_changes_moves_and_leaves_are_told_before_they_happen(imported: Import, checked: Import, cast: Cast) -> None:
    imported(book([pupil(1, "张小明"), pupil(2, "李梅"), pupil(3, "王强")]), first_day=DAY - timedelta(days=30))
    again = book([pupil(1, "张小明", 联系电话="13911112222"), pupil(2, "李梅", "数控1902班")])
    file = checked(again)
    assert counts(file) == {"change": 1, "move": 1, "leave": 1}
    row = RosterRow.objects.get(file=file, plan="change")
    assert row.cells["over"] == {"phone": "+8613800000001"}
    intake.confirm(by=cast.registrar, file=file, leave="graduated", now=cast.now)
    applying.apply(file_id=file.pk, now=cast.now)
    ming = Person.objects.get(name="张小明")
    assert ming.phone is not None
    assert ming.phone.open() == "+8613911112222"
    old, new = Enrolment.objects.filter(person__name="李梅").order_by("from_on")
    assert (old.to_on, old.ending, new.unit, new.from_on) == (DAY - timedelta(days=1), "class", cast.class_two, DAY)
    gone = Enrolment.objects.get(person__name="王强")
    assert (gone.to_on, gone.ending) == (DAY - timedelta(days=1), "graduated")


def test_nobody_leaves_unless_it_is_said(imported: Import) -> None:
    imported(book([pupil(1, "张小明"), pupil(2, "李梅")]))
    file = imported(book([pupil(1, "张小明", 联系电话="13911112222")]))
    assert counts(file)["leave"] == 1
    assert Enrolment.objects.filter(to_on__isnull=True).count() == 2


def test_only_classes_of_the_file_can_lose_somebody(imported: Import, checked: Import) -> None:
    imported(book([pupil(1, "张小明"), pupil(2, "李梅", "数控1902班")]))
    assert counts(checked(book([pupil(1, "张小明")]))) == {"same": 1}
    assert counts(checked(book([pupil(1, "张小明"), pupil(3, "王强", "机电9999班")]))) == {"same": 1, "error": 1}


def test_a_blank_cell_erases_nothing(imported: Import, checked: Import) -> None:
    imported(book([pupil(1, "张小明")]))
    assert counts(
        checked(book([pupil(1, "张小明", 联系电话="", 学号="", 家长姓名="", 家长电话="", 就读方式="", 班级="")]))
    ) == {"same": 1}


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


def test_a_number_known_at_another_school_is_told_without_telling_more(
    imported: Import, checked: Import, cast: Cast
) -> None:
    second = orgs.create_unit(by=None, parent=cast.second, kind="class", code="S2-1", name="电工1901班", now=cast.now)
    imported(book([pupil(1, "张小明", "电工1901班")]), by=None, unit=cast.second)
    file = checked(book([pupil(1, "张小明"), pupil(2, "李梅", 身份证号=number(1), 性别="男")][:1]))
    row = RosterRow.objects.get(file=file)
    assert problems(file) == {2: ["row_elsewhere"]}
    assert cast.second.name not in str(row.problems) + str(row.cells)
    other = checked(book([pupil(2, "李梅", 身份证号=number(1), 性别="男")]))
    assert problems(other) == {2: ["row_number_taken"]}
    assert "张小明" not in str(RosterRow.objects.get(file=other).cells)
    imported(book([pupil(1, "张小明")]))
    assert Person.objects.count() == 1
    assert Enrolment.objects.filter(to_on__isnull=True).count() == 2
    assert second.enrolments.count() == 1


def test_brothers_and_sisters_have_one_father(imported: Import) -> None:
    imported(
        book(
            [
                pupil(1, "张小明", 家长姓名="张伟", 家长电话="13900001111"),
                pupil(2, "张小红", 家长姓名="张伟", 家长电话="13900001111"),
            ]
        )
    )
    assert Guardian.objects.get().guardianships.count() == 2
    imported(book([pupil(3, "张小华", "数控1902班", 家长姓名="张伟", 家长电话="139-0000-1111")]))
    assert Guardian.objects.get().guardianships.count() == 3


def test_a_hand_edit_between_check_and_take_over_wins(imported: Import, checked: Import, cast: Cast) -> None:
    imported(book([pupil(1, "张小明"), pupil(2, "李梅")]))
    file = checked(book([pupil(1, "张小明", 联系电话="13911112222"), pupil(2, "李梅", 联系电话="13911113333")]))
    ming = Person.objects.get(name="张小明")
    ming.phone = "13700000000"
    ming.save(update_fields=["phone", "phone_index"])
    intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    applying.apply(file_id=file.pk, now=cast.now)
    told = {person.name: person.phone.open() for person in Person.objects.all() if person.phone}
    assert told == {"张小明": "13700000000", "李梅": "+8613911113333"}
    file.refresh_from_db()
    assert file.summary["applied"] == {"left_out": 1, "change": 1}
    assert problems(file) == {2: ["row_changed_meanwhile"]}


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    checked: Import, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 3)
    monkeypatch.setattr(checking, "CHUNK", 4)
    rows = [pupil(at, "王" + chr(0x4E00 + at * 7)) for at in range(1, 11)]
    file = checked(book(rows))
    intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    write, calls = writing.Batch.write, []

    def dying(self: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        write(self)

    monkeypatch.setattr(writing.Batch, "write", dying)
    from django.db import transaction

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        applying.apply(file_id=file.pk, now=cast.now)
    monkeypatch.setattr(writing.Batch, "write", write)
    for _again in range(2):
        applying.apply(file_id=file.pk, now=cast.now)
    file.refresh_from_db()
    assert file.summary["applied"] == {"join": 10}
    assert Person.objects.count() == Enrolment.objects.count() == 10
    assert RosterRow.objects.filter(file=file, applied=True).count() == 10
    assert Event.objects.filter(verb="roster.applied").count() == 1


def test_a_number_given_to_somebody_else_meanwhile_stops_that_line_alone(
    imported: Import, checked: Import, cast: Cast
) -> None:
    file = checked(book([pupil(1, "张小明"), pupil(2, "李梅")]))
    other = Person.objects.create(name="别人")
    IdentityDocument.objects.create(person=other, kind="resident", number=number(1))
    intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    applying.apply(file_id=file.pk, now=cast.now)
    assert set(Enrolment.objects.values_list("person__name", flat=True)) == {"李梅"}
    assert problems(file) == {2: ["row_changed_meanwhile"]}


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


def test_events_count_and_name_nobody(imported: Import) -> None:
    imported(book([pupil(1, "张小明")]))
    told = list(Event.objects.filter(verb__startswith="roster.").order_by("at", "id"))
    assert [event.verb for event in told] == ["roster.uploaded", "roster.confirmed", "roster.applied"]
    assert told[-1].detail == {"join": 1}
    for event in told:
        assert "张小明" not in f"{event.subject}{event.detail}{event.subject_id}"


def test_rows_are_emptied_after_a_month_and_forgotten_files_dropped(
    imported: Import, checked: Import, cast: Cast
) -> None:
    done, left = imported(book([pupil(1, "张小明")])), checked(book([pupil(2, "李梅")]))
    retention.sweep(now=cast.now + timedelta(days=29))
    assert RosterRow.objects.get(file=done).cells is not None
    retention.sweep(now=cast.now + timedelta(days=31))
    assert RosterRow.objects.get(file=done).cells is None
    left.refresh_from_db()
    assert (left.stage, left.content) == (Stage.DROPPED, None)
    assert not left.rows.filter(cells__isnull=False).exists()


def test_a_file_cannot_be_dropped_in_the_moment_its_check_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be read, kept and offered for taking over although somebody dropped it."""
    file = intake.upload(
        by=cast.registrar, unit=cast.school, name="a.xlsx", content=book([pupil(1, "张三")]), as_a="student",
        first_day=DAY, now=cast.now,
    )  # fmt: skip
    read = RosterFile.refresh_from_db

    def dropped_now(row: RosterFile, *args: Any, **more: Any) -> None:
        read(row, *args, **more)
        monkeypatch.setattr(RosterFile, "refresh_from_db", read)
        with pytest.raises(Refused):
            intake.drop(by=cast.registrar, file=file, now=cast.now)

    monkeypatch.setattr(RosterFile, "refresh_from_db", dropped_now)
    checking.check(file_id=file.pk, now=cast.now)
    file.refresh_from_db()
    assert file.stage == Stage.CHECKED


def test_a_dropped_file_cannot_be_taken_over(checked: Import, cast: Cast) -> None:
    file = checked(book([pupil(1, "张小明")]))
    intake.drop(by=cast.registrar, file=file, now=cast.now)
    with pytest.raises(Refused):
        intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    assert not Person.objects.exists()


def test_uploaded_twice_it_is_one_file(cast: Cast) -> None:
    said: dict[str, Any] = {
        "by": cast.registrar, "unit": cast.school, "name": "a.xlsx", "content": book([pupil(1, "张小明")]),
        "as_a": "student", "first_day": DAY, "now": datetime(2020, 2, 5, 9, tzinfo=cast.now.tzinfo),
    }  # fmt: skip
    assert intake.upload(**said) == intake.upload(**said)
    assert RosterFile.objects.count() == 1


# ── where people are now is gathered for a response only ──────────────────────────────────────────────────────────────

PLACED = [*HEAD, "目前所在地"]


def placed(at: int, name: str, place: str) -> list[Any]:
    return [*pupil(at, name), place]


def where(name: str) -> str:
    place = Person.objects.get(name=name).place
    return str(place.open()) if place else ""


@pytest.mark.parametrize("heading", ["目前所在地", "现居住地", "目前所在地（应急响应期间）"])
def test_in_peacetime_the_column_of_present_places_is_named_and_not_read(
    checked: Import, imported: Import, heading: str
) -> None:
    content = book([placed(1, "张小明", "武汉市江岸区")], [*HEAD, heading])
    file = checked(content)
    (sheet,) = file.summary["sheets"]
    assert sheet["in_response"] == [heading]
    assert "place" not in sheet["columns"].values()
    assert "武汉" not in str(RosterRow.objects.get(file=file).cells)
    imported(content)
    assert where("张小明") == ""


def test_during_a_response_present_places_are_read_and_told_as_changes(
    cast: Cast, checked: Import, imported: Import
) -> None:
    respond(cast)
    imported(book([placed(1, "张小明", "武汉市江岸区"), placed(2, "李梅", "")], PLACED))
    assert (where("张小明"), where("李梅")) == ("武汉市江岸区", "")
    again = book([placed(1, "张小明", "长沙市岳麓区"), placed(2, "李梅", "")], PLACED)
    assert counts(checked(again)) == {"change": 1, "same": 1}
    imported(again)
    assert where("张小明") == "长沙市岳麓区"


def test_a_response_that_ends_before_the_file_is_taken_over_gathers_nothing(cast: Cast, checked: Import) -> None:
    running = respond(cast)
    file = checked(book([placed(1, "张小明", "武汉市江岸区")], PLACED))
    policies.end_response(by=cast.admin, response=running, to_on=DAY - timedelta(days=1), now=cast.now)
    intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    applying.apply(file_id=file.pk, now=cast.now)
    assert where("张小明") == ""
