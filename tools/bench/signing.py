"""Submitting and signing: 16 people at once; and a province's total while 50 signatures arrive each second."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.board import Desk
from tools.bench.figures import Figure
from tools.bench.filing import Filed
from tools.bench.wire import Reply, Times, Wire, at_a_rate, together
from tools.day.measures import percentile, spread
from tools.day.page import Page, sum_of
from tools.day.roster import School

LIMIT = 80.0  # ms, p95, submit + sign
USERS = 16
SIGNERS = 24  # threads of the open loop
_FOOT = re.compile(r"<tfoot>.*?</tr>", re.S)
_CELL = re.compile(r'<td class="is-number">(.*?)</td>', re.S)


@dataclass
class Bench:
    """``both``: server time of submit plus sign of one return."""

    pages: Times = field(default_factory=Times)
    submit: Times = field(default_factory=Times)
    sign: Times = field(default_factory=Times)
    both: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def submit_and_sign(
    desk: Desk, schools: Iterator[School], keys: dict[str, str], seconds: float, think: float
) -> list[Figure]:
    """Closed loop: each user takes the next school, opens the zero report, submits it, opens it as head, signs it."""
    kept = Bench()
    until = time.monotonic() + seconds

    def user(number: int) -> None:
        time.sleep(think * number / USERS)
        while time.monotonic() < until:
            with kept.lock:
                school = next(schools)
            _return(desk, kept, school, keys, think)

    took = together(USERS, user)
    name = f"submit + sign, {USERS} users, {f'{think:.0f} s' if think else 'no'} think time"
    if kept.submit.errors or kept.sign.errors or kept.pages.errors:
        failed = [*kept.pages.errors, *kept.submit.errors, *kept.sign.errors]
        return [Figure(name, f"{len(failed)} errors: {failed[0]}", f"p95 < {LIMIT:.0f} ms", False)]
    middle, high = spread(kept.both)
    waited = spread([*kept.submit.client, *kept.sign.client])
    each = f"submit {kept.submit.said()}; sign {kept.sign.said()}; "
    each += f"one request at the client p50 {waited[0]:.0f} ms, p95 {waited[1]:.0f} ms"
    return [
        Figure(name, f"p50 {middle:.0f} ms, p95 {high:.0f} ms (server; {each})", f"p95 < {LIMIT:.0f} ms", high < LIMIT),
        Figure(
            f"{name}: returns a second", f"{len(kept.both) / took:.1f} ({4 * len(kept.both) / took:.0f} requests/s)"
        ),
    ]


def _return(desk: Desk, kept: Bench, school: School, keys: dict[str, str], think: float) -> None:
    wire, place = desk.stock.ours, f"/returns/{desk.form.id}/{desk.on}/{school.id}/"
    clerk, head = keys[school.clerk], keys[school.head]
    opened = wire.get(place + "zero/", clerk)
    if not kept.pages.add(opened, 200):
        return
    form = Page(opened.body).form("key", "submit/")
    time.sleep(think)
    submitted = wire.post(place + "submit/", clerk, form.fields)
    if not kept.submit.add(submitted, 302):
        return
    opened = wire.get(place + "sign/", head)
    if not kept.pages.add(opened, 200):
        return
    version = Page(opened.body).form("version").fields["version"]
    time.sleep(think)
    signed = wire.post(place + "sign/", head, {"version": version})
    if kept.sign.add(signed, 302):
        kept.both.append(submitted.server + signed.server)


def reference(name: str, wire: Wire, seconds: float) -> list[Figure]:
    """What the same client gets from a reference program, as many at once: requests a second."""
    times = Times()
    until = time.monotonic() + seconds

    def user(_: int) -> None:
        while time.monotonic() < until:
            times.add(wire.get("/"), 200)

    took = together(USERS, user)
    return [Figure(f"{name}, {USERS} at once", f"{len(times.client) / took:.0f} requests/s, {times.said()}")]


def reflected(desk: Desk, waiting: list[Filed], probes: list[Filed], keys: dict[str, str], rate: float) -> list[Figure]:
    """``waiting`` are signed at the given rate, whatever that costs. Meanwhile one after the other of ``probes``, each
    with one person in home isolation, is signed, and the province's table is read until the total has risen by one."""
    times, lags, stop = Times(), [], threading.Event()
    lock = threading.Lock()

    def sign(filed: Filed) -> None:
        reply = _sign(desk, filed, keys)
        with lock:
            times.add(reply, 302)

    def probe() -> None:
        for filed in probes:
            if stop.is_set():
                return
            lags.append(_lag(desk, filed, keys))

    prober = threading.Thread(target=probe, daemon=True)
    prober.start()
    reached = at_a_rate(rate, waiting, SIGNERS, sign)
    stop.set()
    prober.join()
    middle, high = spread(lags)
    most = percentile(lags, 1)
    load = f"{reached:.0f} signatures/s reached of {rate:.0f}, {len(times.errors)} errors, {times.said()} server"
    wanted = f"< 1 s at {rate:.0f}/s"
    kept = bool(lags) and most < 1 and not times.errors and reached > 0.95 * rate
    said = f"p50 {middle:.2f} s, p95 {high:.2f} s, longest {most:.2f} s ({len(lags)} probes; {load})"
    return [Figure("province total reflects a signature", said, wanted, kept)]


def _sign(desk: Desk, filed: Filed, keys: dict[str, str]) -> Reply:
    path = f"/returns/{desk.form.id}/{desk.on}/{filed.school.id}/sign/"
    return desk.stock.ours.post(path, keys[filed.school.head], {"version": str(filed.version)})


def _lag(desk: Desk, filed: Filed, keys: dict[str, str]) -> float:
    """Seconds from the answer to the signature until a freshly asked page has come that shows it."""
    before = _total(desk)
    reply = _sign(desk, filed, keys)
    if reply.status != 302:
        raise RuntimeError(f"a probe was answered {reply.status}")
    while True:
        if _total(desk) > before:
            return time.perf_counter() - reply.came
        if time.perf_counter() - reply.came > 30:
            raise RuntimeError("the total has not risen within 30 s")


def _total(desk: Desk) -> int:
    """Students in home isolation, live, in the whole province."""
    body = desk.stock.ours.get(desk.address("table/"), desk.session).body
    found = _FOOT.search(body)
    cells = _CELL.findall(found.group()) if found else []
    return sum_of(cells[1 + desk.form.count_cells.index("isolated_home.students")])[0]
