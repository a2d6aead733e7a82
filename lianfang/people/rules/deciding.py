"""What a line of a roster does: who it is, and what of it is new. The same decision is made when the file is checked
and when it is taken over, from what the database holds at that moment.

A blank cell says nothing: it never erases. Who somebody is follows from the strongest fact that is there: document
number; the school's own number with the name; name with birthday; name in the same class where nothing contradicts.
Workers and households, of whom a list may name no unit, are found by the name in the school, and by the room.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from lianfang.people.rules.findings import Finding, error, warning

JOIN, MOVE, CHANGE, SAME, ERROR = "join", "move", "change", "same", "error"
_PERSON = ("former_name", "born_on", "nationality", "phone", "address", "place")
_LODGING = ("lodging", "building", "room", "bed")
NOT_STATED = (0, 9)


@dataclass
class KnownGuardian:
    link: UUID
    id: UUID
    name: str
    phone: str
    relation: str
    position: int


@dataclass
class Known:
    """Somebody the database knows. ``enrolment`` is the current belonging to this school as what the line says, None if
    there is none; ``elsewhere``: belongs to another school today."""

    id: UUID
    name: str
    former_name: str = ""
    sex: int = 0
    born_on: date | None = None
    nationality: str = ""
    phone: str = ""
    address: str = ""
    place: str = ""
    documents: dict[str, str] = field(default_factory=dict)
    enrolment: UUID | None = None
    unit: int | None = None
    school_number: str = ""
    title: str = ""
    from_on: date | None = None
    elsewhere: bool = False
    lodging_id: UUID | None = None
    lodged_from: date | None = None
    lodging: dict[str, str] = field(default_factory=dict)
    guardians: list[KnownGuardian] = field(default_factory=list)


@dataclass
class Candidates:
    """Those a line may be."""

    by_document: Known | None = None
    by_school_number: Sequence[Known] = ()
    by_name: Sequence[Known] = ()


@dataclass
class Decision:
    """``changes`` are field → new value, ``over`` field → the value that is replaced (blank ones left out)."""

    plan: str
    known: Known | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    over: dict[str, Any] = field(default_factory=dict)
    findings: list[tuple[str, Finding]] = field(default_factory=list)


def decide(cells: Mapping[str, Any], unit: int | None, found: Candidates, used: Collection[UUID]) -> Decision:
    """``unit`` is the unit the line names, None where it names none; ``used`` are people other lines already are."""
    known, findings = _who(cells, unit, found, used)
    if any(finding.is_error for _at, finding in findings):
        return Decision(ERROR, known, findings=findings)
    if known is None:
        return Decision(JOIN, None, findings=findings)
    changes, over = _changes(cells, known)
    if known.enrolment is None:
        if known.elsewhere:
            findings.append(("name", warning("people.row_elsewhere")))
        return Decision(JOIN, known, changes, over, findings)
    if unit is not None and unit != known.unit:
        return Decision(MOVE, known, {**changes, "unit": unit}, {**over, "unit": known.unit}, findings)
    return Decision(CHANGE if changes else SAME, known, changes, over, findings)


def still_holds(planned_over: Mapping[str, Any], now: Decision) -> bool:
    """Whether what would be replaced now is what the user saw replaced: nothing was changed by hand in between."""
    return all(name in planned_over and str(planned_over[name]) == str(value) for name, value in now.over.items())


def _who(
    cells: Mapping[str, Any], unit: int | None, found: Candidates, used: Collection[UUID]
) -> tuple[Known | None, list[tuple[str, Finding]]]:
    name = cells["name"]
    known = found.by_document
    if known is not None and known.id not in used:
        if name in (known.name, known.former_name) or cells.get("former_name") == known.name:
            return known, []
        if known.enrolment is not None:
            return known, [("name", warning("people.row_other_name"))]
        return None, [("number", error("people.row_number_taken"))]
    numbered = [one for one in found.by_school_number if one.id not in used]
    for one in numbered:
        if one.name == name:
            replaced = [("number", warning("people.row_number_replaced"))] if _other_document(cells, one) else []
            return one, replaced
    findings = [("school_number", warning("people.row_school_number_taken"))] if numbered else []
    alike = [one for one in found.by_name if one.id not in used and not _contradicts(cells, one)]
    born = [one for one in alike if one.born_on and one.born_on == cells.get("born_on")]
    in_class = [one for one in born if one.unit == unit]
    if len(born) == 1 or len(in_class) == 1:
        return (in_class or born)[0], findings
    if not born and unit is not None:
        # a list of names and classes alone: the first of that name in the class, the next line is the next
        same_class = sorted((one for one in alike if one.unit == unit), key=lambda one: str(one.id))
        if same_class:
            return same_class[0], findings
    if not born and unit is None and cells["as_a"] != "student":
        at_home = [one for one in alike if not _lives_elsewhere(cells, one)]
        if at_home:
            return min(at_home, key=lambda one: str(one.id)), findings
    if alike:
        findings.append(("name", warning("people.row_maybe_same")))
    return None, findings


def _other_document(cells: Mapping[str, Any], known: Known) -> bool:
    """Has a document of the same kind with another number."""
    number, kind = cells.get("number"), cells.get("kind", "")
    return bool(number and known.documents.get(kind) and known.documents[kind] != number)


def _lives_elsewhere(cells: Mapping[str, Any], known: Known) -> bool:
    """Households are told apart by their rooms, where names are all a list has."""
    return any(cells.get(name) and known.lodging.get(name, cells[name]) != cells[name] for name in ("building", "room"))


def _contradicts(cells: Mapping[str, Any], known: Known) -> bool:
    born, sex, own = cells.get("born_on"), cells.get("sex"), cells.get("school_number")
    return bool(
        _other_document(cells, known)
        or (born and known.born_on and born != known.born_on)
        or (sex in (1, 2) and known.sex in (1, 2) and sex != known.sex)
        or (own and known.school_number and own != known.school_number)
    )


def _changes(cells: Mapping[str, Any], known: Known) -> tuple[dict[str, Any], dict[str, Any]]:
    changes: dict[str, Any] = {}
    over: dict[str, Any] = {}

    def new(name: str, value: Any, old: Any) -> None:
        changes[name] = value
        if old not in (None, "", {}, *NOT_STATED):
            over[name] = old

    if cells["name"] != known.name and cells["name"] != known.former_name:
        new("name", cells["name"], known.name)
    for name in _PERSON:
        if cells.get(name) and cells[name] != getattr(known, name):
            new(name, cells[name], getattr(known, name))
    if cells.get("sex") in (1, 2) and cells["sex"] != known.sex:
        new("sex", cells["sex"], known.sex)
    for name in ("school_number", "title"):
        if known.enrolment and cells.get(name) and cells[name] != getattr(known, name):
            new(name, cells[name], getattr(known, name))
    for kind, number in documents_of(cells).items():
        if known.documents.get(kind) != number and not (kind == "none" and known.documents):
            new(f"document.{kind}", number, known.documents.get(kind, ""))
    lodging = {name: cells[name] for name in _LODGING if cells.get(name)}
    kept = known.lodging if known.lodging.get("lodging") == lodging.get("lodging") else {}
    if lodging and {**kept, **lodging} != known.lodging:
        new("lodging", {**kept, **lodging}, known.lodging)
    if guardians := [one for one in cells.get("guardians", ()) if not _is_known(one, known.guardians)]:
        changes["guardians"] = guardians
    return changes, over


def documents_of(cells: Mapping[str, Any]) -> dict[str, str]:
    """Kind → number of what the line shows; "" for kinds without one."""
    found = {cells["kind"]: cells.get("number", "")} if cells.get("kind") else {}
    if cells.get("student_number"):
        found["student_number"] = cells["student_number"]
    return found


def _is_known(one: Mapping[str, str], guardians: Sequence[KnownGuardian]) -> bool:
    for known in guardians:
        if one["name"] in ("", known.name) and one["phone"] in ("", known.phone):
            return not one["relation"] or one["relation"] == known.relation or known.relation != "guardian"
    return False
