"""Pages are rendered from the sources: no collected static files are needed to test them."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def static_from_the_sources(settings: Settings) -> None:
    """Hashed names exist only after collecting; tests must not depend on when that was."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
