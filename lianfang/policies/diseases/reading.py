"""Reading the files of this folder: what contradicts itself is refused with file and line, before anything starts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from lianfang.policies.diseases.spec import Condition, Disease, Edition, Law, Rule, Source, Threshold, Way

FOLDER = Path(__file__).parent
SOURCES = "sources.yaml"
_PLACE = re.compile(r" - at `\$(?P<place>.*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]+)`")
_STEP = re.compile(r"\.(?P<key>\w+)|\[(?P<number>\d+)\]")
# What a condition counts in ``n``, and may not be without.
_COUNTS = frozenset(
    {
        "days_since_onset", "days_since_rash", "days_since_treatment", "days_since_diagnosis", "days_since_discharge",
        "hours_free", "negative",
    }
)  # fmt: skip
_LONGEST = 366

_Path = tuple[str | int, ...]
_Kind = TypeVar("_Kind")


class DiseaseFileError(Exception):
    """``file``, ``line`` (1 is the first) and what is wrong there."""

    def __init__(self, file: str, line: int, words: str) -> None:
        super().__init__(f"{file}:{line}: {words}")
        self.file, self.line, self.words = file, line, words


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the way to it from the top of the file."""

    path: _Path
    words: str


def sources(folder: Path = FOLDER) -> dict[str, Source]:
    """By their key. Raises `DiseaseFileError`."""
    text, name = (folder / SOURCES).read_text("utf-8"), SOURCES
    found = _converted(text, name, tuple[Source, ...])
    keys = [one.id for one in found]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            raise _error(text, name, Fault((number, "id"), f"the source {key!r} stands here twice"))
    return {one.id: one for one in found}


def diseases(folder: Path = FOLDER) -> dict[str, Disease]:
    """By their id, as `sources` and every file say them. Raises `DiseaseFileError`."""
    known = sources(folder)
    return {
        one.id: one for path in sorted(folder.glob("*.yaml")) if path.name != SOURCES for one in [read(path, known)]
    }


def read(path: Path, known: Mapping[str, Source]) -> Disease:
    """One file. Raises `DiseaseFileError` for the first thing that is wrong with it."""
    text = path.read_text("utf-8")
    disease = _converted(text, path.name, Disease)
    if disease.id != path.stem:
        raise _error(text, path.name, Fault(("id",), f"the file says it is {disease.id!r}"))
    for fault in faults(disease, known):
        raise _error(text, path.name, fault)
    return disease


# ── what contradicts itself ───────────────────────────────────────────────────────────────────────────────────────────


def faults(disease: Disease, known: Mapping[str, Source]) -> Iterator[Fault]:
    if not disease.editions:
        yield Fault(("editions",), "no edition")
    ids = [edition.id for edition in disease.editions]
    for number, edition in enumerate(disease.editions):
        at: _Path = ("editions", number)
        if edition.id in ids[:number]:
            yield Fault((*at, "id"), f"the edition {edition.id!r} stands here twice")
        yield from _of_edition(edition, known, at)
    for (_, one), (later, other) in combinations(enumerate(disease.editions), 2):
        if one.jurisdiction == other.jurisdiction and _overlap(one, other):
            words = f"two editions hold on one day in {one.jurisdiction}: {one.id!r} and {other.id!r}"
            yield Fault(("editions", later, "since"), words)


def _overlap(one: Edition, other: Edition) -> bool:
    first, second = sorted((one, other), key=lambda edition: edition.since)
    return first.until is None or second.since <= first.until


def _of_edition(edition: Edition, known: Mapping[str, Source], at: _Path) -> Iterator[Fault]:
    if edition.until and edition.until < edition.since:
        yield Fault((*at, "until"), "ends before it begins")
    if edition.source not in known:
        yield Fault((*at, "source"), f"{edition.source!r} is not in {SOURCES}")
    for path, rule in _rules(edition, at):
        if rule.source not in known:
            yield Fault((*path, "source"), f"{rule.source!r} is not in {SOURCES}")
        if rule.since and rule.until and rule.until < rule.since:
            yield Fault((*path, "until"), "ends before it begins")
        if bool(rule.zh) != bool(rule.en):
            yield Fault(path, "a note in one language only")
        if isinstance(rule, Law) and bool(rule.notified_as) != bool(rule.notified_as_en):
            yield Fault((*path, "notified_as"), "a name in one language only")
    span = edition.incubation
    if span and not 0 <= span.least <= (span.usual if span.usual is not None else span.least) <= span.most <= _LONGEST:
        yield Fault((*at, "incubation"), "shortest, usual and longest are not in order")
    if edition.contacts and span and edition.contacts.days and edition.contacts.days < span.least:
        yield Fault((*at, "contacts", "days"), "ends before the shortest incubation")
    for number, suspicion in enumerate(edition.suspicion):
        path = (*at, "suspicion", number)
        if not (suspicion.all or suspicion.any):
            yield Fault(path, "no symptom")
        if set(suspicion.all) & set(suspicion.any):
            yield Fault(path, "a symptom is both needed and one of several")
        if suspicion.any and not 1 <= suspicion.least <= len(suspicion.any):
            yield Fault((*path, "least"), "more than there are")
        if not 0 <= suspicion.lasting <= _LONGEST:
            yield Fault((*path, "lasting"), f"days from 1 to {_LONGEST}")
    for name, keys in (
        ("isolation", [row.of for row in edition.isolation]),
        ("clocks", [row.of for row in edition.clocks]),
    ):
        for number, key in enumerate(keys):
            if key in keys[:number]:
                yield Fault((*at, name, number), f"{key!r} stands here twice")
    yield from _of_ways(edition, at)
    yield from _of_thresholds(edition.thresholds, (*at, "thresholds"))


