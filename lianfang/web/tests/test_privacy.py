"""The pages about privacy: what everybody may read, and what those who answer for it do."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core.actions import archiving, chain, months
from lianfang.core.datamap import ROOMS, datamap
from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.actions import purging
from lianfang.people.actions import requests as asking
from lianfang.people.models import Enrolment, Hold, Person, PurgeRun, SubjectRequest
from lianfang.policies.models import Assessment, Response
from lianfang.policies.queries import mode
from tests.cast import DAY, NOW, Cast

NAME = "欧阳若曦"
TEXT = "涉及一起正在调查的聚集性疫情，需要保留作为证据，期限以调查结束为准。"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask the clock; the day is the cast's."""
    from lianfang.core import clock

    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    cache.clear()


def leaver(cast: Cast, **facts: Any) -> Person:
    one = Person.objects.create(name=NAME, phone="13700008642")
    gone = DAY - timedelta(days=400)
    Enrolment.objects.create(
        person=one, school=cast.school, unit=cast.class_one, as_a="student",
        **{"number": "XH8642", "from_on": gone, "to_on": gone, "ending": "graduated", **facts},
    )  # fmt: skip
    return one


def text_of(client: Client, address: str, *args: Any) -> str:
    response = client.get(reverse(address, args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_rules_say_the_four_things_the_law_asks_for(client: Client, db: None, settings: Settings) -> None:
    settings.PRIVACY_CONTACT = "信息办 0731-8800 0001"
    settings.LANGUAGE_CODE = "zh-hans"
    text = text_of(client, "privacy:rules")
    assert "信息办 0731-8800 0001" in text
    found = datamap()
    for key, purpose in found.purposes.items():
        tables = [table for _, table in found.of_purpose(key) if table.told and table.about_people]
        if purpose.told and tables:
            assert escape(purpose.label.zh) in text
            assert escape(purpose.means.zh) in text
            assert all(escape(found.kept[table.kept].label.zh) in text for table in tables)
            assert all(escape(table.what.zh) in text for table in tables)
    assert text.count("<h2") == 4
    parts = re.findall(r'<a href="#(\w+)"', text)
    assert len(parts) == 4
    assert all(f'<h2 id="{part}"' in text for part in parts), "each is one tap from the top"
    assert "<h1>" in text


def test_the_public_is_not_told_of_tables_that_stay_empty(client: Client, db: None, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    untold = {label: table for label, table in datamap().tables.items() if not table.told}
    rooms = {path.name for path in ROOMS.iterdir()}
    assert untold, "packages bring tables of their own"
    assert not {label.split(".")[0] for label in untold} & rooms, "whatever is ours is told"
    page = text_of(client, "privacy:rules")
    assert not [table.what.zh for table in untold.values() if table.what.zh in page]


def test_they_are_one_click_from_every_page_signed_in_or_not(client: Client, cast: Cast) -> None:
    link = f'href="{reverse("privacy:rules")}"'
    assert link in text_of(client, "account:sign_in")
    client.force_login(cast.clerk)
    assert link in text_of(client, "web:home")


def test_they_are_read_without_asking_the_database(
    client: Client, db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(0):
        text_of(client, "privacy:rules")
        text_of(client, "privacy:sheet")


def test_the_map_shows_every_table(client: Client, cast: Cast) -> None:
    client.force_login(cast.teacher)
    text = text_of(client, "privacy:map")
    assert all(label in text for label in datamap().tables)


def test_a_response_begins_and_ends_and_is_seen(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    data = {"unit": cast.city_unit.code, "name": "新冠肺炎", "level": "1", "reason": "省政府一级响应", "from_on": DAY}
    client.post(reverse("privacy:response_new"), data)
    response = Response.objects.get()
    assert mode(cast.school, DAY) == response
    assert "新冠肺炎" in text_of(client, "privacy:desk")
    client.post(reverse("privacy:response_end", args=[response.pk]), {"to_on": DAY})
    response.refresh_from_db()
    assert response.to_on == DAY
    assert client.post(reverse("privacy:response_end", args=[response.pk]), {"to_on": DAY}).status_code == 422


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    data = {"unit": cast.city_unit.code, "name": "新冠肺炎", "level": "1", "reason": "省政府一级响应"}
    answer = client.post(reverse("privacy:response_new"), {**data, "from_on": DAY + timedelta(days=1)})
    assert answer.status_code == 422
    assert "省政府一级响应" in answer.content.decode()
    assert 'href="#id_from_on"' in answer.content.decode()


def test_nobody_begins_a_response_outside_their_units(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    data = {"unit": cast.nation.code, "name": "新冠肺炎", "level": "1", "reason": "一级响应", "from_on": DAY}
    assert client.post(reverse("privacy:response_new"), data).status_code == 422
    assert not Response.objects.exists()


def test_an_assessment_is_written_and_then_only_read(client: Client, cast: Cast) -> None:
    client.force_login(cast.security)
    data = {"unit": cast.province_unit.code, "module": "self_service", "necessity": TEXT, "risks": TEXT}
    assert client.post(reverse("privacy:assessment_new"), {**data, "measures": "短"}).status_code == 422
    client.post(reverse("privacy:assessment_new"), {**data, "measures": TEXT, "valid_to": DAY + timedelta(days=300)})
    row = Assessment.objects.get()
    assert TEXT in text_of(client, "privacy:assessment", row.pk)
    assert "privacy/assessments/" in client.get(reverse("privacy:desk")).content.decode()


def test_a_list_is_prepared_agreed_to_carried_out_and_certified(client: Client, cast: Cast, tmp_path: Path) -> None:
    leaver(cast)
    client.force_login(cast.security)
    client.post(reverse("privacy:purge_new"), {"unit": cast.school.code})
    run = PurgeRun.objects.get()
    assert NAME not in text_of(client, "privacy:purge", run.pk)
    blank = client.post(reverse("privacy:purge_ask", args=[run.pk]), {"reason": ""})
    assert blank.status_code == 422
    assert 'href="#id_reason"' in blank.content.decode()
    client.post(reverse("privacy:purge_ask", args=[run.pk]), {"reason": "保存期限已满"})
    run.refresh_from_db()
    assert run.request is not None
    ask = reverse("oversight:request", args=[run.request.pk])
    assert ask in text_of(client, "privacy:purge", run.pk)
    client.post(reverse("privacy:purge_begin", args=[run.pk]))
    run.refresh_from_db()
    assert run.begun_at is None, "nobody has agreed yet"
    client.force_login(cast.principal)
    assert reverse("privacy:purge", args=[run.pk]) in client.get(ask).content.decode()
    client.force_login(cast.security)
    for who in deciders(cast):
        asking.decide(by=who, request=run.request, agreed=True, reason="", now=NOW)
    assert reverse("privacy:purge_begin", args=[run.pk]) in text_of(client, "privacy:purge", run.pk)
    client.post(reverse("privacy:purge_begin", args=[run.pk]))
    assert client.get(reverse("privacy:certificate", args=[run.pk])).status_code == 404, "not before it is done"
    purging.carry_out(Event.objects.get(verb="purge.approved"))
    chain.seal(now=NOW + timedelta(minutes=1))
    months.ensure({date(2019, 11, 5)})
    list(archiving.archive(date(2019, 12, 1), tmp_path, drop=False, now=NOW))
    text = text_of(client, "privacy:certificate", run.pk)
    assert str(run.pk) in text
    assert all(who.name in text for who in deciders_of(run))
    assert str(Event.objects.get(verb="purge.done").pk) in text
    assert "2019-11" in text, "what was archived is not reached, and it says so"


def deciders(cast: Cast) -> list[Any]:
    second = actions.create_accounts(by=None, rows=[actions.NewAccount("deputy", "丁副院长", "", "!")], now=NOW)[0]
    posting = actions.NewPosting(second, cast.school, "principal", "副院长")
    actions.appoint_all(by=None, rows=[posting], from_on=DAY, now=NOW)
    return [cast.principal, second]


def deciders_of(run: PurgeRun) -> list[Any]:
    assert run.request is not None
    return [decision.by for decision in run.request.decisions.all()]


def test_a_principal_sees_the_list_and_cannot_carry_it_out(client: Client, cast: Cast) -> None:
    leaver(cast)
    run = purging.prepare(by=cast.security, unit=cast.school, why="retention", now=NOW)
    client.force_login(cast.principal)
    assert "lf-table" in text_of(client, "privacy:purge", run.pk)
    assert client.post(reverse("privacy:purge_ask", args=[run.pk]), {"reason": "保存期限已满"}).status_code == 403


def test_a_list_of_another_area_does_not_exist(client: Client, cast: Cast) -> None:
    run = PurgeRun.objects.create(
        unit=cast.nation, why="retention", by_id=1, at=NOW, tally={"people": [], "tables": {}, "held": 0}
    )
    client.force_login(cast.security)
    for address in ("privacy:purge", "privacy:certificate"):
        assert client.get(reverse(address, args=[run.pk])).status_code == 404
    assert client.post(reverse("privacy:purge_begin", args=[run.pk])).status_code == 404


def test_a_granted_request_for_deletion_becomes_a_list(client: Client, cast: Cast) -> None:
    one = leaver(cast, to_on=None, ending="")
    asked = SubjectRequest.objects.create(person=one, kind="delete", granted=True, at=NOW, answered_at=NOW)
    client.force_login(cast.security)
    page = text_of(client, "privacy:purges")
    assert reverse("privacy:purge_of", args=[asked.pk]) in page
    assert NAME not in page
    client.post(reverse("privacy:purge_of", args=[asked.pk]))
    assert PurgeRun.objects.get().person_id == one.pk
    assert reverse("privacy:purge_of", args=[asked.pk]) not in text_of(client, "privacy:purges")
    assert client.post(reverse("privacy:purge_of", args=[asked.pk])).status_code == 404


def test_a_person_is_kept_as_evidence_by_the_number_of_the_school(client: Client, cast: Cast) -> None:
    one = leaver(cast)
    client.force_login(cast.security)
    data = {"unit": cast.school.code, "reason": "调查取证", "assessment": TEXT, "to_on": DAY + timedelta(days=30)}
    wrong = client.post(reverse("privacy:hold_new"), {**data, "number": "XH0000"})
    assert wrong.status_code == 422
    assert 'href="#id_number"' in wrong.content.decode()
    client.post(reverse("privacy:hold_new"), {**data, "number": "XH8642"})
    hold = Hold.objects.get()
    assert hold.person == one
    page = text_of(client, "privacy:holds")
    assert NAME not in page
    assert "欧**曦" in page
    client.post(reverse("privacy:hold_lift", args=[hold.pk]))
    hold.refresh_from_db()
    assert hold.lifted_at == NOW


def test_many_lists_cost_as_few_queries_as_one(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        leaver(cast)
        run = purging.prepare(by=cast.security, unit=cast.school, why="retention", now=NOW)
    purging.ask(by=cast.security, run=run, reason="保存期限已满", now=NOW)
    client.force_login(cast.security)
    client.get(reverse("privacy:purges"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse("privacy:purges")).content.decode().count("lf-task-title") == 30


def test_an_incident_becomes_a_report_and_a_notice_and_is_not_stored(client: Client, cast: Cast) -> None:
    """Control H06: kinds, cause, harm, remedies and contact, to the authority and to those concerned."""
    client.force_login(cast.security)
    words = {
        "cause": "误发花名册至家长群",
        "harm": "电话可能被骚扰",
        "remedies": "已撤回并核查",
        "advice": "谨防诈骗电话",
    }
    data = {
        "unit": cast.school.code, "happened": ["leaked"], "kinds": ["names", "phones"], "found_on": DAY,
        "people": "45", "contact": "信息办 0731-8800 0001", **words,
    }  # fmt: skip
    assert client.post(reverse("privacy:incident"), {**data, "cause": ""}).status_code == 422
    text = client.post(reverse("privacy:incident"), data).content.decode()
    assert all(text.count(word) == 2 for word in (*words.values(), "信息办 0731-8800 0001"))
    event = Event.objects.get(verb="incident.reported")
    assert str(event.pk) in text
    assert event.detail == {"happened": ["leaked"], "kinds": ["names", "phones"], "people": 45}
