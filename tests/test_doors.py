"""Doors tried the wrong way: without the token, by other methods, with headers of other programs. And whatever a role may
open, no page shows a sealed value in full that was not asked for (controls E01, H03)."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from lianfang.core.fields import EncryptedText
from lianfang.core.models import Event
from tests.cast import Cast
from tests.test_access import COLUMNS, PEOPLE, Args, dealt, places, rows

__all__ = ["places"]

# What a person's own device shows its holder on purpose; what stands on a page for everybody who may call.
OWN = ("my:",)
CALLED = ("people_user", "duty_post")
WAYS: tuple[dict[str, str], ...] = (
    {"x-http-method-override": "POST"},
    {"hx-request": "true", "accept": "application/json"},
)
# Between them they open nearly everything.
ACTING = ("anonymous", "clerk", "registrar", "unit_admin", "security_admin")
LOOKING = ("clerk", "class_teacher", "registrar", "doctor", "security_admin", "auditor")


def opened(column: str) -> list[tuple[str, str, str]]:
    """method, name, target of every row that is answered to this role."""
    return [row[:3] for row in rows() if row[3][COLUMNS.index(column)] == "."]


def client_of(cast: Cast, column: str, **more: Any) -> Client:
    client = Client(**more)
    if PEOPLE[column]:
        client.force_login(cast.people[PEOPLE[column]])
    return client


def test_nothing_is_done_without_the_token_of_the_page(cast: Cast, places: Args) -> None:
    for column in ACTING:
        nothing_is_done(column, cast, places)


def nothing_is_done(column: str, cast: Cast, places: Args) -> None:
    client = client_of(cast, column, enforce_csrf_checks=True)
    client.get("/account/sign-in/")  # the cookie is there; the page's own word is not sent
    before, tried = Event.objects.count(), 0
    for _method, name, target in opened(column):
        path = reverse(name, args=places[target])
        for method in ("post", "put"):
            answer = getattr(client, method)(path, headers={"origin": "https://elsewhere.example"})
            assert answer.status_code in (403, 405), f"{method} {name}"
            tried += 1
    assert tried > 12
    assert Event.objects.count() == before


def sealed_values() -> set[str]:
    """Everything personal that is sealed in the database, opened; a telephone also as it is dialled."""
    found = set()
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedText)]
        if not fields or model._meta.db_table in CALLED:
            continue
        for row in model._default_manager.all():
            values = [getattr(row, field.attname) for field in fields]
            found |= {value.open().removeprefix("+86") for value in values if value is not None}
    return {value for value in found if len(value) > 4}


def texts(answer: Any) -> Iterator[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    yield body.decode("utf-8", "replace")
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            yield from (packed.read(part).decode("utf-8", "replace") for part in packed.namelist())
    yield from (str(value) for value in answer.headers.values())


@pytest.mark.parametrize("columns", dealt(LOOKING, 2), ids="+".join)
def test_no_page_shows_what_is_sealed_in_whatever_way_it_is_asked(
    columns: tuple[str, ...], cast: Cast, places: Args
) -> None:
    secrets = sealed_values()
    assert len(secrets) > 10
    shown = {(column, *found) for column in columns for found in seen(column, secrets, cast, places)}
    assert shown == set()


def seen(column: str, secrets: set[str], cast: Cast, places: Args) -> Iterator[tuple[str, str]]:
    """Secrets on the pages that are open to this role."""
    client = client_of(cast, column)
    for method, name, target in opened(column):
        if method != "GET" or name.startswith(OWN):
            continue
        path = reverse(name, args=places[target])
        for headers in WAYS:
            for text in texts(client.get(path, headers=headers)):
                yield from ((name, secret) for secret in secrets if secret in text)
