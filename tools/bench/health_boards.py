"""Somebody of the city who reads boards all the time: of the city, its counties and its schools, in turns."""

from __future__ import annotations

import threading

from tools.bench import city
from tools.bench.ground import Ground
from tools.bench.wire import Times, Wire

# Inside the instance's own environment: a liaison of the city with a session.
_SESSION = """
from django.test import Client
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import actions as people
from lianfang.people.actions import sessions
from lianfang.people.models import User
user = User.objects.filter(username="bench-city").first()
if user is None:
    row = people.NewAccount("bench-city", "量市联络员", "19900009999", "!")
    (user,) = people.create_accounts(by=None, rows=[row], now=clock.now())
    posts = [people.NewPosting(user, Unit.objects.get(pk=1000000), "liaison", "")]
    people.appoint_all(by=None, rows=posts, from_on=clock.today(), now=clock.now())
client = Client(); client.force_login(user)
session = client.session; sessions.begin(session, own_factor=False); session.save()
print("session", session.session_key)
"""


def session_of(here: Ground) -> str:
    said = here.instance.manage("shell", "-c", _SESSION)
    return said.rsplit("session ", 1)[1].strip()


def read(here: Ground, session: str, stop: threading.Event) -> Times:
    """Until it is told to stop. Server times in milliseconds."""
    wire, times = Wire(here.instance.address), Times()
    schools = city.city(here.people).schools
    turn = 0
    while not stop.is_set():
        units = (1_000_000, 1_000_001 + turn % city.COUNTIES, 2_000_000 + turn % schools)
        for unit in units:
            times.add(wire.get(f"/health/board/{unit}/{here.on}/", session), 200)
        turn += 1
    return times
