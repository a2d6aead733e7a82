"""Import a roster from a file, as the pages do."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F

from lianfang.core import clock
from lianfang.core.problems import Refused, text, texts
from lianfang.orgs import queries as orgs
from lianfang.people.actions import intake
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import RosterFile, RosterRow
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.models.roster import Belonging

MOST_TOLD = 100


class Command(BaseCommand):
    help = "Import a roster (XLSX, XLS, CSV) at a unit. Says what would change; --apply takes it over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, help="code of the school, campus, department or class")
        parser.add_argument("--as", dest="as_a", default="student", choices=Belonging.values)
        parser.add_argument("--first-day", type=date.fromisoformat, help="from when it holds (today)")
        parser.add_argument("--apply", action="store_true", help="take it over")
        parser.add_argument("--leave", default="", help="why those not in the file left: left, graduated or school")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = orgs.by_code(options["unit"])
        if unit is None:
            raise CommandError(f"There is no unit with the code {options['unit']}.")
        path: Path = options["file"]
        now = clock.now()
        try:
            file = intake.upload(
                by=None, unit=unit, name=path.name, content=path.read_bytes(), as_a=options["as_a"],
                first_day=options["first_day"] or now.date(), now=now,
            )  # fmt: skip
            checking.check(file_id=file.pk, now=now)
            self._told(file)
            if options["apply"]:
                intake.confirm(by=None, file=file, leave=options["leave"], now=now)
                applying.apply(file_id=file.pk, now=now)
                file.refresh_from_db(fields=["summary"])
                self.stdout.write(f"Taken over: {_listed(file.summary['applied'])}.")
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
        except Refused as refused:
            raise CommandError("\n".join(texts(refused.problems))) from refused

    def _told(self, file: RosterFile) -> None:
        """The counts, and each problem with sheet, line and column. Values are not printed."""
        file.refresh_from_db(fields=["stage", "summary"])
        if file.stage != Stage.CHECKED:
            raise CommandError(
                text(file.summary.get("problem", "people.file_no_columns"), **file.summary.get("params", {}))
            )
        rows = RosterRow.objects.filter(file=file, plan=Plan.ERROR).order_by(F("sheet"), F("line")).defer("cells")
        for row in rows[:MOST_TOLD]:
            for one in row.problems:
                said = text(one["code"], **one["params"])
                self.stderr.write(f"sheet {row.sheet + 1}, line {row.line}, {one['field'] or '–'}: {said}")
        self.stdout.write(f"Checked: {_listed(file.summary['counts'])}.")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing"
