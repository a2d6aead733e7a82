"""Whom the database knows of the people in a part of a roster: a fixed number of queries for a thousand lines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from lianfang.core.bulk import Opener, Sealer
from lianfang.people.models import Guardian, IdentityDocument, Person
from lianfang.people.rules.deciding import Candidates, Known, KnownGuardian, documents_of

PERSON, DOCUMENT, GUARDIAN = (model._meta.db_table for model in (Person, IdentityDocument, Guardian))

_BY_DOCUMENT = """
SELECT d.number_index, d.kind, d.person_id FROM people_identitydocument d JOIN people_person p ON p.id = d.person_id
WHERE d.number_index = ANY(%s) AND d.to_on IS NULL AND p.merged_into_id IS NULL AND p.purged_at IS NULL
"""
_BY_NUMBER = """
SELECT number, as_a, person_id FROM people_enrolment
WHERE school_id = %s AND number = ANY(%s) AND number <> '' AND to_on IS NULL
"""
_BY_NAME = """
SELECT p.name, e.as_a, p.id, p.born_on FROM people_person p JOIN people_enrolment e ON e.person_id = p.id
WHERE p.name = ANY(%s) AND e.school_id = %s AND e.to_on IS NULL AND p.merged_into_id IS NULL
"""
_PERSONS = """
SELECT id, name, former_name, sex, born_on, nationality, phone, address, place FROM people_person WHERE id = ANY(%s)
"""
_SEALED = ("phone", "address", "place")
_ENROLMENTS = """
SELECT person_id, id, school_id, unit_id, as_a, number, title, from_on FROM people_enrolment
WHERE person_id = ANY(%s) AND to_on IS NULL
"""
_DOCUMENTS = """
SELECT person_id, kind, number FROM people_identitydocument WHERE person_id = ANY(%s) AND to_on IS NULL
"""
_LODGINGS = """
SELECT person_id, id, kind, building, room, bed, from_on FROM people_lodging
WHERE person_id = ANY(%s) AND school_id = %s AND to_on IS NULL
"""
_GUARDIANS = """
SELECT s.person_id, s.id, g.id, g.name, g.phone, s.relation, s.position
FROM people_guardianship s JOIN people_guardian g ON g.id = s.guardian_id
WHERE s.person_id = ANY(%s) AND s.to_on IS NULL ORDER BY s.position
"""


class Register:
    """The people some lines may be. ``lock`` keeps them from being changed by others until the transaction ends."""

    def __init__(
        self, school: int, lines: Iterable[Mapping[str, Any]], *, also: Iterable[UUID] = (), lock: bool = False
    ) -> None:
        """``also`` are people to be read whatever the lines say."""
        self.school, self.lock, self.sealer, self.opener = school, lock, Sealer(), Opener()
        said = list(lines)
        self.people: dict[UUID, tuple[Known, list[Any]]] = {}
        self.documents = self._by_document(said)
        self._load({*also, *(person for people in self.documents.values() for person in people)})
        # names and numbers of the school matter only where no document tells who it is
        unsure = [cells for cells in said if not self._sure(cells)]
        self.numbers = self._by(_BY_NUMBER, [school, _all(unsure, "school_number")])
        self.names = self._by_name(unsure)
        self._load({person for people in (*self.numbers.values(), *self.names.values()) for person in people})

    def candidates(self, cells: Mapping[str, Any]) -> Candidates:
        as_a, name, ids = cells["as_a"], cells["name"], self._shown_by(cells)
        return Candidates(
            by_document=self._as(ids[0], as_a) if ids else None,
            by_school_number=self._many(self.numbers.get((cells.get("school_number", ""), as_a), ()), as_a),
            by_name=self._many(self.names.get((name, as_a), ()), as_a),
        )

    def person(self, key: UUID, as_a: str) -> Known | None:
        """Somebody by key, as what they belong to the school."""
        return self._as(key, as_a)

    def _shown_by(self, cells: Mapping[str, Any]) -> list[UUID]:
        """People with a document of the line."""
        return [
            person
            for kind, number in documents_of(cells).items()
            if number
            for index in self.sealer.sought("identity", number)
            for person in self.documents.get((index, kind), ())
        ]

    def _sure(self, cells: Mapping[str, Any]) -> bool:
        return any(self.people[person][0].name == cells["name"] for person in self._shown_by(cells))

    def _many(self, ids: Iterable[UUID], as_a: str) -> list[Known]:
        return [known for known in (self._as(person, as_a) for person in ids) if known is not None]

    def _as(self, person: UUID, as_a: str) -> Known | None:
        found = self.people.get(person)
        if found is None:
            return None
        known, belongings = found
        here = next((row for row in belongings if row[2] == self.school and row[4] == as_a), None)
        elsewhere = any(row[2] != self.school for row in belongings)
        if here is None:
            return replace(known, elsewhere=elsewhere)
        return replace(
            known, enrolment=here[1], unit=here[3], school_number=here[5], title=here[6], from_on=here[7],
            elsewhere=elsewhere,
        )  # fmt: skip

    def _by_document(self, lines: Sequence[Mapping[str, Any]]) -> dict[tuple[bytes, str], list[UUID]]:
        sought = {
            index for cells in lines for number in documents_of(cells).values() if number
            for index in self.sealer.sought("identity", number)
        }  # fmt: skip
        found = defaultdict(list)
        for index, kind, person in _rows(_BY_DOCUMENT, [list(sought)]) if sought else ():
            found[bytes(index), kind].append(person)
        return found

    def _by_name(self, lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[UUID]]:
        """People of these names. Whoever has another birthday than every line of the name is not looked at: a large
        school has many of one name."""
        births: dict[str, set[date | None]] = defaultdict(set)
        for cells in lines:
            if cells.get("name"):
                births[cells["name"]].add(cells.get("born_on"))
        found = defaultdict(list)
        for name, as_a, person, born in _rows(_BY_NAME, [list(births), self.school]) if births else ():
            if born is None or None in births[name] or born in births[name]:
                found[name, as_a].append(person)
        return found

    def _by(self, query: str, values: list[Any]) -> dict[tuple[str, str], list[UUID]]:
        found = defaultdict(list)
        for text, as_a, person in _rows(query, values) if all(values) else ():
            found[text, as_a].append(person)
        return found

    def _load(self, wanted: set[UUID]) -> None:
        ids = sorted(wanted - self.people.keys())
        if not ids:
            return
        opened, people = self.opener.open, self.people
        query = f"{_PERSONS} ORDER BY id FOR UPDATE" if self.lock else _PERSONS
        for key, name, former, sex, born, nation, *sealed in _rows(query, [ids]):
            phone, address, place = (opened(value, f"{PERSON}.{at}") for value, at in zip(sealed, _SEALED, strict=True))
            people[key] = (Known(key, name, former, sex, born, nation, phone, address, place), [])
        for row in _rows(_ENROLMENTS, [ids]):
            people[row[0]][1].append(row)
        for person, kind, number in _rows(_DOCUMENTS, [ids]):
            people[person][0].documents[kind] = opened(number, f"{DOCUMENT}.number")
        for person, key, kind, building, room, bed, from_on in _rows(_LODGINGS, [ids, self.school]):
            known = people[person][0]
            known.lodging_id, known.lodged_from = key, from_on
            parts = {"lodging": kind, "building": building, "room": room, "bed": bed}
            known.lodging = {name: value for name, value in parts.items() if value}
        for person, link, key, name, phone, relation, position in _rows(_GUARDIANS, [ids]):
            told = opened(phone, f"{GUARDIAN}.phone")
            people[person][0].guardians.append(KnownGuardian(link, key, name, told, relation, position))


def _all(lines: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return list({cells[name] for cells in lines if cells.get(name)})


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
