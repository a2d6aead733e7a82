"""Reading who is behind a figure is told of."""

from datetime import datetime

from django.db import transaction

from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import User


@transaction.atomic
def names(*, by: User, unit: Unit, now: datetime) -> None:
    """As every list of people."""
    looking.listed(by=by, unit=unit, now=now)
