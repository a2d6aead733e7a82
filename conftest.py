"""Fixtures for every test."""

import gc
import os
from asyncio import events
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.contrib.auth.signals import user_logged_in
from django.core.management.commands import flush
from django.db import connection
from django.http import HttpRequest
from pytest_django import DjangoDbBlocker, Settings

from lianfang.core import keyring
from lianfang.orgs.queries import calendar
from lianfang.people.hashers import Argon2
from tests.cast import Cast, present

pytest_plugins = ["tests.browser", "tests.machines"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the processes of a run, which begin with equal parts of this list, each begins with another kind of long
    tests: one starts machines of its own, one drives the browser, one crosses rooms. The many short ones come last,
    when whoever is done takes over from the others."""
    hands = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items.sort(key=_kind)
    parts: list[list[pytest.Item]] = [[] for _ in range(hands)]
    for item in items:
        if _kind(item)[0] < len(KINDS):
            parts[_kind(item)[0] % hands].append(item)
    short = iter(item for item in items if _kind(item)[0] == len(KINDS))
    for at, part in enumerate(parts):
        share = (len(items) - sum(map(len, parts[:at]))) // (hands - at)
        part += islice(short, max(0, share - len(part)))
    items[:] = [*chain.from_iterable(parts), *short]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for what can go costs an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


KINDS = ("starts machines", "drives the browser", "crosses rooms")


def _kind(item: pytest.Item) -> tuple[int, bool]:
    """The place in `KINDS`, behind it for the short ones; and the slow ones first."""
    slow, pages = item.get_closest_marker("slow") is not None, "browser" in getattr(item, "fixturenames", ())
    across = item.path.is_relative_to(Path(__file__).parent / "tests")
    return 1 if pages else 0 if slow else 2 if across else len(KINDS), not slow


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
    """Events and seals cannot be emptied, but tests with transactions of their own end by emptying every table; the
    types and permissions that Django makes for each model after that are of no use here and cost more than the rest."""
    flush.emit_post_migrate_signal = lambda *_args, **_more: None  # type: ignore[attr-defined]
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
    settings.WHITENOISE_AUTOREFRESH = True  # else every client of every test looks through all collected files first


@pytest.fixture(autouse=True)
def no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once a browser has been driven, its loop counts as running in this thread for good, and `asyncio.run` is refused:
    tests without a browser, and the programs they start, do not see it."""
    running = events._get_running_loop()
    if running is None or "browser" in request.fixturenames:
        yield
        return
    events._set_running_loop(None)
    allowed = os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    yield
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = allowed
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
