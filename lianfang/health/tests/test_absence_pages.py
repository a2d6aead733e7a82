"""The pages of absences: who sees whom, one tap, what was said, the register."""

import io
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import absences, rolls
from lianfang.health.models import Absence, Stage, Step
from lianfang.health.queries import absences as queries
from lianfang.health.queries import courses
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.tests.classes import fill
from lianfang.orgs.models import Unit
from lianfang.people.models import Guardian, Guardianship, Person
from tests.cast import DAY, NOW, Cast

PHONE = "15400000042"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)


def miss(cast: Cast, people: list[Person], **told: object) -> list[Absence]:
    """The morning roll of class one names them ill."""
    seat, at = Seat(cast.school.pk, cast.class_one.pk), NOW.replace(hour=8)
    named = [sent.Named(person=one.pk, absent="ill", **told) for one in people]  # type: ignore[arg-type]
    said = sent.Roll(id=uuid7(), unit=seat.unit_id, round="morning", on=DAY, exceptions=named)
    rolls.take([RollIn(said, seat, DAY, Author(by_id=cast.teacher.pk), 10)], now=at)
    absences.follow(courses.changed([(cast.school.pk, DAY)]), now=at)
    return list(Absence.objects.order_by("pk"))


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    found = fill(cast.class_one, 12)
    mother = Guardian.objects.create(name="王妈妈", phone=PHONE)
    Guardianship.objects.create(guardian=mother, person=found[0], relation="mother", from_on=DAY)
    return found


@pytest.fixture
def one(cast: Cast, pupils: list[Person], client: Client) -> Absence:
    client.force_login(cast.teacher)
    return miss(cast, pupils[:1], symptoms=["fever"])[0]


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"health:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def said(**typed: object) -> dict[str, object]:
    return {"id": str(uuid7()), **typed}


def test_the_list_shows_who_is_missing_and_until_when(client: Client, one: Absence) -> None:
    text = page(client, "absences")
    assert "王小明" in text
    assert text.count(reverse("health:absence", args=[one.pk])) == 2  # the name and the button
    assert "10:00" in text
    assert Event.objects.filter(verb="person.listed").count() == 1


def test_the_start_page_asks_for_what_is_due_until_midnight(client: Client, cast: Cast, one: Absence) -> None:
    assert queries.due_today(cast.teacher, NOW) == (1, one.due_at)
    assert queries.due_today(cast.teacher_two, NOW) == (0, None)
    tasks = client.get("/").context["open_rows"]
    assert reverse("health:absences") in [row.url for row in tasks]
    Absence.objects.update(due_at=NOW + timedelta(days=1))
    assert queries.due_today(cast.teacher, NOW) == (0, None)


def test_the_teacher_of_another_class_sees_none_of_them(client: Client, cast: Cast, one: Absence) -> None:
    client.force_login(cast.teacher_two)
    assert "王小明" not in page(client, "absences")
    assert client.get(reverse("health:absence", args=[one.pk])).status_code == 404
    assert client.post(reverse("health:absence_step", args=[one.pk]), said(kind="return")).status_code == 404
    assert not Step.objects.exists()


def test_a_list_of_many_asks_no_more_than_one_of_two(client: Client, cast: Cast, pupils: list[Person]) -> None:
    client.force_login(cast.doctor)
    asked = []
    for people in (pupils[:2], pupils[2:]):
        Absence.objects.bulk_create([
            Absence(person=each, school=cast.school, unit=cast.class_one, from_on=DAY, last_on=DAY, status=3)
            for each in people
        ])  # fmt: skip
        page(client, "absences")
        with CaptureQueriesContext(connection) as found:
            page(client, "absences")
        asked.append(len(found))
    assert asked[0] == asked[1] < 20


def test_the_page_masks_numbers_and_one_tap_shows_one_on_record(client: Client, one: Absence) -> None:
    text = page(client, "absence", one.pk)
    assert PHONE not in text
    assert "王小明" not in text.split("</title>")[0]
    row = Guardianship.objects.get(person=one.person_id)
    answer = client.post(reverse("health:absence_number", args=[one.pk, row.pk]))
    assert f"tel:{PHONE}" in answer.content.decode()
    event = Event.objects.get(verb="person.revealed")
    assert event.detail["why"] == "illness"
    assert client.get(reverse("health:absence_number", args=[one.pk, row.pk])).status_code == 405


