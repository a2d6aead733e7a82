"""What is kept, since when, and what is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.people.actions import retention
from lianfang.people.queries.retention import report


class Command(BaseCommand):
    help = "Show for each table how old it is and what is over; with --apply clear what needs nobody's agreement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="clear it now (the worker does so each night)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        if options["apply"]:
            for table, rows in sorted(retention.sweep(now=now).items()):
                self.stdout.write(f"{table:32} {rows:>10}  " + _("cleared"))
        for line in report(retention.SWEEPS, now):
            due = "–" if line.due is None else str(line.due)
            rule = line.kept.label.in_language(get_language() or "zh-hans")
            self.stdout.write(f"{line.table:32} {line.rows:>10}  {line.oldest or '–'!s:10}  {due:>8}  {rule}")
        if not options["apply"]:
            self.stdout.write(_("Nothing was changed. The fourth column would be cleared by --apply."))
