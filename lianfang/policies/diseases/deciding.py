"""What a unit decided differently from a disease's file, laid over its edition.

A statutory threshold cannot be switched off: a province may ask for a report earlier than the file does, never later.
Nobody comes back earlier than the file says; a contact may be followed for more days or fewer, as the place decides.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from lianfang.policies.diseases.spec import Condition, Contacts, Edition, Rule, Threshold, Way

LONGEST = 366


def keys(edition: Edition) -> dict[str, int]:
    """What can be decided differently, with the value of the file."""
    found = {f"thresholds.{row.id}.cases": row.cases for row in edition.thresholds}
    for way in edition.returning:
        asked = [one for row in way.conditions for one in (row, *row.instead)]
        found |= {condition_key(way, row): row.n for row in asked if row.n}
    if edition.contacts is not None:
        found |= {"contacts.back": edition.contacts.back, "contacts.days": edition.contacts.days}
    return found


def bounds(key: str, old: int) -> tuple[int, int]:
    """The least and the most that a unit may decide where the file says ``old``."""
    if key.startswith("thresholds."):
        return 1, old
    return (old if key.startswith("returning.") else 0), LONGEST


def fits(key: str, old: int, new: int) -> bool:
    """Whether a unit may decide so."""
    least, most = bounds(key, old)
    return least <= new <= most


def decided(edition: Edition, values: Mapping[str, str]) -> Edition:
    """The edition with those of the ``values`` (as `keys` names them) that may be decided. Others change nothing."""
    good = {key: int(values[key]) for key, old in keys(edition).items() if _number(values.get(key, ""), key, old)}
    if not good:
        return edition
    return replace(
        edition,
        thresholds=tuple(_threshold(row, good.get(f"thresholds.{row.id}.cases")) for row in edition.thresholds),
        returning=tuple(_way(way, good) for way in edition.returning),
        contacts=edition.contacts and _contacts(edition.contacts, good),
    )


def here(edition: Edition, covers: Callable[[Rule], bool]) -> Edition:
    """Without the rules that hold elsewhere or at another time."""
    return replace(
        edition,
        suspicion=tuple(filter(covers, edition.suspicion)),
        clocks=tuple(filter(covers, edition.clocks)),
        thresholds=tuple(filter(covers, edition.thresholds)),
        isolation=tuple(filter(covers, edition.isolation)),
        suspension=tuple(filter(covers, edition.suspension)),
        stages=tuple(filter(covers, edition.stages)),
        returning=tuple(
            replace(
                way,
                conditions=tuple(
                    replace(row, instead=tuple(filter(covers, row.instead))) for row in filter(covers, way.conditions)
                ),
            )
            for way in edition.returning
        ),
    )


def _number(text: str, key: str, old: int) -> bool:
    return text.isascii() and text.isdigit() and fits(key, old, int(text))


def condition_key(way: Way, row: Condition) -> str:
    return f"returning.{way.when or 'all'}.{row.type}"


def _threshold(row: Threshold, cases: int | None) -> Threshold:
    return row if cases is None else replace(row, cases=cases)


def _way(way: Way, values: Mapping[str, int]) -> Way:
    return replace(way, conditions=tuple(_condition(way, row, values) for row in way.conditions))


def _condition(way: Way, row: Condition, values: Mapping[str, int]) -> Condition:
    n = values.get(condition_key(way, row), row.n)
    return replace(row, n=n, instead=tuple(_condition(way, one, values) for one in row.instead))


def _contacts(row: Contacts, values: Mapping[str, int]) -> Contacts:
    return replace(row, back=values.get("contacts.back", row.back), days=values.get("contacts.days", row.days))
