"""The pages of the disease rules: the day's edition with its sources, what a unit decided, what changed between two."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.policies import actions, diseases, queries
from lianfang.policies.models import Override
from lianfang.web.rulebook.lines import PARTS, lines
from tests.cast import DAY, NOW, Cast

Enter = Callable[[User], Client]


@pytest.fixture
def enter() -> Enter:
    def entered(user: User) -> Client:
        client = Client()
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client

    return entered


def at(name: str = "disease", disease: str = "varicella", **asked: str) -> str:
    path = reverse(f"rulebook:{name}", args=[] if name == "diseases" else [disease])
    return path + ("?" + "&".join(f"{key}={value}" for key, value in asked.items()) if asked else "")


def decide(cast: Cast, key: str, value: str) -> None:
    actions.override(
        by=cast.province, unit=cast.province_unit, key=f"disease.varicella.{key}", value=value, from_on=DAY, to_on=None,
        reason="省里规定", now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_of_every_edition_can_be_said_in_both_languages(language: str) -> None:
    with translation.override(language):
        for disease in diseases.catalog().values():
            for edition in disease.editions:
                told = lines(edition, language)
                assert len({line.key for line in told}) == len(told), "each line has its place"
                assert all(line.says and line.what and line.source and line.part in PARTS for line in told), edition.id
                if language == "zh-hans":
                    assert not [line for line in told if line.says.isascii() and line.says.isalpha()]


def test_the_school_doctor_finds_every_disease_in_few_queries(cast: Cast, enter: Enter) -> None:
    client = enter(cast.doctor)
    client.get(at("diseases"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(at("diseases"))
    assert len(asked) < 20
    said = page.content.decode()
    assert all(at(disease=name) in said for name in diseases.catalog())


def test_a_disease_says_when_its_children_come_back_and_where_that_stands(cast: Cast, enter: Enter) -> None:
    said = enter(cast.doctor).get(at()).content.decode()
    assert "14 days since onset" in said
    assert "Reporting of clusters in schools" in said
    assert "To be verified" in said, "values whose text was not at hand are never shown as the rule"


def test_a_day_of_2020_has_the_rules_of_that_day(cast: Cast, enter: Enter) -> None:
    client = enter(cast.doctor)
    then = client.get(at(disease="covid19", on="2020-02-10"))
    assert then.context["edition"].since.isoformat() < "2020-02-10"
    assert then.context["edition"].until.isoformat() > "2020-02-10"
    assert "As it was on 2020-02-10" in then.content.decode()
    assert client.get(at(disease="covid19")).context["edition"].law.as_a in (True, False)
    assert client.get(at(disease="covid19", on="1999-01-01")).context["edition"] is None


def test_what_a_province_decided_is_shown_beside_what_the_file_says(cast: Cast, enter: Enter) -> None:
    decide(cast, "returning.all.days_since_onset", "16")
    page = enter(cast.doctor).get(at(on=DAY.isoformat()))
    assert "16 days since onset" in page.content.decode()
    (decided,) = page.context["decided"]
    assert (decided.part, decided.what) == ("Return to class", "Everybody · 14 days since onset")
    assert (decided.file, decided.holds) == (14, 16)
    assert "<del>14</del> → <strong>16</strong>" in page.content.decode()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thresholds.cluster.cases", "6"),  # later than the rule
        ("thresholds.cluster.cases", "0"),  # switched off
        ("thresholds.cluster.cases", "three"),
        ("returning.all.days_since_onset", "13"),
        ("contacts.days", "-1"),
        ("thresholds.nothing.cases", "1"),
    ],
)
def test_a_statutory_rule_is_never_weakened(key: str, value: str, cast: Cast) -> None:
    decide(cast, key, value)
    varicella = diseases.catalog()["varicella"]
    plain = queries.rules_of(varicella, None, DAY)
    assert queries.rules_of(varicella, cast.school, DAY) == plain
    assert queries.as_filed(varicella, cast.school, DAY) == plain


def test_a_province_may_ask_for_a_report_earlier_until_the_decision_is_over(cast: Cast) -> None:
    decide(cast, "thresholds.cluster.cases", "2")
    varicella = diseases.catalog()["varicella"]
    now, before = (
        queries.rules_of(varicella, cast.school, DAY),
        queries.rules_of(varicella, cast.school, DAY - timedelta(1)),
    )
    assert now is not None
    assert before is not None
    assert [one.cases for one in now.thresholds if one.id == "cluster"] == [2]
    assert [one.cases for one in before.thresholds if one.id == "cluster"] == [5]


def test_what_changed_between_two_editions_is_named_with_its_source(cast: Cast, enter: Enter) -> None:
    client = enter(cast.doctor)
    page = client.get(at("changes", "covid19"))
    labels = [row["label"] for row in page.context["rows"]]
    assert any(label.startswith("By law") for label in labels), "from class B managed as A to class B"
    first = diseases.catalog()["covid19"].editions[0].id
    same = client.get(at("changes", "covid19", old=first, new=first))
    assert same.context["rows"] == []
    assert "Both editions say the same" in same.content.decode()


def test_a_disease_nobody_described_is_not_there_and_a_day_that_is_none_is_today(cast: Cast, enter: Enter) -> None:
    client = enter(cast.doctor)
    assert client.get(at(disease="unicorn-pox")).status_code == 404
    assert client.get(at("changes", "unicorn-pox")).status_code == 404
    assert client.get(at(on="2020-13-45")).context["is_today"]


Send = Callable[..., Any]


@pytest.fixture
def send(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Send:
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def sent(by: User, unit: Unit, disease: str = "varicella", **changes: str) -> Any:
        form = {
            "key": "thresholds.cluster.cases",
            "value": "3",
            "from_on": str(DAY),
            "to_on": "",
            "reason": "省疾控〔2020〕1号",
        }
        path = reverse("rulebook:decide", args=[disease, unit.pk])
        return enter(by).post(path, form | changes)

    return sent


def test_a_city_decides_for_its_schools_and_for_nobody_else(cast: Cast, send: Send) -> None:
    assert send(cast.city, cast.city_unit).status_code == 302
    varicella = diseases.catalog()["varicella"]

    def asked(unit: Unit) -> list[int]:
        edition = queries.rules_of(varicella, unit, DAY)
        return [one.cases for one in edition.thresholds if one.id == "cluster"] if edition else []

    assert (asked(cast.school), asked(cast.second)) == ([3], [5])
    row = Override.objects.get()
    assert (row.key, row.value, row.by_name, row.unit) == (
        "disease.varicella.thresholds.cluster.cases", "3", cast.city.name, cast.city_unit,
    )  # fmt: skip


def test_the_page_says_what_may_be_decided_what_holds_and_who_decided(cast: Cast, enter: Enter, send: Send) -> None:
    send(cast.city, cast.city_unit)
    said = enter(cast.city).get(reverse("rulebook:terms", args=["varicella", cast.city_unit.pk])).content.decode()
    assert "省疾控〔2020〕1号" in said
    assert "1 – 5" in said
    assert (
        reverse("rulebook:terms", args=["varicella", cast.city_unit.pk]) in enter(cast.city).get(at()).content.decode()
    )
    of_school = enter(cast.clerk).get(reverse("rulebook:terms", args=["varicella", cast.school.pk])).content.decode()
    assert "省疾控〔2020〕1号" in of_school
    assert "<form" not in of_school.partition("<main")[2], "a school decides nothing for itself"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "6"}, "value"),  # later than the rule
        ({"value": "0"}, "value"),  # switched off
        ({"value": "three"}, "value"),
        ({"key": "returning.all.days_since_onset", "value": "13"}, "value"),
        ({"key": "law.category", "value": "1"}, "key"),
        ({"from_on": str(DAY - timedelta(1))}, "from_on"),
        ({"to_on": str(DAY - timedelta(1))}, "to_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_cannot_be_decided_is_said_at_its_field(
    changes: dict[str, str], field: str, cast: Cast, send: Send
) -> None:
    answer = send(cast.city, cast.city_unit, **changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Override.objects.exists()


def test_a_running_response_is_named_with_what_it_switches_on(cast: Cast, enter: Enter) -> None:
    actions.open_response(
        by=cast.admin,
        unit=cast.city_unit,
        name="新冠肺炎",
        disease="covid19",
        level=3,
        reason="省政府",
        from_on=DAY,
        now=NOW,
    )
    said = enter(cast.doctor).get(at(disease="covid19")).content.decode()
    assert "新冠肺炎: a response of Level Ⅲ runs" in said
    assert "checks: morning, noon" in said
