"""What a superior asks by hand, and what superiors grant: through the ledger, felt by ladder, lists and home."""

from datetime import datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.actions import opening
from lianfang.health.models import Group
from lianfang.health.tests.classes import fill
from lianfang.health.tests.test_owed import report
from lianfang.notices.models import Delivery, Notice
from lianfang.obligations import rules, spec
from lianfang.obligations.actions import asking, chasing, exempting, extending, telling
from lianfang.obligations.actions.asking import Asked
from lianfang.obligations.models import Chase, Exemption
from lianfang.obligations.queries import granted, grants
from lianfang.orgs.models import Unit
from lianfang.people.actions import postings
from lianfang.people.models import Leave, Posting, User
from tests.cast import DAY, NOW, SINCE, Cast

FORM = "situation_2020"


@pytest.fixture
def classes(cast: Cast) -> Cast:
    """Two classes that have to be called; nobody has. It is nine."""
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    return cast


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock), NOW.tzinfo)


def ask(by: User, unit: Unit, now: datetime = NOW, only: Unit | None = None) -> Asked:
    return asking.ask(by=by, kind="class_roll", slot="morning", unit=unit, on=DAY, now=now, only=only)


def told() -> list[tuple[str, str, int]]:
    rows = Delivery.objects.filter(notice__kind__startswith="owed.asked").select_related("notice", "user")
    return sorted(
        (row.user.username, row.notice.kind.split(".")[1], row.notice.params["count"]) for row in rows if row.user
    )


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_tap_asks_whoever_has_to_act_at_every_silent_unit_below(classes: Cast) -> None:
    report(classes.class_one)
    assert ask(classes.city, classes.city_unit) == Asked(units=1)
    assert told() == [("teacher_two", "asked", 1)]
    row, notice = Chase.objects.get(), Notice.objects.get()
    assert (row.unit_id, row.by_id, row.told, row.notice_id) == (classes.class_two.pk, classes.city.pk, 1, notice.pk)
    assert (notice.unit, notice.by, notice.params["unit"]) == (classes.city_unit, classes.city, classes.city_unit.label)
    event = Event.objects.get(verb="obligation.asked")
    assert (event.unit_id, event.detail["kind"], event.detail["count"]) == (classes.city_unit.pk, "class_roll", 1)


def test_who_holds_several_silent_units_gets_one_message_with_their_number(classes: Cast) -> None:
    Posting.objects.create(
        user=classes.teacher, unit=classes.class_two, role="class_teacher", from_on=SINCE, confirmed_at=NOW
    )
    assert ask(classes.head, classes.school).units == 2
    assert told() == [("teacher", "asked", 2), ("teacher_two", "asked", 1)]


def test_nobody_is_asked_twice_within_ten_minutes_whoever_asks(classes: Cast) -> None:
    ask(classes.head, classes.school, only=classes.class_one)
    later = ask(classes.city, classes.city_unit, NOW + timedelta(minutes=3))
    assert later == Asked(1, 1, 0, NOW, classes.school.label)
    assert [who for who, _, _ in told()] == ["teacher", "teacher_two"]
    assert ask(classes.head, classes.school, NOW + timedelta(minutes=10), only=classes.class_one).units == 1


def test_stand_ins_are_asked_in_place_of_those_away_and_the_next_above_where_nobody_is(classes: Cast) -> None:
    Leave.objects.create(
        user=classes.teacher, unit=classes.class_one, from_on=DAY, to_on=DAY, reason="", stand_in=classes.doctor,
        agreed_at=NOW, agreed_by=classes.head, at=NOW,
    )  # fmt: skip
    posting = classes.teacher_two.postings.get()
    postings.dismiss(by=classes.admin, posting=posting, to_on=DAY - timedelta(days=1), now=NOW)
    assert ask(classes.head, classes.school).units == 2
    assert told() == [("counsellor", "asked_below", 1), ("doctor", "asked", 1)]
    Posting.objects.filter(unit__school=classes.school).update(to_on=DAY - timedelta(days=1))
    assert ask(classes.head, classes.school, NOW + timedelta(hours=1)) == Asked(nobody=2)
    assert set(Chase.objects.filter(at__gt=NOW).values_list("told", flat=True)) == {0}


def test_the_deputy_is_asked_where_whoever_holds_the_duty_is_away_without_a_stand_in(classes: Cast) -> None:
    Posting.objects.create(
        user=classes.logistics,
        unit=classes.class_one,
        role="class_teacher",
        deputy=True,
        from_on=SINCE,
        confirmed_at=NOW,
    )
    ask(classes.head, classes.school, only=classes.class_one)
    assert told() == [("teacher", "asked", 1)]
    Leave.objects.create(
        user=classes.teacher, unit=classes.class_one, from_on=DAY, to_on=DAY, reason="", agreed_at=NOW,
        agreed_by=classes.head, at=NOW,
    )  # fmt: skip
    ask(classes.head, classes.school, NOW + timedelta(hours=1), only=classes.class_one)
    assert told() == [("logistics", "asked", 1), ("teacher", "asked", 1)]


