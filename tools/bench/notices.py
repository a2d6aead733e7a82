"""A notice to a hundred thousand people: delivered by the job, read and confirmed by many at once, looked at by its
sender."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.bench import chasing
from tools.bench.figures import Figure
from tools.bench.stock import KEYS
from tools.children import program
from tools.day.measures import spread
from tools.say import say
from tools.setup import collect_static
from tools.supervisor import Instance

SCHOOLS = 1_640  # of sixty classes: a hundred thousand teachers
DELIVERED, A_SECOND, SENT_PAGE = 20.0, 500.0, 250.0
READERS, EACH = 12, 500

# Inside the program. Readers are processes of their own, as the web's are; meanwhile the first one looks who waits for
# a lock of whom.
_PLAY = """
import json, os, time
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, connections
from django.test import RequestFactory
from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions
from lianfang.notices.actions import delivering
from lianfang.notices.models import Delivery
from lianfang.notices.rules.audience import Audience
from lianfang.notices.views import sent
from lianfang.orgs.models import Unit
from lianfang.people.models import User
by, unit = User.objects.get(pk=2), Unit.objects.get(pk=2)
audience = Audience("staff", units=(unit.pk,), whole=True)
began = time.perf_counter()
notice = delivering.send(by=by, unit=unit, audience=audience, key="bench", now=clock.now(), title="x", body="y",
                         to_confirm=True)
posted = time.perf_counter() - began
began = time.perf_counter()
delivering.carry_out(Event.objects.filter(verb="notice.delivering").latest("at"))
found = {{"posted": posted, "took": time.perf_counter() - began, "recipients": notice.recipients,
          "delivered": Delivery.objects.filter(notice=notice).count()}}
with connection.cursor() as cursor:
    cursor.execute("ANALYZE notices_delivery")
pages = []
def look(view, *args):
    user = User.objects.get(pk=2)  # as each request does: what is kept on the object is read again
    request = RequestFactory().get("/")
    request.user, request.session = user, {{}}
    request._messages = FallbackStorage(request)
    began = time.perf_counter()
    answer = view(request, *args)
    assert answer.status_code == 200 and answer.content
    return (time.perf_counter() - began) * 1000
look(sent.sent_one, notice.pk)  # templates are read
for _ in range({turns}):
    pages.append(look(sent.sent_one, notice.pk))
found["by_unit"] = [look(sent.by_unit, notice.pk) for _ in range(5)]
found["pages"] = pages
rows = list(Delivery.objects.filter(notice=notice).order_by("?").values_list("pk", flat=True)[:{readers} * {each}])
connections.close_all()
children, began = [], time.perf_counter()
for number in range({readers}):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            for pk in rows[number::{readers}]:
                delivery = Delivery.objects.select_related("user", "notice__unit").get(pk=pk)
                actions.read(by=delivery.user, delivery=delivery, now=clock.now())
                if pk % 10 == 0:
                    actions.confirm(by=delivery.user, delivery=delivery, now=clock.now())
            code = 0
        finally:
            os._exit(code)
    children.append(pid)
waits, ended = 0, 0
while children:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        waits += cursor.fetchone()[0]
    for pid in list(children):
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            assert code == 0
            children.remove(pid)
    time.sleep(0.05)
took = time.perf_counter() - began
found["receipts"] = [len(rows) + sum(pk % 10 == 0 for pk in rows), took, waits]
print("played", json.dumps(found))
"""


def measure(home: Path, *, quick: bool) -> list[Figure]:
    schools, turns, each = (30, 3, 100) if quick else (SCHOOLS, 40, EACH)
    home.mkdir(parents=True, exist_ok=True)
    collect_static(home)
    instance = Instance(
        home,
        port=0,
        env={"LIANFANG_DEMO": "1", "LIANFANG_SECOND_FACTOR": "0", "LIANFANG_KEY_FILE": str(home / KEYS)},
        database="notices",
        database_url="",
        commands=program,
    )
    try:
        instance.start_database()
        say("正在生成一个省的人员……", "Making the people of a province …")
        chasing.build(instance, schools)
        said = instance.manage("shell", "-c", _PLAY.format(turns=turns, readers=READERS, each=each))
    finally:
        instance.stop()
    return _figures(json.loads(said.rsplit("played ", 1)[1]))


def _figures(found: dict[str, Any]) -> list[Figure]:
    number, took = found["recipients"], found["took"]
    receipts, seconds, waits = found["receipts"]
    middle, high = spread(found["pages"])
    rate = receipts / seconds
    return [
        Figure(
            f"a notice to {number:,} people, delivered by the job",
            f"{took:.1f} s; the sender's page answered after {found['posted']:.1f} s",
            f"≤ {DELIVERED:.0f} s",
            took <= DELIVERED and found["delivered"] == number,
        ),
        Figure(
            f"read and confirmed, {READERS} readers at once",
            f"{rate:.0f} a second; {waits} waited for a lock",
            f"≥ {A_SECOND:.0f} a second, nobody waits",
            rate >= A_SECOND and waits == 0,
        ),
        Figure(
            f"the sender's page of {number:,} recipients",
            f"p50 {middle:.0f} ms, p95 {high:.0f} ms; by unit p50 {spread(found['by_unit'])[0]:.0f} ms",
            f"p95 < {SENT_PAGE:.0f} ms",
            high < SENT_PAGE,
        ),
    ]
