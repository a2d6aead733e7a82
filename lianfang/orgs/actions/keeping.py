"""A checked list of units is kept until somebody applies it, so that what is applied is what was checked."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import Refused, refuse
from lianfang.orgs.actions.importing import import_units
from lianfang.orgs.models import KeptList, Unit
from lianfang.orgs.queries import sheet

_KEPT = timedelta(days=2)


@transaction.atomic
def keep_list(*, by: events.Actor, under: Unit, rows: list[sheet.Row], name: str, now: datetime) -> KeptList:
    """Keep the rows of a file. Lists nobody applied within two days are thrown away."""
    KeptList.objects.filter(at__lt=now - _KEPT).delete()
    return KeptList.objects.create(under=under, name=name[:200], lines=sheet.lines_of(rows), by_id=by.pk, at=now)


@transaction.atomic
def apply_list(*, by: events.Actor, kept: KeptList, now: datetime) -> KeptList:
    """Import a kept list, once: applying it again gives back what was done.

    Raises `Refused` ("orgs.changed_meanwhile") when the tree has changed so that the list no longer fits.
    """
    kept = KeptList.objects.select_for_update(of=("self",)).select_related("under").get(pk=kept.pk)
    if kept.done is not None:
        return kept
    try:
        with transaction.atomic():
            plan = import_units(by=by, under=kept.under, rows=sheet.rows_of(kept.lines), now=now)
    except Refused as refused:
        raise refuse("orgs.changed_meanwhile") from refused
    kept.done = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
    kept.lines = []
    kept.save()
    return kept
