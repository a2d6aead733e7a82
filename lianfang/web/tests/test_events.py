"""The activity list: whose events one sees, filters, pages by their edge."""

import ast
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianfang.core import clock, events
from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.web.events import queries, words
from tests.cast import Cast

LIST = "/events/"
ROOMS = Path(__file__).resolve().parents[2]


def happen(verb: str, unit: Unit, by: User | None, at: datetime) -> Event:
    return events.record(verb, by=by, unit=unit, now=at)


def shown(page: object) -> list[Event]:
    return [row["event"] for row in page.context["rows"]]  # type: ignore[attr-defined]


@pytest.fixture
def moment() -> datetime:
    return clock.now() - timedelta(hours=1)


@pytest.fixture
def city(client: Client, cast: Cast) -> Client:
    client.force_login(cast.city)
    return client


def test_one_sees_what_happened_in_ones_own_units(cast: Cast, city: Client, moment: datetime) -> None:
    inside = happen("return.submitted", cast.school, cast.clerk, moment)
    happen("return.submitted", cast.second, cast.clerk_second, moment)
    happen("return.assigned", cast.province_unit, cast.province, moment)
    page = city.get(LIST)
    assert shown(page) == [inside]
    assert "提交" in page.content.decode() or "submitted" in page.content.decode()
    assert cast.clerk_second.name not in page.content.decode()


def test_signing_in_and_accounts_are_seen_by_the_auditor_alone(cast: Cast, client: Client, moment: datetime) -> None:
    signed_in = happen("account.signed_in", cast.school, cast.clerk, moment)
    for user, sees in ((cast.province, False), (cast.head, False), (cast.auditor, True)):
        client.force_login(user)
        assert (signed_in in shown(client.get(LIST))) == sees
        assert (signed_in in shown(client.get(LIST + "?what=account."))) == sees


def test_an_auditor_sees_only_below_the_own_unit(cast: Cast, client: Client, moment: datetime) -> None:
    happen("unit.changed", cast.nation_company, None, moment)
    client.force_login(cast.auditor)
    assert shown(client.get(LIST)) == []


def test_who_has_no_right_to_events_sees_none(cast: Cast, client: Client) -> None:
    for user in (cast.admin, cast.students, cast.outsider):
        client.force_login(user)
        assert client.get(LIST).status_code == 403


def test_filters_by_day_kind_person_and_unit(cast: Cast, city: Client, moment: datetime) -> None:
    before = moment - timedelta(days=3)
    old = happen("return.chased", cast.city_unit, cast.city, before)
    sent = happen("return.submitted", cast.school, cast.clerk, moment)
    told = happen("notice.posted", cast.school, cast.head, moment + timedelta(minutes=1))
    day = before.astimezone(clock.ZONE).date()
    assert shown(city.get(f"{LIST}?since={day}&until={day}")) == [old]
    assert shown(city.get(LIST + "?what=return.")) == [sent, old]
    assert shown(city.get(f"{LIST}?by={cast.head.pk}")) == [told]
    assert shown(city.get(f"{LIST}?by={cast.head.pk},{cast.clerk.pk}")) == [told, sent]
    assert shown(city.get(f"{LIST}?unit={cast.school.code}")) == [told, sent]


@pytest.mark.parametrize(
    "query",
    ["since=2020-02-31", "until=x", "since=2020-02-05&until=2020-02-04", "what=x", "unit=湘潭市", "by=x", "by=1;2"],
)
def test_a_filter_that_means_nothing_is_told_and_shows_nothing(
    cast: Cast, city: Client, moment: datetime, query: str
) -> None:
    happen("return.submitted", cast.school, cast.clerk, moment)
    page = city.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert page.context["form"].errors
    assert shown(page) == []


@pytest.mark.parametrize("edge", ["", "x", "2020-02-05T00:00:00~1", "2020-02-05T00:00:00+08:00~x", "~"])
def test_an_edge_no_page_ever_wrote_begins_at_the_newest(cast: Cast, city: Client, moment: datetime, edge: str) -> None:
    event = happen("return.submitted", cast.school, cast.clerk, moment)
    assert shown(city.get(LIST, {"before": edge})) == [event]


def test_pages_join_without_gap_or_repetition_also_within_one_moment(
    cast: Cast, city: Client, moment: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = [happen("return.submitted", cast.school, cast.clerk, moment) for _ in range(120)]
    seen: list[Event] = []
    address = {"before": ""}
    for _ in range(3):
        with django_assert_max_num_queries(9):
            page = city.get(LIST, address)
        seen += shown(page)
        address = {"before": str(page.context["page"].older)}
    assert page.context["page"].older is None
    assert len(seen) == 120
    assert set(seen) == set(made)


def test_a_page_looks_back_a_week_and_offers_to_go_on(cast: Cast, city: Client, moment: datetime) -> None:
    old = happen("return.submitted", cast.school, cast.clerk, moment - timedelta(days=10))
    first = city.get(LIST)
    assert shown(first) == []
    edge = first.context["page"].older
    assert edge is not None
    assert shown(city.get(LIST, {"before": str(edge)})) == [old]


def test_an_edge_survives_the_address() -> None:
    edge = queries.Edge(clock.now(), UUID(int=7))
    assert queries.Edge.read(str(edge)) == edge


def recorded() -> set[str]:
    """Every word that an action of any room records."""
    found = set()
    for file in ROOMS.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("events.record") and node.args:
                constants = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                found |= {one for one in constants if isinstance(one, str)}
    return found


def test_every_event_has_words_and_an_icon() -> None:
    assert {"return.submitted", "account.signed_in", "units.imported"} <= recorded()
    assert recorded() <= set(words.VERBS)
    grouped = tuple(" ".join(words.GROUPS).split())
    assert {verb for verb in words.VERBS if not verb.startswith(grouped)} == {"demo.loaded"}
    assert {getattr(model, "event_kind", None) for model in apps.get_models()} - {None} == set(words.KINDS)


def test_a_duty_is_named_in_words_and_a_unit_not_twice(cast: Cast) -> None:
    post = events.record("posting.appointed", by=None, unit=cast.school, now=cast.now)
    assert words.subject(Event(subject_kind="posting", subject="clerk")) == str(access.ROLES["clerk"].label)
    assert words.subject(Event(subject_kind="unit", subject="湘江技师学院 4143010532")) == ""
    assert words.actor(post)
