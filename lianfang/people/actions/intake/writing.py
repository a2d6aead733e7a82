"""The rows a batch of lines becomes, written with a few statements whatever the number of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from lianfang.core.bulk import Opener, Sealer
from lianfang.core.ids import uuid7
from lianfang.people.models import Guardian, IdentityDocument, Person
from lianfang.people.rules.deciding import Decision, Known, documents_of
from lianfang.people.rules.names import keys

PERSON, DOCUMENT, GUARDIAN = (model._meta.db_table for model in (Person, IdentityDocument, Guardian))
_TABLES = {
    "people_person": (
        "id, name, former_name, pinyin, initials, sex, born_on, nationality, phone, phone_index, address, place"
    ),
    "people_guardian": "id, name, phone, phone_index",
    "people_enrolment": (
        "id, person_id, school_id, unit_id, as_a, number, title, from_on, to_on, ending, away_from, away_to, away_why"
    ),
    "people_identitydocument": "id, person_id, kind, label, number, number_index, from_on, to_on",
    "people_lodging": "id, person_id, school_id, kind, building, room, bed, from_on, to_on",
    "people_guardianship": "id, guardian_id, person_id, relation, position, from_on, to_on",
}
_STEPS = {
    "person": (
        "UPDATE people_person SET name = %s, former_name = %s, pinyin = %s, initials = %s, sex = %s, born_on = %s,"
        " nationality = %s WHERE id = %s"
    ),
    "person_phone": "UPDATE people_person SET phone = %s, phone_index = %s WHERE id = %s",
    "person_address": "UPDATE people_person SET address = %s WHERE id = %s",
    "person_place": "UPDATE people_person SET place = %s WHERE id = %s",
    "end_enrolment": "UPDATE people_enrolment SET to_on = %s, ending = %s WHERE id = %s",
    "correct_enrolment": "UPDATE people_enrolment SET unit_id = %s, number = %s, title = %s WHERE id = %s",
    "end_lodging": "UPDATE people_lodging SET to_on = %s WHERE id = %s",
    "correct_lodging": "UPDATE people_lodging SET kind = %s, building = %s, room = %s, bed = %s WHERE id = %s",
    "end_document": (
        "UPDATE people_identitydocument SET to_on = %s WHERE person_id = %s AND kind = %s AND to_on IS NULL"
    ),
    "guardian_phone": "UPDATE people_guardian SET phone = %s, phone_index = %s WHERE id = %s",
    "relation": "UPDATE people_guardianship SET relation = %s WHERE id = %s",
}
_ALIKE = "SELECT id, name, phone_index FROM people_guardian WHERE phone_index = ANY(%s)"


@dataclass
class Batch:
    """Everything some lines write. ``first_day`` is the day from which the file holds, ``today`` the real one."""

    school: int
    first_day: date
    today: date
    sealer: Sealer = field(default_factory=Sealer)
    opener: Opener = field(default_factory=Opener)
    new: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    steps: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {step: [] for step in _STEPS})
    guardians: dict[tuple[str, bytes], UUID] = field(default_factory=dict)

    def know_guardians(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Guardians of brothers and sisters stand in the database or in this batch already."""
        sought = [
            index for cells in lines for one in cells.get("guardians", ()) if one["phone"]
            for index in self.sealer.sought("phone", one["phone"])
        ]  # fmt: skip
        if sought:
            with connection.cursor() as cursor:
                cursor.execute(_ALIKE, [sought])
                for key, name, index in cursor.fetchall():
                    self.guardians[name, bytes(index)] = key

    def join(self, cells: Mapping[str, Any], unit: int, decision: Decision) -> UUID:
        """A new person, or one who is known from elsewhere or from before, belongs to the unit."""
        if decision.known is None:
            person = self._person(cells)
            self._documents(person, documents_of(cells))
            if cells.get("lodging"):
                self._lodging(
                    person, {name: cells[name] for name in ("lodging", "building", "room", "bed") if name in cells}
                )
            self._guardians(person, cells.get("guardians", ()), ())
        else:
            person = decision.known.id
            self._change_person(decision.known, decision.changes)
        enrolled = cells.get("enrolled_on")
        since = enrolled if enrolled and enrolled <= self.first_day else self.first_day
        self._enrol(person, unit, cells, since)
        return person

    def change(self, cells: Mapping[str, Any], decision: Decision) -> UUID:
        """Move somebody to another class, or change what is known of them."""
        known, changes = decision.known, decision.changes
        if known is None or known.enrolment is None:
            raise ValueError("nobody to change")
        self._change_person(known, changes)
        number, title = changes.get("school_number", known.school_number), changes.get("title", known.title)
        unit: int = changes.get("unit") or known.unit or 0
        if unit != known.unit and known.from_on and known.from_on < self.first_day:
            self.steps["end_enrolment"].append((self.first_day - timedelta(days=1), "class", known.enrolment))
            self._enrol(known.id, unit, {**cells, "school_number": number, "title": title}, self.first_day)
        elif {"unit", "school_number", "title"} & set(changes):
            self.steps["correct_enrolment"].append((unit, number, title, known.enrolment))
        return known.id

    def leave(self, known: Known, why: str) -> UUID:
        last = max(self.first_day - timedelta(days=1), known.from_on or self.first_day)
        self.steps["end_enrolment"].append((last, why, known.enrolment))
        if known.lodging_id:
            self.steps["end_lodging"].append((max(last, known.lodged_from or last), known.lodging_id))
        return known.id

    def write(self) -> None:
        """In the order that constraints ask for: what ends, then what begins."""
        with connection.cursor() as cursor:
            for step, values in self.steps.items():
                if values:
                    cursor.executemany(_STEPS[step], values)
            for table, columns in _TABLES.items():
                if self.new[table]:
                    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                        for row in self.new[table]:
                            copy.write_row(row)

    def _person(self, cells: Mapping[str, Any]) -> UUID:
        person, phone = uuid7(), cells.get("phone")
        self.new["people_person"].append(
            (
                person, cells["name"], cells.get("former_name", ""), *keys(cells["name"]), cells.get("sex", 0),
                cells.get("born_on"), cells.get("nationality", ""), self.sealer.text(phone, f"{PERSON}.phone"),
                self.sealer.blind("phone", phone), self.sealer.text(cells.get("address"), f"{PERSON}.address"),
                self.sealer.text(cells.get("place"), f"{PERSON}.place"),
            )
        )  # fmt: skip
        return person

    def _enrol(self, person: UUID, unit: int, cells: Mapping[str, Any], since: date) -> None:
        self.new["people_enrolment"].append(
            (uuid7(), person, self.school, unit, cells["as_a"], cells.get("school_number", ""), cells.get("title", ""),
             since, None, "", None, None, "")
        )  # fmt: skip

    def _documents(self, person: UUID, documents: Mapping[str, str]) -> None:
        for kind, number in documents.items():
            sealed = self.sealer.text(number, f"{DOCUMENT}.number")
            index = self.sealer.blind("identity", number)
            self.new["people_identitydocument"].append((uuid7(), person, kind, "", sealed, index, self.today, None))

    def _lodging(self, person: UUID, parts: Mapping[str, str]) -> None:
        values = (parts["lodging"], *(parts.get(name, "") for name in ("building", "room", "bed")))
        self.new["people_lodging"].append((uuid7(), person, self.school, *values, self.first_day, None))

    def _change_person(self, known: Known, changes: Mapping[str, Any]) -> None:
        if {"name", "former_name", "sex", "born_on", "nationality"} & set(changes):
            name = changes.get("name", known.name)
            former = changes.get("former_name", known.name if name != known.name else known.former_name)
            facts = (changes.get("sex", known.sex), changes.get("born_on", known.born_on))
            nation = changes.get("nationality", known.nationality)
            self.steps["person"].append((name, former, *keys(name), *facts, nation, known.id))
        if phone := changes.get("phone"):
            sealed, index = self.sealer.text(phone, f"{PERSON}.phone"), self.sealer.blind("phone", phone)
            self.steps["person_phone"].append((sealed, index, known.id))
        for name in ("address", "place"):
            if value := changes.get(name):
                self.steps[f"person_{name}"].append((self.sealer.text(value, f"{PERSON}.{name}"), known.id))
        self._change_documents(known, changes)
        if "lodging" in changes:
            self._change_lodging(known, changes["lodging"])
        self._guardians(known.id, changes.get("guardians", ()), known.guardians)

    def _change_documents(self, known: Known, changes: Mapping[str, Any]) -> None:
        found = {
            name.removeprefix("document."): value for name, value in changes.items() if name.startswith("document.")
        }
        ended = [kind for kind in found if kind in known.documents]
        if found and "none" in known.documents and "none" not in found:
            ended.append("none")
        self.steps["end_document"] += [(self.today, known.id, kind) for kind in ended]
        self._documents(known.id, found)

    def _change_lodging(self, known: Known, parts: Mapping[str, str]) -> None:
        if known.lodging_id and known.lodged_from and known.lodged_from >= self.first_day:
            values = (parts["lodging"], *(parts.get(name, "") for name in ("building", "room", "bed")))
            self.steps["correct_lodging"].append((*values, known.lodging_id))
            return
        if known.lodging_id:
            self.steps["end_lodging"].append((self.first_day - timedelta(days=1), known.lodging_id))
        self._lodging(known.id, parts)

    def _guardians(self, person: UUID, said: Sequence[Mapping[str, str]], known: Sequence[Any]) -> None:
        """A known guardian's number is renewed; others are added behind."""
        position = max((one.position for one in known), default=0)
        linked = {one.id for one in known}
        for one in said:
            same = next((two for two in known if one["name"] and two.name == one["name"]), None)
            if same is not None:
                if one["phone"] and one["phone"] != same.phone:
                    self.steps["guardian_phone"].append((*self._sealed_phone(one["phone"]), same.id))
                if one["relation"] and one["relation"] != same.relation:
                    self.steps["relation"].append((one["relation"], same.link))
                continue
            guardian = self._guardian(one)
            if guardian not in linked:
                linked.add(guardian)
                position += 1
                relation = one["relation"] or "guardian"
                link = (uuid7(), guardian, person, relation, position, self.first_day, None)
                self.new["people_guardianship"].append(link)

    def _guardian(self, one: Mapping[str, str]) -> UUID:
        name = one["name"] or _("Guardian")
        sealed, index = self._sealed_phone(one["phone"]) if one["phone"] else (None, None)
        for each in self.sealer.sought("phone", one["phone"]) if one["phone"] else ():
            if (name, each) in self.guardians:
                return self.guardians[name, each]
        guardian = uuid7()
        self.new["people_guardian"].append((guardian, name, sealed, index))
        if index:
            self.guardians[name, index] = guardian
        return guardian

    def _sealed_phone(self, phone: str) -> tuple[bytes | None, bytes | None]:
        return self.sealer.text(phone, f"{GUARDIAN}.phone"), self.sealer.blind("phone", phone)
