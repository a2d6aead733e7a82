"""Fixtures for every test."""

import pytest
from pytest_django import Settings

from tests.cast import Cast, build

pytest_plugins = ["tests.browser"]


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
