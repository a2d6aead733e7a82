"""Measure what was promised of speed and memory, and keep the figures in docs/benchmarks.md.

python -m tools.bench                     everything (about eight minutes; the first time one more)
python -m tools.bench board signing       only these: board, cutoff, signing, reflected, memory, keys, landing …
python -m tools.bench --quick             a few schools and seconds, to see that it runs; nothing is kept
python -m tools.bench start --first-start also `make run` in a fresh clone
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg

from lianfang.returns import spec
from tools.bench import (
    board,
    chain,
    chasing,
    contacts,
    explain,
    figures,
    filing,
    intake,
    keys,
    landing,
    machine,
    notices,
    people,
    signing,
    starting,
    stock,
    thresholds,
)
from tools.bench.board import Desk
from tools.bench.figures import Figure
from tools.bench.stock import Stock
from tools.day import roster
from tools.day.roster import School
from tools.say import say
from tools.setup import ROOT, runtime_home

NAMES = (
    "board", "cutoff", "reflected", "signing", "memory", "keys", "import", "people", "landing", "chasing", "notices",
    "thresholds", "contacts", "chain", "start",
)  # fmt: skip
DOCUMENT = ROOT / "docs" / "benchmarks.md"
DAY = date(2020, 2, 10)
FORM = spec.catalog()[roster.FORM]
WEB_LIMIT = 250.0  # MB, resident
# schools, rounds, seconds of a load, signatures a second, probes
WHOLE = (10_000, 5, 20.0, 50.0, 150)
QUICK = (300, 1, 3.0, 10.0, 20)
QUICK_PEOPLE = 2_000
REGISTRAR = "registrar"


class Session:
    """One run: the schools shuffled once and dealt out to what is measured."""

    def __init__(self, here: Stock, connection: psycopg.Connection, options: argparse.Namespace) -> None:
        self.here = here
        self.connection = connection
        self.options = options
        _, self.turns, self.seconds, self.rate, self.probes = QUICK if options.quick else WHOLE
        self.found: list[Figure] = []
        those = roster.read(connection, DAY, FORM.filed_by, {}, 0)
        self.schools = those.schools
        random.Random(2020).shuffle(self.schools)  # noqa: S311 (deals, guards nothing)
        province = those.province
        self.keys = filing.sessions([province.liaison])
        key = self.keys[province.liaison]
        self.desk = Desk(here, FORM, DAY, province.id, province.path, key, len(self.schools), self.turns)
        self.missing = len(self.schools) // 3
        self.fresh = self.schools[: self.missing]

    def run(self, wanted: list[str]) -> list[Figure]:
        self._fill(self.schools[self.missing :], hour=10, signed=True)
        if "board" in wanted:
            self._say("province board, a third missing")
            self.found += board.measure(self.desk, "a third missing")
        if self.options.explain:
            print(explain.plans(self.desk))
        if "cutoff" in wanted:
            self._say("the cut-off")
            self.found += board.cut_off(self.desk, self.missing)
        self.here.clock.set(15, 10)
        if "reflected" in wanted:
            self._reflected()
        if "signing" in wanted:
            self._signing()
        if "board" in wanted:
            self._say("province board, nearly all reported")
            self._fill(self._not_begun(), hour=11, signed=True)
            self.found += board.measure(self.desk, "nearly all reported")
        if "memory" in wanted:
            self.found += self._memory()
        if "keys" in wanted:
            self._say("keys")
            self.found += keys.measure(self.here.instance)
        if "import" in wanted:
            self._say("roster import")
            lines = QUICK_PEOPLE if self.options.quick else intake.PEOPLE
            self.found += intake.measure(self.here.instance.environment(), self.here.instance.home, lines)
        if "people" in wanted:
            self._say("finding people")
            everybody = QUICK_PEOPLE if self.options.quick else people.EVERYBODY
            session = filing.sessions([REGISTRAR])[REGISTRAR]
            self.found += people.measure(self.here, self.connection, session, people=everybody, turns=self.turns)
        self._verify()
        return self.found

    def _fill(self, schools: list[School], *, hour: int, signed: bool) -> list[filing.Filed]:
        """Two schools of a hundred have somebody in home isolation."""
        at = datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=spec.ZONE) + timedelta(microseconds=123_456)
        above = [
            {"isolated_home.students": 1 + number % 3} if number % 50 == 0 else {} for number in range(len(schools))
        ]
        return filing.write(self.connection, FORM, DAY, at, zip(schools, above, strict=True), signed=signed)

    def _take(self, number: int) -> list[School]:
        taken, self.fresh = self.fresh[:number], self.fresh[number:]
        self.keys |= filing.sessions(name for school in taken for name in (school.clerk, school.head))
        return taken

    def _reflected(self) -> None:
        self._say("signatures at a rate, and the province's total")
        at = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=spec.ZONE)
        waiting: list[tuple[School, dict[str, int]]] = [
            (school, {}) for school in self._take(int(self.rate * self.seconds))
        ]
        probes = [(school, {"isolated_home.students": 1}) for school in self._take(self.probes)]
        plain = filing.write(self.connection, FORM, DAY, at, waiting, signed=False)
        marked = filing.write(self.connection, FORM, DAY, at, probes, signed=False)
        self.found += signing.reflected(self.desk, plain, marked, self.keys, self.rate)

    def _signing(self) -> None:
        self._say("submit and sign, beside the reference programs")
        supply = iter(self._take(len(self.fresh)))
        for name, wire in (("bare server", self.here.bare), ("Django, one insert", self.here.insert)):
            self.found += signing.reference(name, wire, self.seconds / 4)
        self.found += signing.submit_and_sign(self.desk, supply, self.keys, self.seconds, 0.0)
        self.found += signing.submit_and_sign(self.desk, supply, self.keys, self.seconds, 1.0)

    def _not_begun(self) -> list[School]:
        rows = self.connection.execute(
            'SELECT unit_id FROM returns_return WHERE form = %s AND "on" = %s', (FORM.id, DAY)
        ).fetchall()
        begun = {row[0] for row in rows}
        return [school for school in self.schools if school.id not in begun]

    def _memory(self) -> list[Figure]:
        rows = []
        web = self.here.instance.children["web"].pid
        for pid in machine.family(web) if web else []:
            rows.append(machine.megabytes(pid))
        most = max((resident for resident, _ in rows), default=0.0)
        total = sum(share for _, share in rows)
        each = ", ".join(f"{resident:.0f}/{share:.0f}" for resident, share in rows)
        said = f"largest {most:.0f} MB resident; RSS/PSS of each {each}; together {total:.0f} MB (PSS)"
        return [Figure("web processes after the load", said, f"each < {WEB_LIMIT:.0f} MB", 0 < most < WEB_LIMIT)]

    def _verify(self) -> None:
        """What was measured must also be right."""
        began = time.monotonic()
        try:
            said = self.here.instance.manage("verify_returns").strip()
        except subprocess.CalledProcessError as problem:
            self.found.append(Figure("verify_returns", str(problem.stderr)[-200:], "passes", False))
        else:
            self.found.append(Figure("verify_returns", f"{said} {time.monotonic() - began:.1f} s", "passes", True))

    def _say(self, what: str) -> None:
        say(f"测量：{what}", f"Measuring: {what}")


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    wanted = options.names or [name for name in NAMES if not (options.quick and name == "start")]
    home = Path(options.home) if options.home else runtime_home() / "bench"
    found: list[Figure] = []
    if set(wanted) - {"start", "landing", "chasing", "notices", "thresholds", "contacts", "chain"}:
        with stock.opened(home, (QUICK if options.quick else WHOLE)[0], DAY) as here:
            filing.enter(here.instance)
            with psycopg.connect(here.instance.database_url, autocommit=True) as connection:
                found += Session(here, connection, options).run(wanted)
    if "landing" in wanted:
        found += landing.measure(home, quick=options.quick)
    if "chasing" in wanted:
        found += chasing.measure(home, quick=options.quick)
    if "thresholds" in wanted:
        found += thresholds.measure(home, quick=options.quick)
    if "contacts" in wanted:
        found += contacts.measure(home, quick=options.quick)
    if "chain" in wanted:
        found += chain.measure(home, quick=options.quick)
    if "notices" in wanted:
        found += notices.measure(home, quick=options.quick)
    if "start" in wanted:
        say("测量：make run", "Measuring: make run")
        found += starting.measure(home, first=options.first_start)
    where = machine.describe()
    command = " ".join(["python -m tools.bench", *(arguments if arguments is not None else sys.argv[1:])])
    print(f"\n{where}\n{date.today()}  {command}\n\n{figures.drawn(found)}")
    if not options.quick:
        figures.keep(DOCUMENT, where, found, str(date.today()), command)
    return 1 if any(figure.kept is False for figure in found) else 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="python -m tools.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    reader.add_argument("--quick", action="store_true", help="few schools, few seconds; the figures are not kept")
    reader.add_argument("--explain", action="store_true", help="print the plans of the board's queries")
    reader.add_argument("--first-start", action="store_true", help="also `make run` in a fresh clone")
    reader.add_argument("--home", help="folder of the measurement's own database and files")
    options = reader.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        reader.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
