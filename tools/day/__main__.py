"""Play one day of all schools of the demo province over HTTP, and prove that nothing was lost.

    python -m tools.day --schools 140 --date 2020-02-10 [--kill web,worker,postgres]

Exit code 0: every total is the sum of signed versions and every acknowledgement is in the database once.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from datetime import date
from pathlib import Path

import psycopg

from lianfang.returns import spec
from tools.day import plan, proof, roster, summary, world
from tools.day.browser import Site
from tools.day.killer import Killer
from tools.day.measures import Measures
from tools.day.play import Play
from tools.day.stage import Stage
from tools.day.world import World
from tools.say import say

KILLABLE = ("web", "worker", "postgres")
PATIENCE = 90.0  # seconds a client tries again while a killed process comes back


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    home = Path(options.home) if options.home else None
    place = world.existing(options.url, options.date) if options.url else world.own(options.date, options.schools, home)
    with place as here:
        code = play(here, options)
        if options.keep and here.instance:
            say(f"仍在运行：{here.address}/（回车结束）", f"Still running: {here.address}/ (Enter ends it)")
            sys.stdin.readline()
    return code


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tools.day", description=__doc__)
    reader.add_argument("--schools", type=int, default=0, help="how many schools (default: all of the demo province)")
    reader.add_argument("--date", type=date.fromisoformat, default=date(2020, 2, 10))
    reader.add_argument("--url", help="a running server with the demo loaded; its database is DATABASE_URL")
    reader.add_argument("--users", type=int, default=16, help="how many act at the same time")
    reader.add_argument("--kill", default="", help="kill -9 at random moments: web,worker,postgres")
    reader.add_argument("--keep", action="store_true", help="leave the program running afterwards, to look around")
    reader.add_argument("--home", help="folder of the day's own database and files")
    options = reader.parse_args(arguments)
    options.kill = [name for name in options.kill.split(",") if name]
    if set(options.kill) - set(KILLABLE):
        reader.error(f"--kill takes {', '.join(KILLABLE)}")
    if options.url and options.kill:
        reader.error("--kill needs a program of its own, not --url")
    return options


def password(here: World) -> str:
    """The one password of all demo accounts, from where everybody reads it. Raises LookupError."""
    found = re.search(r"Password: (\S+)", here.manage("demo_accounts"))
    if found is None:
        raise LookupError("demo_accounts prints no password; is the demo loaded?")
    return found.group(1)


def play(here: World, options: argparse.Namespace) -> int:
    form = spec.catalog()[roster.FORM]
    parts = {part.function: part.id for part in form.parts}
    with psycopg.connect(here.database_url, autocommit=True) as connection:
        people = roster.read(connection, options.date, form.filed_by, parts, options.schools)
    stories = plan.stories(form, people.schools, options.date)
    measures = Measures()
    site = Site(here.address, measures, patience=PATIENCE if options.kill else 0.0)
    stage = Stage(site, form, options.date, password(here), here.clock)
    killer = None
    if options.kill and here.instance:
        killer = Killer(here.instance, options.kill, 11 * len(stories), options.date.toordinal())
        site.on_request = killer.count
    began = time.monotonic()
    outcome = Play(stage, people, stories, options.users, here.folder).run()
    seconds = time.monotonic() - began
    if killer:
        summary.kills(stage, killer)
    with psycopg.connect(here.database_url, autocommit=True) as connection:
        proof.prove(connection, stage, people, stories, outcome, here.manage)
        left = proof.wait_for_jobs(connection)
    site.close()
    summary.show(stage, people, stories, outcome, seconds, left)
    return 1 if stage.ledger.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
