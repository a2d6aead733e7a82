"""Fixtures for every test."""

from pathlib import Path

import pytest
from django.conf import settings as live
from pytest_django import Settings

from lianfang.core import keyring
from tests.cast import Cast, build

pytest_plugins = ["tests.browser"]


@pytest.fixture(autouse=True, scope="session")
def keys_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tests seal personal data with keys made for this run."""
    live.KEY_FILE = tmp_path_factory.mktemp("keys") / "keys.json"
    return keyring.make("intl", "2020-01-20T00:00:00+08:00")


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Settings) -> None:
    """Tests of second factors switch them on again."""
    settings.SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def from_the_sources(settings: Settings) -> None:
    """Pages take styles and scripts from the sources (hashed names exist only after collecting); a wrong icon fails."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.UI_STRICT = True


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast (`tests.cast`): units, people, and the form they owe."""
    return build()
