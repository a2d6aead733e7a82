"""Import units and schools from a spreadsheet, below a unit that exists."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.orgs import actions, queries
from lianfang.orgs.queries import intake, sheet


class Command(BaseCommand):
    help = "Import units from a CSV, XLSX or XLS file: all rows or none. Repeating an import changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--under", required=True, help="code of the unit below which everything stands")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        under = queries.by_code(options["under"])
        if under is None:
            raise CommandError(f"There is no unit with the code {options['under']}.")
        try:
            if file.stat().st_size > settings.UPLOAD_LIMIT_BYTES:
                raise CommandError(f"The file is larger than {settings.UPLOAD_LIMIT_BYTES // 1024 // 1024} MB.")
            read = sheet.read(file.read_bytes(), file.name)
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem
        except Refused as refused:
            raise CommandError("\n".join(texts(refused.problems))) from refused
        plan = intake.plan(read, under)
        for found in plan.problems:
            self.stderr.write(f"row {found.row}, {found.column or '–'}: {found.problem.text}")
        counts = f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged"
        if plan.problems:
            raise CommandError(f"Nothing was imported: {len(plan.problems)} problems ({counts}).")
        if options["dry_run"]:
            self.stdout.write(f"Would import: {counts}.")
            return
        actions.import_units(by=None, under=under, rows=read.rows, now=clock.now())
        self.stdout.write(f"Imported: {counts}.")
