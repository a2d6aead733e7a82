"""An absence from the finding to the return: opened by the roll, traced by people, closed by the roll."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from pytest_django.fixtures import DjangoAssertNumQueries

from lianfang.core import clock, events
from lianfang.core.actions import archiving, months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.actions import absences, rolls, tracing
from lianfang.health.models import Absence, Check, DayStatus, Stage, Step, Tally
from lianfang.health.queries import courses
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.status import Status
from lianfang.health.rules.tracing import NewStep
from lianfang.health.tests.classes import fill
from lianfang.notices.models import Delivery, Notice
from lianfang.obligations import spec
from lianfang.obligations.actions import climbing
from lianfang.obligations.models import Obligation, Outcome
from lianfang.obligations.queries.told import told as told_of
from lianfang.people.models import Enrolment, Person
from tests.cast import DAY, NOW, Cast

HANDLER = "lianfang.health.actions.absences.open_from_findings"
EARLY = NOW.replace(hour=8, minute=5)


class School:
    """One class, its rolls, and the worker."""

    def __init__(self, cast: Cast, clock_at: list[datetime]) -> None:
        self.cast, self.pupils = cast, fill(cast.class_one, 10)
        self.clock_at = clock_at
        self.handled: set[UUID] = set()
        self.last: dict[tuple[date, str], UUID] = {}

    def roll(
        self, at: datetime, *named: tuple[Person, str], round_code: str = "morning", correct: bool = False,
        works: bool = True,
    ) -> None:  # fmt: skip
        """The roll of class one at that moment, and everything the worker does then."""
        self.clock_at[0] = at
        key, on = uuid7(), at.date()
        said = sent.Roll(
            id=key, unit=self.cast.class_one.pk, round=round_code, on=on,
            after=self.last[on, round_code] if correct else None,
            exceptions=[sent.Named(person=one.pk, absent=absent) for one, absent in named],
        )  # fmt: skip
        seat = Seat(self.cast.school.pk, self.cast.class_one.pk)
        (outcome,) = rolls.take([RollIn(said, seat, on, Author(by_id=self.cast.teacher.pk), 10)], now=at)
        assert outcome.state == "taken"
        self.last[on, round_code] = key
        if works:
            self.work(at)

    def work(self, at: datetime) -> None:
        self.clock_at[0] = at
        for pk in Event.objects.filter(verb="finding.new").exclude(pk__in=self.handled).values_list("pk", flat=True):
            events.dispatch(pk, HANDLER)
            self.handled.add(pk)
        absences.follow_rolls(now=at)
        climbing.climb(spec.kind("absence"), now=at)

    def step(self, absence: Absence, kind: str, **told: object) -> Absence:
        now = self.clock_at[0] + timedelta(seconds=30)
        tracing.take_step(by=self.cast.teacher, absence=absence, step=NewStep(uuid7(), kind, **told), now=now)  # type: ignore[arg-type]
        self.work(now)
        return Absence.objects.get(pk=absence.pk)


@pytest.fixture
def school(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    at = [EARLY]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    monkeypatch.setattr(clock, "today", lambda: at[0].date())
    return School(cast, at)  # type: ignore[return-value]


def only() -> Absence:
    return Absence.objects.get()


def status(one: Person, on: date = DAY) -> Status:
    return Status(DayStatus.objects.get(on=on, person_id=one.pk).status)


def test_the_roll_opens_an_absence_and_names_nobody_in_the_event(school: School) -> None:
    ill, gone = school.pupils[:2]
    school.roll(EARLY, (ill, "ill"), (gone, "unknown"))
    found = {row.person_id: row for row in Absence.objects.all()}
    assert found[ill.pk].status == Status.ILL
    assert found[ill.pk].due_at == NOW.replace(hour=10, minute=0)
    assert found[gone.pk].due_at == NOW.replace(hour=9, minute=30)
    assert {row.unit_id for row in found.values()} == {school.cast.class_one.pk}
    (event,) = Event.objects.filter(verb="finding.new")
    assert event.detail == {"places": [[school.cast.school.pk, DAY.isoformat()]]}


def test_the_handler_may_run_twice_and_a_second_day_prolongs(school: School) -> None:
    ill = school.pupils[0]
    school.roll(EARLY, (ill, "ill"))
    school.handled.clear()
    school.work(EARLY)
    school.roll(EARLY + timedelta(days=1), (ill, "ill"))
    assert (only().from_on, only().last_on, only().closed_at) == (DAY, DAY + timedelta(days=1), None)


def test_the_first_of_many_events_does_the_work_of_those_that_wait(
    school: School, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ill, gone = school.pupils[:2]
    school.roll(EARLY, (ill, "ill"), works=False)
    school.roll(EARLY + timedelta(minutes=5), (ill, "ill"), (gone, "unknown"), round_code="noon", works=False)
    one, other = Event.objects.filter(verb="finding.new").order_by("at").values_list("pk", flat=True)
    events.dispatch(one, HANDLER)
    assert set(Absence.objects.values_list("person_id", flat=True)) == {ill.pk, gone.pk}
    with django_assert_num_queries(1):  # the event itself
        events.dispatch(other, HANDLER)
    Absence.objects.all().delete()
    events.dispatch(other, HANDLER)  # a job that is repeated looks again
    assert set(Absence.objects.values_list("person_id", flat=True)) == {ill.pk, gone.pk}


def test_whom_the_next_roll_does_not_name_is_back(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "ill"))
    school.roll(EARLY + timedelta(days=1))
    assert (only().stage, only().back_on, only().due_at) == (Stage.BACK, DAY + timedelta(days=1), None)


def test_a_report_that_comes_late_tells_of_the_days_before(school: School) -> None:
    one, days = school.pupils[0], [EARLY + timedelta(days=number) for number in range(3)]
    school.roll(days[2], (one, "ill"))
    school.roll(days[1])
    school.roll(days[0], (one, "ill"))
    school.work(days[2])
    found = Absence.objects.order_by("from_on").values_list("from_on", "last_on", "stage")
    assert list(found) == [(DAY, DAY, Stage.BACK), (days[2].date(), days[2].date(), Stage.OPEN)]
    assert not courses.changed([(school.cast.school.pk, day.date()) for day in days])


def test_no_roll_is_no_return(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "ill"))
    school.work(EARLY + timedelta(days=1))
    assert only().closed_at is None


def test_who_came_after_all_was_never_absent(school: School) -> None:
    late = school.pupils[0]
    school.roll(EARLY, (late, "unknown"))
    school.roll(EARLY + timedelta(hours=5), round_code="noon")
    assert only().stage == Stage.WITHDRAWN
    school.roll(EARLY + timedelta(days=1), (late, "ill"))
    assert Absence.objects.filter(closed_at__isnull=True).get().from_on == DAY + timedelta(days=1)


def test_a_roll_corrected_twice_ends_with_one_open_absence(school: School) -> None:
    one = school.pupils[0]
    school.roll(EARLY, (one, "ill"))
    school.roll(EARLY + timedelta(minutes=1), correct=True)
    school.roll(EARLY + timedelta(minutes=2), (one, "ill"), correct=True)
    assert sorted(Absence.objects.values_list("stage", flat=True)) == [Stage.OPEN, Stage.WITHDRAWN]


def test_leave_explains_it(school: School) -> None:
    one = school.pupils[0]
    school.roll(EARLY, (one, "unknown"))
    school.roll(EARLY + timedelta(minutes=30), (one, "leave"), correct=True)
    assert only().stage == Stage.EXPLAINED


def test_a_call_turns_unknown_into_ill_for_the_day_and_the_counts(school: School) -> None:
    one = school.pupils[0]
    school.roll(EARLY, (one, "unknown"))
    found = school.step(only(), "call", cause="cold", symptoms=("fever", "cough"), place="home")
    assert (found.stage, found.cause, found.place, found.status) == (Stage.CONTACTED, "cold", "home", Status.ILL)
    assert found.due_at == NOW.replace(hour=16, minute=0) + timedelta(days=2)
    assert status(one) is Status.ILL
    counts = Tally.objects.get(unit_id=school.cast.class_one.pk)
    assert (counts.ill, counts.unknown) == (1, 0)
    assert Check.objects.get(source=sent.Source.TRACING).by_id == school.cast.teacher.pk


def test_not_ill_after_all_closes_and_the_day_is_leave(school: School) -> None:
    one = school.pupils[0]
    school.roll(EARLY, (one, "unknown"))
    assert school.step(only(), "call", cause="not_ill").stage == Stage.EXPLAINED
    assert status(one) is Status.LEAVE
    school.roll(EARLY + timedelta(minutes=10), (one, "unknown"), (school.pupils[1], "ill"), correct=True)
    assert Absence.objects.filter(person=one).count() == 1


def test_the_same_step_twice_is_one_and_none_follows_the_end(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "ill"))
    step = NewStep(uuid7(), "return")
    for _ in range(2):
        tracing.take_step(by=school.cast.teacher, absence=only(), step=step, now=EARLY)
    assert Step.objects.count() == 1
    assert only().back_on == DAY
    with pytest.raises(Refused):
        school.step(only(), "call")


def test_after_a_long_closure_a_step_stands_though_another_process_has_archived_its_day(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.roll(EARLY, (school.pupils[0], "unknown"))
    later, name = EARLY + timedelta(days=100), connection.settings_dict["NAME"]
    seen = {(name, table._meta.db_table, DAY.replace(day=1)) for table in months.growth_tables()}
    monkeypatch.setattr(months, "_made", seen)
    assert list(archiving.archive(later.date() - timedelta(days=62), tmp_path, drop=False, now=later))
    school.clock_at[0] = later
    assert school.step(only(), "call", cause="cold", symptoms=("fever",)).stage == Stage.CONTACTED
    assert Step.objects.count() == 1
    assert not Check.objects.exists()


def test_days_that_have_not_come_are_refused(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "ill"))
    for field in ("onset_on", "seen_on"):
        with pytest.raises(Refused):
            school.step(only(), "call", **{field: DAY + timedelta(days=1)})
    assert not Step.objects.exists()


# ── tracing somebody is owed ──────────────────────────────────────────────────────────────────────────────────────────


def owes(absence: Absence) -> Obligation:
    return Obligation.objects.get(key=f"absence {absence.pk}")


def told() -> dict[str, set[str]]:
    rows = Delivery.objects.filter(notice__kind__endswith=".absence").values_list("notice__kind", "user__username")
    found: dict[str, set[str]] = {}
    for kind, who in rows:
        found.setdefault(kind.split(".")[1], set()).add(who)
    return found


def test_what_is_owed_follows_the_absence_from_the_finding_to_the_return(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "unknown"))
    owed = owes(only())
    assert (owed.unit_id, owed.due_at, owed.label) == (school.cast.class_one.pk, only().due_at, "")
    assert owed.url == f"/health/absences/{only().pk}/"
    school.step(only(), "call", cause="cold")
    assert owes(only()).due_at == only().due_at == NOW.replace(hour=16, minute=0) + timedelta(days=2)
    school.roll(EARLY + timedelta(days=1))
    assert (owes(only()).outcome, owes(only()).ended_by) == (Outcome.DONE, None)


def test_what_was_no_absence_was_never_owed_and_a_return_by_hand_says_by_whom(school: School) -> None:
    late, back = school.pupils[:2]
    school.roll(EARLY, (late, "unknown"), (back, "unknown"))
    of_late, of_back = (Absence.objects.get(person=one) for one in (late, back))
    school.step(of_back, "return")
    assert (owes(of_back).outcome, owes(of_back).ended_by) == (Outcome.DONE, school.cast.teacher)
    school.roll(EARLY + timedelta(hours=5), round_code="noon")
    assert owes(of_late).outcome == Outcome.WITHDRAWN


def test_it_climbs_to_the_next_duty_with_one_message_for_all(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "unknown"), (school.pupils[1], "unknown"))
    school.work(NOW.replace(hour=9, minute=29))
    assert told() == {}
    for minute in (30, 31, 32):
        school.work(NOW.replace(hour=9, minute=minute))
    assert told() == {"several": {"teacher"}}
    notice = Notice.objects.get()
    assert (notice.params["count"], notice.url) == (2, "/")
    school.work(NOW.replace(hour=10, minute=0))
    assert told()["past"] == {"doctor"}
    for minute in (30, 31):
        school.work(NOW.replace(hour=13, minute=minute))
    assert told()["past"] == {"doctor", "head", "principal"}
    assert Notice.objects.count() == 3
    assert not any(one.name in str(row.params) for one in school.pupils for row in Notice.objects.all())


def test_a_step_lets_it_climb_down_and_an_idle_one_up_again(school: School) -> None:
    school.roll(EARLY, (school.pupils[0], "unknown"))
    school.work(NOW.replace(hour=9, minute=30))
    assert owes(only()).rung == 1
    school.step(only(), "unreached")
    assert owes(only()).rung == 0
    assert owes(only()).due_at == NOW.replace(hour=11, minute=30, second=30)
    school.work(NOW.replace(hour=11, minute=31))
    assert Notice.objects.filter(kind="owed.several.absence").count() == 2
    found = told_of(owes(only()).key, school.cast.school.pk, DAY)
    assert [one.at.astimezone(clock.ZONE).hour for one in found] == [9, 11]
    assert {one.names for one in found} == {(school.cast.teacher.name,)}


def test_who_left_or_moved_is_tidied_at_night(school: School) -> None:
    left, moved = school.pupils[:2]
    school.roll(EARLY, (left, "ill"), (moved, "ill"))
    Enrolment.objects.filter(person=left).update(to_on=DAY - timedelta(days=1), ending="left")
    Enrolment.objects.filter(person=moved).update(unit=school.cast.class_two)
    assert absences.tidy(now=NOW) == 2
    assert Absence.objects.get(person=left).stage == Stage.LEFT
    assert Absence.objects.get(person=moved).unit == school.cast.class_two
    assert owes(Absence.objects.get(person=left)).outcome == Outcome.WITHDRAWN
    assert owes(Absence.objects.get(person=moved)).unit == school.cast.class_two
    assert absences.tidy(now=NOW) == 0
