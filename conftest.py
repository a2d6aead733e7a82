"""Fixtures for every test."""

import os
from asyncio import events
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.http import HttpRequest
from pytest_django import DjangoDbBlocker, Settings

from lianfang.core import keyring
from lianfang.orgs.queries import calendar
from lianfang.people.hashers import Argon2
from tests.cast import Cast, present

pytest_plugins = ["tests.browser", "tests.machines"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: what looks at every page, what starts machines of its own and waits for them, what crosses
    rooms. At the end nobody would be left to work beside them, and thousands of tests that were undone leave tables
    behind in which every read steps over what is dead. The first of the processes begins with them: others take from
    its end, so that browsers seldom run side by side."""
    here = Path(__file__).parent / "tests"

    def rank(item: pytest.Item) -> tuple[bool, bool, bool]:
        slow, across = item.get_closest_marker("slow") is not None, item.path.is_relative_to(here)
        return not (slow and "browser" in item.fixturenames), not slow, not across

    items.sort(key=rank)


@pytest.fixture(autouse=True, scope="session")
def keys_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tests seal personal data with keys made for this run."""
    live.KEY_FILE = tmp_path_factory.mktemp("keys") / "keys.json"
    os.environ["LIANFANG_KEY_FILE"] = str(live.KEY_FILE)  # and so do the programs they start
    return keyring.make("intl", "2020-01-20T00:00:00+08:00")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Test processes of one run copy one database that has had every migration."""
    from tests.machines import migrated_once  # a plugin, which pytest wants to import itself

    if "PYTEST_XDIST_WORKER" in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_once(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Events and seals cannot be emptied, but tests with transactions of their own end by emptying every table."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("core_event", "core_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_never_emptied")


@pytest.fixture(autouse=True, scope="session")
def sessions_begin() -> None:
    """`force_login` passes by the sign-in page, which marks when a session began."""
    user_logged_in.connect(_begin)


def _begin(request: HttpRequest, **_told: Any) -> None:
    from lianfang.people.actions import sessions

    sessions.begin(request.session, own_factor=False)


PRICE = Argon2.memory_cost, Argon2.time_cost
Argon2.memory_cost, Argon2.time_cost = 64, 1


@pytest.fixture
def passwords_cost_what_they_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everywhere else in the tests a password is hashed in no time: hundreds are."""
    for name, value in zip(("memory_cost", "time_cost"), PRICE, strict=True):
        monkeypatch.setattr(Argon2, name, value)


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


@pytest.fixture(autouse=True)
def no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once a browser has been driven, its loop counts as running in this thread for good, and `asyncio.run` is refused:
    tests without a browser do not see it."""
    running = events._get_running_loop()
    if running is None or "browser" in request.fixturenames:
        yield
        return
    events._set_running_loop(None)
    yield
    events._set_running_loop(running)


@pytest.fixture(autouse=True)
def calendars_of_their_own() -> Iterator[None]:
    """What is kept of school calendars for half a minute does not outlive a test that made an entry."""
    yield
    if any(table.days for _, table in calendar._tables.values()):
        calendar.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast (`tests.cast`): units, people, and the form they owe."""
    return present()
