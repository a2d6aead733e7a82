"""A ladder over the classes of the cast: who is told, when, and that nobody is told twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Barrier, Thread, current_thread

import pytest
from django.db import OperationalError, connection

from lianfang.health.actions import opening
from lianfang.health.queries.owed import Rolls
from lianfang.health.tests.classes import fill
from lianfang.health.tests.test_owed import report
from lianfang.notices.actions import many
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.rules.drafts import Draft
from lianfang.obligations import spec
from lianfang.obligations.actions import chasing, singles, telling
from lianfang.obligations.models import Chase, Exemption, Obligation
from lianfang.people.actions import postings
from lianfang.people.models import Leave
from lianfang.web.tests.test_today import new_class
from tests.cast import DAY, NOW, Cast

DUE = NOW.replace(hour=8, minute=30)


def at(clock: str) -> datetime:
    return datetime.combine(DAY, datetime.strptime(clock, "%H:%M").time(), NOW.tzinfo)


@pytest.fixture
def classes(cast: Cast) -> None:
    """Two classes that have to be called; nobody has."""
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)


def told(kind: str) -> dict[str, set[str]]:
    """Words of the notice → user names they were delivered to."""
    found: dict[str, set[str]] = {}
    for row in Delivery.objects.filter(notice__kind__endswith=f".{kind}").select_related("notice", "user"):
        assert row.user is not None
        found.setdefault(row.notice.kind.split(".")[1], set()).add(row.user.username)
    return found


def steps() -> list[tuple[int, str]]:
    return sorted(Chase.objects.filter(kind="class_roll").values_list("unit_id", "step"))


@pytest.mark.usefixtures("classes")
def test_before_the_first_step_nobody_is_told(cast: Cast) -> None:
    chasing.run(now=at("08:14"))
    assert steps() == []


@pytest.mark.usefixtures("classes")
def test_each_class_teacher_is_reminded_once_before_the_deadline(cast: Cast) -> None:
    chasing.run(now=at("08:15"))
    chasing.run(now=at("08:16"))
    assert steps() == sorted([(cast.class_one.pk, "r00"), (cast.class_two.pk, "r00")])
    assert told("class_roll") == {"soon": {"teacher", "teacher_two"}}
    assert Notice.objects.filter(kind="owed.soon.class_roll").count() == 1


@pytest.mark.usefixtures("classes")
def test_after_the_deadline_the_school_gets_one_message_with_a_number(cast: Cast) -> None:
    chasing.run(now=at("08:45"))
    assert told("class_roll") == {"below": {"clerk", "doctor"}}
    (notice,) = Notice.objects.filter(kind="owed.below.class_roll")
    assert (notice.unit, notice.params["count"]) == (cast.school, 2)
    assert f"/{cast.school.pk}/class_roll/morning/{DAY}/" in notice.url


@pytest.mark.usefixtures("classes")
def test_after_a_standstill_only_the_last_step_is_taken(cast: Cast) -> None:
    chasing.run(now=at("09:31"))
    assert {step for _, step in steps()} == {"r04"}
    assert told("class_roll") == {"below": {"city"}}


@pytest.mark.usefixtures("classes")
def test_a_clock_that_was_set_back_says_nothing_again(cast: Cast) -> None:
    chasing.run(now=at("08:46"))
    before = Delivery.objects.count()
    chasing.run(now=at("08:36"))
    assert Delivery.objects.count() == before


@pytest.mark.usefixtures("classes")
def test_a_class_without_a_teacher_goes_to_whoever_is_next_above(cast: Cast) -> None:
    posting = cast.teacher.postings.get(unit=cast.class_one)
    postings.dismiss(by=cast.admin, posting=posting, to_on=DAY - timedelta(days=1), now=NOW)
    chasing.run(now=at("08:15"))
    assert told("class_roll") == {"soon": {"teacher_two"}, "below": {"counsellor"}}


@pytest.mark.usefixtures("classes")
def test_an_exemption_from_above_silences_the_ladder(cast: Cast) -> None:
    Exemption.objects.create(
        kind="class_roll", unit=cast.school, from_on=DAY, to_on=DAY, reason="停电", by=cast.city, at=NOW
    )
    assert chasing.run(now=at("08:46")) == 0


@pytest.mark.usefixtures("classes")
def test_nobody_is_chased_at_night(cast: Cast) -> None:
    chasing.run(now=at("21:30"))
    assert not Chase.objects.exists()


def test_what_is_owed_once_climbs_by_the_hour_and_stops_when_it_is_done(cast: Cast) -> None:
    owed = {"kind": "decision", "unit": cast.logistics_unit, "user": cast.logistics, "by": None, "now": NOW}
    singles.owe(key="one", due_at=at("10:00"), **owed)  # type: ignore[arg-type]
    singles.owe(key="two", due_at=at("10:00"), **owed)  # type: ignore[arg-type]
    for clock in ("08:59", "09:00", "09:01", "10:00"):
        chasing.run(now=at(clock))
    assert told("decision") == {"soon": {"logistics"}, "late": {"logistics"}}
    singles.fulfil(key="one", by=cast.logistics, now=at("10:30"))
    chasing.run(now=at("12:01"))
    assert told("decision")["past"] == {"head", "leader", "principal"}
    row = Obligation.objects.get(key="two")
    assert row.rung == 3
    last = Chase.objects.filter(step__startswith="r02")
    assert [(chase.slot, chase.told) for chase in last] == [(str(row.pk), 3)]


def test_what_is_owed_by_somebody_who_is_away_is_said_to_their_stand_in(cast: Cast) -> None:
    Leave.objects.create(
        user=cast.logistics, unit=cast.logistics_unit, kind="sick", from_on=DAY, to_on=DAY, reason="病假", at=NOW,
        stand_in=cast.students, agreed_by=cast.head, agreed_at=NOW,
    )  # fmt: skip
    singles.owe(
        kind="decision", key="one", unit=cast.logistics_unit, user=cast.logistics, due_at=at("10:00"), by=None, now=NOW
    )
    chasing.run(now=at("10:00"))
    assert told("decision") == {"late": {"students"}}


def test_a_source_that_fails_keeps_no_other_kind_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: object) -> list[object]:
        raise ValueError("no such round")

    monkeypatch.setattr(Rolls, "slots", broken)
    singles.owe(
        kind="decision", key="one", unit=cast.logistics_unit, user=cast.logistics, due_at=at("10:00"), by=None, now=NOW
    )
    chasing.run(now=at("10:00"))
    assert told("decision") == {"late": {"logistics"}}


def test_a_new_deadline_begins_the_ladder_anew(cast: Cast) -> None:
    singles.owe(
        kind="decision", key="one", unit=cast.logistics_unit, user=cast.logistics, due_at=at("10:00"), by=None, now=NOW
    )
    chasing.run(now=at("10:00"))
    singles.move(key="one", due_at=at("15:00"), now=at("10:01"))
    chasing.run(now=at("13:00"))
    assert Obligation.objects.get().rung == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_say_it_once(cast: Cast) -> None:
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    start = Barrier(2)

    def work() -> None:
        start.wait()
        try:
            chasing.run(now=at("08:15"))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(steps()) == 2
    assert Delivery.objects.filter(notice__kind="owed.soon.class_roll").count() == 2


@pytest.mark.django_db(transaction=True)
def test_steps_are_carried_out_in_blocks_beside_each_other_and_each_teacher_is_told_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BLOCK", 1)
    both, beside = Barrier(2), []
    post = telling.post

    def meet(step: telling.Step, drafts: Iterable[Draft]) -> None:
        both.wait(timeout=10)  # neither goes on before the other block is here, in a transaction of its own
        beside.append(current_thread().name)
        post(step, drafts)

    monkeypatch.setattr(telling, "post", meet)
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    assert chasing.run(now=at("08:15")) == 2
    assert len(set(beside)) == 2
    assert len(steps()) == 2
    assert Delivery.objects.filter(notice__kind="owed.soon.class_roll").count() == 2


# ── a whole morning ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_a_morning_with_half_the_classes_silent_each_is_chased_as_the_ladder_says_and_nobody_else(
    cast: Cast,
) -> None:
    """The ledger beside a plain reckoning: for every class, which steps came before it reported."""
    classes = [cast.class_one, cast.class_two, *(new_class(cast, number) for number in range(6))]
    for one in classes[:2]:
        fill(one, 3)
    opening.open_day(DAY)
    reported = {one.pk: at(clock) for one, clock in zip(classes, ("08:00", "08:20", "08:40", "09:10"), strict=False)}
    minutes = [at("07:50") + timedelta(minutes=number) for number in range(0, 120, 5)]
    for now in minutes:
        for one in classes:
            if reported.get(one.pk) == now:
                report(one)
        chasing.run(now=now)
    ladder = spec.kind("class_roll").ladder
    expected = {
        (one.pk, f"r{number:02d}")
        for one in classes
        for number, rung in enumerate(ladder)
        if DUE + timedelta(minutes=rung.minutes) < reported.get(one.pk, minutes[-1] + timedelta(minutes=1))
    }
    assert set(steps()) == expected
    assert {user for users in told("class_roll").values() for user in users} <= {
        "teacher", "teacher_two", "counsellor", "clerk", "doctor", "head", "city",
    }  # fmt: skip
    assert not Delivery.objects.filter(
        notice__kind__startswith="owed.", user=cast.teacher
    ).exists()  # reported at 08:00
    counts = Notice.objects.filter(kind="owed.below.class_roll", unit=cast.school).order_by("at")
    assert [notice.params["count"] for notice in counts if notice.at == at("08:45")] == [5]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_between_ledger_and_messages_leaves_neither_and_the_next_says_it_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cast.class_one, 3)
    opening.open_day(DAY)
    whole = many.post_many

    def killed(**_told: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(many, "post_many", killed)
    with pytest.raises(OperationalError):
        chasing.run(now=at("08:15"))
    connection.close()
    assert not Chase.objects.exists()
    monkeypatch.setattr(many, "post_many", whole)
    chasing.run(now=at("08:16"))
    assert (len(steps()), Delivery.objects.filter(notice__kind="owed.soon.class_roll").count()) == (1, 1)
