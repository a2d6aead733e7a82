"""A real browser for tests: people who are signed in, on a phone or at a desk, watched for every fault of a page.

One browser for each test process, one context for each person. The server runs in the test's own process, so a test can
move the clock (`clock`) and do what the worker would do (`work`).
"""

import fcntl
import gettext
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from lianfang.core import events
from lianfang.core.clock import ZONE
from lianfang.people.models import User
from tests.cast import Cast
from tools.setup import ROOT, find_browser

PHONE: Any = {"width": 390, "height": 844}
DESK: Any = {"width": 1280, "height": 800}
PATIENCE = 10_000  # ms; two busy cores are slow, a page that really fails is not saved by more
FORM = "situation_2020"

# The browser's own note of an answer like 422; what matters of it is checked in `Visitor.answered`.
STATUS_NOTE = "Failed to load resource"


class Visitor:
    """One person before a browser. Labels are given in English, as in the templates, and sought in the page's language."""

    def __init__(self, context: BrowserContext, base: str, user: User | None, language: str) -> None:
        self.context, self.base, self.user, self.language = context, base, user, language
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._answered)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and STATUS_NOTE not in message.text:
            self.faults.append(f"console: {message.text} ({self.page.url})")

    def _answered(self, response: Any) -> None:
        page = response.request.resource_type == "document"
        if response.status == 500 or (response.status >= 400 and not page):
            self.faults.append(f"{response.status} {response.url}")

    def say(self, label: str, **values: Any) -> str:
        """A label of the templates in this person's language."""
        with translation.override(self.language):
            return translation.gettext(label) % values if values else translation.gettext(label)

    def goes(self, name: str, *args: Any, query: str = "") -> "Visitor":
        return self.opens(reverse(name, args=args) + query)

    def opens(self, path: str) -> "Visitor":
        self.page.goto(self.base + path)
        return self

    def looks_at(self, path: str) -> int:
        """The status of the page."""
        answer = self.page.goto(self.base + path)
        return answer.status if answer else 0

    def presses(self, label: str, **values: Any) -> "Visitor":
        self.page.get_by_role("button", name=self.say(label, **values)).first.click()
        return self

    def follows(self, label: str, **values: Any) -> "Visitor":
        self.page.get_by_role("link", name=self.say(label, **values)).first.click()
        return self

    def takes_up(self, name: str, *args: Any) -> "Visitor":
        """From the home page by the button of the task; earlier days that are still owed may stand above it."""
        self.goes("web:home").page.locator(f"main .lf-task-action a[href='{reverse(name, args=args)}']").click()
        return self

    def writes(self, cell: str, text: str) -> "Visitor":
        self.page.locator(f"[name='{cell}']").fill(text)
        return self

    def counts(self, **cells: object) -> "Visitor":
        """Type numbers: ``counts(confirmed="1 0")`` for students and staff."""
        for name, pair in cells.items():
            for group, value in zip(("students", "staff"), str(pair).split(), strict=True):
                self.writes(f"c-{name}.{group}", value)
        return self

    def sees(self, *texts: str) -> "Visitor":
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text, timeout=PATIENCE)
        return self

    def reads(self, label: str, **values: Any) -> "Visitor":
        """Sees these words of the interface."""
        return self.sees(self.say(label, **values))

    def misses(self, *texts: str) -> "Visitor":
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text, timeout=PATIENCE)
        return self

    def stands_at(self, name: str, *args: Any) -> "Visitor":
        """Waits until the browser is on that page. A way there that another one ended (two clicks) is none."""
        there = re.compile(re.escape(reverse(name, args=args)) + r"($|\?)")
        try:
            self.page.wait_for_url(there, timeout=PATIENCE)
        except PlaywrightError as error:
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.wait_for_url(there, timeout=PATIENCE)
        return self


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # The browser's loop lives in this thread, and Django would take the tests' own queries for ones inside a loop,
    # refuse them, and connect a second time: a test begun on one connection must not go on on the other.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    one = threading.local()
    for held in connections.all():
        setattr(one, held.alias, held)
    connections._connections = one  # type: ignore[attr-defined]
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Skipped where there is no browser, except on the build machine, which installs one."""
    found = find_browser()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no browser: run python -m tools.setup --dev --browser", pytrace=False)
        pytest.skip("no Chromium on this machine; make test installs one")
    playwright: Playwright = request.getfixturevalue("playwright")
    # Containers give little shared memory; there the browser's pages would crash.
    launched = playwright.chromium.launch(executable_path=str(found), args=["--disable-dev-shm-usage"])
    yield launched
    launched.close()


@pytest.fixture
def stage(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Callable[..., Visitor]]:
    """``stage(cast.clerk, phone=True, language="en", javascript=False)``: a person who is signed in before a browser.

    When the test is over no page may have complained: scripts, the content security policy, missing files, errors 500.
    """
    present: list[Visitor] = []

    def enter(
        user: User | None, *, phone: bool = False, language: str = "zh-hans", javascript: bool = True, **more: Any
    ) -> Visitor:
        context = browser.new_context(
            base_url=live_server.url, viewport=PHONE if phone else DESK, has_touch=phone, locale=LOCALES[language],
            timezone_id="Asia/Shanghai", java_script_enabled=javascript, accept_downloads=True,
            reduced_motion="reduce", **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        context.add_cookies(cookies_of(user, language, live_server.url))
        visitor = Visitor(context, live_server.url, user, language)
        present.append(visitor)
        return visitor

    yield enter
    for visitor in present:
        visitor.context.close()
    assert not [fault for visitor in present for fault in visitor.faults]


LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}


def cookies_of(user: User | None, language: str, url: str) -> list[Any]:
    """Signed in without the sign-in page, in the language given."""
    cookies = {django_settings.LANGUAGE_COOKIE_NAME: language}
    if user is not None:
        client = Client()
        client.force_login(user)
        cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    return [{"name": name, "value": value, "url": url} for name, value in cookies.items()]


class Clock:
    """The moment everybody in the test lives at; time runs on from there."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, at: str) -> datetime:
        """``set("2020-02-05 15:10")``, Shanghai."""
        moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"at": moment.isoformat(), "set": time.time()}))
        new.replace(self.file)
        return moment


@pytest.fixture
def clock(tmp_path: Path, settings: Settings) -> Clock:
    """Two in the afternoon of the cast's day, until a test moves it."""
    clock = Clock(tmp_path / "clock.json")
    clock.set("2020-02-05 14:00")
    settings.CLOCK_FILE = str(clock.file)
    return clock


@pytest.fixture
def work(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Does what the worker would do now: the handlers of all events recorded so far."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    def clear() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")

    def run() -> None:
        jobs = ProcrastinateJob.objects.filter(queue_name__in=("events", "slow")).order_by("pk")
        for event, handler in [(job.args["event_id"], job.args["handler"]) for job in jobs]:
            events.dispatch(UUID(event), handler)
        clear()

    clear()
    yield run
    clear()


@pytest.fixture(scope="session")
def words() -> None:
    """The catalogues as they stand now: a message edited a minute ago is looked for in its new words."""
    from tools import messages

    if not (ROOT / "locale").is_dir():
        return
    turn = os.open(ROOT / "locale", os.O_RDONLY)  # several test processes, one file
    fcntl.flock(turn, fcntl.LOCK_EX)
    messages.main(["compile"])
    os.close(turn)
    gettext._translations.clear()  # type: ignore[attr-defined]  # what was read from the older file stays there else
    translation.trans_real._translations.clear()  # type: ignore[attr-defined]
    translation.trans_real._default = None  # type: ignore[attr-defined]
