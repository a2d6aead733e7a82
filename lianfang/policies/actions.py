"""Deciding differently from the file; emergency responses begin and end; modules are assessed before they are used."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.policies import diseases, queries
from lianfang.policies.diseases import deciding
from lianfang.policies.models import Assessment, Override, Response

# What an assessment must say at least, and for how long it can hold (control F09).
SHORTEST_TEXT, LONGEST_DAYS = 20, 3 * 366


@transaction.atomic
def override(
    *, by: events.Actor, unit: Unit, key: str, value: str, from_on: date, to_on: date | None, reason: str, now: datetime
) -> Override:
    """Write a dated decision of a unit. A later row of the same unit and key replaces it from its first day on."""
    row = Override.objects.create(
        unit=unit,
        key=key,
        value=value,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        by_id=by.pk,
        by_name=by.name,
        at=now,
    )
    events.record("policy.overridden", by=by, unit=unit, subject=row, detail={"reason": reason}, now=now)
    return row


@transaction.atomic
def decide_rule(
    *, by: events.Actor, unit: Unit, disease: str, key: str, value: int, from_on: date, to_on: date | None, reason: str,
    now: datetime,
) -> Override:  # fmt: skip
    """A number of a disease's file is another one for the unit and everything below it (``key`` as `deciding.keys`
    names it), from today or a day to come. Raises `Refused` for what cannot be decided, numbers out of bounds (a
    threshold may only be lower, a return only later), days that are over or crossed, and without a reason."""
    file = diseases.catalog().get(disease)
    edition = queries.as_filed(file, unit, from_on) if file else None
    old = deciding.keys(edition).get(key) if edition else None
    if old is None:
        raise refuse("policies.rule_unknown", "key")
    least, most = deciding.bounds(key, old)
    if not least <= value <= most:
        raise refuse("policies.rule_bounds", "value", least=least, most=most)
    if from_on < clock.day_of(now):
        raise refuse("policies.rule_past", "from_on")
    if to_on is not None and to_on < from_on:
        raise refuse("policies.rule_days", "to_on")
    if not reason.strip():
        raise refuse("policies.rule_reason", "reason")
    whole = f"disease.{disease}.{key}"
    return override(
        by=by, unit=unit, key=whole, value=str(value), from_on=from_on, to_on=to_on, reason=reason.strip(), now=now
    )


@transaction.atomic
def open_response(
    *, by: events.Actor, unit: Unit, name: str, level: int, reason: str, from_on: date, now: datetime, disease: str = ""
) -> Response:
    """An emergency response begins ("wartime") for the unit and everything below. ``level`` 1 is the gravest of four.
    ``disease``: by whose file checks, cards and days of isolation are switched; "" switches what every response does.
    Raises `Refused` when one of that name runs already, its first day lies ahead, or there is no file of that disease.
    """
    if disease and disease not in diseases.catalog():
        raise refuse("policies.disease_unknown", "disease")
    if from_on > clock.day_of(now):
        raise refuse("policies.response_ahead", "from_on")
    row = Response(
        unit=unit, name=name, disease=disease, level=level, reason=reason, from_on=from_on, by_id=by.pk,
        by_name=by.name, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():  # two people press at once: the database lets one of them
            row.save(force_insert=True)
    except IntegrityError as error:
        if "response_once" not in str(error):
            raise
        raise refuse("policies.response_runs", "name", name=name) from None
    detail = {"level": level, "from": str(from_on), "reason": reason}
    events.record("response.opened", by=by, unit=unit, subject=row, detail=detail, now=now)
    return row


@transaction.atomic
def end_response(*, by: events.Actor, response: Response, to_on: date, now: datetime) -> Response:
    """The response ends with that day. What was gathered for it is to be destroyed: handlers of the event prepare that.
    Raises `Refused` for one that has ended, and for a last day before the first or ahead of today.
    """
    row = Response.objects.select_for_update(of=("self",)).select_related("unit").get(pk=response.pk)
    if row.to_on is not None:
        raise refuse("policies.response_over")
    if not row.from_on <= to_on <= clock.day_of(now):
        raise refuse("policies.response_last_day", "to_on", first=row.from_on)
    row.to_on, row.ended_by_id, row.ended_by_name, row.ended_at = to_on, by.pk, by.name, now
    row.save(update_fields=["to_on", "ended_by_id", "ended_by_name", "ended_at"])
    events.record("response.ended", by=by, unit=row.unit, subject=row, detail={"to": str(to_on)}, now=now)
    return row


@transaction.atomic
def assess(
    *, by: events.Actor, unit: Unit, module: str, necessity: str, risks: str, measures: str, valid_to: date,
    now: datetime,
) -> Assessment:  # fmt: skip
    """Write an impact assessment (PIPL 55–56). It is never changed or deleted; a newer one replaces it in force.
    Raises `Refused` for texts that say nothing and an end that is past or too far away.
    """
    for cell, text in (("necessity", necessity), ("risks", risks), ("measures", measures)):
        if len(text.strip()) < SHORTEST_TEXT:
            raise refuse("policies.assessment_short", cell, least=SHORTEST_TEXT)
    if not clock.day_of(now) < valid_to <= clock.day_of(now) + timedelta(days=LONGEST_DAYS):
        raise refuse("policies.assessment_term", "valid_to")
    row = Assessment.objects.create(
        unit=unit, module=module, necessity=necessity, risks=risks, measures=measures, valid_to=valid_to,
        by_id=by.pk, by_name=by.name, at=now,
    )  # fmt: skip
    detail = {"module": module, "until": str(valid_to)}
    events.record("assessment.made", by=by, unit=unit, subject=row, detail=detail, now=now)
    return row
