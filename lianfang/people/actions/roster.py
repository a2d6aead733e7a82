"""Persons of the roster: entered, changed, with their documents. Events name fields, never what stands in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianfang.core import clock, crypto, events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions import elsewhere, enrolling, guardians
from lianfang.people.actions.locking import locked
from lianfang.people.models import Enrolment, IdentityDocument, Person, User
from lianfang.people.models.roster import Document
from lianfang.people.queries import roster as queries
from lianfang.people.rules import identity, names, phones
from lianfang.people.rules.findings import Finding
from lianfang.policies import queries as policies

# What `change_person` may change. Documents, guardians and belongings have verbs of their own.
FACTS = ("name", "former_name", "sex", "born_on", "nationality", "phone", "address", "place", "health_note")
_SEALED = ("phone", "address", "place", "health_note")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class NewDocument:
    """``kind`` is a value of `Document`; "none" says that there is no document."""

    kind: str
    number: str = ""
    label: str = ""


@transaction.atomic
def add_person(
    *, by: User, unit: Unit, as_a: str, facts: Mapping[str, Any], from_on: date, now: datetime,
    documents: Sequence[NewDocument] = (), number: str = "", title: str = "",
    lodging: enrolling.NewLodging | None = None, guardians_of: Sequence[guardians.NewGuardian] = (),
    sure: bool = False,
) -> Person:  # fmt: skip
    """Enter a person with their first belonging, lodging and guardians. ``facts`` are any of `FACTS`.

    ``sure`` says that somebody looked: another person of the same name and birthday, or the same person coming from
    another school. Raises `Refused` with one problem per field that is wrong.
    """
    on = clock.day_of(now)
    person = Person()
    checked, found = _checked(documents, as_a, facts, on)
    found += _assign(person, {**facts, **_told_by(checked, facts)}, on)
    found += _place_refused(facts, unit, on)
    found += [problem for guardian in guardians_of for problem in guardians.problems_of(guardian)]
    if found:
        raise Refused(*found)
    known = _known_by_number(by, person, checked, sure)
    if known is None:
        if not sure:
            _refuse_twin(by, person)
        person.save(force_insert=True)
        for document, was in zip(checked, documents, strict=True):
            _keep_document(person, document, was.label, on)
    person = known or person
    belonging = enrolling.enrol(
        by=by, person=person, unit=unit, as_a=as_a, from_on=from_on, number=number, title=title, now=now
    )
    if lodging is not None:
        enrolling.lodge(by=by, person=person, school=belonging.school, lodging=lodging, from_on=from_on, now=now)
    for guardian in guardians_of:
        guardians.add_guardian(by=by, person=person, guardian=guardian, from_on=from_on, now=now)
    if known is None:
        events.record("person.added", by=by, unit=unit, subject=person, detail={"as": as_a}, now=now)
    elif as_a == "student":
        elsewhere.tell(by=by, school=belonging.school, people=[person.pk], now=now)
    return person


@transaction.atomic
def change_person(*, by: User | None, person: Person, unit: Unit | None, now: datetime, **facts: Any) -> Person:
    """Change facts of a person (any of `FACTS`); a blank one is taken away. Nothing changed, no event."""
    person = locked(person)
    before = {name: _plain(person, name) for name in FACTS}
    on = clock.day_of(now)
    found = [*_assign(person, facts, on), *_place_refused(facts, unit, on)]
    if found:
        raise Refused(*found)
    changed = [name for name in FACTS if _plain(person, name) != before[name]]
    if changed:
        columns = {*changed, *(("pinyin", "initials") if "name" in changed else ())}
        columns |= {"phone_index"} if "phone" in changed else set()
        person.save(update_fields=sorted(columns))
        events.record("person.changed", by=by, unit=unit, subject=person, detail={"fields": changed}, now=now)
    return person


@transaction.atomic
def set_document(*, by: User, person: Person, unit: Unit, document: NewDocument, now: datetime) -> IdentityDocument:
    """The person has this document from now on; one of the same kind ends, and so does "no document"."""
    person, on = locked(person), clock.day_of(now)
    as_a = Enrolment.objects.filter(person=person).values_list("as_a", flat=True).first() or "student"
    checked, found = _checked([document], as_a, {"born_on": person.born_on, "sex": person.sex}, on)
    if found:
        raise Refused(*found)
    taken = _holders(checked[0])
    if taken and taken != {person.pk}:
        raise _taken(by, next(iter(taken - {person.pk})), checked[0].kind, "number")
    open_ones = IdentityDocument.objects.filter(person=person, to_on__isnull=True)
    open_ones.filter(kind__in=[checked[0].kind, Document.NONE]).update(to_on=on)
    if checked[0].kind == Document.NONE:
        open_ones.update(to_on=on)
    made = _keep_document(person, checked[0], document.label, on)
    detail = {"fields": ["document"], "kind": made.kind}
    events.record("person.changed", by=by, unit=unit, subject=person, detail=detail, now=now)
    return made


@transaction.atomic
def end_document(*, by: User, document: IdentityDocument, unit: Unit, now: datetime) -> None:
    """The document is out of use (lost, wrong, replaced). Doing so twice changes nothing."""
    on = clock.day_of(now)
    if IdentityDocument.objects.filter(pk=document.pk, to_on__isnull=True).update(to_on=on):
        detail = {"fields": ["document"], "kind": document.kind, "ended": True}
        events.record("person.changed", by=by, unit=unit, subject=document.person, detail=detail, now=now)


def _assign(person: Person, facts: Mapping[str, Any], on: date) -> list[Problem]:
    """Set the facts on the row; what is wrong with them."""
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"no facts of a person: {', '.join(sorted(unknown))}")
    found = []
    for name, value in facts.items():
        if name == "phone" and value:
            checked = phones.check(value)
            found += [_problem(finding, "phone") for finding in checked.findings if finding.is_error]
            value = checked.number
        if name in ("name", "former_name"):
            value = names.tidy_name(value or "")
        setattr(person, name, value)
    if not person.name:
        found.append(Problem("people.person_name_missing", "name"))
    elif len(person.name) > _LONGEST_NAME:
        found.append(Problem("people.person_name_long", "name"))
    elif "name" in facts and not names.may_be_name(person.name):
        found.append(Problem("people.cell_name_signs", "name"))
    if person.born_on and person.born_on > on:
        found.append(Problem("people.born_later", "born_on"))
    elif person.born_on and person.born_on.year < 1900:
        found.append(Problem("people.born_long_ago", "born_on"))
    person.pinyin, person.initials = names.keys(person.name)
    return found


def _place_refused(facts: Mapping[str, Any], unit: Unit | None, on: date) -> list[Problem]:
    """Where somebody is now is gathered for a response only; it can be taken away at any time."""
    if not facts.get("place") or (unit is not None and policies.mode(unit, on) is not None):
        return []
    return [Problem("people.place_in_response", "place")]


def _plain(person: Person, name: str) -> Any:
    value = getattr(person, name)
    return (value.open() if value else "") if name in _SEALED else value


def _checked(
    documents: Sequence[NewDocument], as_a: str, facts: Mapping[str, Any], on: date
) -> tuple[list[identity.Checked], list[Problem]]:
    made, found = [], []
    for document in documents:
        checked = identity.check(
            document.kind, document.number, born_on=facts.get("born_on"), sex=int(facts.get("sex") or 0), as_a=as_a,
            on=on,
        )  # fmt: skip
        found += [_problem(finding, "number") for finding in checked.findings if finding.is_error]
        made.append(checked)
    return made, found


def _told_by(documents: Sequence[identity.Checked], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Birthday and sex from the first document, where nobody said them."""
    told = {"born_on": documents[0].born_on, "sex": documents[0].sex} if documents else {}
    return {name: value for name, value in told.items() if value and not facts.get(name)}


