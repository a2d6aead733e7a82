"""Boards: what is expected, who has reported, what was found; nothing unknown is ever a zero."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import comparing, opening, rolls
from lianfang.health.models import Tally
from lianfang.health.queries import boards, classes, figures, findings, mine, terms, today
from lianfang.health.rules import sent
from lianfang.health.rules.boards import Standing, column, known, standing
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.tests.classes import fill
from lianfang.obligations.actions import exempting, extending
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person
from lianfang.policies import actions as policies
from lianfang.policies import diseases
from lianfang.policies.models import Response
from tests.browser import Clock
from tests.cast import DAY, NOW, SINCE, Cast


@pytest.fixture(autouse=True)
def at_nine(clock: Clock) -> None:
    clock.set("2020-02-05 09:00")


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    """45 in the first class, nobody in the second."""
    found = fill(cast.class_one)
    opening.open_day(DAY)
    return found


def report(cast: Cast, unit: Unit, *named: sent.Named, code: str = "morning", on: date = DAY) -> None:
    facts: dict[str, Any] = {"id": uuid7(), "unit": unit.pk, "round": code, "exceptions": list(named), "on": on}
    seat = Seat(cast.school.pk, unit.pk)
    (outcome,) = rolls.take([RollIn(sent.Roll(**facts), seat, on, Author(by_id=1), 45)], now=NOW)
    assert outcome.state == "taken"


def named(person: Person, **told: Any) -> sent.Named:
    return sent.Named(person=person.pk, **told)


def counts(unit: Unit) -> tuple[int | None, int | None]:
    row = Tally.objects.get(school_id=unit.school_id or unit.pk, on=DAY, unit_id=unit.pk)
    return row.expected, row.classes


# ── the day's expectation ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_day_expects_who_belongs_to_a_class_and_is_not_away(cast: Cast, pupils: list[Person]) -> None:
    Enrolment.objects.filter(person=pupils[0]).update(away_from=DAY)
    Enrolment.objects.filter(person=pupils[1]).update(to_on=DAY - timedelta(days=1), ending="left")
    Enrolment.objects.filter(person=pupils[2]).update(away_from=SINCE, away_to=DAY - timedelta(days=1))
    opening.open_day(DAY)
    assert counts(cast.class_one) == (43, None)
    assert counts(cast.class_two) == (0, None)
    assert counts(cast.school) == (43, 1), "a class nobody belongs to owes nothing"


def test_opening_a_day_again_changes_nothing_and_follows_what_has_changed(cast: Cast, pupils: list[Person]) -> None:
    assert opening.open_day(DAY) == 0
    Enrolment.objects.filter(person__in=pupils[:20]).update(unit=cast.class_two)
    assert opening.open_day(DAY) == 3
    assert (counts(cast.class_one), counts(cast.class_two), counts(cast.school)) == ((25, None), (20, None), (45, 2))


def test_a_class_that_was_closed_is_expected_no_longer(cast: Cast, pupils: list[Person]) -> None:
    Unit.objects.filter(pk=cast.class_two.pk).update(valid_to=DAY - timedelta(days=1))
    opening.open_day(DAY)
    assert not Tally.objects.filter(on=DAY, unit_id=cast.class_two.pk).exists()
    report(cast, cast.class_one)
    Unit.objects.filter(pk=cast.class_one.pk).update(valid_to=DAY - timedelta(days=1))
    opening.open_day(DAY)
    assert Tally.objects.filter(on=DAY, unit_id=cast.class_one.pk).exists(), "what was reported stays counted"
    assert counts(cast.school) == (0, 0)


def test_opening_keeps_what_was_reported(cast: Cast) -> None:
    fill(cast.class_one)
    report(cast, cast.class_one)
    assert opening.open_missing(DAY) > 0
    row = Tally.objects.get(on=DAY, unit_id=cast.school.pk)
    assert (row.expected, row.classes, row.morning) == (45, 1, 1)
    assert opening.open_missing(DAY) == 0


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("classes_", "reported", "past", "stands"),
    [
        (None, 0, True, Standing.UNKNOWN), (0, 0, True, Standing.NONE), (2, 2, True, Standing.DONE),
        (2, 1, False, Standing.PART), (2, 1, True, Standing.MISSING), (2, 0, False, Standing.WAITING),
    ],
)  # fmt: skip
def test_how_a_place_stands(classes_: int | None, reported: int, past: bool, stands: Standing) -> None:
    assert standing(classes_, reported, past_due=past) is stands


def test_nobody_is_zero_only_where_somebody_has_reported() -> None:
    assert (known(0, False), known(0, True), known(2, False)) == (None, 0, 2)


def test_few_people_are_not_told_apart_outside_the_school() -> None:
    assert column([1, 0, 9, None], whole=True).cells == (1, 0, 9, None)
    assert column([1, 0, 9, None], whole=False).cells == ("<3", 0, "*", None)
    assert (column([2], whole=False).total, column([None], whole=False).total) == ("<3", None)


# ── areas ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_city_counts_its_schools_and_an_unheard_school_is_not_zero(cast: Cast, pupils: list[Person]) -> None:
    found = boards.total(boards.standings(cast.city_unit, DAY, "morning"))
    assert (found.schools, found.classes, found.reported, found.heard, found.lacking) == (1, 1, 0, 0, 1)
    report(cast, cast.class_one, named(pupils[0], absent="ill"))
    found = boards.total(boards.standings(cast.city_unit, DAY, "morning"))
    assert (found.reported, found.whole, found.lacking, found.ill, found.heard) == (1, 1, 0, 1, 1)
    assert boards.total(boards.standings(cast.province_unit, DAY, "morning")).schools == 3


def test_a_sponsor_outside_the_tree_sees_its_schools(cast: Cast) -> None:
    fill(Unit.objects.create(
        kind="class", tier="inner", code="X-1", name="一班", parent=cast.second, school=cast.second,
        path=f"{cast.second.path}99999.",
    ), 3)  # fmt: skip
    opening.open_day(DAY)
    found = boards.standings(cast.nation_company, DAY, "morning")
    assert {child: (row.schools, row.classes) for child, row in found.items()} == {0: (1, 1)}
    (row,) = boards.lacking(cast.nation_company, DAY, "morning")
    assert (row.name, row.missing, row.by) == (cast.second.name, 1, "孙丽")


def test_the_noon_check_is_owed_only_where_a_response_runs(cast: Cast, pupils: list[Person]) -> None:
    assert not terms.owed_anywhere(cast.province_unit, DAY, "noon")
    assert boards.total(boards.standings(cast.province_unit, DAY, "noon")).owing == 0
    Response.objects.create(
        unit=cast.city_unit, name="一级响应", level=1, reason="", from_on=DAY, by_id=1, by_name="", at=NOW
    )
    province = Unit.objects.get(pk=cast.province_unit.pk)
    assert boards.total(boards.standings(province, DAY, "noon")).owing == 1
    assert terms.owed_anywhere(Unit.objects.get(pk=cast.city_unit.pk), DAY, "noon")
    assert not terms.owed_anywhere(cast.second_city, DAY, "noon")


def test_a_level_at_which_the_rules_of_its_disease_ask_for_no_noon_check_owes_none(
    cast: Cast, pupils: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    covid = diseases.catalog()["covid19"]
    quiet = tuple(replace(one, stages=tuple(replace(row, rounds=("morning",)) if row.level == 4 else row
                                            for row in one.stages)) for one in covid.editions)  # fmt: skip
    monkeypatch.setitem(diseases.catalog(), "covid19", replace(covid, editions=quiet))
    facts: dict[str, Any] = {"reason": "省政府", "from_on": DAY, "by": cast.admin, "now": NOW, "disease": "covid19"}
    policies.open_response(unit=cast.city_unit, name="四级", level=4, **facts)
    city = Unit.objects.get(pk=cast.city_unit.pk)
    assert not terms.owed_anywhere(city, DAY, "noon")
    assert boards.total(boards.standings(city, DAY, "noon")).owing == 0
    assert [one.round.code for one in classes.day(cast.school, DAY).planned()] == ["morning"]
    policies.open_response(unit=cast.school, name="三级", level=3, **facts)
    city = Unit.objects.get(pk=cast.city_unit.pk)
    assert boards.total(boards.standings(city, DAY, "noon")).owing == 1
    assert [one.round.code for one in classes.day(cast.school, DAY).planned()] == ["morning", "noon"]


def test_the_day_fills_up_by_the_first_report_of_each_class(cast: Cast, pupils: list[Person]) -> None:
    report(cast, cast.class_one)
    assert boards.steps(cast.city_unit, DAY, "morning") == [(NOW, 1)]
    assert boards.steps(cast.city_unit, DAY, "noon") == []


@pytest.mark.parametrize("who", ["city", "province", "company", "inspector"])
def test_an_area_has_no_names_of_pupils_and_no_classes(
    cast: Cast, client: Client, pupils: list[Person], who: str
) -> None:
    report(cast, cast.class_one, named(pupils[0], absent="ill", symptoms=["fever"]))
    client.force_login(cast.people[who])
    unit = {"city": cast.city_unit, "company": cast.nation_company}.get(who, cast.province_unit)
    page = client.get(f"/health/board/{unit.pk}/{DAY}/").content.decode()
    assert cast.class_one.label not in page
    assert not any(pupil.name in page for pupil in pupils)


def test_an_area_takes_as_many_queries_for_many_schools_as_for_one(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(60):
        school = Unit.objects.create(
            kind="school", tier="school", code=f"S{number}", name=f"第{number}中学", parent=cast.city_unit, path=f"x{number}",
        )  # fmt: skip
        school.path = f"{cast.city_unit.path}{school.pk}."
        school.save()
    opening.open_day(DAY)
    Tally.objects.filter(on=DAY).update(classes=20, expected=900, morning=3)
    client.force_login(cast.city)
    client.get(f"/health/board/{cast.city_unit.pk}/{DAY}/")
    with django_assert_max_num_queries(30):
        page = client.get(f"/health/board/{cast.city_unit.pk}/{DAY}/")
    assert "183" in page.content.decode()
    assert page.content.decode().count("school-") == 12


# ── a school ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def board(client: Client, unit: Unit, on: date = DAY, **more: Any) -> str:
    answer = client.get(f"/health/board/{unit.pk}/{on}/", **more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_missing_class_is_named_with_its_teacher_and_telephone(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    cast.teacher.phone = "13800000007"
    cast.teacher.save()
    client.force_login(cast.head)
    page = board(client, cast.school)
    assert "林芳" in page
    assert "tel:13800000007" in page
    report(cast, cast.class_one)
    assert "林芳" not in board(client, cast.school)


def test_who_is_being_read_of_stays_on_the_list_after_reporting(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    client.force_login(cast.head)
    report(cast, cast.class_one)
    live = board(client, cast.school, data={"shown": str(cast.class_one.pk)}, headers={"HX-Request": "true"})
    assert "<html" not in live
    assert "林芳" in live


def test_authorities_see_which_classes_reported_and_no_count_of_a_class(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    report(cast, cast.class_one, named(pupils[0], absent="ill"))
    client.force_login(cast.city)
    page = board(client, cast.school)
    assert cast.class_one.label in page
    assert "&lt;3" in page
    assert "is-zero" not in page
    client.force_login(cast.head)
    assert "is-zero" in board(client, cast.school)


def test_a_day_without_any_report_shows_dashes(cast: Cast, client: Client, pupils: list[Person]) -> None:
    client.force_login(cast.head)
    page = board(client, cast.school)
    assert "is-zero" not in page
    cells = [row for row in classes.day(cast.school, DAY).classes if row.heard]
    assert cells == []


def test_a_school_takes_as_many_queries_for_sixty_classes_as_for_two(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(60):
        unit = Unit.objects.create(
            kind="class", tier="inner", code=f"K{number}", name=f"{number}班", parent=cast.department, school=cast.school,
            path=f"x{number}",
        )  # fmt: skip
        unit.path = f"{cast.department.path}{unit.pk}."
        unit.save()
        fill(unit, 2)
    opening.open_day(DAY)
    client.force_login(cast.head)
    board(client, cast.school)
    with django_assert_max_num_queries(28):
        page = board(client, cast.school)
    assert page.count("方圆") == 60, "the counsellor of the department answers for classes without a teacher"


def test_whoever_was_let_off_is_neither_missing_nor_done_on_any_board(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    grants = {"by": cast.city, "kind": "class_roll", "to_on": DAY, "now": NOW}
    exempting.grant(slot="morning", unit=cast.class_two, reason="全班外出实训", **grants)  # type: ignore[arg-type]

    def area() -> boards.Standings:
        return boards.total(boards.standings(Unit.objects.get(pk=cast.city_unit.pk), DAY, "morning"))

    assert (area().classes, area().reported, area().lacking) == (1, 0, 1)
    client.force_login(cast.head)
    page = client.get(reverse("health:board", args=[cast.school.pk, DAY]))
    assert [line["row"].unit for line in page.context["missing"]] == [cast.class_one]
    states = {line["row"].unit: line["let_off"] for line in page.context["rows"]}
    assert states == {cast.class_one: "", cast.class_two: "全班外出实训"}
    client.force_login(cast.city)
    assert "全班外出实训" in client.get(reverse("health:board", args=[cast.city_unit.pk, DAY])).content.decode()
    report(cast, cast.class_two)
    assert (area().classes, area().reported) == (2, 1), "what is reported all the same counts"
    exempting.grant(slot="", unit=cast.school, reason="学校停课一天", **grants)  # type: ignore[arg-type]
    assert (area().classes, area().reported, area().lacking) == (1, 1, 0)
    assert boards.lacking(Unit.objects.get(pk=cast.city_unit.pk), DAY, "morning") == []


def test_a_class_that_has_longer_is_not_late_on_the_board_of_its_school(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    extending.extend(
        by=cast.city, kind="class_roll", slot="morning", unit=cast.class_two, due_at=NOW.replace(hour=18),
        reason="上午停电", now=NOW,
    )  # fmt: skip
    client.force_login(cast.head)
    page = client.get(reverse("health:board", args=[cast.school.pk, DAY]))
    assert {line["row"].unit: line["state"] for line in page.context["missing"]} == {
        cast.class_one: "missing", cast.class_two: "not_started",
    }  # fmt: skip


# ── findings and the nightly comparison ───────────────────────────────────────────────────────────────────────────────


def test_findings_leave_out_what_a_correction_took_back(cast: Cast, pupils: list[Person]) -> None:
    first = uuid7()
    seat = Seat(cast.school.pk, cast.class_one.pk)
    told: dict[str, Any] = {"unit": cast.class_one.pk, "round": "morning"}
    before = sent.Roll(id=first, exceptions=[named(pupils[0], temperature=39.5, seen_by_doctor=True)], **told)
    after = sent.Roll(id=uuid7(), after=first, exceptions=[named(pupils[0], temperature=37.9)], **told)
    rolls.take([RollIn(one, seat, DAY, Author(by_id=1), 45) for one in (before,)], now=NOW)
    rolls.take([RollIn(after, seat, DAY, Author(by_id=1), 45)], now=NOW + timedelta(minutes=3))
    (found,) = findings.of_unit(cast.school, DAY)
    assert (found.person, found.tenths, found.seen_by_doctor) == (pupils[0], 379, False)


def test_a_teacher_sees_the_findings_of_the_own_class_only(cast: Cast, client: Client, pupils: list[Person]) -> None:
    (other,) = fill(cast.class_two, 1)
    report(cast, cast.class_one, named(pupils[3], absent="ill", symptoms=["fever", "cough"]))
    report(cast, cast.class_two, named(other, absent="unknown"))
    client.force_login(cast.teacher)
    page = client.get(f"/health/findings/{cast.class_one.pk}/{DAY}/").content.decode()
    assert pupils[3].name in page
    assert pupils[4].name not in page
    assert client.get(f"/health/findings/{cast.class_two.pk}/{DAY}/").status_code == 404
    assert [one.person for one in findings.of_unit(cast.class_two, DAY)] == [other]


def test_findings_take_as_many_queries_for_forty_as_for_one(
    cast: Cast, pupils: list[Person], django_assert_num_queries: Callable[..., Any]
) -> None:
    report(cast, cast.class_one, *(named(one, symptoms=["cough"]) for one in pupils))
    with django_assert_num_queries(6):
        assert len(findings.of_unit(cast.school, DAY)) == 45


def test_a_wrong_count_is_found_at_night_put_right_and_told(cast: Cast, pupils: list[Person]) -> None:
    report(cast, cast.class_one, named(pupils[0], absent="ill"))
    assert comparing.compare(DAY, now=NOW) == 0
    Tally.objects.filter(on=DAY, unit_id=cast.class_one.pk).update(ill=7)
    assert comparing.compare(DAY, now=NOW) == 1
    event = Event.objects.get(verb="board.differed")
    assert event.detail == {"on": DAY.isoformat(), "counts": {"ill": 6}}
    assert Tally.objects.get(on=DAY, unit_id=cast.class_one.pk).ill == 1


# ── the home page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_home_page_asks_the_class_teacher_for_the_check_of_the_own_class(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    client.force_login(cast.teacher)
    page = client.get("/").content.decode()
    assert f"/health/roll/{cast.class_one.pk}/morning/" in page
    assert f"/health/roll/{cast.class_two.pk}/morning/" not in page
    assert not mine.owed(cast.doctor, NOW), "who may report for a whole school is not asked for every class"
    report(cast, cast.class_one)
    (owed,) = mine.owed(cast.teacher, NOW)
    assert owed.done


def test_the_home_page_says_how_complete_a_unit_is_and_whom_the_doctor_should_see(
    cast: Cast, client: Client, pupils: list[Person]
) -> None:
    assert [(one.unit, one.reported, one.expected) for one in today.watched(cast.city, NOW)] == [(cast.city_unit, 0, 1)]
    report(cast, cast.class_one, named(pupils[0], absent="ill"), named(pupils[1], symptoms=["cough"]))
    assert [(one.unit, one.missing) for one in today.watched(cast.principal, NOW)] == [(cast.school, 0)]
    (faculty,) = today.watched(cast.counsellor, NOW)
    assert (faculty.unit, faculty.missing, faculty.board) == (cast.class_one.parent, 0, False)
    assert today.found(cast.doctor, NOW) == [(cast.school, 2)]
    assert today.found(cast.teacher_two, NOW) == [(cast.class_two, 0)]
    client.force_login(cast.doctor)
    page = client.get("/").content.decode()
    assert f"/health/findings/{cast.school.pk}/" in page
    client.force_login(cast.counsellor)
    assert "/health/board/" not in client.get("/").content.decode()
    assert pupils[0].name not in page


def test_before_the_check_opens_nobody_is_asked(cast: Cast, pupils: list[Person]) -> None:
    early = NOW.replace(hour=5)
    assert not mine.owed(cast.teacher, early)
    assert not today.watched(cast.city, early)


def test_how_many_classes_have_said_anything_is_what_the_board_says(cast: Cast, pupils: list[Person]) -> None:
    def by_the_board() -> tuple[int, int]:
        owing = [row for row in classes.day(cast.school, DAY).classes if row.owes]
        return sum(row.heard for row in owing), len(owing)

    found = figures.heard(cast.school, DAY)
    assert (found.reported, found.of) == by_the_board()
    report(cast, cast.class_one)
    found = figures.heard(cast.school, DAY)
    assert (found.reported, found.of) == by_the_board()
    assert found.reported == 1
