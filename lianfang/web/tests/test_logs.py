"""No personal data in the log (control C05): typical requests and failures with seeded people, then a search through
all that was logged."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app

from lianfang.core.actions import chain
from lianfang.core.logs import Discreet
from lianfang.people.models import Person, User
from lianfang.web.events import queries
from tests.browser import FORM
from tests.cast import Cast

NAME, PHONE, NUMBER, TOKEN = "欧阳小明", "13912345678", "110101200503078137", "tok3n-of-a-personal-link-AbCdEf"
SEEDED = (NAME, PHONE, NUMBER, TOKEN, "139 1234 5678", "1391234")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the handler of the settings would write, from INFO on."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet(settings.LOGGING["formatters"]["line"]["format"]))
    root = logging.getLogger()
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


def clean(log: io.StringIO, *said: str) -> None:
    text = log.getvalue()
    assert all(one in text for one in said), text
    assert not [one for one in SEEDED if one in text], text


def failing(sql: str, *values: Any) -> Exception:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return error
    raise AssertionError


def test_a_failed_sign_in_leaves_no_name_or_number(cast: Cast, client: Client, log: io.StringIO) -> None:
    for typed in (NAME, PHONE, NUMBER):
        for _ in range(6):
            client.post(reverse("account:sign_in"), {"username": typed, "password": TOKEN})
    client.get("/account/no-such-page/")
    clean(log, "Not Found: (unknown address)")


def test_searches_and_unknown_addresses_leave_none(cast: Cast, client: Client, log: io.StringIO) -> None:
    client.force_login(cast.clerk)
    for path in (f"/units/search/?q={NAME}", f"/my/{TOKEN}/", f"/no/such/{PHONE}/{NAME}", f"/events/?object={NUMBER}"):
        client.get(path)
    client.get(reverse("returns:detail", args=[TOKEN, cast.day, cast.school.pk]))
    client.post(f"/events/{PHONE}/", {"name": NAME})
    clean(log, "Not Found: /returns/<slug:form>/")


def test_searching_the_roster_and_coming_by_a_link_leave_none(cast: Cast, client: Client, log: io.StringIO) -> None:
    client.get(reverse("my:follow", args=[TOKEN]))
    client.get(reverse("my:scan", args=[TOKEN]))
    client.force_login(cast.registrar)
    for typed in (NAME, PHONE, NUMBER):
        client.post(reverse("roster:home"), {"typed": typed})
        client.post(reverse("roster:search", args=[cast.class_one.pk]), {"words": typed})
        client.post(reverse("roster:search", args=[cast.second.pk]), {"words": typed})
    sheet = SimpleUploadedFile("名册.csv", f"姓名,手机\n{NAME},{PHONE}\n,{NUMBER}".encode())
    client.force_login(cast.clerk)
    client.post(reverse("returns:import", args=[FORM, cast.day, cast.school.pk]), {"file": sheet})
    clean(log, "Not Found: /roster/unit/<int:pk>/search/")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_breaks_tells_where_and_not_whom(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(**given: Any) -> None:
        raise ValueError(f"no class for {NAME}, tel. {PHONE}")

    monkeypatch.setattr(chain, "check", stumble)
    app.configure_task("audit.check", queue="test").defer(timestamp=0)
    call_command("procrastinate", "worker", "--one-shot", "--queues", "test")
    clean(log, "audit.check", "ValueError: no class for", "in stumble")


def test_a_page_that_breaks_tells_where_and_not_whom(
    cast: Cast, client: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.create(name=NAME)
    errors = [
        failing("UPDATE people_user SET username = %s, name = %s", NAME, PHONE),
        failing("UPDATE people_person SET purged_at = now(), former_name = %s", PHONE),
        ValueError(f"invalid literal for int() with base 10: '{PHONE}'"),
        KeyError(NAME),
        RuntimeError(f"no class for {NAME} {NUMBER}, tel. 139 1234 5678"),
    ]

    def breaks(user: User) -> None:
        try:
            raise ValueError(f"“{NAME}”")
        except ValueError as before:
            raise errors[-1] from before

    monkeypatch.setattr(queries, "visible", breaks)
    client.force_login(cast.clerk)
    client.raise_request_exception = False
    while errors:
        assert client.get(reverse("web:events") + f"?unit={PHONE}").status_code == 500
        errors.pop()
    clean(
        log, "Internal Server Error: /events/", "IntegrityError", "KeyError", "RuntimeError: no class for", "in breaks"
    )