def _problem(finding: Finding, cell: str) -> Problem:
    return Problem(finding.code, cell, finding.params)


def _holders(checked: identity.Checked) -> set[Any]:
    """Whose number this is, under any key of the ring. What is only a statement belongs to nobody."""
    if not checked.number:
        return set()
    index = crypto.sought("identity", checked.number)
    held = IdentityDocument.objects.filter(number_index__in=index, kind=checked.kind, to_on__isnull=True)
    return set(held.values_list("person_id", flat=True))


def _known_by_number(by: User, person: Person, documents: Sequence[identity.Checked], sure: bool) -> Person | None:
    """Somebody else's number refuses; the same person's, coming from another school, is that person once somebody
    said so."""
    for checked in documents:
        for holder in Person.objects.filter(pk__in=_holders(checked)):
            same = holder.name == person.name and holder.born_on in (None, person.born_on)
            if not same or queries.visible(by).filter(pk=holder.pk).exists():
                raise _taken(by, holder.pk, checked.kind, "document_number")
            if not sure:
                raise refuse("people.number_elsewhere_same", "sure")
            return locked(holder)
    return None


def _taken(by: User, holder_id: Any, kind: str, cell: str) -> Refused:
    """Who has the number is told only to those who may see that person."""
    holder = queries.visible(by).filter(pk=holder_id).first()
    home = queries.home_of(by, holder) if holder else None
    if holder is None or home is None:
        return refuse("people.number_elsewhere", cell)
    return refuse("people.number_here", cell, name=holder.name, unit=home.name)


def _refuse_twin(by: User, person: Person) -> None:
    """The same name and birthday within the user's reach: perhaps the same person."""
    if person.born_on is None:
        return
    there = queries.visible(by).filter(name=person.name, born_on=person.born_on)
    homes = {home.name for twin in there[:3] if (home := queries.home_of(by, twin))}
    if homes:
        raise refuse("people.person_perhaps_there", "sure", units="、".join(sorted(homes)))


def _keep_document(person: Person, checked: identity.Checked, label: str, on: date) -> IdentityDocument:
    row = IdentityDocument(person=person, kind=checked.kind, number=checked.number or None, label=label, from_on=on)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # somebody entered the same number in the same moment
        if "document_number_once" not in str(error):
            raise
        raise refuse("people.number_elsewhere", "document_number") from error
    return row
