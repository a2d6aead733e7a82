"""What an authority decides about the checks of its schools: who may, what it changes, that no school decides itself."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lianfang.health.rules import plan
from lianfang.health.rules.plan import Terms
from lianfang.orgs.models import Unit
from lianfang.orgs.rules.calendar import EVERY
from lianfang.people.models import User
from lianfang.policies import queries as policies
from lianfang.policies.models import Override
from tests.browser import Clock
from tests.cast import DAY, Cast

Send = Callable[..., HttpResponse]
MORNING, NOON, EVENING = plan.catalog().rounds


@pytest.fixture
def send(client: Client, clock: Clock) -> Send:
    def run(user: User, unit: Unit, **data: str) -> HttpResponse:
        client.force_login(user)
        typed = {"round": "morning", "due": "08:00", "from_on": str(DAY), "reason": "提前上课", **data}
        return client.post(reverse("health:terms_decide", args=[unit.pk]), typed)  # type: ignore[return-value]

    return run


def test_what_is_left_blank_stays_as_the_file_says() -> None:
    decided = plan.overrides(NOON, Terms(time(14), "always"))
    assert decided == {"checks.noon.due": "14:00", "checks.noon.when": "always"}
    assert plan.in_force(NOON, decided) == Terms(time(14), "always", NOON.calendar)
    assert plan.in_force(EVENING, decided) == Terms(time.fromisoformat(EVENING.due), EVENING.when, EVENING.calendar)
    assert plan.overrides(MORNING, Terms()) == {}


def test_a_city_decides_for_its_schools_until_a_day(cast: Cast, send: Send) -> None:
    last = DAY + timedelta(days=3)
    assert send(cast.city, cast.city_unit, when="response", calendar="every_day", to_on=str(last)).status_code == 302

    def morning(unit: Unit, days: int) -> list[time]:
        decided = policies.in_force(unit, DAY + timedelta(days=days), "checks.")
        found = plan.wanted(decided, asked=plan.codes(), running=EVERY)
        return [one.due for one in found if one.round is MORNING]

    assert morning(cast.school, 0) == morning(cast.school, 3) == [time(8)]
    assert morning(cast.school, 4) == morning(cast.second, 0) == [time(8, 30)]
    rows = Override.objects.values_list("key", "value", "by_name", "reason")
    assert set(rows) == {
        ("checks.morning.due", "08:00", "唐莉", "提前上课"), ("checks.morning.when", "response", "唐莉", "提前上课"),
        ("checks.morning.calendar", "every_day", "唐莉", "提前上课"),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["clerk", "head", "principal", "inspector", "auditor", "sponsor", "city_second"])
def test_nobody_else_decides_for_a_school(cast: Cast, send: Send, who: str) -> None:
    assert send(getattr(cast, who), cast.school).status_code in (403, 404)
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{"due": ""}, {"due": "06:00"}, {"due": "25:00"}, {"from_on": str(DAY - timedelta(days=1))}, {"round": "night"},
     {"to_on": str(DAY - timedelta(days=1))}, {"reason": " "}, {"when": "sometimes"}],
)  # fmt: skip
def test_what_cannot_be_is_said_and_kept_on_the_page(cast: Cast, send: Send, data: dict[str, str]) -> None:
    answer = send(cast.city, cast.city_unit, **data)
    assert answer.status_code == 422
    assert "lf-summary" in answer.content.decode()
    assert not Override.objects.exists()


def test_everybody_who_sees_the_unit_reads_its_terms(cast: Cast, send: Send, client: Client) -> None:
    send(cast.city, cast.city_unit)
    client.force_login(cast.clerk)
    text = client.get(reverse("health:terms", args=[cast.school.pk])).content.decode()
    assert "提前上课" in text
    assert "08:00" in text
    assert reverse("health:terms_decide", args=[cast.school.pk]) not in text
    assert client.get(reverse("health:terms", args=[cast.second.pk])).status_code == 404
