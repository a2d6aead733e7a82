"""A roster is checked, seen and taken over."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs import actions as orgs
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
from lianfang.people.tests.rosters import DAY, Import, book, checked, counts, imported, number, problems, pupil
from tests.cast import Cast

__all__ = ["checked", "imported"]


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
    told = Event.objects.get(verb="person.also_elsewhere")
    assert (told.unit_id, told.detail) == (second.pk, {"people": 1, "to": cast.school.pk})
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
