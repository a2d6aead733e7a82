"""Pages of school calendars."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.orgs.actions import calendar as actions
from lianfang.orgs.models import CalendarEntry
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast


@pytest.fixture(autouse=True)
def at_nine(clock: Clock) -> None:
    clock.set("2020-02-05 09:00")


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def add(cast: Cast, kind: str, client: Client | None = None, **typed: Any) -> HttpResponse:
    client = client or signed_in(cast.head)
    return client.post(reverse("calendar:add", args=[cast.school.pk, kind]), typed)  # type: ignore[return-value]


WEEK = {"from_on": "2020-02-10", "to_on": "2020-02-16"}
DECIDED = {"decided_by": "岳麓区人民政府 岳政发〔2020〕3号", "reason": "聚集性疫情"}


def test_an_entry_is_seen_before_it_is_made(cast: Cast):
    seen = add(cast, "suspension", **WEEK, **DECIDED)  # type: ignore[arg-type]
    changes = seen.context["changes"]  # type: ignore[attr-defined]
    assert (len(changes.fewer), changes.more, str(changes.again)) == (5, [], "2020-02-17")
    assert "2020-02-17" in seen.content.decode()
    assert not CalendarEntry.objects.exists()
    made = add(cast, "suspension", **WEEK, **DECIDED, confirmed="1")  # type: ignore[arg-type]
    assert made.status_code == 302
    row = CalendarEntry.objects.get()
    assert (row.unit, row.by_name, row.decided_by) == (cast.school, cast.head.name, DECIDED["decided_by"])
    assert Event.objects.filter(verb="calendar.entered", unit_id=cast.school.pk).count() == 1
    page = signed_in(cast.head).get(reverse("calendar:year", args=[cast.school.pk])).content.decode()
    assert "岳政发〔2020〕3号" in page
    assert cast.head.name in page


def test_a_preview_sends_all_that_was_typed_once_more(cast: Cast):
    seen = add(cast, "weekdays", from_on="2020-02-08", weekdays=["1", "2", "3", "4", "5", "6"])
    assert [name for name, _ in seen.context["typed"]].count("weekdays") == 6  # type: ignore[attr-defined]
    assert len(seen.context["changes"].more) == 8, "the Saturdays of sixty days that are no festival"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("holiday", {"name": "运动会", "from_on": "2020-02-10", "to_on": "2020-02-09"}, "to_on"),
        ("holiday", {"name": "运动会", "from_on": "10.2.", "to_on": "2020-02-09"}, "from_on"),
        ("suspension", {**WEEK, "reason": "聚集性疫情"}, "decided_by"),
        ("term", {"name": "春季学期", "from_on": "2020-02-17", "to_on": "2020-07-10"}, "from_on"),
        ("term", {"name": "春季学期", "from_on": "2120-02-17", "to_on": "2120-07-10"}, "from_on"),
        ("weekdays", {"from_on": "2020-02-17"}, "weekdays"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, kind: str, typed: dict[str, str], field: str
):
    facts = {"kind": "term", "name": "第二学期", "from_on": DAY, "to_on": DAY + timedelta(days=60), "now": NOW}
    actions.enter(by=cast.admin, unit=cast.school, **facts)  # type: ignore[arg-type]
    for more in ({}, {"confirmed": "1"}):
        page = add(cast, kind, **typed, **more)  # type: ignore[arg-type]
        assert page.status_code == 422
        assert field in page.context["form"].errors  # type: ignore[attr-defined]
        assert all(value in page.content.decode() for value in typed.values())
    assert CalendarEntry.objects.count() == 1


def test_an_entry_is_ended_with_a_reason(cast: Cast):
    add(cast, "suspension", from_on="2020-02-03", **DECIDED, confirmed="1")  # type: ignore[arg-type]
    address = reverse("calendar:end", args=[cast.school.pk, CalendarEntry.objects.get().pk])
    client = signed_in(cast.head)
    assert client.post(address, {"last_on": "2020-02-04", "reason": ""}).status_code == 422
    assert client.post(address, {"last_on": "2020-02-04", "reason": "区政府决定复课"}).status_code == 302
    page = client.get(reverse("calendar:year", args=[cast.school.pk])).content.decode()
    assert page.count("calendar/" + str(cast.school.pk) + "/entries/") == 0, "what is over cannot be ended again"


def test_a_year_nobody_has_announced_says_so(cast: Cast):
    client, address = signed_in(cast.principal), reverse("calendar:year", args=[cast.school.pk])
    for year, said in (("2003", True), ("2020", False), ("2027", False), ("nonsense", False)):
        page = client.get(address, {"year": year})
        assert page.status_code == 200
        assert ("国家尚未公布" in page.content.decode()) is said, year


def test_the_year_after_the_last_known_one_is_weekends_only(cast: Cast, clock: Clock):
    clock.set("2026-11-23 09:00")
    page = signed_in(cast.principal).get(reverse("calendar:year", args=[cast.school.pk]), {"year": "2027"})
    assert "国家尚未公布 2027 年的放假安排，只计周末" in page.content.decode()
    assert page.context["taught"] == 261


def test_those_who_only_look_find_no_button(cast: Cast):
    add(cast, "holiday", name="运动会", **WEEK, confirmed="1")  # type: ignore[arg-type]
    page = signed_in(cast.doctor).get(reverse("calendar:year", args=[cast.school.pk])).content.decode()
    assert "运动会" in page
    assert reverse("calendar:kinds", args=[cast.school.pk]) not in page
    assert "/entries/" not in page


def test_a_class_shows_what_its_school_and_the_areas_above_decided(cast: Cast):
    facts = {"kind": "holiday", "name": "州庆", "from_on": DAY, "to_on": DAY, "now": NOW}
    actions.enter(by=cast.province, unit=cast.province_unit, **facts)  # type: ignore[arg-type]
    page = signed_in(cast.teacher).get(reverse("calendar:year", args=[cast.class_one.pk]))
    assert [row["entry"].name for row in page.context["above"]] == ["州庆"]
    assert page.context["own"] == []
    client = signed_in(cast.city)
    below = client.get(reverse("calendar:year", args=[cast.city_unit.pk]))
    assert below.context["below"] == []


def test_a_year_costs_the_same_for_many_entries(cast: Cast, django_assert_max_num_queries: Callable[..., Any]):
    for at in range(20):
        on = DAY + timedelta(days=at)
        facts = {"kind": "holiday", "name": f"放假{at}", "from_on": on, "to_on": on, "now": NOW}
        actions.enter(by=cast.admin, unit=cast.school, **facts)  # type: ignore[arg-type]
    client = signed_in(cast.head)
    client.get(reverse("calendar:year", args=[cast.school.pk]))
    with django_assert_max_num_queries(24):
        client.get(reverse("calendar:year", args=[cast.school.pk]))
