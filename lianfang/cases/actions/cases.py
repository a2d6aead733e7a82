"""Cases: opened on a suspicion, followed by what is said of them, brought to their end.

Nothing is overwritten: every verb here adds a `CaseStep` with who, when and on what it rests, and what the case stands
at is made anew from all of them (`rules.course`).
"""

import hashlib
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from lianfang.cases.models import Case, CaseStep, Certificate, Emergency, Ended
from lianfang.cases.queries import cases as queries
from lianfang.cases.rules import course as rules
from lianfang.cases.rules.course import Course, Said
from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.notices.rules import files
from lianfang.notices.rules.questions import Wrong
from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import Person, User
from lianfang.policies import diseases
from lianfang.policies import queries as policies

_PROOFS = ("application/pdf", "image/png", "image/jpeg")


@transaction.atomic
def suspect(
    *,
    by: User | None,
    person: Person,
    school: Unit,
    unit: Unit,
    disease: str,
    origin: str,
    onset_on: date | None,
    basis: str,
    key: UUID,
    emergency: Emergency | None = None,
    now: datetime,
) -> Case:
    """Open a case. The same ``key`` twice is one case, and so is a second suspicion of the same disease while the first
    case runs. ``by`` None: a rule. Raises `Refused` for a disease without rules here and for days that cannot be."""
    found = Case.objects.filter(key=key).first() or queries.open_case(person.pk, disease)
    if found is not None:
        return found
    file = diseases.catalog().get(disease)
    edition = file and policies.rules_of(file, school, clock.day_of(now))
    if edition is None:
        raise refuse("cases.disease_unknown", "disease")
    if school.pk not in (unit.pk, unit.school_id):
        raise refuse("cases.unit_elsewhere", "unit")
    _refuse(rules.flaw(Course(), rules.OPENED, Said(on=onset_on), clock.day_of(now), now))
    made = Case(
        school=school, unit=unit, person=person, disease=disease, edition=edition.id, rules_on=clock.day_of(now),
        origin=origin, onset_on=onset_on, opened_at=now, by=by, emergency=emergency, key=key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # two doctors at one moment
        return Case.objects.get(person=person, disease=disease, closed_at__isnull=True)
    _add(made, rules.OPENED, Said(on=onset_on), basis, by=by, key=key, now=now)
    events.record("case.opened", by=by, unit=unit, subject=made, now=now)
    return made


@transaction.atomic
def say(*, by: User, case: Case, kind: str, said: Said, basis: str = "", key: UUID, now: datetime) -> CaseStep:
    """One thing more that is known, a doctor's agreement, or how it ended. Whoever is brought back before the rules
    allow it needs a basis. The same ``key`` twice is said once. Raises `Refused`."""
    row, before = _locked(case)
    if again := CaseStep.objects.filter(key=key).first():
        return again
    local = now.astimezone(clock.ZONE)
    _refuse(rules.flaw(before, kind, said, _opened_on(row), local))
    if kind == "returned" and not basis and not _may_return(row, said.on or local.date()):
        raise refuse("cases.return_too_early", "basis")
    made = _add(row, kind, said, basis, by=by, key=key, now=now)
    _keep(row)
    events.record(_verb(kind), by=by, unit=row.unit, subject=row, now=now)
    return made


@transaction.atomic
def correct(*, by: User, step: CaseStep, said: Said, basis: str, key: UUID, now: datetime) -> CaseStep:
    """Another step in the place of one, which stays readable. Raises `Refused` where the steps would contradict each
    other then, and where somebody else has corrected it already."""
    row, _before = _locked(step.case)
    if again := CaseStep.objects.filter(key=key).first():
        return again
    if step.kind in rules.ENDS or step.kind == rules.REOPENED:
        raise refuse("cases.end_uncorrected")
    if step.corrections.exists():
        raise refuse("cases.corrected_already")
    known = queries.steps(row.steps.order_by("number"))
    new = rules.Step(key, step.kind, said, now.astimezone(clock.ZONE), step.pk)
    _refuse(rules.corrected(known, new, _opened_on(row), now.astimezone(clock.ZONE)))
    made = _add(row, step.kind, said, basis, by=by, key=key, now=now, corrects=step)
    _keep(row)
    events.record("case.corrected", by=by, unit=row.unit, subject=row, now=now)
    return made


@transaction.atomic
def reopen(*, by: User, case: Case, basis: str, key: UUID, now: datetime) -> CaseStep:
    """A case that was closed goes on. Raises `Refused` for one that runs, or where another one runs meanwhile."""
    row, before = _locked(case)
    if again := CaseStep.objects.filter(key=key).first():
        return again
    _refuse(rules.flaw(before, rules.REOPENED, Said(), _opened_on(row), now))
    if not basis:
        raise refuse("cases.basis_missing", "basis")
    if row.person_id and queries.open_case(row.person_id, row.disease):
        raise refuse("cases.another_open")
    made = _add(row, rules.REOPENED, Said(), basis, by=by, key=key, now=now)
    _keep(row)
    events.record("case.reopened", by=by, unit=row.unit, subject=row, now=now)
    return made


@transaction.atomic
def prove(
    *, by: User, case: Case, level: str, on: date, name: str, content: bytes, basis: str = "", key: UUID, now: datetime
) -> CaseStep:  # fmt: skip
    """A certificate with its file. Raises `Refused` for what is no picture and no PDF, whatever it is called."""
    found = files.judge(name, content)
    if isinstance(found, Wrong):
        raise refuse("cases.proof_unfit", "file")
    if found.media not in _PROOFS:
        raise refuse("cases.proof_kind", "file")
    made = say(by=by, case=case, kind=rules.CERTIFICATE, said=Said(on=on, word=level), basis=basis, key=key, now=now)
    Certificate.objects.get_or_create(
        step=made,
        defaults={
            "media": found.media, "size": len(content), "digest": hashlib.sha256(content).digest(),
            "content": content, "at": now,
        },
    )  # fmt: skip
    return made


@transaction.atomic
def viewed(*, by: User, case: Case, now: datetime) -> None:
    """Reading a case is an event, as reading a person's file is."""
    if case.person is not None:
        looking.viewed(by=by, person=case.person, unit=case.unit, now=now)


@transaction.atomic
def proof_opened(*, by: User, case: Case, now: datetime) -> None:
    events.record("case.proof_opened", by=by, unit=case.unit, subject=case, now=now)


def _locked(case: Case) -> tuple[Case, Course]:
    row = Case.objects.select_for_update(of=("self",)).select_related("school", "unit").get(pk=case.pk)
    return row, rules.course(queries.steps(row.steps.order_by("number")))


def _opened_on(case: Case) -> date:
    return clock.day_of(case.opened_at)


def _may_return(case: Case, on: date) -> bool:
    return queries.judged([Case.objects.select_related("school").get(pk=case.pk)], on)[0].verdict.may(on)


def _refuse(flaw: rules.Flaw | None) -> None:
    if flaw is not None:
        raise refuse(flaw.code, flaw.cell)


def _add(
    case: Case, kind: str, said: Said, basis: str, *, by: User | None, key: UUID, now: datetime,
    corrects: CaseStep | None = None,
) -> CaseStep:  # fmt: skip
    return CaseStep.objects.create(
        case=case, number=case.steps.count() + 1, kind=kind, said=msgspec.to_builtins(said), basis=basis or None,
        corrects=corrects, at=now, by=by, key=key,
    )  # fmt: skip


def _keep(case: Case) -> None:
    """The columns that lists read, from everything that was said."""
    stands = rules.course(queries.steps(case.steps.order_by("number")))
    case.certainty, case.onset_on = stands.certainty, stands.onset_on
    case.ended, case.ended_on, case.closed_at = Ended(stands.ended) if stands.ended else "", None, None
    if stands.ended:
        case.ended_on, case.closed_at = stands.ended_on, stands.closed_at
    case.save(update_fields=["certainty", "onset_on", "ended", "ended_on", "closed_at"])


def _verb(kind: str) -> str:
    return "case.closed" if kind in rules.ENDS else "case.changed"
