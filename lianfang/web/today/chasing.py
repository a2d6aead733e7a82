"""Asking whoever is missing, all at once or one: by the chase of the kind's own room."""

from lianfang.core.problems import refuse
from lianfang.health.actions import chasing as rolls
from lianfang.health.queries.owed import KIND as ROLL
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.returns import spec
from lianfang.returns.actions import orders
from lianfang.returns.queries.owed import RETURNS
from lianfang.web.today.missing import Opened

_VERBS = {ROLL: "notice.post", RETURNS.kind: "return.chase"}


def may(found: Opened) -> bool:
    verb = _VERBS.get(found.kind.id)
    return verb is not None and found.is_today and access.can(found.user, verb, found.unit)


def ask(found: Opened, only: Unit | None) -> int:
    """How many units were asked; raises `Refused` where there is nobody to ask any more."""
    if found.kind.id == RETURNS.kind:
        school = only is not None and only.kind in found.source.at
        unit = found.unit if only is None or school else only
        return orders.chase(
            by=found.user, unit=unit, form=spec.catalog()[found.code], on=found.on, now=found.now,
            only=only.pk if only and school else None,
        )  # fmt: skip
    if found.kind.id != ROLL:
        raise refuse("health.nobody_to_chase")
    unit = only or found.unit
    act = rolls.chase_classes if unit.school_id else rolls.chase_schools
    return act(by=found.user, unit=unit, on=found.on, code=found.code, now=found.now)
