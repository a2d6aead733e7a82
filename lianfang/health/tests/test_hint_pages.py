"""The pages of reports to verify: for the doctor of the school, without names in the list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.health import hint_words
from lianfang.health.models import Hint, HintState
from lianfang.health.queries import hints as queries
from lianfang.health.rules import hints as rules
from lianfang.health.rules.hints import Found, Kind, Repeated, Week
from lianfang.health.tests.classes import fill
from lianfang.people.models import Guardian, Guardianship, Person
from tests.cast import DAY, NOW, Cast

PHONE = "15400000042"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    found = fill(cast.class_one, 12)
    for one in found:
        guardian = Guardian.objects.create(name="家长", phone=PHONE)
        Guardianship.objects.create(guardian=guardian, person=one, relation="mother", from_on=DAY)
    return found


def put(cast: Cast, found: Found | None, at: int = 0) -> Hint:
    assert found is not None
    return Hint.objects.create(
        school=cast.school, unit=(cast.class_one, cast.class_two)[at], on=DAY, kind=found.kind, basis=found.basis(),
        at=NOW,
    )  # fmt: skip


def hasty() -> Found | None:
    return rules.haste(people=45, temperatures=45, seconds=4)


@pytest.fixture
def hint(cast: Cast, pupils: list[Person], client: Client) -> Hint:
    client.force_login(cast.doctor)
    return put(cast, hasty())


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_and_home_name_classes_and_nobody(client: Client, hint: Hint, pupils: list[Person]) -> None:
    listed = text(client, "health:hints")
    assert "机电1901班" in listed
    assert not [one.name for one in pupils if one.name in listed]
    assert reverse("health:hints") in text(client, "web:home")
    assert not Event.objects.filter(verb="person.listed").exists()


def test_one_hint_shows_its_figures_and_three_families_that_stay_the_same(
    client: Client, hint: Hint, pupils: list[Person]
) -> None:
    first, second = text(client, "health:hint", hint.pk), text(client, "health:hint", hint.pk)
    drawn = [one.person.name for one in queries.sample(hint)]
    assert len(drawn) == 3
    assert all(name in first and name in second for name in drawn)
    assert PHONE not in first
    assert "54" in first
    assert drawn[0] not in first.split("</title>")[0]
    assert Event.objects.filter(verb="person.listed", by_name="高洁").exists()
    Person.objects.filter(pk=queries.sample(hint)[0].person.pk).delete()
    assert [one.person.name for one in queries.sample(hint)][:2] == drawn[1:]


def test_a_number_is_shown_of_those_drawn_alone_and_on_record(client: Client, hint: Hint, pupils: list[Person]) -> None:
    drawn = queries.sample(hint)
    answer = client.post(reverse("health:hint_number", args=[hint.pk, drawn[0].guardians[0].pk]))
    assert f"tel:{PHONE}" in answer.content.decode()
    assert Event.objects.get(verb="person.revealed").detail["why"] == "contact"
    others = Guardianship.objects.exclude(person__in=[one.person for one in drawn])
    assert client.post(reverse("health:hint_number", args=[hint.pk, others[0].pk])).status_code == 404


def test_what_was_found_is_sealed_settles_it_and_stays(client: Client, hint: Hint) -> None:
    here = reverse("health:hint", args=[hint.pk])
    assert client.post(here, {"state": "called_back", "outcome": "一户未接"}).status_code == 302
    assert reverse("health:hint", args=[hint.pk]) in text(client, "health:hints")
    client.post(here, {"state": "explained", "outcome": "先记在纸上，后来一起录入"})
    hint.refresh_from_db()
    assert (hint.state, hint.by_name, hint.looked_at) == (HintState.EXPLAINED, "高洁", NOW)
    assert "先记在纸上" in text(client, "health:hint", hint.pk)
    refused = client.post(here, {"state": "confirmed", "outcome": "不同"})
    assert refused.status_code == 422
    hint.refresh_from_db()
    assert hint.state == HintState.EXPLAINED
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome FROM health_hint")
        assert "先记在纸上".encode() not in bytes(cursor.fetchone()[0])
    assert "先记在纸上" not in str(list(Event.objects.values_list("detail", "reason")))
    assert hint.unit.name in client.get(reverse("health:hints") + "?settled").content.decode()


@pytest.mark.parametrize("typed", [{}, {"state": "open", "outcome": "一"}, {"state": "explained", "outcome": "  "}])
def test_half_an_answer_changes_nothing(client: Client, hint: Hint, typed: dict[str, str]) -> None:
    assert client.post(reverse("health:hint", args=[hint.pk]), typed).status_code == 422
    hint.refresh_from_db()
    assert hint.state == HintState.OPEN


def test_every_kind_has_words_for_its_figures(cast: Cast, client: Client, pupils: list[Person]) -> None:
    client.force_login(cast.doctor)
    found = [
        rules.copied(Repeated(6, 3, 0, 0)), rules.unseen({0: (5, 5), -1: (5, 5)}), rules.temperatures({365: 45}), hasty(),
        rules.temperatures(dict.fromkeys(range(355, 400, 5), 5)), rules.clockwork({-at: 28_800 for at in range(10)}),
        rules.one_device(9), rules.burst([*range(12)], rolls=False), rules.burst([*range(12)], rolls=True),
        rules.silent(Week(50, 45, 0), [Week(50, 45, 20)] * 10), rules.shared(Kind.COPIED, 12, 40),
    ]  # fmt: skip
    assert {one.kind for one in found if one} == set(Kind) == set(hint_words.KINDS)
    for one in found:
        Hint.objects.all().delete()
        page = text(client, "health:hint", put(cast, one).pk)
        assert "%(" not in page


def test_a_list_of_many_asks_no_more_than_one_of_two(client: Client, cast: Cast, hint: Hint) -> None:
    asked = []
    for kinds in ((Kind.COPIED,), tuple(Kind)[3:]):
        for kind in kinds:
            Hint.objects.get_or_create(
                school=cast.school, unit=cast.class_one, on=DAY, kind=kind, defaults={"basis": {}, "at": NOW}
            )
        text(client, "health:hints")
        with CaptureQueriesContext(connection) as found:
            text(client, "health:hints")
        asked.append(len(found))
    assert asked[0] == asked[1] < 15


def test_above_the_school_nobody_sees_any(client: Client, cast: Cast, hint: Hint) -> None:
    for who in (cast.city, cast.inspector, cast.principal, cast.teacher):
        client.force_login(who)
        assert client.get(reverse("health:hint", args=[hint.pk])).status_code == 403
