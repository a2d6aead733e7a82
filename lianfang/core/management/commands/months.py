from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from lianfang.core import clock
from lianfang.core.actions import archiving, months

_SIZE = "SELECT pg_size_pretty(pg_total_relation_size(to_regclass(%s)))"


class Command(BaseCommand):
    help = """Months of the tables that grow with people and days.

    months make       make those of this month and the next (they are also made when they are needed)
    months list       every month of every table, with its size; those that stand by themselves
    months archive    take those before a month out, write each as a compressed file with its digest
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["make", "list", "archive"])
        parser.add_argument("--before", help="archive: the first month that stays, 2026-01")
        parser.add_argument("--to", type=Path, help="archive: folder of the files (default: archive in the home)")
        parser.add_argument("--drop", action="store_true", help="archive: drop what was written and read back")

    def handle(self, *args: Any, **options: Any) -> None:
        {"make": self._make, "list": self._list, "archive": self._archive}[options["what"]](options)

    def _make(self, _options: dict[str, Any]) -> None:
        today = clock.today()
        months.ensure({today, (today.replace(day=28) + timedelta(days=4)).replace(day=1)})
        self._list({})

    def _list(self, _options: dict[str, Any]) -> None:
        for model in months.growth_tables():
            table = model._meta.db_table
            for month in months.months_of(table):
                self.stdout.write(f"{table}  {month:%Y-%m}  {_size(table, month)}")
            for month in archiving.detached(table):
                self.stdout.write(f"{table}  {month:%Y-%m}  {_size(table, month)}  stands by itself")

    def _archive(self, options: dict[str, Any]) -> None:
        try:
            before = date.fromisoformat(f"{options['before']}-01")
        except ValueError:
            raise CommandError("--before is a month: 2026-01") from None
        folder = options["to"] or settings.HOME / "archive"
        try:
            for done in archiving.archive(before, folder, drop=options["drop"], now=clock.now()):
                dropped = "dropped" if options["drop"] else "kept beside its table"
                self.stdout.write(f"{done.file}  {done.rows} rows  sha256 {done.sha256}  {dropped}")
        except archiving.TooYoungError:
            raise CommandError("Reports of the last two months may still come: archive older ones.") from None
        except OSError as problem:
            raise CommandError(f"Nothing was dropped: {problem}") from problem


def _size(table: str, month: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, [months.partition(table, month)])
        return str(cursor.fetchone()[0])
