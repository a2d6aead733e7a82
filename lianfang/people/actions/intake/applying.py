"""Taking a checked file over: a thousand rows in one transaction, each marked in it, so that a run that was killed goes
on where it stopped and a second run finds nothing to do."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from lianfang.core import clock, events
from lianfang.core.models import Event
from lianfang.people.actions import elsewhere
from lianfang.people.actions.intake.turns import turn_of
from lianfang.people.actions.intake.uploading import steps
from lianfang.people.actions.intake.writing import Batch
from lianfang.people.models import RosterFile, User
from lianfang.people.models.intake import Plan, Stage
from lianfang.people.queries.intake import rows
from lianfang.people.queries.intake.known import Register
from lianfang.people.queries.intake.rows import Waiting
from lianfang.people.rules import deciding
from lianfang.people.rules.findings import error
from lianfang.policies import queries as policies

CHUNK = 1000
_DONE = """
UPDATE people_rosterrow SET applied = true, person_id = coalesce(done.person, person_id)
FROM unnest(%s::uuid[], %s::uuid[]) AS done(id, person) WHERE people_rosterrow.id = done.id
"""
_LEFT_OUT = """
UPDATE people_rosterrow SET applied = true, plan = 'error', problems = problems || %s::jsonb WHERE id = ANY(%s)
"""


def take_up(event: Event) -> None:
    """Handler of "roster.confirmed"."""
    apply(file_id=UUID(event.subject_id), now=clock.now())


def apply(*, file_id: UUID, now: datetime) -> None:
    """Take over what is still to be taken over. May be run at any time and by several at once."""
    file = RosterFile.objects.select_related("unit__school").defer("content").get(pk=file_id)
    with turn_of(file.unit.school_id or 0):
        file.refresh_from_db(fields=["stage", "choices", "summary"])
        if file.stage == Stage.APPLYING:
            _Takeover(file, now).run()


class _Takeover:
    def __init__(self, file: RosterFile, now: datetime) -> None:
        self.file, self.now = file, now
        self.choices = steps(file)
        self.school = file.unit.school_id or 0
        self.gathers = policies.mode(file.unit, clock.day_of(now)) is not None
        self.used: set[UUID] = set(rows.taken(file.pk))
        plans = [Plan.JOIN, Plan.MOVE, Plan.CHANGE]
        self.plans = [plan.value for plan in (*plans, *([Plan.LEAVE] if self.choices["leave"] else []))]

    def run(self) -> None:
        while True:
            with transaction.atomic():
                chunk = rows.waiting(self.file.pk, self.plans, CHUNK)
                if not chunk:
                    self._finish()
                    return
                self._chunk(chunk)

    def _chunk(self, chunk: Sequence[Waiting]) -> None:
        """All lines together; where the database refuses one of them, one by one."""
        try:
            with transaction.atomic():
                done = self._together(chunk)
        except IntegrityError:
            done = Counter()
            for row in chunk:
                done += self._alone(row)
        counted = Counter(self.file.summary.get("applied", {})) + done
        self.file.summary = {**self.file.summary, "applied": dict(counted)}
        self.file.done = sum(counted.values())
        self.file.save(update_fields=["summary", "done"])

    def _alone(self, row: Waiting) -> Counter[str]:
        try:
            with transaction.atomic():
                return self._together([row])
        except IntegrityError:
            self._leave_out([row.id], "people.row_refused")
            return Counter({"left_out": 1})

    def _together(self, chunk: Sequence[Waiting]) -> Counter[str]:
        if not self.gathers:  # the response ended since the file was checked
            for row in chunk:
                row.kept.cells.pop("place", None)
        leaving = [row.person for row in chunk if row.plan == Plan.LEAVE and row.person]
        lines = [row.kept.cells for row in chunk if row.plan != Plan.LEAVE]
        register = Register(self.school, lines, also=leaving, lock=True)
        batch = Batch(self.school, self.choices["first_day"], self.now.date(), register.sealer)
        batch.know_guardians(row.kept.cells for row in chunk)
        used, done, left_out = set(self.used), {}, []
        counts: Counter[str] = Counter()
        for row in chunk:
            person = (
                self._leave(row, register, batch) if row.plan == Plan.LEAVE else self._line(row, register, batch, used)
            )
            if person is None:
                left_out.append(row.id)
                counts["left_out"] += 1
            else:
                done[row.id] = person
                counts[row.plan] += 1
                used.add(person)
        batch.write()
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [list(done), list(done.values())])
        self._leave_out(left_out, "people.row_changed_meanwhile")
        self.used = used
        return counts

    def _line(self, row: Waiting, register: Register, batch: Batch, used: set[UUID]) -> UUID | None:
        """None: the person was changed by hand since the file was checked, and the hand is right."""
        kept = row.kept
        unit = kept.unit if kept.named else None
        decision = deciding.decide(kept.cells, unit, register.candidates(kept.cells), used)
        if decision.plan == Plan.SAME and decision.known:
            return decision.known.id
        if decision.plan != row.plan or not deciding.still_holds(kept.over, decision):
            return None
        if decision.plan == Plan.JOIN and kept.unit is not None:
            return batch.join(kept.cells, kept.unit, decision)
        return batch.change(kept.cells, decision)

    def _leave(self, row: Waiting, register: Register, batch: Batch) -> UUID | None:
        """Leaves only the class the person was seen in."""
        known = register.person(row.person, row.kept.cells["as_a"]) if row.person else None
        here = known is not None and known.enrolment is not None and known.unit == row.kept.unit
        return batch.leave(known, self.choices["leave"]) if known and here else None

    def _leave_out(self, ids: Sequence[UUID], code: str) -> None:
        if ids:
            told = json.dumps(rows.told([("", error(code))], {}))
            with connection.cursor() as cursor:
                cursor.execute(_LEFT_OUT, [told, list(ids)])

    def _finish(self) -> None:
        """The file itself is needed no more; its rows are emptied later (`people.actions.retention`)."""
        counts = self.file.summary.get("applied", {})
        self.file.stage, self.file.content, self.file.applied_at = Stage.DONE, None, self.now
        self.file.save(update_fields=["stage", "content", "applied_at"])
        by = User.objects.filter(pk=self.file.by_id).first()
        if self.file.unit.school is not None:
            elsewhere.tell(
                by=by, school=self.file.unit.school, people=rows.joined_as_pupils(self.file.pk), now=self.now
            )
        events.record("roster.applied", by=by, unit=self.file.unit, subject=self.file, detail=counts, now=self.now)
