"""Reading findings by name, and taking a summary out of the house, are events."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import User


@transaction.atomic
def findings_listed(*, by: User, unit: Unit, now: datetime) -> None:
    """The findings of a unit were read by name."""
    looking.listed(by=by, unit=unit, now=now)


@transaction.atomic
def summary_exported(*, by: User, unit: Unit, on: date, lines: int, now: datetime) -> None:
    """The summary sheet of a school, counts without names, was taken as a workbook."""
    detail = {"on": on.isoformat(), "rows": lines}
    events.record("summary.exported", by=by, unit=unit, detail=detail, now=now)
