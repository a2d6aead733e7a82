"""Destroying while other things happen to the same people: a roster on its way in, two records that become one."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from lianfang.people.actions import intake, merging, purging
from lianfang.people.actions.intake import applying, checking
from lianfang.people.actions.intake.turns import turn_of
from lianfang.people.models import Enrolment, IdentityDocument, Person, PurgeRun, RosterFile, RosterRow
from lianfang.people.tests.rosters import book, pupil
from lianfang.people.tests.test_purging import NAME, PHONE, agreed, carry_out, everything, person, prepared, traces
from tests.cast import DAY, NOW, Cast


def on_its_way(cast: Cast, rows: list[list[Any]], monkeypatch: pytest.MonkeyPatch) -> RosterFile:
    """A file whose taking over was cut off after its first line."""
    file = intake.upload(
        by=cast.registrar, unit=cast.school, name="新生.xlsx", content=book(rows), as_a="student", first_day=DAY,
        now=NOW,
    )  # fmt: skip
    checking.check(file_id=file.pk, now=NOW)
    intake.confirm(by=cast.registrar, file=file, leave="", now=NOW)
    monkeypatch.setattr(applying, "CHUNK", 1)
    whole = applying._Takeover._chunk
    done: list[int] = []

    def cut_off(self: Any, chunk: Any) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        whole(self, chunk)

    monkeypatch.setattr(applying._Takeover, "_chunk", cut_off)
    with pytest.raises(KeyboardInterrupt):
        applying.apply(file_id=file.pk, now=NOW)
    monkeypatch.setattr(applying._Takeover, "_chunk", whole)
    return RosterFile.objects.get(pk=file.pk)


@pytest.mark.django_db
def test_an_interrupted_import_goes_on_without_whoever_was_destroyed_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = person(cast)
    wrong = pupil(4, NAME, "没有这个班")
    file = on_its_way(cast, [pupil(1, "张小明"), pupil(2, NAME), pupil(3, "李梅"), wrong], monkeypatch)
    assert file.stage == "applying"
    run = agreed(cast, prepared(cast, why="request", person=one))
    carry_out(run)
    assert traces() == set()
    applying.apply(file_id=file.pk, now=NOW)
    file.refresh_from_db()
    assert file.stage == "done"
    assert set(Person.objects.exclude(name="").values_list("name", flat=True)) == {"张小明", "李梅"}
    assert traces() == set(), "no line brings the person back"


@pytest.mark.django_db
def test_who_was_merged_after_the_agreement_is_destroyed_as_the_record_that_stayed(cast: Cast) -> None:
    one = person(cast)
    twin = Person.objects.create(name=NAME, pinyin="ouyang ruoxi", initials="oyrx", phone=PHONE)
    Enrolment.objects.create(
        person=twin, school=cast.school, unit=cast.class_two, as_a="student", from_on=DAY, number="2"
    )
    run = agreed(cast, prepared(cast, why="request", person=one))
    merging.merge(by=cast.registrar, kept=twin, gone=one, unit=cast.class_two, reason="重复录入", now=NOW)
    carry_out(run)
    assert run.certificate == {"people": 1, "left_out": 0}
    assert Person.objects.get(pk=twin.pk).purged_at is not None
    assert not IdentityDocument.objects.exists()
    assert traces() == set()


@pytest.mark.django_db
def test_whose_time_was_up_and_who_turns_out_to_be_a_present_pupil_stays_whole(cast: Cast) -> None:
    one = person(cast)
    twin = Person.objects.create(name=NAME)
    Enrolment.objects.create(person=twin, school=cast.school, unit=cast.class_two, as_a="student", from_on=DAY)
    run = agreed(cast, prepared(cast))
    merging.merge(by=cast.registrar, kept=twin, gone=one, unit=cast.class_two, reason="重复录入", now=NOW)
    carry_out(run)
    assert run.certificate == {"people": 0, "left_out": 1}
    assert IdentityDocument.objects.filter(person=twin).exists()
    assert NAME in {text for _, text in everything()}


@pytest.mark.django_db(transaction=True)
def test_destroying_waits_until_the_school_s_import_is_through(cast: Cast) -> None:
    run = agreed(cast, prepared(cast, why="request", person=person(cast)))
    done = threading.Event()

    def destroy() -> None:
        try:
            carry_out(PurgeRun.objects.get(pk=run.pk))
            done.set()
        finally:
            connections.close_all()

    with turn_of(cast.school.pk):
        worker = threading.Thread(target=destroy)
        worker.start()
        assert not done.wait(0.7)
        assert Person.objects.filter(name=NAME).exists()
    worker.join(20)
    assert done.is_set()
    assert not Person.objects.filter(name=NAME).exists()
    assert not RosterRow.objects.filter(cells__isnull=False).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
    assert purging.CHUNK > 1
