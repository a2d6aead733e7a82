"""What holds for a school's checks on a day."""

from collections.abc import Mapping
from datetime import date
from time import monotonic

from lianfang.health.rules import plan
from lianfang.orgs.models import Unit
from lianfang.policies.queries import in_force

_KEPT_FOR = 30.0  # seconds: a decision is felt by all processes after half a minute
_kept: dict[tuple[int, date], tuple[float, Mapping[str, str]]] = {}


def decided(school_id: int, on: date) -> Mapping[str, str]:
    """Overrides under "checks." in force for the school."""
    kept = _kept.get((school_id, on))
    if kept is None or monotonic() - kept[0] > _KEPT_FOR:
        if len(_kept) > 20_000:
            _kept.clear()
        unit = Unit.objects.get(pk=school_id)
        kept = _kept[school_id, on] = (monotonic(), in_force(unit, on, "checks."))
    return kept[1]


def fever(school_id: int, on: date) -> int:
    """Tenths of a degree from which a temperature is a fever."""
    return plan.fever_limit(decided(school_id, on))
