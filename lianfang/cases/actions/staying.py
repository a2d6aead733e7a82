"""Who is kept apart where, from when to when. Each place is a row of its own; each decision on the last day is one."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.actions import apart, cases, cleaning, observing
from lianfang.cases.models import Bed, Case, Leaving, Stay, StayDecision, Where, Why
from lianfang.cases.queries import isolation as queries
from lianfang.cases.rules import isolation as rules
from lianfang.cases.rules import observing as rounds
from lianfang.cases.rules.course import Said
from lianfang.core import clock, events
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.obligations.actions import singles
from lianfang.orgs.models import Unit
from lianfang.people.actions import looking
from lianfang.people.models import Person, User

ENDS = "isolation_end"  # `obligations/catalog`
_PLACES = {Where.BED: "isolation", Where.HOME: "home", Where.HOSPITAL: "hospital"}


@transaction.atomic
def isolate(
    *,
    by: User,
    person: Person,
    unit: Unit,
    why: str,
    disease: str,
    counts_from: date,
    where: str,
    bed: Bed | None = None,
    words: str = "",
    zone_reason: str = "",
    case: Case | None = None,
    key: UUID,
    now: datetime,
) -> Stay:
    """Keep somebody apart from now on; the last day follows from the rules of the disease that hold for the school. The
    same ``key`` twice is one stay. Raises `Refused` for a bed that is taken, closed or being disinfected, for somebody
    who is kept apart already, for the wrong zone without a reason, and for days that cannot be."""
    found = Stay.objects.filter(key=key).first()
    if found is not None:
        return found
    school, on = unit.school or unit, clock.day_of(now)
    if flaw := rules.counts_flaw(counts_from, on):
        raise refuse(flaw, "counts_from")
    edition = queries.edition_of(school, disease, case, on)
    if edition is None:
        raise refuse("cases.disease_unknown", "disease")
    said = queries.legal(school, disease, edition, why, on)
    made = Stay(
        school=school, unit=unit, person=person, case=case, why=why, disease=disease, edition=edition.id,
        counts_from=counts_from, days=said.days if said else None, source=said.source if said else "",
        sure=said.sure if said else True, by=by, key=key,
    )  # fmt: skip
    made.until = rules.last_day(counts_from, made.days)
    _put(made, where, bed, words, zone_reason, now)
    _owe_end(made, by, now)
    _watch(made, by, now)
    _mark(made, now)
    events.record("stay.began", by=by, unit=unit, subject=made, now=now)
    return made


@transaction.atomic
def move(
    *, by: User, stay: Stay, where: str, bed: Bed | None = None, words: str = "", zone_reason: str = "", key: UUID,
    ending: str = Leaving.MOVED, now: datetime,
) -> Stay:  # fmt: skip
    """Another bed, home or a hospital: the next row, whose days go on. Raises `Refused` as `isolate`, and for the bed
    one lies in already."""
    found = Stay.objects.filter(key=key).first()
    if found is not None:
        return found
    row = _open(stay)
    if bed is not None and bed.pk == row.bed_id:
        raise refuse("cases.same_bed", "bed")
    decided = row.until
    _end(row, ending, "", by, now)
    made = Stay(
        school=row.school, unit=row.unit, person=row.person, case=row.case, after=row, why=row.why,
        disease=row.disease, edition=row.edition, counts_from=row.counts_from, days=row.days, source=row.source,
        sure=row.sure, until=decided, by=by, key=key,
    )  # fmt: skip
    _put(made, where, bed, words, zone_reason, now)
    _owe_end(made, by, now)
    _watch(made, by, now)
    _mark(made, now)
    events.record("stay.moved", by=by, unit=row.unit, subject=made, now=now)
    return made


@transaction.atomic
def decide(*, by: User, stay: Stay, until: date, basis: str, key: UUID, now: datetime) -> StayDecision:
    """Another last day than the one that holds, and why: nobody is kept beyond the rules without a decision of its own
    (《传染病防治法》第五十八条). Raises `Refused` without a reason, and for a day that has passed."""
    row = _open(stay)
    if again := StayDecision.objects.filter(key=key).first():
        return again
    if flaw := rules.until_flaw(until, clock.day_of(now)):
        raise refuse(flaw, "until")
    if not basis:
        raise refuse("cases.basis_missing", "basis")
    made = StayDecision.objects.create(stay=row, until=until, basis=basis, at=now, by=by, key=key)
    row.until = until
    row.save(update_fields=["until"])
    _owe_end(row, by, now)
    events.record("stay.decided", by=by, unit=row.unit, subject=row, now=now)
    return made


@transaction.atomic
def release(*, by: User, stay: Stay, ending: str, basis: str, now: datetime) -> Stay:
    """It is over. Before the last day has passed, where no last day is set, and for a mistake it needs a reason."""
    row = _open(stay)
    if ending not in (Leaving.RELEASED, Leaving.MISTAKE):
        raise refuse("cases.ending_unknown", "ending")
    if not basis and (ending == Leaving.MISTAKE or not rules.is_over(row.until, clock.day_of(now))):
        raise refuse("cases.release_early", "basis")
    _over(row, ending, basis, by, now)
    return row


@transaction.atomic
def case_closed(event: Event) -> None:
    """Handler of ``case.closed``: nobody is kept apart for a case that is over. One that was joined to another goes on
    in that one."""
    rows = Stay.objects.select_for_update(of=("self",)).select_related("school", "unit", "person", "case", "bed__place")
    for row in rows.filter(case=UUID(event.subject_id), case__closed_at__isnull=False, ended_at__isnull=True):
        if row.case is None or row.case.ended == "merged":
            continue
        _over(row, Leaving.RELEASED, "", queries.account(event.by_id) or row.by, event.at)


@transaction.atomic
def viewed(*, by: User, stay: Stay, now: datetime) -> None:
    if stay.person is not None:
        looking.viewed(by=by, person=stay.person, unit=stay.unit, now=now)


@transaction.atomic
def printed(*, by: User, stay: Stay, now: datetime) -> None:
    events.record("stay.printed", by=by, unit=stay.unit, subject=stay, now=now)


def _put(stay: Stay, where: str, bed: Bed | None, words: str, zone_reason: str, now: datetime) -> None:
    """The row itself, where there is room for it."""
    if (where == Where.BED) != (bed is not None):
        raise refuse("cases.bed_missing", "bed")
    if bed is not None:
        _check_bed(stay, bed, zone_reason)
    stay.where, stay.bed, stay.words, stay.zone_reason, stay.began_at = where, bed, words, zone_reason, now
    try:
        with transaction.atomic():
            stay.save(force_insert=True)
    except IntegrityError:  # somebody else was faster
        if stay.person_id and queries.running(stay.person_id):
            raise refuse("cases.isolated_already") from None
        raise refuse("cases.bed_taken", "bed") from None


def _check_bed(stay: Stay, bed: Bed, zone_reason: str) -> None:
    known = queries.with_state(bed.pk)
    if known.place.school_id != stay.school_id or known.closed_at or known.place.closed_at:
        raise refuse("cases.bed_closed", "bed")
    if stay.person_id and queries.running(stay.person_id):
        raise refuse("cases.isolated_already")
    state = queries.state(known)
    if state != queries.FREE:
        raise refuse("cases.bed_taken" if state == queries.TAKEN else "cases.bed_cleaned", "bed")
    if not zone_reason and not queries.fits(stay.why, known.place.zone):
        code = "cases.zone_arrival" if stay.why == Why.ARRIVAL else "cases.zone_risk_area"
        raise refuse(code, "zone_reason")


def _open(stay: Stay) -> Stay:
    rows = Stay.objects.select_for_update(of=("self",)).select_related("school", "unit", "person", "case", "bed__place")
    row = rows.get(pk=stay.pk)
    if row.ended_at is not None:
        raise refuse("cases.stay_over")
    return row


def _over(row: Stay, ending: str, basis: str, by: User, now: datetime) -> None:
    _end(row, ending, basis, by, now)
    if row.person is not None:
        observing.end(by=by, person=row.person, school=row.school, unit=row.unit, reason="isolation", now=now)
    _mark(row, now)
    events.record("stay.released", by=by, unit=row.unit, subject=row, now=now)


def _end(row: Stay, ending: str, basis: str, by: User, now: datetime) -> None:
    row.ended_at, row.ended_by, row.ending, row.ending_words = now, by, ending, basis or None
    row.save(update_fields=["ended_at", "ended_by", "ending", "ending_words"])
    singles.fulfil(key=_ends(row), by=by, now=now)
    if row.bed is not None and ending != Leaving.MISTAKE:
        cleaning.after_stay(by=by, stay=row, now=now)


def _mark(row: Stay, now: datetime) -> None:
    if row.person_id is not None:
        apart.marked(school_id=row.school_id, person=row.person_id, now=now)


def _ends(stay: Stay) -> str:
    return f"{ENDS} {stay.pk}"


def _owe_end(row: Stay, by: User, now: datetime) -> None:
    """The doctor owes a word on the morning after the last day."""
    if row.until is None:
        return
    due = rounds.release_by(row.until, now.astimezone(clock.ZONE))
    singles.owe(
        kind=ENDS, key=_ends(row), unit=row.school, due_at=due, by=by, now=now,
        url=reverse("cases:stay", args=[row.pk]),
    )  # fmt: skip
    singles.move(key=_ends(row), due_at=due, now=now)


def _watch(row: Stay, by: User, now: datetime) -> None:
    """Temperatures, by whoever is near; in a hospital they are the hospital's. A case says where the person is."""
    if row.person is None:
        return
    if row.where == Where.HOSPITAL:
        observing.end(by=by, person=row.person, school=row.school, unit=row.unit, reason="isolation", now=now)
    else:
        observing.begin(
            by=by, person=row.person, school=row.school, unit=row.school if row.bed else row.unit,
            reason="isolation", until=None, now=now,
        )  # fmt: skip
    if row.case is not None and row.case.closed_at is None:
        said = Said(on=clock.day_of(now), word=_PLACES[Where(row.where)])
        cases.say(by=by, case=row.case, kind="place", said=said, key=uuid7(), now=now)
