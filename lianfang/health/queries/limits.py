"""What holds for a school's checks on a day."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from time import monotonic

from lianfang.health.rules import plan
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import calendar
from lianfang.policies import queries as policies
from lianfang.policies.queries import Decided

_KEPT_FOR = 30.0  # seconds: a decision is felt by all processes after half a minute
_decisions: dict[date, tuple[float, list[Decided]]] = {}
_paths: dict[int, str] = {}


def decided(school_id: int, on: date) -> Mapping[str, str]:
    """Overrides under "checks." in force for the school."""
    found = _everywhere(on)
    if not found:
        return {}
    path = _path(school_id)
    return {one.key: one.value for one in found if path.startswith(one.path)}


def fever(school_id: int, on: date) -> int:
    """Tenths of a degree from which a temperature is a fever."""
    return plan.fever_limit(decided(school_id, on))


def fevers(places: Iterable[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """`fever` of many schools and days."""
    return {(school, on): fever(school, on) for school, on in places}


def asked_for(unit: Unit, on: date) -> frozenset[str]:
    """The rounds that emergency responses which run for the unit ask for; none in peacetime."""
    running = policies.running(unit, on)
    return frozenset(code for code in plan.codes() if any(one.asks(code) for one in running))


def opens(school_id: int) -> Callable[[date], date]:
    """The day itself, or the next one on which somebody is at the school, by its calendar."""
    return partial(calendar.next_open, _path(school_id))


def _everywhere(on: date) -> list[Decided]:
    """A city has a handful of such decisions: all of them are read, outermost first, not each school's own."""
    kept = _decisions.get(on)
    if kept is None or monotonic() - kept[0] > _KEPT_FOR:
        if len(_decisions) > 100:
            _decisions.clear()
        _paths.clear()
        kept = _decisions[on] = (monotonic(), policies.everywhere(on, "checks."))
    return kept[1]


def _path(school_id: int) -> str:
    if school_id not in _paths:
        _paths[school_id] = Unit.objects.values_list("path", flat=True).get(pk=school_id)
    return _paths[school_id]
