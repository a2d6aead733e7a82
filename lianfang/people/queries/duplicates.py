"""Records of a school that may be one person: the same number under two kinds, the same name with the same birthday or
the same guardian."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import F

from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Merge, Person, User
from lianfang.people.queries.roster import visible

MOST = 100

# Within one school; pairs whose open numbers of one kind differ are two people (twins of one name do not exist here).
# They are left out by a join of the pairs: told as "NOT EXISTS two documents", PostgreSQL first lays every document of
# the school beside every other, which takes minutes with 15,000 people.
_PAIRS = """
WITH mine AS (
    SELECT DISTINCT p.id, p.name, p.born_on FROM people_person p
    JOIN people_enrolment e ON e.person_id = p.id AND e.school_id = %(school)s
    WHERE p.merged_into_id IS NULL AND p.purged_at IS NULL
), documents AS (
    SELECT d.person_id, d.kind, d.number_index FROM people_identitydocument d
    JOIN mine ON mine.id = d.person_id WHERE d.to_on IS NULL AND d.number_index IS NOT NULL
), pairs AS (
    SELECT a.person_id AS first, b.person_id AS second, 1 AS why FROM documents a
    JOIN documents b ON b.number_index = a.number_index AND b.person_id > a.person_id
    UNION ALL
    SELECT a.id, b.id, 2 FROM mine a JOIN mine b ON b.name = a.name AND b.born_on = a.born_on AND b.id > a.id
    UNION ALL
    SELECT a.id, b.id, 3 FROM mine a JOIN mine b ON b.name = a.name AND b.id > a.id
    JOIN people_guardianship g ON g.person_id = a.id AND g.to_on IS NULL
    JOIN people_guardianship h ON h.person_id = b.id AND h.to_on IS NULL AND h.guardian_id = g.guardian_id
)
SELECT first, second, min(why) FROM pairs
LEFT JOIN documents a ON a.person_id = first LEFT JOIN documents b ON b.person_id = second AND b.kind = a.kind
GROUP BY first, second HAVING bool_or(b.number_index <> a.number_index) IS NOT TRUE
ORDER BY min(why), first LIMIT %(most)s
"""
WHY = {1: "number", 2: "birthday", 3: "guardian"}


@dataclass(frozen=True)
class Pair:
    """``first`` is the older record; ``why`` is "number", "birthday" or "guardian"."""

    first: Person
    second: Person
    why: str


def pairs(user: User, school: Unit) -> list[Pair]:
    """Pairs of a school both of whose records the user may merge, the surest first, at most `MOST`. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"school": school.pk, "most": MOST})
        found: list[tuple[UUID, UUID, int]] = cursor.fetchall()
    ids = {pk for first, second, _ in found for pk in (first, second)}
    people = visible(user, "person.merge").in_bulk(ids)
    return [
        Pair(people[first], people[second], WHY[why])
        for first, second, why in found
        if first in people and second in people
    ]


def merges_of(user: User, school: Unit) -> list[Merge]:
    """Merges of persons of the school, newest first, with both records."""
    kept = visible(user, "person.merge").filter(enrolments__school=school).values("pk")
    rows = Merge.objects.filter(kept__in=kept).select_related("kept", "gone").defer("moved")
    return list(rows.order_by("-at", "-pk")[:MOST])


def belongings_of(people: list[Person], day: date) -> dict[UUID, list[Enrolment]]:
    """Where these belong, newest first, with units."""
    found: dict[UUID, list[Enrolment]] = {person.pk: [] for person in people}
    rows = Enrolment.objects.filter(person__in=people).select_related("unit")
    for row in rows.order_by(F("to_on").desc(nulls_first=True), "-from_on", "pk"):
        found[row.person_id].append(row)
    return found
