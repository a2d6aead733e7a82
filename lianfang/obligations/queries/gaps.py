"""Where nobody would answer: steps of a ladder, and what a kind owes, at units in which none of its duties is held.

Derived from the catalogue, so that a gap is seen before somebody is silent there. What is owed once belongs to no kind
of unit and is not among it; nor are steps that tell whoever is on duty.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lianfang.obligations import sources, spec
from lianfang.orgs.models import Kind
from lianfang.people import access
from lianfang.people.queries.duties import Duty
from lianfang.people.rules import HELD_AT

_SCHOOLS = (str(Kind.SCHOOL), str(Kind.TRAINING))
_AT: dict[str, tuple[str, ...]] = {
    "school": _SCHOOLS, "above": ("county", "city"), "county": ("county",), "city": ("city",),
    "province": ("province",),
}  # fmt: skip


@dataclass(frozen=True)
class Answering:
    """Somebody has to hold ``duty`` for these kinds of obligation."""

    duty: Duty
    kinds: tuple[str, ...]


def answering(only: str = "") -> dict[str, Answering]:
    """By a name that can stand in a query; ``only``: of one kind of obligation."""
    kinds: dict[Duty, list[str]] = defaultdict(list)
    for kind in spec.catalog().values():
        for duty in dict.fromkeys(_duties(kind)) if kind.source and only in ("", kind.id) else ():
            kinds[duty].append(kind.id)
    return {f"rung_{number}": Answering(duty, tuple(found)) for number, (duty, found) in enumerate(kinds.items())}


def _duties(kind: spec.Kind) -> Iterator[Duty]:
    source = sources.source(kind.source)
    for roles, at in ((kind.roles, "own"), *((rung.roles or kind.roles, rung.at) for rung in kind.ladder)):
        if not access.ROLES.keys() >= set(roles):
            continue
        units = source.at if at == "own" else _AT[at]
        roles = tuple(sorted(role for role in roles if not HELD_AT[role].isdisjoint(units)))
        units = tuple(unit for unit in units if any(unit in HELD_AT[role] for role in roles))
        if units:
            yield Duty(roles, units, source.functions if at == "own" else ())
