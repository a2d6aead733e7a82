"""Somebody whom teachers looked up, opened, printed and exported is destroyed, and afterwards is nowhere (control G01)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.people.actions import erasing, purging
from lianfang.people.models import Enrolment, IdentityDocument, Person
from lianfang.people.tests.test_purging import (
    NAME,
    NUMBER,
    PHONE,
    SECRETS,
    agreed,
    everything,
    person,
    prepared,
    traces,
)
from lianfang.policies.tests.test_responses import assessed
from lianfang.web.roster import typed
from lianfang.web.roster.words import REASONS
from tests.cast import DAY, NOW, Cast


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)


def looked_at(client: Client, cast: Cast, one: Person) -> None:
    """What leaves traces: searching, opening, showing a hidden value, changing, printing."""
    unit = cast.class_one.pk
    client.force_login(cast.teacher)
    page = client.post(reverse("roster:search", args=[unit]), {"words": "若曦"}, follow=True).content.decode()
    assert NAME in page
    assert NAME in client.get(reverse("roster:person", args=[one.pk])).content.decode()
    client.post(reverse("roster:reveal", args=[one.pk, "phone"]), {"reason": next(iter(REASONS)), "words": "需要联系"})
    client.force_login(cast.registrar)
    client.post(reverse("roster:search", args=[unit]), {"words": PHONE})
    client.post(reverse("roster:change", args=[one.pk]), {"name": NAME, "sex": "2", "former_name": ""})
    client.get(reverse("roster:print", args=[unit]))


def test_who_was_looked_at_through_the_pages_is_nowhere_afterwards(client: Client, cast: Cast) -> None:
    assessed(cast)
    one = person(cast, left=None)
    looked_at(client, cast, one)
    done = set(Event.objects.filter(subject_id=str(one.pk)).values_list("verb", flat=True))
    assert {"person.viewed", "person.revealed"} <= done
    assert any("roster_words" in text for _, text in everything())
    Enrolment.objects.filter(person=one).update(
        to_on=DAY - timedelta(days=400), ending="graduated", from_on=DAY - timedelta(days=900)
    )
    carry_out = agreed(cast, prepared(cast))
    purging.carry_out(Event.objects.get(verb="purge.approved", subject_id=str(carry_out.pk)))
    assert traces() == set()
    assert not [place for place, text in everything() if "roster_words" in text]


def test_a_search_finds_nothing_afterwards(client: Client, cast: Cast) -> None:
    one = person(cast)
    other = Person.objects.create(name="欧阳同窗", pinyin="ouyang tongchuang", initials="oytc")
    Enrolment.objects.create(person=other, school=cast.school, unit=cast.class_one, as_a="student", from_on=DAY)
    run = agreed(cast, prepared(cast))
    purging.carry_out(Event.objects.get(verb="purge.approved", subject_id=str(run.pk)))
    client.force_login(cast.registrar)
    for words in ("若曦", "oyrx", PHONE, NUMBER, "欧阳"):
        page = client.post(reverse("roster:search", args=[cast.school.pk]), {"words": words}, follow=True)
        text = page.content.decode()
        assert not [secret for secret in SECRETS if secret != words and secret in text], words
        assert str(one.pk) not in text
        assert ("欧阳同窗" in text) == (words == "欧阳")
    assert not IdentityDocument.objects.filter(person=one).exists()


def test_the_searches_of_sessions_are_where_purging_looks_for_them() -> None:
    assert erasing.SEARCHED == typed._KEY