def test_what_the_family_said_is_one_step_however_often_it_is_sent(client: Client, one: Absence) -> None:
    typed = said(cause="varicella", place="home", symptoms=["fever", "rash"], diagnosis="水痘", seen_on=DAY.isoformat())
    for _ in range(2):
        assert client.post(reverse("health:absence", args=[one.pk]), typed).status_code == 302
    step = Step.objects.get()
    assert (step.kind, step.cause, step.by_name) == ("diagnosis", "varicella", "林芳")
    one.refresh_from_db()
    assert one.stage == Stage.SEEN
    text = page(client, "absence", one.pk)
    assert "水痘" in text
    assert "水痘" not in str(list(Event.objects.values_list("detail", "reason")))


def test_a_day_ahead_is_told_at_its_field_and_nothing_typed_is_lost(client: Client, one: Absence) -> None:
    typed = said(cause="cold", onset_on=(DAY + timedelta(days=1)).isoformat(), note="外婆接的电话")
    answer = client.post(reverse("health:absence", args=[one.pk]), typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "外婆接的电话" in text
    assert 'id="id_onset_on_error"' in text
    assert not Step.objects.exists()


def test_one_tap_says_nobody_was_reached_and_one_that_the_pupil_is_back(client: Client, one: Absence) -> None:
    client.post(reverse("health:absence_step", args=[one.pk]), said(kind="unreached"))
    one.refresh_from_db()
    assert (one.stage, one.due_at) == (Stage.OPEN, NOW + timedelta(hours=2))
    client.post(reverse("health:absence_step", args=[one.pk]), said(kind="return"))
    one.refresh_from_db()
    assert (one.stage, one.back_on) == (Stage.BACK, DAY)
    assert "王小明" in client.get(reverse("health:absences") + "?over").content.decode()
    refused = client.post(reverse("health:absence_step", args=[one.pk]), said(kind="unreached"), follow=True)
    assert Step.objects.count() == 2
    assert refused.status_code == 200


def test_a_step_nobody_knows_changes_nothing(client: Client, one: Absence) -> None:
    for typed in ({"kind": "return"}, said(kind="diagnosis"), said(kind=""), {"id": "1", "kind": "return"}):
        assert client.post(reverse("health:absence_step", args=[one.pk]), typed).status_code == 302
    assert not Step.objects.exists()


def test_the_register_shows_what_may_be_shown_and_no_report_is_no_zero(
    client: Client, cast: Cast, one: Absence
) -> None:
    client.post(reverse("health:absence", args=[one.pk]), said(cause="cold", diagnosis="独一诊断"))
    text = client.get(reverse("health:register"), {"first": str(DAY), "last": str(DAY)}).content.decode()
    assert "王小明" in text
    assert "154****0042" in text
    assert PHONE not in text
    assert "独一诊断" not in text
    assert queries.attendance(cast.class_one, DAY) == {"expected": 10, "there": 9, "absent": 1, "ill": 1}
    assert queries.attendance(cast.class_one, DAY - timedelta(days=1)) is None
    (line,) = queries.register(Unit.objects.filter(pk=cast.class_one.pk), DAY, DAY)
    assert queries.causes([line]) == [("cold", 1, Decimal(1))]


def test_the_sheet_is_on_record(client: Client, one: Absence) -> None:
    assert "王小明" in client.get(reverse("health:register_sheet")).content.decode()
    assert Event.objects.get(verb="absence.printed").detail == {"form": "print", "lines": 1}


def test_only_the_doctor_takes_the_table_out_and_it_carries_a_mark(client: Client, cast: Cast, one: Absence) -> None:
    assert client.get(reverse("health:register_table")).status_code == 403
    Person.objects.filter(pk=one.person_id).update(name="=1+1")
    client.force_login(cast.doctor)
    answer = client.get(reverse("health:register_table"), {"unit": cast.class_one.pk})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cells = [[str(cell.value) for cell in row] for row in book.worksheets[0].iter_rows()]
    assert "高洁" in cells[1][0]
    assert cells[3][2] == "'=1+1"
    assert str(Event.objects.get(verb="absence.exported").pk)[-8:].upper() in cells[1][0]


def test_more_than_a_class_is_not_taken_out_at_once(client: Client, cast: Cast) -> None:
    many = fill(cast.class_one, 51)
    Absence.objects.bulk_create([
        Absence(person=each, school=cast.school, unit=cast.class_one, from_on=DAY, last_on=DAY, status=3)
        for each in many
    ])  # fmt: skip
    client.force_login(cast.doctor)
    answer = client.get(reverse("health:register_table"), {"unit": cast.school.pk})
    assert answer.status_code == 422
    assert not Event.objects.filter(verb="absence.exported").exists()


def test_an_unknown_absence_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.teacher)
    assert client.get(reverse("health:absence", args=[UUID(int=1)])).status_code == 404
