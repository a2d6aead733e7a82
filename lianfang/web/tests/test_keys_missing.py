"""The key file vanishes while the program runs: pages that need it say so, the others go on."""

from pathlib import Path

import pytest
from django.test import Client

from lianfang.core import keyring
from tests.cast import Cast

PAGE = "/account/"


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.clerk)
    client.raise_request_exception = False
    return client


def test_a_page_that_needs_the_keys_is_answered_honestly_and_comes_back(
    clerk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert clerk.get(PAGE).status_code == 200
    place = Path(keyring.file())
    away = place.rename(place.with_suffix(".away"))
    try:
        answer = clerk.get(PAGE)
    finally:
        away.rename(place)
    assert answer.status_code == 503
    said = answer.content.decode()
    assert said.count("<h1") == 1
    assert str(place) not in said  # the way to the file is for the log
    assert str(place) in caplog.text
    assert clerk.get(PAGE).status_code == 200