def test_the_ladder_stops_at_the_very_moment_something_is_done(classes: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reported after the silent were listed, and before anybody was told."""
    find = telling.find

    def and_report(*asked: Any) -> list[telling.Found]:
        found = find(*asked)
        report(classes.class_one)
        return found

    monkeypatch.setattr(telling, "find", and_report)
    chasing.run(now=at("08:15"))
    assert list(Chase.objects.values_list("unit_id", flat=True)) == [classes.class_two.pk]
    assert not Delivery.objects.filter(user=classes.teacher).exists()


def test_units_let_off_are_not_asked_and_nobody_to_ask_is_refused(classes: Cast) -> None:
    exempting.grant(
        by=classes.head, kind="class_roll", slot="", unit=classes.class_one, to_on=DAY, reason="全班外出实训", now=NOW
    )
    assert ask(classes.head, classes.school).units == 1
    report(classes.class_two)
    with pytest.raises(Refused):
        ask(classes.head, classes.school, NOW + timedelta(hours=1))


def test_nobody_is_asked_before_the_thing_can_be_done(classes: Cast) -> None:
    with pytest.raises(Refused) as refused:
        ask(classes.head, classes.school, at("05:30"))
    assert refused.value.problems[0].code == "obligations.not_open_yet"


def test_parts_and_gatherings_can_be_asked_and_sponsors_ask_their_schools(cast: Cast) -> None:
    def units(kind: str, slot: str, by: User, unit: Unit) -> set[int]:
        asking.ask(by=by, kind=kind, slot=slot, unit=unit, on=DAY, now=NOW)
        return set(Chase.objects.filter(kind=kind, by_id=by.pk).values_list("unit_id", flat=True))

    assert units("return_part", f"{FORM}.students", cast.head, cast.school) == {cast.student_affairs.pk}
    cities = units("return_gathered", FORM, cast.province, cast.province_unit)
    assert cast.city_unit.pk in cities
    assert cast.province_unit.pk not in cities, "nobody asks themselves"
    assert units("daily_return", FORM, cast.sponsor, cast.authority) == {cast.second.pk}


def test_groups_of_a_school_count_beside_its_classes(classes: Cast) -> None:
    for number in range(2):
        Group.objects.create(
            unit=classes.school, kind="dormitory", label=f"{number}号楼", building=f"{number}号楼", from_on=SINCE
        )
    source = granted.source(spec.kind("class_roll"))
    (row,) = source.silent("evening", DAY, at("23:00"))
    assert (row.unit_id, row.things) == (classes.school.pk, 2)
    exempting.grant(
        by=classes.city, kind="class_roll", slot="evening", unit=classes.school, to_on=DAY, reason="宿舍楼停电", now=NOW
    )
    stands = source.standing(Unit.objects.get(pk=classes.city_unit.pk), "evening", DAY, at("22:00"))[classes.school.pk]
    assert (stands.owing, stands.late, stands.let_off) == (0, 0, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_superiors_at_once_one_asks_and_the_other_is_told_who_did(cast: Cast) -> None:
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)
    start, found = Barrier(2), []

    def work(by: User, unit: Unit) -> None:
        start.wait()
        try:
            found.append((unit.label, ask(by, unit)))
        finally:
            connection.close()

    pairs = [(cast.head, cast.school), (cast.city, cast.city_unit)]
    workers = [Thread(target=work, args=pair) for pair in pairs]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    (first, asked), (_second, waited) = sorted(found, key=lambda one: -one[1].units)
    assert (asked, waited) == (Asked(2), Asked(0, 2, 0, NOW, first))
    assert len(told()) == 2


# ── later deadlines ───────────────────────────────────────────────────────────────────────────────────────────────────


def extend(cast: Cast, unit: Unit, until: str, reason: str = "上午停电", now: datetime = NOW) -> None:
    extending.extend(
        by=cast.city, kind="class_roll", slot="morning", unit=unit, due_at=at(until), reason=reason, now=now
    )


def test_the_ladder_counts_from_the_later_deadline(classes: Cast) -> None:
    extend(classes, classes.class_one, "10:00", now=at("08:00"))
    for clock in ("08:15", "08:35", "09:44"):
        chasing.run(now=at(clock))
    steps = Chase.objects.filter(kind="class_roll").values_list("unit_id", "step")
    assert set(steps) == {(classes.class_two.pk, "r00"), (classes.class_two.pk, "r01"), (classes.class_two.pk, "r04")}
    chasing.run(now=at("09:45"))
    assert Chase.objects.filter(unit_id=classes.class_one.pk).get().step == "r00"


def test_whoever_has_longer_is_missing_and_not_late(classes: Cast) -> None:
    source, school = granted.source(spec.kind("class_roll")), Unit.objects.get
    extend(classes, classes.class_one, "18:00")
    stands = source.standing(school(pk=classes.city_unit.pk), "morning", DAY, NOW)[classes.school.pk]
    assert (stands.owing, stands.missing, stands.late) == (2, 2, 1)
    assert source.in_time(school(pk=classes.city_unit.pk), "morning", DAY, NOW) == 1
    stands = source.standing(school(pk=classes.city_unit.pk), "morning", DAY, at("18:01"))[classes.school.pk]
    assert stands.late == 2
    assert {row.due_at for row in source.silent("morning", DAY, at("20:00"))} == {at("08:30"), at("18:00")}
    assert [slot.due_at for slot in source.slots(school(pk=classes.class_one.pk), DAY)] == [at("18:00")]


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        ("18:00", "x", "reason_missing"),
        ("08:59", "上午停电", "until_wrong"),
        ("09:00", "上午停电", "until_wrong"),
    ],
)
def test_a_later_deadline_lies_ahead_and_has_a_reason(classes: Cast, until: str, reason: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        extend(classes, classes.class_one, until, reason)
    assert refused.value.problems[0].code == f"obligations.{code}"


def test_a_second_extension_takes_the_place_of_the_first_and_ends_by_hand(classes: Cast) -> None:
    extend(classes, classes.class_one, "17:00")
    extend(classes, classes.class_one, "18:00")
    (row,) = grants.extended(Unit.objects.get(pk=classes.school.pk), "class_roll", "morning", DAY)
    assert row.due_at == at("18:00")
    extending.end(by=classes.city, extension=row, now=NOW)
    assert grants.extended(Unit.objects.get(pk=classes.school.pk), "class_roll", "morning", DAY) == []
    assert list(Event.objects.filter(verb__startswith="extension").order_by("pk").values_list("verb", flat=True)) == [
        "extension.granted", "extension.granted", "extension.ended",
    ]  # fmt: skip


# ── after midnight ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("since", "until", "hours"), [("21:30", "06:30", -2.5), ("12:00", "14:00", 0), ("00:00", "06:00", 0)]
)
def test_of_yesterday_is_taken_what_comes_after_midnight_or_waited_for_the_morning(
    since: str, until: str, hours: float
) -> None:
    midnight = at("00:00")
    assert rules.reaches_over(midnight, since, until) == midnight + timedelta(hours=hours)


def evening(cast: Cast) -> None:
    Group.objects.create(unit=cast.school, kind="dormitory", label="一号楼", building="一号楼", from_on=SINCE)


def chased() -> list[tuple[str, str]]:
    return sorted((f"{row.on}", row.step) for row in Chase.objects.filter(kind="class_roll", slot="evening"))


def test_a_step_that_falls_into_the_night_is_taken_once_in_the_morning_and_stands_under_its_day(classes: Cast) -> None:
    evening(classes)
    report(classes.class_one)
    report(classes.class_two)
    for minute in ("21:20", "22:30"):
        chasing.run(now=at(minute))
    assert chased() == [(f"{DAY}", "r00")], "before the deadline, and then the quiet hours begin"
    morning = at("06:30") + timedelta(days=1)
    for now in (morning, morning + timedelta(minutes=1), morning + timedelta(hours=1)):
        chasing.run(now=now)
    assert chased() == [(f"{DAY}", "r00"), (f"{DAY}", "r04")]
    chasing.run(now=morning + timedelta(days=1))
    assert len([step for step in chased() if step[0] == f"{DAY}"]) == 2, "nothing of the day before yesterday"


def test_a_step_after_a_deadline_that_was_moved_into_the_night_is_taken_in_the_morning(cast: Cast) -> None:
    extending.extend(
        by=cast.province,
        kind="daily_return",
        slot=FORM,
        unit=cast.school,
        due_at=at("23:50"),
        reason="系统切换",
        now=NOW,
    )
    chasing.run(now=at("06:30") + timedelta(days=1))
    steps = Chase.objects.filter(kind="daily_return", unit_id=cast.school.pk).values_list("on", "step")
    assert list(steps) == [(DAY, "r03")]


def test_a_clock_set_back_over_midnight_says_nothing_again(classes: Cast) -> None:
    evening(classes)
    chasing.run(now=at("06:30") + timedelta(days=1))
    before = Delivery.objects.count()
    chasing.run(now=at("21:20"))
    assert [step for step in chased() if step[0] == f"{DAY}"] == [(f"{DAY}", "r04")]
    assert Delivery.objects.filter(notice__kind__contains="class_roll").count() <= before + 2


def test_what_was_missed_by_day_is_not_made_good_after_midnight(classes: Cast) -> None:
    chasing.run(now=at("06:40") + timedelta(days=1))
    assert not Chase.objects.filter(slot="morning", on=DAY).exists()


def test_an_exemption_of_yesterday_still_holds_for_its_steps_after_midnight(classes: Cast) -> None:
    evening(classes)
    Exemption.objects.create(
        kind="class_roll",
        slot="evening",
        unit=classes.school,
        from_on=DAY,
        to_on=DAY,
        reason="停电",
        by=classes.city,
        at=NOW,
    )
    chasing.run(now=at("06:40") + timedelta(days=1))
    assert chased() == []
