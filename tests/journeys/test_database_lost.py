"""The database goes away while a report is being submitted: the words stay on the page, and arrive exactly once."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import FORM, PATIENCE
from tests.machines import lend_static
from tools.children import program
from tools.postgres import Cluster
from tools.setup import ROOT
from tools.supervisor import Instance
from tools.with_postgres import locked_folder

# Runs inside the instance's own environment: the cast, owed today, and a session of the clerk.
CAST = """
import django; django.setup()
from django.test import Client
from lianfang.core import clock
from lianfang.people.actions import sessions
from tests.cast import build
cast = build()
client = Client(); client.force_login(cast.clerk)
session = client.session; sessions.begin(session, own_factor=False); session.save()
print(session.session_key, cast.school.pk, clock.today())
"""


@dataclass
class Running:
    """A whole program of its own, on a server that a test may stop."""

    instance: Instance
    cluster: Cluster
    session: str
    path: str

    def versions(self) -> int:
        with psycopg.connect(self.cluster.url()) as connection:
            row = connection.execute("SELECT count(*) FROM returns_version").fetchone()
        return int(row[0]) if row else 0


@pytest.fixture
def running(migrated: Callable[[Path], None]) -> Iterator[Running]:
    with locked_folder() as place:
        lend_static(place / "home")
        migrated(place / "server")
        with Cluster(place / "server", test=True) as cluster, Instance(
            place / "home", port=0, database_url=cluster.url(),
            commands=lambda bind, port: {"web": program(bind, port)["web"]},
        ) as instance:  # fmt: skip
            instance.wait_ready()
            done = subprocess.run(
                [sys.executable, "-c", CAST], env={**instance.environment(), "DJANGO_SETTINGS_MODULE": "lianfang.config.settings"},
                cwd=ROOT, capture_output=True, text=True, check=True,
            )  # fmt: skip
            session, school, today = done.stdout.split()
            yield Running(instance, cluster, session, f"/returns/{FORM}/{today}/{school}/")


def clerks_page(browser: Browser, running: Running) -> Page:
    context = browser.new_context(base_url=running.instance.address, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "sessionid", "value": running.session, "url": running.instance.address}])
    return context.new_page()


def test_what_was_typed_survives_and_arrives_once(browser: Browser, running: Running) -> None:
    page = clerks_page(browser, running)
    page.goto(running.path + "fill/")
    for box in page.locator("input[name^='c-'][inputmode=numeric]").all():
        box.fill("0")
    page.fill("[name='c-isolated_home.students']", "7")
    page.fill("[name='c-remark']", "七人居家隔离，均无症状")
    page.locator("form[action$='/check/'] .btn-primary").click()
    page.wait_for_url("**/check/")

    running.cluster.stop()
    with page.expect_response("**/submit/") as answer:
        page.locator("form[action$='/submit/'] .btn-primary").click()
    assert answer.value.status == 503
    main = page.locator("main")
    expect(main).to_contain_text("居家隔离人数")
    expect(main).to_contain_text("七人居家隔离，均无症状")
    again = page.locator("main form button")
    expect(again).to_be_visible()

    with page.expect_response("**/submit/") as answer:
        again.click()  # too early: still honest, still all there
    assert answer.value.status == 503
    expect(main).to_contain_text("七人居家隔离，均无症状")

    running.cluster.start()
    page.locator("main form button").dblclick()
    page.wait_for_url("**/done/")
    assert running.versions() == 1
    with psycopg.connect(running.cluster.url()) as connection:
        row = connection.execute(
            "SELECT cells->>'remark', cells->>'isolated_home.students' FROM returns_version"
        ).fetchone()
    assert row == ("七人居家隔离，均无症状", "7")

    reading_comes_back_too(page, running)
    page.context.close()


def reading_comes_back_too(page: Page, running: Running) -> None:
    running.cluster.stop()
    with page.expect_response(running.instance.address + "/") as answer:
        page.goto("/")
    assert answer.value.status == 503
    running.cluster.start()
    page.locator("main a.btn-primary").click()
    expect(page.locator("main h1")).to_be_visible()