def _of_ways(edition: Edition, at: _Path) -> Iterator[Fault]:
    whens = [way.when for way in edition.returning]
    for number, way in enumerate(edition.returning):
        path = (*at, "returning", number)
        if way.when in whens[:number]:
            yield Fault((*path, "when"), "the same case is described twice")
        if not way.conditions:
            yield Fault((*path, "conditions"), "no condition: nobody could ever be kept away")
        for place, condition in enumerate(way.conditions):
            yield from _of_condition_and_instead(condition, (*path, "conditions", place))
        yield from _doubled(way, path)


def _of_condition_and_instead(condition: Condition, path: _Path) -> Iterator[Fault]:
    if words := _of_condition(condition):
        yield Fault(path, words)
    for number, other in enumerate(condition.instead):
        if words := "an alternative has none of its own" if other.instead else _of_condition(other):
            yield Fault((*path, "instead", number), words)


def _of_condition(condition: Condition) -> str:
    if (condition.n > 0) is not (condition.type in _COUNTS):
        return f"{condition.type} {'lacks' if condition.type in _COUNTS else 'has no'} n"
    if condition.apart and not (condition.type == "negative" and condition.n > 1):
        return "apart is for two tests or more"
    if bool(condition.sign) is not (condition.type == "sign"):
        return "a sign is named, and only where the type is sign"
    if bool(condition.level) is not (condition.type == "certificate"):
        return "a certificate has a level, and nothing else has"
    return ""


def _doubled(way: Way, path: _Path) -> Iterator[Fault]:
    """Also among the alternatives: what a unit decides differently is named by the type."""
    seen: set[tuple[str, str]] = set()
    for place, condition in enumerate(way.conditions):
        for one in (condition, *condition.instead):
            if (one.type, one.sign) in seen:
                yield Fault((*path, "conditions", place), f"{one.type} is asked for twice")
            seen.add((one.type, one.sign))


def _of_thresholds(rows: tuple[Threshold, ...], at: _Path) -> Iterator[Fault]:
    """Two of one group and tier may not cross: what is longer has to ask for more, or the shorter one says nothing."""
    names = [row.id for row in rows]
    for number, row in enumerate(rows):
        if row.id in names[:number]:
            yield Fault((*at, number, "id"), f"the threshold {row.id!r} stands here twice")
        if row.days < 1 or row.cases < 1 or not row.groups or row.minutes < 0:
            yield Fault((*at, number), "days and cases begin at 1, minutes at 0, and it needs a group")
        if row.term and row.of == "symptomatic":
            yield Fault((*at, number, "term"), "symptoms are counted by days")
    for (_, one), (later, other) in combinations(enumerate(rows), 2):
        if not (set(one.groups) & set(other.groups)) or (one.of, one.jurisdiction) != (other.of, other.jurisdiction):
            continue
        short, long = sorted((one, other), key=lambda row: row.days)
        if one.tier == other.tier and (short.days == long.days or short.cases >= long.cases):
            yield Fault((*at, later), f"{one.id!r} and {other.id!r} cross: one of them can never be the first")
        if one.tier != other.tier and one.days == other.days:
            first, graver = sorted((one, other), key=lambda row: row.tier)
            if first.cases > graver.cases:
                yield Fault((*at, later), f"{graver.id!r} would be reached before {first.id!r}")


def _rules(value: Any, at: _Path) -> Iterator[tuple[_Path, Rule]]:
    """Every rule below, with the way to it."""
    if isinstance(value, Rule):
        yield at, value
    if isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _rules(one, (*at, number))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _rules(getattr(value, name), (*at, name))


# ── from text to structs, and back to the line ────────────────────────────────────────────────────────────────────────


def _converted(text: str, name: str, kind: type[_Kind]) -> _Kind:
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        for mapping, key in _twice(node):
            raise DiseaseFileError(name, key.start_mark.line + 1, f"{key.value!r} stands here twice ({mapping})")
        return msgspec.convert(yaml.safe_load(text), kind, strict=True)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DiseaseFileError(name, line, str(error.problem)) from None
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        steps = _STEP.finditer(place["place"]) if place else ()
        path = tuple(step["key"] or int(step["number"]) for step in steps)
        if unknown := _UNKNOWN.search(str(error)):
            path = (*path, unknown["key"])
        raise _error(text, name, Fault(path, _PLACE.sub("", str(error)))) from None


def _twice(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Keys that a mapping has twice: YAML would let the second one win in silence."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield f"line {node.start_mark.line + 1}", key
            seen.add(key.value)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)


def _error(text: str, name: str, fault: Fault) -> DiseaseFileError:
    """With the line of the innermost thing on the way that the file has."""
    node = yaml.compose(text, yaml.SafeLoader)
    line = node.start_mark.line + 1 if node else 1
    for step in fault.path:
        inner = None
        if isinstance(node, yaml.MappingNode):
            inner = next(((key, value) for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            inner = (node.value[step], node.value[step])
        if inner is None:
            break
        line, node = inner[0].start_mark.line + 1, inner[1]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.path).removeprefix(".")
    return DiseaseFileError(name, line, f"{where}: {fault.words}" if where else fault.words)
