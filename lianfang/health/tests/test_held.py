"""What breaks a rule is kept, shown to whoever can mend it, and counts once it is mended."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions.landing import Landed, land
from lianfang.health.models import Check, Held, Roll, Sender
from lianfang.health.rules import sent
from lianfang.health.tests.classes import fill
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast

TOKEN = hashlib.sha256(b"the school's own system").digest()


@pytest.fixture(autouse=True)
def at_nine(clock: Clock) -> None:
    clock.set("2020-02-05 09:00")


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    Sender.objects.create(
        token_index=TOKEN, kind="gateway", school=cast.school, name="东门测温仪", until=NOW + timedelta(days=9), by_id=1,
        at=NOW,
    )  # fmt: skip
    return fill(cast.class_one, 12)


def came(*records: sent.Card | sent.Roll) -> list[Held]:
    """Held back by the landing."""
    outcomes = land([Landed(TOKEN, one) for one in records], now=NOW)
    assert {one.state for one in outcomes} == {"held"}
    return [Held.objects.get(key=sent.key(one.id)) for one in records]


def card(person: UUID, **told: Any) -> sent.Card:
    return sent.Card(id=uuid7(), person=person, on=told.pop("on", DAY), **told)


def roll(cast: Cast, *named: sent.Named, **told: Any) -> sent.Roll:
    facts = {"id": uuid7(), "unit": cast.class_one.pk, "round": "morning", "on": DAY, "exceptions": list(named)}
    return sent.Roll(**{**facts, **told})


def at(row: Held, page: str = "held_one") -> str:
    return reverse(f"health:{page}", args=[row.school_id, row.on, row.key])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_temperature_without_its_point_is_mended_with_one_press(cast: Cast, pupils: list[Person]) -> None:
    (row,) = came(card(pupils[0].pk, temperature=369.0, symptoms=[]))
    client = signed_in(cast.teacher)
    page = client.get(at(row))
    assert page.context["form"].fields["temperature"].initial == 36.9
    assert pupils[0].name in page.content.decode()
    assert client.post(at(row), {"temperature": "36.9"}).status_code == 302
    check = Check.objects.get()
    assert (check.temperature, check.by_id, check.source) == (369, cast.teacher.pk, sent.Source.DEVICE)
    row.refresh_from_db()
    assert (row.became, row.settled_by_id) == (check.key, cast.teacher.pk)
    assert not client.get(reverse("health:held")).context["rows"]


def test_every_wrong_value_of_a_roll_has_its_field_and_all_else_stays(cast: Cast, pupils: list[Person]) -> None:
    one, two, three = (
        sent.Named(person=pupils[0].pk, absent="ill", temperature=385.0, note="家长来电"),
        sent.Named(person=pupils[1].pk, absent="flu", symptoms=["cough", "plague"]),
        sent.Named(person=pupils[0].pk),
    )
    (row,) = came(roll(cast, one, two, three))
    client = signed_in(cast.teacher)
    strange = ["person", "exceptions.9.absent", "exceptions.x.absent", "answers", "temperature"]
    assert "form" in client.post(at(row), {"also": strange}).context
    form = client.get(at(row)).context["form"]
    assert list(form.of.values()) == [
        "exceptions.0.temperature", "exceptions.1.absent", "exceptions.1.symptoms", "exceptions.2.person",
    ]  # fmt: skip
    typed: dict[str, Any] = {"exceptions-0-temperature": "38.5", "exceptions-1-absent": "ill",
                             "exceptions-1-symptoms": ["cough"], "exceptions-2-person": ""}  # fmt: skip
    assert client.post(at(row), typed).status_code == 422
    assert not Roll.objects.exists()
    assert client.post(at(row), {**typed, "exceptions-2-person": "out"}).status_code == 302
    assert Roll.objects.get().named == 2
    checks = {check.person_id: check for check in Check.objects.all()}
    assert (checks[pupils[0].pk].temperature, checks[pupils[0].pk].note.open()) == (385, "家长来电")
    assert (checks[pupils[1].pk].absence, checks[pupils[1].pk].symptoms) == (1, 2)


def test_the_roll_of_a_dissolved_class_goes_to_the_class_its_pupils_moved_to(cast: Cast, pupils: list[Person]) -> None:
    fill(cast.class_two, 3)
    Unit.objects.filter(pk=cast.class_two.pk).update(valid_to=DAY - timedelta(days=1))
    (row,) = came(roll(cast, sent.Named(person=pupils[2].pk, absent="ill"), unit=cast.class_two.pk))
    client = signed_in(cast.doctor)
    page = client.get(at(row))
    assert [unit for unit, _ in page.context["form"].fields["unit"].choices if unit] == [cast.class_one.pk]
    assert client.post(at(row), {"unit": cast.class_one.pk}).status_code == 302
    assert Roll.objects.get().unit_id == cast.class_one.pk
    assert Check.objects.get().person_id == pupils[2].pk


def test_a_name_that_is_wrong_in_the_other_class_as_well_is_asked_for(cast: Cast, pupils: list[Person]) -> None:
    gone = fill(cast.class_two, 1)[0]
    Unit.objects.filter(pk=cast.class_two.pk).update(valid_to=DAY - timedelta(days=1))
    (row,) = came(roll(cast, sent.Named(person=gone.pk, absent="ill"), unit=cast.class_two.pk))
    client = signed_in(cast.doctor)
    page = client.post(at(row), {"unit": cast.class_one.pk})
    assert page.status_code == 422
    assert page.context["also"] == ["exceptions.0.person"]
    typed = {"unit": cast.class_one.pk, "also": ["exceptions.0.person"], "exceptions-0-person": str(pupils[3].pk)}
    assert client.post(at(row), typed).status_code == 302
    assert Check.objects.get().person_id == pupils[3].pk


def test_a_card_of_another_schools_pupil_is_for_the_school_and_names_nobody(cast: Cast, pupils: list[Person]) -> None:
    stranger = fill(cast.second, 1)[0]
    Person.objects.filter(pk=stranger.pk).update(name="欧阳远方")
    stranger.refresh_from_db()
    (row,) = came(card(stranger.pk, symptoms=["fever"]))
    assert signed_in(cast.teacher).get(at(row)).status_code == 404
    client = signed_in(cast.doctor)
    assert stranger.name not in client.get(at(row)).content.decode()
    answer = client.post(at(row), {"person": stranger.name})
    assert answer.status_code == 422
    assert stranger.name in answer.content.decode(), "what was typed is kept"
    number = pupils[4].enrolments.get().number
    assert client.post(at(row), {"person": number}).status_code == 302
    assert Check.objects.get().person_id == pupils[4].pk


@pytest.mark.parametrize(
    ("told", "typed"),
    [
        ({"round": "midnight"}, {"round": "noon"}),
        ({"on": DAY + timedelta(days=300)}, {"on": DAY.isoformat()}),
        ({"after": uuid7()}, {"mend": "1"}),
    ],
)
def test_a_wrong_round_day_or_version_is_put_right(
    cast: Cast, pupils: list[Person], told: dict[str, Any], typed: dict[str, Any]
) -> None:
    (row,) = came(roll(cast, **told))
    client = signed_in(cast.teacher)
    assert client.get(at(row)).status_code == 200
    assert client.post(at(row), typed).status_code == 302
    found = Roll.objects.get()
    assert (found.on, found.after, found.by_id) == (DAY, None, cast.teacher.pk)


@pytest.mark.parametrize(("days", "status"), [(8, 302), (60, 302), (61, 422)])
def test_what_is_held_can_be_mended_as_long_as_its_month_is_surely_there(
    cast: Cast, pupils: list[Person], clock: Clock, days: int, status: int
) -> None:
    assert timedelta(days=60) == sent.OLDEST_MENDED < months.YOUNGEST
    one, other = came(card(pupils[0].pk, temperature=369.0), roll(cast, round="midnight"))
    late = DAY + timedelta(days=days)
    clock.set(f"{late} 09:00")
    client = signed_in(cast.teacher)
    assert client.post(at(one), {"temperature": "36.9"}).status_code == status
    assert client.post(at(other), {"round": "noon"}).status_code == status
    assert Check.objects.filter(on=DAY).exists() == Roll.objects.filter(on=DAY).exists() == (status == 302)


def test_a_clock_that_is_ahead_and_answers_nobody_asks_for_are_left_out(cast: Cast, pupils: list[Person]) -> None:
    ahead = NOW + timedelta(days=9)
    (row,) = came(card(pupils[0].pk, on=None, at=ahead, symptoms=[], answers={"shoe_size": 41}))
    client = signed_in(cast.teacher)
    assert client.post(at(row), {"on": DAY.isoformat()}).status_code == 302
    check = Check.objects.get()
    assert (check.on, check.answers) == (DAY, None)


def test_a_mended_report_that_differs_from_one_that_came_meanwhile_is_compared(
    cast: Cast, pupils: list[Person]
) -> None:
    (row,) = came(roll(cast, sent.Named(person=pupils[0].pk, temperature=385.0)))
    land([Landed(TOKEN, roll(cast))], now=NOW)
    client = signed_in(cast.teacher)
    answer = client.post(at(row), {"exceptions-0-temperature": "38.5"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("health:roll_compare", args=[cast.class_one.pk, "morning", DAY])
    (twin,) = Held.objects.filter(settled_at__isnull=True)
    assert client.get(at(twin)).context["compare"] == answer.redirect_chain[-1][0]


def test_after_two_reports_were_put_together_by_hand_none_of_them_waits(cast: Cast, pupils: list[Person]) -> None:
    land([Landed(TOKEN, roll(cast))], now=NOW)
    (twin,) = came(roll(cast, sent.Named(person=pupils[0].pk, absent="ill")))
    client = signed_in(cast.teacher)
    where = [cast.class_one.pk, "morning", DAY]
    page = client.get(reverse("health:roll", args=where) + "?correct")
    form = {"id": str(uuid7()), "follows": page.context["sent"].follows, "reason": "核对后", "opened": page.context["opened_at"], "do": "send",
            "exceptions": f'[{{"person": "{pupils[1].pk}", "absent": "ill"}}]'}  # fmt: skip
    assert client.post(reverse("health:roll_submit", args=where), form).status_code == 302
    twin.refresh_from_db()
    assert twin.became == Roll.objects.get(after__isnull=False).key
    assert not client.get(reverse("health:roll", args=where)).context["differing"]


def test_a_report_is_dropped_with_a_reason_and_kept(cast: Cast, pupils: list[Person]) -> None:
    (row,) = came(card(pupils[0].pk, temperature=999.0))
    client = signed_in(cast.teacher)
    assert client.post(at(row, "held_drop"), {}).status_code == 422
    assert client.post(at(row, "held_drop"), {"why": "trial"}).status_code == 302
    row.refresh_from_db()
    assert (row.became, row.settled_by_id, row.sent["temperature"]) == (None, cast.teacher.pk, 999)
    event = Event.objects.get(verb="held.dropped")
    assert event.detail == {"wrong": ["health.temperature_impossible"], "why": "trial"}
    client.post(at(row), {"temperature": "36.9"})
    assert not Check.objects.exists()


def test_class_teachers_see_those_of_their_own_classes_and_the_list_names_nobody(
    cast: Cast, pupils: list[Person]
) -> None:
    (row,) = came(card(pupils[0].pk, temperature=369.0))
    other = signed_in(cast.teacher_two)
    assert not other.get(reverse("health:held")).context["rows"]
    for page in ("held_one", "held_drop"):
        assert other.post(at(row, page), {"temperature": "36.9", "why": "twice"}).status_code == 404
    listed = signed_in(cast.teacher).get(reverse("health:held"))
    assert len(listed.context["rows"]) == 1
    assert pupils[0].name not in listed.content.decode()


def test_a_list_of_many_asks_no_more_than_one_of_one(cast: Cast, pupils: list[Person]) -> None:
    client, asked = signed_in(cast.doctor), []
    for people in (pupils[:1], pupils[1:]):
        came(*(card(one.pk, temperature=369.0) for one in people))
        client.get(reverse("health:held"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("health:held"))
        asked.append(len(found))
    assert asked[0] == asked[1] < 20
