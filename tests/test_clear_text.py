"""The database is searched for clear text: every column of every table, after people were entered, imported, looked for
and signed in in every way there is (control D01)."""

import base64
import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from lianfang.core.ids import uuid7
from lianfang.health.actions import cards, rolls, tracing
from lianfang.health.models import Absence, Check, Held, Step
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, CardIn, RollIn, Seat
from lianfang.health.rules.status import Status
from lianfang.health.rules.tracing import NewStep
from lianfang.people import actions as people
from lianfang.people.actions import guardians, intake, leave, roster
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import Person, User
from lianfang.people.rules import identity
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast

PHONES = ("13700008642", "13700009753", "13700001357", "13700002468", "13700003579")
OWN, PARENT, STAFF, IMPORTED, TYPED = PHONES
NUMBERS = tuple(part + identity.check_digit(part) for part in ("43010220050307864", "43010220050308753"))
ADDRESSES = ("长沙市岳麓区独一路8642号", "湘潭市雨湖区独二路9753号", "张家界市独三镇")
NOTE = "青霉素过敏独四"
HOSPITAL, DIAGNOSIS, ANSWER = "湘雅独七医院", "疑似独八热", "独九村外婆家"
SAID = (HOSPITAL, DIAGNOSIS, ANSWER, "独七", "独八", "独九")
SECRETS = (*PHONES, *NUMBERS, *ADDRESSES, NOTE, *SAID, "独一路", "独二路", "独三镇", "独四")


