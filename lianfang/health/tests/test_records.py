"""The health record: one timeline, seen as far as one's right goes, every look on record."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health import record as records
from lianfang.health.actions import cards, rolls
from lianfang.health.models import Absence, Step
from lianfang.health.queries import days
from lianfang.health.record import Entry, Span, Viewer
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Status
from lianfang.people.actions import codes
from lianfang.people.models import Enrolment, Person, User
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast
from tests.families import Families, assess, claim_of, families


@pytest.fixture(autouse=True)
def at_eight(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def home(cast: Cast) -> Families:
    assess(cast)
    return families(cast)


@pytest.fixture
def story(cast: Cast, home: Families) -> Person:
    """周小雨: well on 29 to 31 January, ill on 1 and 2 February, silent on 3, well on 4, a card with a remark on 5."""
    seat = Seat(cast.school.pk, cast.class_one.pk)
    for day in (29, 30, 31):
        _roll(cast, seat, date(2020, 1, day))
    ill = sent.Named(person=home.rain.pk, absent="ill", symptoms=["fever"], temperature=38.6, note="妈妈来电")
    for day in (1, 2):
        _roll(cast, seat, date(2020, 2, day), ill)
    _roll(cast, seat, date(2020, 2, 4), sent.Named(person=home.sky.pk, absent="leave"))
    card = sent.Card(id=uuid7(), person=home.rain.pk, symptoms=["cough"], note="夜里咳")
    cards.take([CardIn(card, seat, DAY, Author(sender_id=uuid7()), Source.CARD)], now=NOW)
    absence = Absence.objects.create(
        person=home.rain, school=cast.school, unit=cast.class_one, from_on=date(2020, 2, 1), last_on=date(2020, 2, 2),
        cause="cold", status=int(Status.ILL),
    )  # fmt: skip
    Step.objects.create(
        absence=absence, kind="diagnosis", at=NOW, by_id=cast.doctor.pk, by_name="高洁", hospital="湘雅医院",
        diagnosis="上呼吸道感染", note="家长情绪急",
    )  # fmt: skip
    return home.rain


def _roll(cast: Cast, seat: Seat, on: date, *named: sent.Named) -> None:
    told = sent.Roll(id=uuid7(), unit=seat.unit_id, round="morning", exceptions=list(named))
    now = NOW.replace(year=on.year, month=on.month, day=on.day)
    (outcome,) = rolls.take([RollIn(told, seat, on, Author(cast.teacher.pk), 3)], now=now)
    assert outcome.state == "taken"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(person: Person, name: str = "record") -> str:
    return reverse(f"health:{name}", args=[person.pk])


def told(page: Any) -> str:
    return "\n".join(f"{entry.on} {entry.what} {' / '.join(entry.parts)}" for entry in page.context["entries"])


def test_the_doctor_takes_out_what_the_page_shows_and_nobody_else_does(cast: Cast, story: Person) -> None:
    Person.objects.filter(pk=story.pk).update(name="=1+1")
    answer = signed_in(cast.doctor).get(at(story, "record_table"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cells = [str(cell.value or "") for row in book.worksheets[0].iter_rows() for cell in row]
    assert cells[0].startswith("'=1+1")
    words = " ".join(cells)
    for word in ("38.6", "上呼吸道感染", "湘雅医院", "夜里咳", "高洁"):
        assert word in words, word
    event = Event.objects.get(verb="person.health_exported")
    assert str(event.pk)[-8:].upper() in cells[4]
    assert signed_in(cast.teacher).get(at(story, "record_table")).status_code == 403
    assert (
        reverse("health:record_table", args=[story.pk]) not in signed_in(cast.teacher).get(at(story)).content.decode()
    )


def test_a_day_without_a_word_is_not_a_well_day(cast: Cast, story: Person) -> None:
    belongings = list(Enrolment.objects.filter(person=story))
    found = days.of_person(story.pk, belongings, date(2020, 1, 29), DAY, {cast.school.pk})
    assert [day.day.status.name for day in found] == [
        "WELL", "WELL", "WELL", "ILL", "ILL", "NO_REPORT", "WELL", "SYMPTOMATIC",
    ]  # fmt: skip


def test_a_record_of_sixty_days_takes_a_few_queries(
    cast: Cast, story: Person, django_assert_num_queries: Callable[..., Any]
) -> None:
    belongings = list(Enrolment.objects.filter(person=story))
    with django_assert_num_queries(3):
        days.of_person(story.pk, belongings, DAY - timedelta(days=59), DAY, {cast.school.pk})


def test_the_doctor_sees_everything_and_the_look_is_on_record(cast: Cast, story: Person) -> None:
    page = signed_in(cast.doctor).get(at(story))
    words = told(page)
    for word in ("38.6", "上呼吸道感染", "湘雅医院", "家长情绪急", "妈妈来电", "夜里咳"):
        assert word in words, word
    event = Event.objects.get(verb="person.health_viewed")
    assert (event.subject_id, event.by_id) == (str(story.pk), cast.doctor.pk)
    assert signed_in(cast.doctor).get(at(story, "record_sheet")).status_code == 200
    assert Event.objects.filter(verb="person.health_printed").count() == 1


def test_the_class_teacher_sees_findings_and_no_diagnosis_or_remark(cast: Cast, story: Person) -> None:
    page = signed_in(cast.teacher).get(at(story))
    content = page.content.decode()
    assert "38.6" in content
    for word in ("上呼吸道感染", "湘雅医院", "家长情绪急", "妈妈来电", "夜里咳"):
        assert word not in content, word
    assert signed_in(cast.teacher_two).get(at(story)).status_code == 404
    assert signed_in(cast.registrar).get(at(story)).status_code == 403


def test_the_family_sees_the_same_without_notes_of_staff(cast: Cast, story: Person, home: Families) -> None:
    made = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    assert made.code is not None
    phone = Client()
    claim_of(phone, made.code.open())
    page = phone.get(at(story, "own_record"))
    words = told(page)
    assert "夜里咳" in words
    assert "上呼吸道感染" in words
    for word in ("家长情绪急", "妈妈来电"):
        assert word not in page.content.decode(), word
    assert Event.objects.filter(verb="my.viewed", detail__what="health").count() == 1
    assert phone.get(at(home.hao, "own_record")).status_code == 404
    assert phone.get(at(story)).status_code == 302, "the page of staff asks for a sign-in"


def test_well_days_are_one_line_and_the_calendar_counts_in_words(cast: Cast, story: Person) -> None:
    page = signed_in(cast.teacher).get(at(story))
    kinds = [entry.kind for entry in page.context["entries"]]
    assert (kinds.count("well"), kinds.count("day")) == (2, 3)
    counts = {one["look"]: one["n"] for one in page.context["calendar"]["counts"]}
    assert counts == {"well": 4, "symptomatic": 1, "ill": 2, "none": 35, "off": 18}  # weekends and festivals


def test_a_page_asks_as_much_for_one_day_as_for_sixty(
    cast: Cast, story: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = signed_in(cast.doctor)
    client.get(at(story))
    for until in ("2020-02-05", "2019-09-02"):
        with django_assert_max_num_queries(42):
            client.get(f"{at(story)}?until={until}")


def test_nothing_of_another_school_is_shown(cast: Cast, story: Person) -> None:
    viewer = Viewer(frozenset({cast.second.pk}), medical=True)
    found = records.timeline(story, Span(date(2020, 1, 1), DAY), viewer)
    assert [entry.kind for entry in found if entry.kind != "claim"] == []


def test_a_room_above_can_add_what_it_knows(cast: Cast, story: Person) -> None:
    def say(person: Person, span: Span, viewer: Viewer) -> list[Entry]:
        return [Entry(NOW, "gate", "came through the gate")]

    records.register(say)
    records.register(say)
    try:
        found = records.timeline(story, Span(DAY, DAY), Viewer(frozenset({cast.school.pk})))
    finally:
        records._providers.remove(say)
    assert [entry.what for entry in found if entry.kind == "gate"] == ["came through the gate"]


@pytest.mark.parametrize("until", ["2020-01-10", "nonsense", "2999-01-01", ""])
def test_earlier_days_can_be_leafed_through(cast: Cast, story: Person, until: str) -> None:
    page = signed_in(cast.doctor).get(f"{at(story)}?until={until}")
    assert page.status_code == 200
    assert page.context["span"].last == (date(2020, 1, 10) if until == "2020-01-10" else DAY)
