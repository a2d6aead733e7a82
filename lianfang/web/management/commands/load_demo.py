"""Fill an empty system with the demo."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lianfang.core import clock
from lianfang.web.demo.actions import loading


class Command(BaseCommand):
    help = (
        "Load the demo into an empty system: China's areas, Hunan's schools, invented people and reports. Repeatable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--schools", type=int, default=170, help="at least this many schools (158 of them are real)"
        )
        parser.add_argument("--days", type=int, default=3, help="past days with reports (0 to 3), when loading afresh")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= 3:
            raise CommandError("--days: a day closes after three days; choose 0 to 3.")
        began = time.monotonic()
        try:
            done = loading.load(schools=options["schools"], past_days=options["days"], now=clock.now())
        except loading.NotEmpty as problem:
            raise CommandError(
                "This system holds units of its own; the demo is only loaded into an empty one."
            ) from problem
        if done.new:
            self.stdout.write(f"Demo loaded: {done.schools} schools ({time.monotonic() - began:.0f} s).")
