"""附表2: heads with each symptom, today and over three days; who had nothing, and who has not reported."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from lianfang.core.ids import uuid7
from lianfang.health.actions import opening, rolls
from lianfang.health.queries import summary
from lianfang.health.rules import sent, symptoms
from lianfang.health.rules import summary as rules
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.summary import Found, Line
from lianfang.health.tests.classes import fill
from lianfang.orgs.models import Unit
from lianfang.people.models import Person
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def at_nine(clock: Clock) -> None:
    clock.set("2020-02-05 09:00")


def found(person: UUID, *codes: str, on: date = DAY, fever: bool = False) -> Found:
    return Found(7, on, person, symptoms.packed(codes), fever)


def test_one_who_coughs_on_two_days_is_one_person() -> None:
    counts = dict(zip(rules.columns(), rules.heads([
        found(ONE, "cough"), found(ONE, "cough", "rash", on=DAY - timedelta(days=1)), found(TWO, "cough"),
    ])[7].counts(), strict=True))  # fmt: skip
    assert (counts["cough"], counts["rash"], counts["fever"]) == (2, 1, 0)


@pytest.mark.parametrize(
    ("of", "columns"),
    [
        (found(ONE, fever=True), {"fever"}),
        (found(ONE, "fever", fever=True), {"fever"}),
        (found(ONE, "headache", "dizziness"), {"other"}),
        (found(ONE, "parotid_swelling", "other"), {"parotid_swelling", "other"}),
    ],
)
def test_a_finding_falls_into_its_columns(of: Found, columns: set[str]) -> None:
    assert rules.marks(of) == columns


def test_sums_leave_out_what_is_not_known() -> None:
    lines = [Line(1, 45, True, 44, 1, (1, 0), (2, 0)), Line(2, 40, False, None, None, None, None)]
    whole = rules.sums(lines)
    assert (whole.expected, whole.present, whole.ill, whole.today, whole.reported) == (85, 44, 1, (1, 0), False)
    assert rules.sums([]).expected is None


def report(cast: Cast, unit: Unit, *named: sent.Named, on: date = DAY) -> None:
    roll = sent.Roll(id=uuid7(), unit=unit.pk, round="morning", exceptions=list(named), on=on)
    rolls.take([RollIn(roll, Seat(cast.school.pk, unit.pk), on, Author(by_id=1), 45)], now=NOW)


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    pupils = fill(cast.class_one)
    fill(cast.class_two, 42)
    opening.open_day(DAY)
    report(cast, cast.class_one, sent.Named(person=pupils[0].pk, symptoms=["vomiting"]), on=DAY - timedelta(days=2))
    report(cast, cast.class_one, sent.Named(person=pupils[9].pk, symptoms=["rash"]), on=DAY - timedelta(days=3))
    report(cast, cast.class_one, sent.Named(person=pupils[0].pk, absent="ill", symptoms=["vomiting", "fever"]),
           sent.Named(person=pupils[1].pk, absent="leave"))  # fmt: skip
    return pupils


def test_the_sheet_of_a_school(cast: Cast, pupils: list[Person]) -> None:
    _, (first, second) = summary.lines(cast.school, DAY)
    today, days = (dict(zip(rules.columns(), counts or (), strict=True)) for counts in (first.today, first.days))
    assert (first.expected, first.present, first.ill, first.zero) == (45, 43, 1, False)
    assert (today["vomiting"], today["fever"], today["rash"]) == (1, 1, 0)
    assert (days["vomiting"], days["rash"]) == (1, 0), "the day itself and two before it; one person once"
    assert (second.present, second.ill, second.today, second.zero) == (None, None, None, False), "no report, no zero"
    report(cast, cast.class_two)
    assert summary.lines(cast.school, DAY)[1][1].zero


def test_the_workbook_has_the_official_heading_and_no_zero_where_nothing_is_known(
    cast: Cast, client: Client, pupils: list[Person], tmp_path: Any
) -> None:
    client.force_login(cast.clerk)
    answer = client.get(f"/health/summary/{cast.school.pk}/{DAY}/table/")
    file = tmp_path / "summary.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    rows = list(openpyxl.load_workbook(file).active.values)  # type: ignore[union-attr]
    assert "湖南省" in str(rows[1][0])
    lines = {row[1]: row for row in rows if row[1]}
    assert lines[cast.class_one.label][2:5] == (45, 43, 1)
    assert lines[cast.class_two.label][2:5] == (42, None, None)
    assert any(cast.class_two.label in str(row[0]) for row in rows[-2:])


def test_the_sheet_is_for_people_of_the_school(cast: Cast, client: Client, pupils: list[Person]) -> None:
    address = f"/health/summary/{cast.school.pk}/{DAY}/"
    for who, status in (("clerk", 200), ("doctor", 200), ("city", 404), ("head_second", 404), ("teacher", 403)):
        client.force_login(cast.people[who])
        assert client.get(address).status_code == status, who
        assert client.get(address + "sheet/").status_code == status, who
