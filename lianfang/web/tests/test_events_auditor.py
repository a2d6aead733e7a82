"""The auditor's screen: where from, what about, how it ended; the state of the chain; the list as a spreadsheet."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core import clock, events
from lianfang.core.actions import chain
from lianfang.core.models import Event
from lianfang.notices.models import Delivery
from lianfang.people.models import Person, Posting
from lianfang.people.queries import looks
from lianfang.ui import icons
from lianfang.web.events import actions, queries
from tests.cast import Cast

LIST, EXPORT, FIND = "/events/", "/events/export/", "/events/find/"


@pytest.fixture(autouse=True)
def head(tmp_path: Path, settings: Settings) -> None:
    settings.AUDIT_HEAD = tmp_path / "audit-head.json"


@pytest.fixture
def moment() -> datetime:
    return clock.now() - timedelta(hours=1)


@pytest.fixture
def auditor(client: Client, cast: Cast) -> Client:
    client.force_login(cast.auditor)
    return client


def shown(page: Any) -> list[Event]:
    return [row["event"] for row in page.context["rows"]]


def test_the_auditor_filters_by_outcome_object_and_sees_address_and_reason(
    cast: Cast, auditor: Client, moment: datetime
) -> None:
    looked = events.record(
        "person.revealed", by=cast.teacher, unit=cast.class_one, subject=Person(), reason="家访联系", now=moment
    )
    refused = events.record("access.refused", by=cast.clerk, unit=cast.school, outcome="refused", now=moment)
    assert shown(auditor.get(LIST + "?outcome=refused")) == [refused]
    assert shown(auditor.get(LIST + "?kind=person")) == [looked]
    assert shown(auditor.get(LIST, {"object": f" {looked.subject_id.upper()}"})) == [looked]
    page = auditor.get(LIST).content.decode()
    assert "家访联系" in page
    assert looked.subject_id[-8:] in page


def test_reading_the_log_of_one_thing_goes_back_to_its_beginning(cast: Cast, auditor: Client, moment: datetime) -> None:
    old = events.record("person.changed", by=cast.registrar, unit=cast.school, subject=Person(), now=cast.now)
    page = auditor.get(LIST, {"object": old.subject_id})
    assert shown(page) == [old]
    assert page.context["page"].older is None
    assert old in shown(auditor.get(LIST, {"by": cast.registrar.pk}))


def test_others_see_neither_reads_of_records_nor_addresses_reasons_and_details(
    cast: Cast, client: Client, moment: datetime
) -> None:
    changed = events.record(
        "person.changed", by=cast.registrar, unit=cast.school, subject=Person(), detail={"fields": ["sex"]},
        reason="更正", now=moment,
    )  # fmt: skip
    for verb in ("person.viewed", "person.listed", "person.exported", "access.refused", "audit.exported"):
        events.record(verb, by=cast.teacher, unit=cast.class_one, now=moment)
    client.force_login(cast.principal)
    answer = client.get(LIST)
    assert shown(answer) == [changed]
    page = answer.content.decode()
    assert "更正" not in page
    assert changed.subject_id not in page
    assert "outcome" not in answer.context["form"].fields
    assert "export" not in page


def test_a_name_is_sent_in_the_body_and_comes_back_as_a_number(cast: Cast, auditor: Client, moment: datetime) -> None:
    sent = {"who": cast.head.name, "what": "notice.", "since": "", "unit": cast.school.code, "before": "x"}
    answer = auditor.post(FIND, sent)
    assert answer["Location"] == f"/events/?what=notice.&unit={cast.school.code}&by={cast.head.pk}"
    assert auditor.get(answer["Location"]).context["who_form"]["who"].value() == cast.head.name
    assert auditor.post(FIND, {"who": "", "since": ""})["Location"] == "/events/"
    page = auditor.post(FIND, {"who": "冯不存在"}, follow=True)
    assert page.request["QUERY_STRING"] == ""
    assert "冯不存在" not in page.content.decode()
    assert len(page.context["messages"]) == 1


def test_events_of_no_unit_are_for_the_auditors_of_the_whole(cast: Cast, client: Client, moment: datetime) -> None:
    lost = events.record("account.sign_in_failed", by=None, unit=None, outcome="failed", now=moment)
    client.force_login(cast.auditor)
    assert lost in shown(client.get(LIST))
    Posting.objects.filter(user=cast.auditor).update(unit=cast.school)
    assert lost not in shown(client.get(LIST))
    client.force_login(cast.province)
    assert lost not in shown(client.get(LIST))


def test_a_person_stands_there_masked_for_who_may_see_them_and_as_purged_afterwards(
    cast: Cast, moment: datetime
) -> None:
    person = Person.objects.create(name="王小明")
    event = events.record("person.viewed", by=cast.teacher, unit=cast.class_one, subject=person, now=moment)
    assert event.subject == ""
    assert queries.persons_of([event], cast.auditor) == {}
    person.enrolments.create(school=cast.school, unit=cast.class_one, as_a="student", from_on=cast.day)
    assert queries.persons_of([event], cast.teacher) == {str(person.pk): "王*明"}
    assert queries.persons_of([event], cast.teacher_two) == {}
    Person.objects.filter(pk=person.pk).update(name="", purged_at=cast.now)
    assert queries.persons_of([event], cast.auditor) == {str(person.pk): ""}


def test_a_page_of_the_log_costs_the_same_whatever_it_tells_of(
    cast: Cast, auditor: Client, moment: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        person = Person.objects.create(name=f"王{number}")
        events.record("person.viewed", by=cast.teacher, unit=cast.class_one, subject=person, now=moment)
    with django_assert_max_num_queries(14):
        assert len(shown(auditor.get(LIST + "?kind=person"))) == 40


# ── the chain on the page ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_whether_the_chain_holds(cast: Cast, auditor: Client) -> None:
    now = clock.now()
    assert auditor.get(LIST).context["chain"]["tone"] == "late"  # events wait and nothing seals them
    chain.seal(now=now)
    assert auditor.get(LIST).context["chain"]["tone"] == "due"  # never checked
    chain.check(now=now)
    chain.seal(now=now)
    assert auditor.get(LIST).context["chain"]["tone"] == "done"
    assert " 2" in auditor.get(LIST).context["chain"]["told"][0]


def test_a_broken_chain_is_said_in_red_and_told_to_those_who_answer_for_it(cast: Cast, auditor: Client) -> None:
    chain.seal(now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE core_event SET by_name = '别人'")
        cursor.execute("ALTER TABLE core_event ENABLE TRIGGER USER")
    chain.check(now=clock.now())
    assert auditor.get(LIST).context["chain"]["tone"] == "alarm"
    event = Event.objects.get(verb="audit.broken")
    actions.broken(event)
    actions.broken(event)
    told = Delivery.objects.filter(notice__kind="audit.broken").values_list("user__username", flat=True)
    assert sorted(told) == ["auditor", "security"]


# ── taken out of the house ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_exported_with_its_filters_and_that_is_an_event(
    cast: Cast, auditor: Client, moment: datetime
) -> None:
    events.record("notice.posted", by=cast.head, unit=cast.school, now=moment)
    bad = events.record("access.refused", by=cast.clerk, unit=cast.school, reason="=1+1", outcome="refused", now=moment)
    answer = auditor.get(EXPORT + "?outcome=refused&what=access.")
    page = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    assert cast.auditor.name in str(rows[0][0])
    assert len(rows) == 3
    assert rows[2][8] == "'=1+1"
    assert rows[2][10] == str(bad.pk)
    noted = Event.objects.get(verb="audit.exported")
    assert noted.detail == {"rows": 1, "filters": {"outcome": "refused", "what": "access."}}
    assert noted.by_id == cast.auditor.pk


def test_only_auditors_export_and_a_wrong_filter_goes_back_to_the_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.principal)
    assert client.get(EXPORT).status_code == 403
    client.force_login(cast.auditor)
    assert client.get(EXPORT + "?since=x")["Location"] == reverse("web:events") + "?since=x"
    assert not Event.objects.filter(verb="audit.exported").exists()


def test_exports_have_a_limit_within_the_hour(cast: Cast, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.web.events.views.MOST_AN_HOUR", 2)
    assert [auditor.get(EXPORT).status_code for _ in range(3)] == [200, 200, 302]
    assert Event.objects.filter(verb="audit.exported").count() == 2


def test_an_export_holds_so_many_rows_and_says_that_there_are_more(
    cast: Cast, auditor: Client, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_EXPORTED", 3)
    for _ in range(5):
        events.record("notice.posted", by=cast.head, unit=cast.school, now=moment)
    rows = list(load_workbook(io.BytesIO(auditor.get(EXPORT).getvalue())).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 5
    assert rows[0][3]


# ── who looked at one record ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_part_for_pages_shows_looks_or_says_that_there_are_none(cast: Cast, moment: datetime) -> None:
    person = Person.objects.create(name="王小明")
    assert "timeline" not in render_to_string("events/_looks.html", {"looks": [], "since": moment})
    events.record("person.viewed", by=cast.teacher, unit=cast.class_one, subject=person, now=moment)
    found = looks.looks_at(person, since=moment, until=clock.now())
    page = render_to_string("events/_looks.html", {"looks": found, "since": moment})
    assert cast.teacher.name in page
    assert person.name not in page


def test_every_icon_of_a_look_is_there() -> None:
    assert all(icons.draw(icon) for icon, _words in (*looks.ONE.values(), *looks.LISTS.values()))
