"""The cards of a day, and who may come to school after them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianfang.health.models import Check, DayStatus
from lianfang.health.queries import asking, seats
from lianfang.health.rules import card as rules
from lianfang.health.rules.asking import Asking
from lianfang.health.rules.coming import Known, Reason, may_come
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import Day, Status
from lianfang.orgs.models import Unit


@dataclass(frozen=True)
class Coming:
    """One person's day as far as the gate cares. ``kept``: items of the card whose answers keep at home."""

    reasons: tuple[Reason, ...]
    asked: bool
    card: Check | None
    kept: tuple[rules.Item, ...]
    day: Day

    @property
    def owes(self) -> bool:
        """A card is wanted and has not come."""
        return self.asked and self.card is None


def given(school_id: int, on: date, people: Collection[UUID]) -> dict[UUID, list[Check]]:
    """Cards of each that no other one corrects, newest first. One query."""
    rows = list(
        Check.objects.filter(school_id=school_id, on=on, person_id__in=people, source=Source.CARD).order_by(
            "-at", "-key"
        )
    )
    corrected = {(row.person_id, row.after) for row in rows}
    found: dict[UUID, list[Check]] = {}
    for row in rows:
        if (row.person_id, row.key) not in corrected:
            found.setdefault(UUID(str(row.person_id)), []).append(row)
    return found


def answers(rows: Iterable[Check]) -> dict[str, rules.Value]:
    """What was said today beyond the usual; of one item the newest answer that is not the usual one."""
    found: dict[str, rules.Value] = {}
    for row in rows:
        for code, value in dict(row.answers or {}).items():
            found.setdefault(code, value)
    return found


def today(people: Collection[UUID], on: date) -> dict[UUID, Coming]:
    """`coming` of a few people wherever they are, such as the children of a family; who belongs to no school is
    missing."""
    found: dict[UUID, Coming] = {}
    for person, seat in seats.of_people(people, on).items():
        unit = Unit.objects.get(pk=seat.unit_id)
        found |= coming(unit, on, [person], asking.policy(unit, on))
    return found


def coming(unit: Unit, on: date, people: Collection[UUID], policy: Asking) -> dict[UUID, Coming]:
    """Of everybody of a unit whether they may come. Six queries, however many people."""
    school = unit.school_id or unit.pk
    cards, marks = given(school, on, people), asking.marks(school, on, people)
    days = {
        UUID(str(row.person_id)): Day(Status(row.status), row.symptoms, row.fever, row.since)
        for row in DayStatus.objects.filter(school_id=school, on=on, person_id__in=people)
    }
    found = {}
    for person in people:
        of_person, marked = cards.get(person, []), marks.get(person, set())
        kept = tuple(rules.kept_away(answers(of_person)))
        day = days.get(person, Day(Status.NO_REPORT))
        known = Known(len(kept), policy.asks(marked), bool(of_person), "kept" in marked)
        card = of_person[0] if of_person else None
        found[person] = Coming(tuple(may_come(day, known, policy)), known.asked, card, kept, day)
    return found
