"""Whatever somebody typed as a name, a number, a reason: no page takes it for markup (control H03)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core import clock
from lianfang.people.actions import grants, requests
from lianfang.people.models import Enrolment, Guardian, Household, Lodging, Marking, Person, User
from tests.cast import DAY, NOW, Cast
from tests.pupils import pupils

EVIL = "<form action=//e>\"'"


@pytest.fixture
def girl(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A pupil of whom every text is markup, in a school that is called so, looked after by people who are."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    girl = pupils(cast)["girl"]
    Person.objects.update(name=EVIL, former_name=EVIL)
    Enrolment.objects.update(number=EVIL, title=EVIL, away_why=EVIL)
    Guardian.objects.update(name=EVIL)
    Lodging.objects.update(building=EVIL, room=EVIL, bed="<i>")
    User.objects.update(name=EVIL)
    for unit in (cast.school, cast.class_one, cast.class_two):
        type(unit).objects.filter(pk=unit.pk).update(name=EVIL, short_name=EVIL)
    Marking.objects.create(person=girl, school=cast.school, mark="intern", note=EVIL, from_on=DAY)
    home = Household.objects.create(school=cast.school, label=EVIL, address=EVIL)
    home.members.create(person=girl, from_on=DAY)
    row = Person.objects.get(pk=girl.pk)
    row.address = f"{EVIL}长沙市岳麓区"
    row.save(update_fields=["address"])
    requests.ask(by=cast.registrar, kind="export", unit=cast.class_one, reason=EVIL * 2, now=NOW)
    grants.break_glass(by=cast.doctor, unit=cast.class_one, reason=EVIL * 2, hours=1, now=NOW)
    return row


def addresses(cast: Cast, girl: Person) -> list[tuple[str, str]]:
    one, held = cast.class_one.pk, girl.enrolments.get()
    guardianship = girl.guardianships.get()
    other = Person.objects.exclude(pk=girl.pk).filter(enrolments__unit=cast.class_one).first()
    assert other is not None
    pages: list[tuple[str, str, list[Any]]] = [
        *(("registrar", f"roster:{name}", [girl.pk]) for name in ("person", "change")),
        ("registrar", "roster:move", [girl.pk, held.pk]),
        ("registrar", "roster:change_guardian", [girl.pk, guardianship.pk]),
        ("registrar", "roster:merge", [girl.pk, other.pk]),
        *(("registrar", f"roster:{name}", [one]) for name in ("list", "promote", "export", "print")),
        *(("registrar", f"roster:{name}", [cast.school.pk]) for name in ("households", "duplicates", "counts")),
        ("teacher", "codes:class", [one]), ("teacher", "codes:links", [one]), ("teacher", "codes:person", [girl.pk]),
        ("teacher", "roster:reveal", [girl.pk, "address"]),
        ("admin", "accounts:list", []), ("admin", "accounts:detail", [cast.teacher.pk]),
        ("admin", "accounts:reset", [cast.teacher.pk]), ("security", "oversight:desk", []),
        ("principal", "oversight:desk", []), ("principal", "oversight:requests", []),
        ("auditor", "web:events", []), ("security", "privacy:purges", []), ("admin", "units:unit", [one]),
        ("principal", "duties:groups", [cast.school.pk]), ("registrar", "intake:upload", []),
    ]  # fmt: skip
    return [(who, reverse(name, args=args)) for who, name, args in pages]


def test_no_page_takes_what_was_typed_for_markup(cast: Cast, girl: Person, client: Client) -> None:
    shown = 0
    for who, path in addresses(cast, girl):
        client.force_login(cast.people[who])
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        page = answer.content.decode()
        assert "<form action=//e>" not in page, path
        assert "<i>" not in page, path
        shown += "&lt;form action=//e&gt;" in page
    assert shown > 15, "the pages do show it"