def dumped() -> Iterator[tuple[str, str]]:
    """(table, a row of it as text) of the whole database; what sessions hold, unpacked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t')
            yield from ((table, row.replace("\\\\", "\\")) for (row,) in cursor.fetchall())
    yield from (("django_session", str(session.get_decoded())) for session in Session.objects.all())


def forms_of(secret: str) -> set[str]:
    """How it may stand in a text column, in bytes, in JSON, and packed into base64 at any offset."""
    raw = secret.encode()
    # the characters at both ends hang together with what stands before and after
    packed = {base64.b64encode(b" " * shift + raw).decode().rstrip("=")[4 if shift else 0 : -1] for shift in range(3)}
    return {secret, raw.hex(), secret.encode("unicode_escape").decode()} | packed


def found() -> set[tuple[str, str]]:
    """(table, secret) wherever one of the secrets stands."""
    wanted = [(secret, form) for secret in SECRETS for form in forms_of(secret)]
    return {(table, secret) for table, row in dumped() for secret, form in wanted if form in row}


@pytest.mark.parametrize(
    "row",
    [
        f"x{OWN}", f"\\x00{NOTE.encode().hex()}ff", ADDRESSES[0].encode("unicode_escape").decode(),
        *(base64.b64encode(b"abc"[:shift] + NUMBERS[0].encode() + b"z").decode() for shift in range(3)),
    ],
)  # fmt: skip
def test_the_search_finds_what_stands_in_clear(db: None, row: str) -> None:
    assert found() == set()
    session = Session(session_key="k", session_data=row, expire_date=NOW)
    session.save()
    assert {table for table, _secret in found()} == {"django_session"}


@pytest.fixture
def client_of(cast: Cast, client: Client) -> Client:
    client.force_login(cast.registrar)
    return client


def entered(cast: Cast) -> Person:
    policies.open_response(
        by=cast.admin, unit=cast.province_unit, name="一级响应", level=1, reason="省政府决定", from_on=DAY, now=NOW
    )
    facts = {
        "name": "欧阳小雨", "phone": OWN, "address": ADDRESSES[0], "place": ADDRESSES[2], "health_note": NOTE, "sex": 2,
    }  # fmt: skip
    person = roster.add_person(
        by=cast.registrar, unit=cast.class_one, as_a="student", facts=facts, from_on=DAY, now=NOW,
        documents=[roster.NewDocument("resident", NUMBERS[0])],
        guardians_of=[guardians.NewGuardian("欧阳父", PARENT, "father")],
    )  # fmt: skip
    guardians.add_household(by=cast.registrar, school=cast.school, label="3栋501", address=ADDRESSES[1], now=NOW)
    people.create_account(
        by=cast.admin, username="newcomer", name="新人", phone=STAFF, email="", password="Lian-fang-2020",
        must_change=True, unit=cast.school, now=NOW,
    )  # fmt: skip
    return person


def roll() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["姓名", "身份证号", "性别", "班级", "联系电话", "家庭住址", "家长姓名", "家长电话"],
            ["王独五", NUMBERS[1], "男", "机电1901班", IMPORTED, ADDRESSES[1], "王父", PARENT],
            ["李独六", "430102", "男", "没有的班", TYPED, ADDRESSES[1], "", ""],
        ]
    )
    return out.getvalue().encode()


def test_nothing_personal_stands_in_clear_anywhere(cast: Cast, client_of: Client) -> None:
    person = entered(cast)
    assert Person.objects.get(pk=person.pk).phone.open().endswith(OWN)
    assert User.objects.get(username="newcomer").work_phone.endswith(STAFF)
    assert found() == set()

    path = reverse("roster:search", args=[cast.school.pk])
    for words in (OWN, NUMBERS[0], PARENT):
        client_of.post(path, {"words": words})
        assert found() == set()
    roster.change_person(by=cast.registrar, person=person, unit=cast.class_one, now=NOW, address=ADDRESSES[1])
    for words in (OWN, STAFF, TYPED):
        Client().post(reverse("account:sign_in"), {"username": words, "password": "wrong"})
    assert found() == set()


def test_a_roster_leaves_nothing_in_clear_at_any_stage(cast: Cast) -> None:
    file = intake.upload(
        by=cast.registrar, unit=cast.school, name="名单.csv", content=roll(), now=NOW, as_a="student",
        first_day=date(2020, 2, 5),
    )  # fmt: skip
    assert found() == set()
    checking.check(file_id=file.pk, now=NOW)
    assert found() == set()
    file.refresh_from_db()
    intake.confirm(by=cast.registrar, file=file, leave="", now=NOW)
    applying.apply(file_id=file.pk, now=NOW)
    assert Person.objects.get(name="王独五").phone.open().endswith(IMPORTED)
    assert found() == set()


def test_an_absence_does_not_tell_where_somebody_went(cast: Cast) -> None:
    leave.report(
        by=cast.teacher, unit=cast.class_one, kind="leave", from_on=DAY, to_on=DAY, where=ADDRESSES[2], reason="探亲",
        stand_in=None, now=NOW,
    )  # fmt: skip
    assert found() == set()


def test_remarks_and_answers_of_a_day_are_sealed_taken_or_held(cast: Cast) -> None:
    person, seat, by = uuid7(), Seat(cast.school.pk, cast.class_one.pk), Author(cast.teacher.pk)
    named = sent.Named(person=person, absent="ill", symptoms=["fever"], note=NOTE)
    for exceptions, expected in (([named], 45), ([named], None)):  # the second one is of a class that is closed
        roll = sent.Roll(id=uuid7(), unit=seat.unit_id, round="morning", exceptions=exceptions)
        rolls.take([RollIn(roll, seat, DAY, by, expected)], now=NOW)
    for temperature in (36.9, 369):
        card = sent.Card(
            id=uuid7(), person=person, symptoms=[], temperature=temperature, note=NOTE, answers={"more": ANSWER}
        )
        cards.take([CardIn(card, seat, DAY, by)], now=NOW)
    kept = Check.objects.get(source=sent.Source.CARD)
    assert (Check.objects.count(), Held.objects.count()) == (2, 2)
    assert kept.note is not None
    assert (kept.note.open(), kept.answers) == (NOTE, {"more": ANSWER})
    assert {held.sent.get("note") or held.sent["exceptions"][0]["note"] for held in Held.objects.all()} == {NOTE}
    assert found() == set()


def test_hospital_diagnosis_and_remarks_of_an_absence_are_sealed(cast: Cast) -> None:
    person = entered(cast)
    absence = Absence.objects.create(
        person=person, school=cast.school, unit=cast.class_one, from_on=DAY, last_on=DAY, status=int(Status.ILL)
    )
    step = NewStep(uuid7(), "diagnosis", "pneumonia", "hospital", hospital=HOSPITAL, diagnosis=DIAGNOSIS, note=NOTE)
    tracing.take_step(by=cast.doctor, absence=absence, step=step, now=NOW)
    made = Step.objects.get()
    assert made.diagnosis is not None
    assert made.diagnosis.open() == DIAGNOSIS
    assert found() == set()
