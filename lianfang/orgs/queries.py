"""Reads of the unit tree."""

from datetime import date

from django.db.models import Q

from lianfang.orgs.models import SponsorLine, Unit


def ancestors(unit: Unit) -> list[Unit]:
    """From the root down to the unit itself."""
    rows = Unit.objects.in_bulk(unit.ancestor_ids)
    return [rows[pk] for pk in unit.ancestor_ids if pk in rows]


def sponsors_of(unit: Unit, on: date) -> list[Unit]:
    """The sponsoring authorities of the school the unit is or belongs to."""
    lines = (
        SponsorLine.objects.filter(unit_id=unit.school_id)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("sponsor")
    )
    return [line.sponsor for line in lines]
