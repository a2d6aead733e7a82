"""Emergencies: reported, told, confirmed, followed to their end.

Nobody's leave is asked: whoever reports tells everybody by rule in the same transaction, the principal among them,
and no action here takes a report, a recipient or a statement away again (《传染病防治法》第五十条).
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.models import Emergency, How, Outcome, Recipient, Statement, StatementKind
from lianfang.cases.queries import emergencies as queries
from lianfang.cases.queries import recipients
from lianfang.cases.queries.recipients import Planned
from lianfang.cases.rules import emergencies as rules
from lianfang.cases.rules.emergencies import Facts
from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.health.rules import symptoms as catalogue
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User

_LONGEST, _MOST = 1000, 30000
TELL = "emergency_tell"


@transaction.atomic
def report(
    *,
    by: User,
    key: UUID,
    school: Unit,
    unit: Unit,
    kind: str,
    discovered_at: datetime,
    facts: Facts,
    person: Person | None = None,
    proved: bool = True,
    now: datetime,
) -> Emergency:
    """Start the clocks and tell everybody. The same ``key`` twice is one report. ``proved`` False: a second factor was
    wanted of whoever reports, and not shown. Raises `Refused` for a place of another school and for moments that cannot
    be."""
    found = Emergency.objects.filter(key=key).first()
    if found is not None:
        return found
    _check(school, unit, discovered_at, facts, now)
    made = Emergency(
        school=school, unit=unit, kind=kind, person=person, discovered_at=discovered_at, reported_at=now, by=by,
        key=key, proved=proved,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same page sent twice at one moment
        return Emergency.objects.get(key=key)
    _state(made, StatementKind.FIRST, facts, by=by, key=key, now=now)
    detail = {"kind": kind, "discovered_at": discovered_at.isoformat(timespec="seconds")}
    detail |= {} if proved else {"method": "password"}
    events.record("emergency.reported", by=by, unit=unit, subject=made, detail=detail, now=now)
    planned = recipients.plan(school, kind, clock.day_of(now))
    _tell(made, planned, by, now)
    _post(made, "reported", (user for one in planned for user in one.users), by, now)
    return made


def _check(school: Unit, unit: Unit, discovered_at: datetime, facts: Facts, now: datetime) -> None:
    if school.pk not in (unit.pk, unit.school_id):
        raise refuse("cases.unit_elsewhere", "unit")
    if discovered_at > now:
        raise refuse("cases.discovered_ahead", "discovered_at")
    if now - discovered_at > rules.LONGEST_AGO:
        raise refuse("cases.discovered_long_ago", "discovered_at")
    _check_since(facts, now)


def _check_since(facts: Facts, now: datetime) -> None:
    if facts.since and facts.since > now:
        raise refuse("cases.since_ahead", "since")


def _tell(emergency: Emergency, planned: Iterable[Planned], by: User, now: datetime) -> None:
    """One row a recipient, and what each of them owes now: to confirm, or a call."""
    page = reverse("cases:emergency", args=[emergency.pk])
    due = rules.due(emergency.kind, emergency.discovered_at)
    for position, one in enumerate(planned):
        outside = one.part.at == "outside"
        row = Recipient(emergency=emergency, part=one.part.id, unit=one.unit, position=position, gap=one.gap)
        if one.users:
            row.told_at, row.how = now, How.APP
        if by.pk in one.users:  # whoever reports it knows
            row.acknowledged_at, row.acknowledged_by = now, by
        row.save(force_insert=True)
        if not one.gap and row.acknowledged_at is None:
            singles.owe(
                kind=TELL if outside else one.part.kind, key=_key(row), unit=one.unit or emergency.school,
                due_at=due.target if outside else rules.answer_by(emergency.discovered_at, now), by=by, now=now,
                url=page,
            )  # fmt: skip


def _key(row: Recipient) -> str:
    return f"emergency:{row.pk}"


def _post(emergency: Emergency, what: str, to: Iterable[int], by: User, now: datetime, at: str = "") -> None:
    notices.post(
        by=by, unit=emergency.school, to=set(to) - {by.pk}, key=f"emergency:{emergency.pk}:{what}:{at}", now=now,
        channels=("app", "sms"), urgent=True,
        kind=f"emergency.{what}", params={"school": emergency.school.label},
        url=reverse("cases:emergency", args=[emergency.pk]),
    )  # fmt: skip


@transaction.atomic
def acknowledge(*, by: User, emergency: Emergency, now: datetime) -> int:
    """It has reached the person: for every duty they (or those they stand in for) were told by. To how many of the
    recipients that applied; 0 where somebody of the same duty was faster. Raises `Refused` for who was never told."""
    rows = recipients.answerable(by, emergency)
    if not rows and not recipients.was_told(by, emergency):
        raise refuse("cases.not_a_recipient")
    done = 0
    for row in rows:
        unanswered = Recipient.objects.filter(pk=row.pk, acknowledged_at__isnull=True)
        if unanswered.update(acknowledged_at=now, acknowledged_by=by):
            singles.fulfil(key=_key(row), by=by, now=now)
            detail = {"emergency": str(emergency.pk)}
            events.record("emergency.acknowledged", by=by, unit=row.unit, subject=row, detail=detail, now=now)
            done += 1
    return done


@transaction.atomic
def tell_outside(*, by: User, recipient: Recipient, how: str, whom: str, at: datetime, now: datetime) -> Recipient:
    """Note a call to an outside body: ``whom`` took it, ``at`` that moment. Raises `Refused` for a call that is noted
    already, that cannot have been then, and without who took it."""
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("emergency__school")
    row = rows.get(pk=recipient.pk)
    if rules.part(row.part).at != "outside":
        raise refuse("cases.told_outside_only")
    if row.told_at is not None:
        raise refuse("cases.told_already")
    if not row.emergency.discovered_at.replace(second=0, microsecond=0) <= at <= now:  # typed to the minute
        raise refuse("cases.told_before", "at")
    who = " ".join(whom.split())[:60]
    if not who:
        raise refuse("cases.whom_missing", "whom")
    row.told_at, row.how, row.told_by, row.whom, row.acknowledged_at = at, how, by, who, at
    row.save(update_fields=["told_at", "how", "told_by", "whom", "acknowledged_at"])
    singles.fulfil(key=_key(row), by=by, now=now)
    detail = {"emergency": str(row.emergency_id), "how": how}
    events.record("emergency.told", by=by, unit=row.emergency.school, subject=row, detail=detail, now=now)
    return row


@transaction.atomic
def add(*, by: User, emergency: Emergency, facts: Facts, outcome: str = "", key: UUID, now: datetime) -> Statement:
    """A progress report; with an ``outcome`` the final one. What recipients still owe stays owed: a final report
    ends the event, not the duty to have told. Raises `Refused` once it is over, and for a progress report that says
    nothing."""
    row = _locked(emergency)
    found = Statement.objects.filter(key=key, emergency=row).first()
    if found is not None:
        return found
    if row.ended_at is not None:
        raise refuse("cases.over")
    if not outcome and facts.is_empty:
        raise refuse("cases.says_nothing", "words")
    _check_since(facts, now)
    kind = StatementKind.FINAL if outcome else StatementKind.PROGRESS
    made = _state(row, kind, facts, outcome=outcome, by=by, key=key, now=now)
    verb = "emergency.finished" if outcome else "emergency.progress"
    if outcome:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    detail = {"outcome": outcome} if outcome else {}
    events.record(verb, by=by, unit=row.unit, subject=row, detail=detail, now=now)
    _post_news(row, made, by, now)
    return made


@transaction.atomic
def correct(*, by: User, statement: Statement, facts: Facts, outcome: str = "", key: UUID, now: datetime) -> Statement:
    """Say a statement better; the one before stays readable. Raises `Refused` where somebody has corrected it
    meanwhile, and for a final one without how it ended."""
    row = _locked(statement.emergency)
    found = Statement.objects.filter(key=key, emergency=row).first()
    if found is not None:
        return found
    if Statement.objects.filter(corrects=statement).exists():
        raise refuse("cases.corrected_already")
    if statement.kind == StatementKind.FINAL and outcome not in Outcome.values:
        raise refuse("cases.outcome_missing", "outcome")
    _check_since(facts, now)
    ending = outcome if statement.kind == StatementKind.FINAL else ""
    made = _state(row, statement.kind, facts, outcome=ending, corrects=statement, by=by, key=key, now=now)
    detail = {"kind": statement.kind, "number": made.number, "corrects": statement.number}
    events.record("emergency.corrected", by=by, unit=row.unit, subject=row, detail=detail, now=now)
    _post_news(row, made, by, now)
    return made


@transaction.atomic
def join(*, by: User, emergency: Emergency, to: Emergency, now: datetime) -> Emergency:
    """Two reported the same thing: the later one goes on as an addition to the earlier. Both stay, and so does who was
    told of each; only what was owed twice is owed once. Raises `Refused` unless both run, alike."""
    row, other = _locked(emergency), _locked(to)
    if row.joins_id == other.pk:
        return row
    same = queries.alike(row)
    if row.pk == other.pk or same is None or same.pk != other.pk or row.joined.exists():
        raise refuse("cases.not_alike")
    row.joins, row.ended_at = other, now
    row.save(update_fields=["joins", "ended_at"])
    for one in row.recipients.filter(acknowledged_at__isnull=True, gap=False):
        if other.recipients.filter(part=one.part, unit=one.unit_id, gap=False).exists():
            singles.withdraw(key=_key(one), by=by, reason="joined", now=now)
    detail = {"joins": str(other.pk)}
    events.record("emergency.joined", by=by, unit=row.unit, subject=row, detail=detail, now=now)
    _post(other, "more", recipients.holders(other, clock.day_of(now)), by, now, at=f"j{row.pk.hex[-12:]}")
    return row


@transaction.atomic
def viewed(*, by: User, emergency: Emergency, now: datetime) -> None:
    """The page named the person it is about."""
    detail = {"emergency": str(emergency.pk)}
    events.record("person.viewed", by=by, unit=emergency.unit, subject=emergency.person, detail=detail, now=now)


def _locked(emergency: Emergency) -> Emergency:
    return Emergency.objects.select_for_update(of=("self",)).select_related("school", "unit").get(pk=emergency.pk)


def _state(
    emergency: Emergency,
    kind: str,
    facts: Facts,
    *,
    by: User,
    key: UUID,
    now: datetime,
    outcome: str = "",
    corrects: Statement | None = None,
) -> Statement:
    name = emergency.person.name if emergency.person else ""
    told = asdict(facts) | {
        "symptoms": catalogue.packed(facts.symptoms),
        "count": min(facts.count, _MOST) if facts.count is not None else None,
        "place": rules.without(facts.place, name)[:120],
        "words": rules.without(facts.words, name)[:_LONGEST],
    }
    return Statement.objects.create(
        emergency=emergency, number=emergency.statements.count() + 1, kind=kind, outcome=outcome, corrects=corrects,
        at=now, by=by, key=key, **told,
    )  # fmt: skip


def _post_news(emergency: Emergency, statement: Statement, by: User, now: datetime) -> None:
    what = "over" if statement.kind == StatementKind.FINAL else "more"
    _post(emergency, what, recipients.holders(emergency, clock.day_of(now)), by, now, at=str(statement.number))
