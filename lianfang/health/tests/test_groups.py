"""Groups beside the classes: each kind from its beginning to its report, and what boards and records make of it."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core import clock as core_clock
from lianfang.core import prepared
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.health.actions import opening, recounting
from lianfang.health.actions.landing import Landed, land
from lianfang.health.models import DayStatus, Group, Held, Roll, Sender, Tally
from lianfang.health.queries import boards, days, mine, places, seats
from lianfang.health.rules import sent
from lianfang.health.rules.status import Status
from lianfang.health.tests.classes import fill
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Lodging, Marking, Person, User
from tests.browser import Clock
from tests.cast import DAY, NOW, SINCE, Cast

KINDS = {"dormitory": "evening", "staying": "morning", "intern": "morning", "workers": "morning"}


@pytest.fixture(autouse=True)
def at_nine(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    """Of class one: 0 and 1 board in 3栋, 1 and 2 stay, 3 and 4 are interns; a guard and a resident at the school."""
    found = fill(cast.class_one, 8)
    for person in found[:2]:
        Lodging.objects.create(person=person, school=cast.school, kind="boarder", building="3栋", from_on=SINCE)
    for person, mark in ((found[1], "staying"), (found[2], "staying"), (found[3], "intern"), (found[4], "intern")):
        Marking.objects.create(person=person, school=cast.school, mark=mark, from_on=SINCE)
    for name, as_a in (("门卫", "service"), ("家属", "resident")):
        person = Person.objects.create(name=name, sex=1)
        Enrolment.objects.create(person=person, school=cast.school, unit=cast.school, as_a=as_a, from_on=SINCE)
        found.append(person)
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begun(client: Client, unit: Unit, kind: str, label: str = "一组") -> Group:
    typed = {"kind": kind, "unit": unit.pk, "label": label, "building": "3栋" if kind == "dormitory" else "",
             "from_on": DAY.isoformat()}  # fmt: skip
    assert client.post(reverse("health:group_new"), typed).status_code == 302
    return Group.objects.get(label=label)


def report(client: Client, group: Group, *named: dict[str, Any], code: str = "") -> None:
    where = reverse("health:roll_submit", args=[f"{group.unit_id}-{group.pk}", code or KINDS[group.kind], DAY])
    sheet = {"id": str(uuid7()), "exceptions": list(named)}
    answer = client.post(where, sheet, content_type="application/json")
    assert answer.json()["state"] == "taken", answer.content


@pytest.mark.parametrize(
    ("kind", "inside", "time"),
    [
        ("dormitory", [0, 1], "20:00"),
        ("staying", [1, 2], "08:00"),
        ("intern", [3, 4], "08:00"),
        ("workers", [8], "08:00"),
    ],
)
def test_each_kind_is_begun_called_reported_and_ended(
    cast: Cast, pupils: list[Person], clock: Clock, kind: str, inside: list[int], time: str
) -> None:
    client, code = signed_in(cast.doctor), KINDS[kind]
    group = begun(client, cast.school, kind)
    shown = client.get(reverse("health:group", args=[group.pk]))
    assert {one.person for one in shown.context["members"]} == {pupils[at].pk for at in inside}
    assert [post.user.name for post in shown.context["reporters"]] == ["高洁"]
    clock.set(f"2020-02-05 {time}")
    asked = [(one.place.label, one.done) for one in mine.owed(cast.doctor, core_clock.now())]
    assert asked == [("一组", False)]
    report(client, group, {"person": str(pupils[inside[0]].pk), "symptoms": ["fever"], "temperature": 38.2})
    (row,) = client.get(reverse("health:groups")).context["rows"]
    assert (row["count"], [one["state"] for one in row["rounds"]]) == (len(inside), ["done"])
    board = client.get(reverse("health:board", args=[cast.school.pk, DAY]) + f"?round={code}")
    assert "一组" not in [line["row"].label for line in board.context["missing"]]
    assert DayStatus.objects.get().person_id == pupils[inside[0]].pk
    for at in inside[1:]:
        belongings = list(Enrolment.objects.filter(person=pupils[at]))
        (day,) = days.of_person(pupils[at].pk, belongings, DAY, DAY, {cast.school.pk})
        assert day.day.status is Status.WELL, "whom the roll of a group does not name was there and well"
    client.post(reverse("health:group", args=[group.pk]), {"to_on": DAY.isoformat()})
    clock.set("2020-02-06 08:00")
    assert not client.get(reverse("health:groups")).context["rows"]
    late = reverse("health:roll_submit", args=[f"{group.unit_id}-{group.pk}", code, DAY + timedelta(days=1)])
    assert client.post(late, {"id": str(uuid7())}, content_type="application/json").status_code == 422


def test_interns_of_a_group_are_not_expected_in_their_class_and_those_who_stay_are(
    cast: Cast, pupils: list[Person]
) -> None:
    def expected() -> tuple[int, int | None, int]:
        opening.open_day(DAY, [cast.school.pk])
        asked = prepared.ask(seats.units([(cast.class_one.pk, DAY)]))[0]
        tally = Tally.objects.get(unit_id=cast.class_one.pk, on=DAY)
        return seats.reported(asked)[cast.class_one.pk, DAY].expected, tally.expected, len(members())

    def members() -> set[UUID]:
        return {one.person for one in places.members(places.Place(cast.class_one), DAY)}

    begun(signed_in(cast.doctor), cast.school, "staying", "留校")
    assert expected() == (8, 8, 8)
    group = begun(signed_in(cast.doctor), cast.department, "intern")
    assert expected() == (6, 6, 6)
    assert members() == {one.pk for one in pupils[:8]} - {pupils[3].pk, pupils[4].pk}
    Enrolment.objects.filter(person__in=[*pupils[:3], *pupils[5:8]]).update(away_from=DAY)
    assert expected() == (0, 0, 0)
    assert Tally.objects.get(unit_id=cast.school.pk, on=DAY).classes == 0, "a class of interns alone owes no roll"
    teacher = signed_in(cast.teacher)
    where = reverse("health:roll_submit", args=[cast.class_one.pk, "morning", DAY])
    teacher.post(where, {"id": str(uuid7()), "exceptions": []}, content_type="application/json")
    assert _status(pupils[3], cast) is Status.NO_REPORT, "the roll of the class says nothing about them"
    report(signed_in(cast.doctor), group)
    assert _status(pupils[3], cast) is Status.WELL


def _status(person: Person, cast: Cast) -> Status:
    belongings = list(Enrolment.objects.filter(person=person))
    (day,) = days.of_person(person.pk, belongings, DAY, DAY, {cast.school.pk})
    return day.day.status


def test_boards_say_groups_where_only_groups_report_and_what_is_held_back(
    cast: Cast, pupils: list[Person], clock: Clock
) -> None:
    begun(signed_in(cast.doctor), cast.school, "dormitory")
    months.ensure({DAY})
    Held.objects.create(
        school_id=cast.school.pk, on=DAY, key=1, at=NOW, unit_id=cast.class_one.pk, kind=1, reasons=[], sent={}
    )
    clock.set("2020-02-05 20:00")
    for unit, user in ((cast.school, cast.doctor), (cast.city_unit, cast.city)):
        page = signed_in(user).get(reverse("health:board", args=[unit.pk, DAY]) + "?round=evening")
        counts = {one["icon"]: one for one in page.context["counts"]}
        assert (counts["circle-check"]["value"], counts["circle-check"]["of"]) == (0, 1)
        assert counts["alert-triangle"]["value"] == 1
        assert page.context["only_groups"]


def test_the_interns_of_a_department_are_reported_by_its_counsellor(cast: Cast, pupils: list[Person]) -> None:
    elsewhere = fill(cast.second, 1)[0]
    Marking.objects.create(person=elsewhere, school=cast.second, mark="intern", from_on=SINCE)
    group = begun(signed_in(cast.doctor), cast.department, "intern", "机械系实习生")
    assert seats.of_group(group, DAY) == {pupils[3].pk, pupils[4].pk}
    client = signed_in(cast.counsellor)
    assert [row["place"].group for row in client.get(reverse("health:groups")).context["rows"]] == [group]
    assert client.post(reverse("health:group_new"), {}).status_code == 403
    assert signed_in(cast.teacher).get(reverse("health:group", args=[group.pk])).status_code == 404


def test_what_is_asked_of_a_few_is_what_is_asked_of_the_group(cast: Cast, pupils: list[Person]) -> None:
    groups = [
        Group.objects.create(unit=unit, kind=kind, label=f"{unit.pk} {kind}", building="3栋", from_on=DAY)
        for unit in (cast.school, cast.department, cast.north, cast.prevention) for kind in KINDS
    ]  # fmt: skip
    whom = [(cast.school.pk, DAY, person.pk) for person in pupils]
    found = seats.in_groups(whom, [group.pk for group in groups])
    assert found == {(group.pk, DAY, person) for group in groups for person in seats.of_group(group, DAY)}
    assert len(found) == 2 * 9 + 2 * 0 or found


def test_who_was_missing_in_the_morning_and_is_in_the_dormitory_in_the_evening_was_found(
    cast: Cast, pupils: list[Person], clock: Clock
) -> None:
    group = Group.objects.create(unit=cast.school, kind="dormitory", label="3栋", building="3栋", from_on=DAY)
    where = reverse("health:roll_submit", args=[cast.class_one.pk, "morning", DAY])
    named = [{"person": str(one.pk), "absent": "unknown"} for one in (pupils[0], pupils[2])]
    sheet = {"id": str(uuid7()), "exceptions": named}
    signed_in(cast.teacher).post(where, sheet, content_type="application/json")
    clock.set("2020-02-05 20:00")
    report(signed_in(cast.doctor), group)
    found = dict(DayStatus.objects.values_list("person_id", "status"))
    assert found == {pupils[0].pk: Status.WELL, pupils[2].pk: Status.UNKNOWN}
    assert not recounting.recount(cast.school.pk, DAY, now=core_clock.now())


def test_the_landing_takes_the_roll_of_a_group_and_holds_what_names_strangers(cast: Cast, pupils: list[Person]) -> None:
    token = hashlib.sha256(b"dormitory").digest()
    Sender.objects.create(
        token_index=token, kind="gateway", school=cast.school, name="宿管系统", until=NOW + timedelta(days=9), by_id=1,
        at=NOW,
    )  # fmt: skip
    group = Group.objects.create(unit=cast.school, kind="dormitory", label="3栋", building="3栋", from_on=DAY)

    def sending(unit: int, *people: Person) -> Landed:
        named = [sent.Named(person=one.pk, symptoms=["cough"]) for one in people]
        return Landed(
            token, sent.Roll(id=uuid7(), unit=unit, group=group.pk, round="evening", on=DAY, exceptions=named)
        )

    strange, elsewhere, good = (
        sending(cast.school.pk, pupils[5]), sending(cast.class_one.pk, pupils[0]), sending(cast.school.pk, pupils[0]),
    )  # fmt: skip
    assert [one.state for one in land([strange, elsewhere, good], now=NOW)] == ["held", "held", "taken"]
    assert (Roll.objects.get().expected, DayStatus.objects.get().unit_id) == (2, cast.class_one.pk)
    assert Sender.objects.get().seen_on == DAY


def test_a_group_needs_a_building_a_name_of_its_own_and_a_last_day_after_the_first(
    cast: Cast, pupils: list[Person]
) -> None:
    client = signed_in(cast.doctor)
    group = begun(client, cast.school, "staying")
    typed = {"unit": cast.school.pk, "label": "一组", "from_on": DAY.isoformat(), "building": ""}
    for kind, field in (("dormitory", "building"), ("staying", "label")):
        page = client.post(reverse("health:group_new"), {**typed, "kind": kind})
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    before = {"to_on": (DAY - timedelta(days=1)).isoformat()}
    assert client.post(reverse("health:group", args=[group.pk]), before).status_code == 422
    assert Group.objects.get().to_on is None


def test_areas_count_groups_that_owe_a_round(
    cast: Cast, pupils: list[Person], clock: Clock, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    fill(cast.class_two, 2)
    clock.set("2020-02-05 22:00")
    for label in ("3栋", "4栋"):
        group = Group.objects.create(unit=cast.school, kind="dormitory", label=label, building=label, from_on=DAY)
    client = signed_in(cast.city)
    report(signed_in(cast.doctor), group)
    client.get(reverse("health:board", args=[cast.school.pk, DAY]))
    page = client.get(reverse("health:board", args=[cast.city_unit.pk, DAY]))
    assert [tab["label"] for tab in page.context["tabs"]][-1] in ("晚检", "Evening check")
    total = page.context["total"]
    assert (total.classes, total.reported, total.owing, total.whole) == (2, 1, 1, 0)
    assert [(one.classes, one.reported) for one in page.context["lacking"]] == [(2, 1)]
    assert [one.unit_id for one in boards.lacking(cast.city_unit, DAY, "evening")] == [cast.school.pk]
    assert sum(number for _, number in boards.steps(cast.city_unit, DAY, "evening")) == 1
    morning = client.get(reverse("health:board", args=[cast.city_unit.pk, DAY]) + "?round=morning")
    assert morning.context["total"].classes == 2
