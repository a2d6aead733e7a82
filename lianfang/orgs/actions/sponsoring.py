"""A school's second reporting line."""

from datetime import date, datetime

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs import rules
from lianfang.orgs.models import SponsorLine, Unit


@transaction.atomic
def sponsor(*, by: events.Actor | None, unit: Unit, sponsor: Unit, from_on: date | None, now: datetime) -> SponsorLine:
    """From that day on (None: ever since) the sponsor receives what the school reports.

    Raises `Refused` for a unit that is no school, a sponsor that is neither area nor authority, is above the school in
    the tree anyway, or sponsors it already.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    named = {"sponsor": sponsor.name}
    if unit.kind not in rules.SCHOOLS:
        raise refuse("orgs.sponsor_not_school", "sponsor")
    if sponsor.kind not in rules.AREAS | {"authority"} or sponsor.valid_to is not None:
        raise refuse("orgs.sponsor_wrong_kind", "sponsor", **named)
    if unit.path.startswith(sponsor.path):
        raise refuse("orgs.sponsor_is_superior", "sponsor", **named)
    if SponsorLine.objects.filter(unit=unit, sponsor=sponsor, valid_to__isnull=True).exists():
        raise refuse("orgs.sponsor_already", "sponsor", **named)
    line = SponsorLine.objects.create(unit=unit, sponsor=sponsor, valid_from=from_on)
    events.record("unit.sponsored", by=by, unit=unit, subject=unit, detail=named, now=now)
    return line


@transaction.atomic
def end_sponsorship(*, by: events.Actor | None, line: SponsorLine, to_on: date, now: datetime) -> SponsorLine:
    """The sponsor receives what the school reports up to and including that day, its last."""
    line = SponsorLine.objects.select_for_update(of=("self",)).select_related("unit", "sponsor").get(pk=line.pk)
    if line.valid_to is not None:
        raise refuse("orgs.sponsorship_ended")
    line.valid_from = min(line.valid_from, to_on) if line.valid_from else None
    line.valid_to = to_on
    line.save()
    detail = {"sponsor": line.sponsor.name}
    events.record("unit.sponsorship_ended", by=by, unit=line.unit, subject=line.unit, detail=detail, now=now)
    return line
