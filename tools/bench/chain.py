"""The picture of who infected whom with 500 cases: what the server takes for it, and how smoothly it is moved about
in a browser, at a desk and on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg

from tools.bench import chasing
from tools.bench.figures import Figure
from tools.bench.stock import KEYS
from tools.children import program
from tools.day.measures import spread
from tools.say import say
from tools.setup import collect_static, find_browser
from tools.supervisor import Instance

CASES, SCHOOL, DOCTOR = 500, 1000, 1000
SERVER, FRAME = 500.0, 34.0  # milliseconds; a frame of 34 ms is thirty pictures a second
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
_DOCTOR = """INSERT INTO people_posting (role, title, deputy, from_on, unit_id, user_id, confirmed_at)
    VALUES ('doctor', '', false, '2020-01-20', %(school)s, %(doctor)s, '2020-01-20')"""
# Cases of three weeks in the sixty classes of one school; all but ten were infected by one who fell ill before.
_PLAY = """
import json, random, time
from datetime import timedelta
from django.test import Client
from django.urls import reverse
from lianfang.cases.models import Case, CaseLink
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.actions import sessions
from lianfang.people.models import User
from lianfang.policies import diseases, queries as policies
deal, now, doctor = random.Random(7), clock.now(), User.objects.get(pk={doctor})
school = Unit.objects.get(pk={school})
classes = list(Unit.objects.filter(school=school, kind="class"))
edition = policies.rules_of(diseases.catalog()["norovirus"], school, now.date())
days = sorted((deal.randrange(21) for _ in range({cases})), reverse=True)
cases = Case.objects.bulk_create([
    Case(
        school=school, unit=deal.choice(classes), disease="norovirus", edition=edition.id, rules_on=now.date(),
        origin="hand", onset_on=now.date() - timedelta(days=day), opened_at=now - timedelta(days=day), key=uuid7(),
    ) for day in days
])
links = []
for number, case in enumerate(cases):
    before = [one for one in cases[:number] if one.onset_on < case.onset_on]
    if number >= 10 and before:
        links.append(CaseLink(
            source=deal.choice(before[-40:]), target=case, strength=deal.choice(["probable", "possible"]), basis="",
            at=now, by=doctor, key=uuid7(),
        ))
CaseLink.objects.bulk_create(links)
client = Client(SERVER_NAME="localhost")
client.force_login(doctor)
session = client.session
sessions.begin(session, own_factor=False)
session.save()
address = reverse("cases:chain", args=[school.pk, "norovirus"])
times = []
for _ in range(21):
    began = time.perf_counter()
    answer = client.get(address)
    times.append((time.perf_counter() - began) * 1000)
    assert answer.status_code == 200, answer
print("drawn", json.dumps({{
    "times": times[1:], "links": len(links), "address": address, "session": session.session_key,
    "bytes": len(answer.content),
}}))
"""
# Milliseconds between pictures while the page goes down and the chain goes sideways for four seconds.
_MOVE = """() => new Promise((done) => {
  const chain = document.querySelector(".lf-chain"), frames = [], began = performance.now();
  let last = began;
  requestAnimationFrame(function turn(now) {
    frames.push(now - last);
    last = now;
    const part = ((now - began) % 2000) / 2000;
    chain.scrollLeft = part * (chain.scrollWidth - chain.clientWidth);
    scrollTo(0, part * Math.min(document.body.scrollHeight, chain.offsetHeight));
    if (now - began < 4000) requestAnimationFrame(turn); else done(frames.slice(5));
  });
})"""


def measure(home: Path, *, quick: bool) -> list[Figure]:
    home.mkdir(parents=True, exist_ok=True)
    collect_static(home)
    instance = Instance(
        home, port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database="chain", database_url="", commands=program,
    )  # fmt: skip
    number = 50 if quick else CASES
    try:
        instance.start_database()
        say(f"正在生成 {number} 例病例和传播关系……", f"Making {number} cases and who infected whom …")
        chasing.build(instance, 1)
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            connection.execute(_DOCTOR, {"school": SCHOOL, "doctor": DOCTOR})
        play = _PLAY.format(doctor=DOCTOR, school=SCHOOL, cases=number)
        found = json.loads(instance.manage("shell", "-c", play).rsplit("drawn ", 1)[1])
        instance.start_program()
        instance.wait_ready()
        frames = _frames(instance.address, found)
    finally:
        instance.stop()
    return _figures(found, frames, number)


def _frames(address: str, found: dict[str, Any]) -> dict[str, list[float]]:
    """Milliseconds between pictures by size of screen; nothing where no browser is installed."""
    if not (browser := find_browser()):
        say("没有浏览器，不测量画面。", "There is no browser; pictures are not measured.")
        return {}
    from playwright.sync_api import sync_playwright

    frames = {}
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(browser), args=["--disable-dev-shm-usage"])
        for name, (width, height) in SIZES.items():
            context = launched.new_context(viewport={"width": width, "height": height})
            context.add_cookies([{"name": "sessionid", "value": found["session"], "url": address}])
            page = context.new_page()
            page.goto(address + found["address"])
            page.wait_for_selector(".lf-chain circle")
            frames[name] = page.evaluate(_MOVE)
            context.close()
        launched.close()
    return frames


def _figures(found: dict[str, Any], frames: dict[str, list[float]], cases: int) -> list[Figure]:
    middle, high = spread(found["times"])
    what = f"chain of {cases} cases, {found['links']} links"
    value = f"p50 {middle:.0f} ms, p95 {high:.0f} ms (server), {found['bytes'] / 1024:,.0f} KB"
    figures = [Figure(f"{what}: the page", value, f"p95 < {SERVER:.0f} ms", high < SERVER)]
    for name, times in frames.items():
        middle, high = spread(times)
        value = f"a picture every {middle:.0f} ms, p95 {high:.0f} ms, longest {max(times):.0f} ms"
        figures.append(Figure(f"{what}: moved about, {name}", value, f"p95 ≤ {FRAME:.0f} ms", high <= FRAME))
    return figures
