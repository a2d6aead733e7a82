"""Planning, who answers, checking in, handing over, swapping; on a real database."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from ical.calendar_stream import IcsCalendarStream

from lianfang.core.clock import ZONE
from lianfang.core.problems import Refused
from lianfang.duty import sheets
from lianfang.duty.actions import feeds, on_duty, planning, posts, swapping
from lianfang.duty.models import CheckIn, Feed, Pattern, Post, Shift
from lianfang.duty.queries import answering, feed, plan, roster, sheet, swaps
from lianfang.duty.queries.owed import SOURCE
from lianfang.orgs.models import Unit
from lianfang.people.actions import leave
from lianfang.people.models import User
from tests.browser import Clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 2, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def post(cast: Cast) -> Post:
    return posts.keep(
        by=cast.head, unit=cast.school, name="总值班室", place="办公楼一楼", phone="0731-8800 0110", answers=True,
        leader=cast.leader, now=cast.now,
    )  # fmt: skip


@pytest.fixture
def shift(cast: Cast, post: Post) -> Callable[..., Shift]:
    def make(user: User | None, start: datetime, hours: int = 12, leader: User | None = None) -> Shift:
        return Shift.objects.create(
            post=post, user=user, leader=leader, from_at=start, to_at=start + timedelta(hours=hours), at=cast.now
        )

    return make


def pattern(cast: Cast, post: Post, *groups: list[User], **other: Any) -> Pattern:
    usual: dict[str, Any] = {
        "hours": [("08:00", "20:00"), ("20:00", "08:00")], "weekdays": "1234567", "days_each": 0, "leaders": [],
        "from_on": date(2020, 2, 6),
    }  # fmt: skip
    ids = [[user.pk for user in group] for group in groups]
    return planning.draw_up(by=cast.head, post=post, groups=ids, now=cast.now, **{**usual, **other})


def away(cast: Cast, user: User, first: int, last: int) -> None:
    made = leave.report(
        by=user, unit=cast.school, kind="leave", from_on=date(2020, 2, first), to_on=date(2020, 2, last), where="",
        reason="家事", stand_in=None, now=cast.now,
    )  # fmt: skip
    leave.answer(by=cast.leader, leave=made, agreed=True, text="", now=cast.now)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


# ── planning ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pattern_published_twice_stands_once_and_leaves_swapped_shifts_alone(cast: Cast, post: Post) -> None:
    drawn = pattern(cast, post, [cast.clerk], [cast.doctor], [cast.registrar])
    days = {"since": date(2020, 2, 6), "until": date(2020, 2, 8)}
    assert planning.publish(by=cast.head, pattern=drawn, now=cast.now, **days) == 6
    first = Shift.objects.order_by("from_at").first()
    assert first is not None
    assert (first.user, first.from_at) == (cast.clerk, at(6, 8))
    planning.assign(by=cast.head, shift=first, user=cast.teacher, leader=None, now=cast.now)
    with pytest.raises(Refused) as refused:
        planning.publish(by=cast.head, pattern=drawn, now=cast.now, **days)
    assert code(refused) == "duty.nothing_new"
    assert Shift.objects.standing().get(from_at=at(6, 8)).user == cast.teacher
    assert Shift.objects.filter(from_at=at(6, 8)).count() == 2  # who was planned before stays on record


def test_the_preview_shows_leave_gaps_and_whoever_would_get_no_rest(cast: Cast, post: Post) -> None:
    away(cast, cast.clerk, 7, 7)
    drawn = pattern(cast, post, [cast.clerk], hours=[("08:00", "18:00"), ("18:00", "07:00")])
    found = plan.preview(drawn, date(2020, 2, 6), date(2020, 2, 8), cast.now)
    assert len(found.new) == 6
    assert len(found.vacant) == 2
    assert (at(7, 7), at(8, 8)) in found.gaps
    alone = plan.preview(pattern(cast, post, [cast.doctor]), date(2020, 2, 6), date(2020, 2, 8), cast.now)
    assert alone.long == [(cast.doctor, at(6, 8), at(9, 8))]
    assert not alone.gaps


def test_two_people_are_never_on_one_post_at_once(cast: Cast, shift: Callable[..., Shift]) -> None:
    shift(cast.clerk, at(6, 8))
    shift(cast.doctor, at(6, 20))  # one after the other is right
    with pytest.raises(IntegrityError, match="duty_one_on_a_post"), transaction.atomic():
        shift(cast.doctor, at(6, 19), hours=1)


def test_no_shift_is_longer_than_a_day(cast: Cast, shift: Callable[..., Shift]) -> None:
    shift(cast.clerk, at(6, 8), hours=24)
    with pytest.raises(IntegrityError, match="duty_shift_length"), transaction.atomic():
        shift(cast.clerk, at(8, 8), hours=25)


def test_a_unit_has_one_24_hour_post_with_a_number(cast: Cast, post: Post) -> None:
    said: dict[str, Any] = {"by": cast.head, "unit": cast.school, "place": "", "leader": None, "now": cast.now}
    for name, phone, answers, problem in (
        ("总值班室", "", False, "duty.post_name_taken"),
        ("门卫", "", True, "duty.phone_needed"),
        ("门卫", "电话", False, "duty.phone_wrong"),
        ("门卫", "0731-8800 0111", True, "duty.answers_taken"),
    ):
        with pytest.raises(Refused) as refused:
            posts.keep(name=name, phone=phone, answers=answers, **said)
        assert code(refused) == problem


# ── who answers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_number_passes_along_the_chain(cast: Cast, post: Post, shift: Callable[..., Shift]) -> None:
    def who(now: datetime) -> tuple[User, str]:
        called = answering([cast.school], now)[cast.school.pk].now
        assert called is not None
        return called.user, called.why

    assert who(at(6, 9)) == (cast.principal, "first")  # nobody on the roster
    row = shift(cast.clerk, at(6, 8))
    assert who(at(6, 8, 15)) == (cast.clerk, "on_duty")
    assert who(at(6, 8, 16)) == (cast.leader, "leader")  # missed: the post's leader, until somebody checks in
    on_duty.check_in(by=cast.clerk, shift=row, now=at(6, 8, 40))
    assert who(at(6, 8, 41)) == (cast.clerk, "on_duty")
    assert who(at(6, 20)) == (cast.principal, "first")
    for user in (cast.clerk, cast.leader, cast.principal, cast.head):
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert who(at(6, 9)) == (cast.city, "above")


def test_whoever_is_on_leave_does_not_answer_and_the_shift_shows_as_open(
    cast: Cast, post: Post, shift: Callable[..., Shift]
) -> None:
    row = shift(cast.clerk, at(6, 8))
    away(cast, cast.clerk, 6, 6)
    found = answering([cast.school], at(6, 8, 1))[cast.school.pk]
    assert found.now is not None
    assert found.now.user == cast.leader
    assert found.phone == "0731-8800 0110"
    (line,) = roster.lines(roster.shifts_of([post], at(6, 0), at(7, 0)), at(6, 7))
    assert (line.shift, line.state) == (row, "away")
    (silent,) = SOURCE.silent("0800", date(2020, 2, 6), at(6, 9))
    assert {user for _role, user in silent.named} == {cast.leader.pk}  # nobody rings whoever is on leave


def test_who_answers_at_many_units_costs_as_many_queries_as_at_one(cast: Cast, post: Post) -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        answering([cast.school], cast.now)
    units = list(Unit.objects.all())
    with CaptureQueriesContext(connection) as many:
        found = answering(units, cast.now)
    assert len(one) == len(many) == 5
    assert len(found) == len(units)
    assert all(found[unit.pk].chain for unit in units if unit.path.startswith(cast.province_unit.path))


# ── checking in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_checks_in_once_in_time_or_late_and_never_for_another(cast: Cast, shift: Callable[..., Shift]) -> None:
    row = shift(cast.clerk, at(6, 8))
    for by, now, problem in (
        (cast.clerk, at(6, 7, 29), "duty.too_early"),
        (cast.clerk, at(6, 20), "duty.shift_over"),
        (cast.clerk, at(7, 8), "duty.shift_over"),  # yesterday's
        (cast.doctor, at(6, 8), "duty.not_yours"),
    ):
        with pytest.raises(Refused) as refused:
            on_duty.check_in(by=by, shift=row, now=now)
        assert code(refused) == problem
    made = on_duty.check_in(by=cast.clerk, shift=row, now=at(6, 8, 30))
    assert on_duty.check_in(by=cast.clerk, shift=row, now=at(6, 7)).at == made.at  # a second tap, a clock set back
    assert CheckIn.objects.count() == 1
    (line,) = roster.lines([Shift.objects.get()], at(6, 9))
    assert line.state == "late"


def test_check_ins_are_owed_by_whoever_is_on_duty_and_the_leader_is_named(
    cast: Cast, post: Post, shift: Callable[..., Shift]
) -> None:
    row = shift(cast.clerk, at(6, 8))
    shift(None, at(6, 20))  # an open shift is a gap of the roster; nobody owes it
    on = date(2020, 2, 6)
    (slot,) = SOURCE.slots(cast.province_unit, on)
    assert (slot.code, slot.opens_at, slot.due_at) == ("0800", at(6, 7, 30), at(6, 8, 15))
    assert list(SOURCE.silent("0800", on, at(6, 8))) == []
    (silent,) = SOURCE.silent("0800", on, at(6, 8, 15), [cast.city_unit.path])
    assert silent.named == (("duty_holder", cast.clerk.pk), ("duty_leader", cast.leader.pk))
    assert list(SOURCE.silent("0800", on, at(6, 9), [cast.second_city.path])) == []
    Post.objects.update(leader=None)
    (silent,) = SOURCE.silent("0800", on, at(6, 9))
    assert dict(silent.named) == {"duty_holder": cast.clerk.pk, "duty_leader": cast.principal.pk}
    Post.objects.update(leader=cast.leader)
    stands = SOURCE.standing(cast.province_unit, "0800", on, at(6, 9))[cast.city_unit.pk]
    assert (stands.owing, stands.done, stands.late, stands.since) == (1, 0, 1, at(6, 8, 15))
    assert SOURCE.standing(cast.school, "0800", on, at(6, 9))[cast.school.pk].missing == 1
    assert [one.done_at for one in SOURCE.mine(cast.clerk, at(6, 7))] == [None]
    on_duty.check_in(by=cast.clerk, shift=row, now=at(6, 8))
    assert list(SOURCE.silent("0800", on, at(6, 9))) == []
    assert [one.done_at for one in SOURCE.mine(cast.clerk, at(6, 9))] == [at(6, 8)]
    assert SOURCE.standing(cast.province_unit, "9999", on, at(6, 9)) == {}


# ── handing over, swapping ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hand_over_is_taken_by_whoever_comes_next(cast: Cast, shift: Callable[..., Shift]) -> None:
    first, _second = shift(cast.clerk, at(6, 8)), shift(cast.doctor, at(6, 20))
    given = on_duty.hand_over(by=cast.clerk, shift=first, note="一切正常", still_open="3号楼门锁", now=at(6, 19, 50))
    assert list(roster.untaken(cast.doctor, at(6, 19))) == []
    assert list(roster.untaken(cast.doctor, at(6, 19, 55)))
    for by, problem in ((cast.clerk, "duty.handover_own"), (cast.teacher, "duty.not_yours")):
        with pytest.raises(Refused) as refused:
            on_duty.take(by=by, handover=given, now=at(6, 20))
        assert code(refused) == problem
    assert on_duty.take(by=cast.doctor, handover=given, now=at(6, 20)).taken_by == cast.doctor
    with pytest.raises(Refused) as refused:
        on_duty.hand_over(by=cast.clerk, shift=first, note="改", still_open="", now=at(6, 20, 5))
    assert code(refused) == "duty.handover_taken"


def test_a_swap_needs_the_colleague_and_then_the_leader(cast: Cast, shift: Callable[..., Shift]) -> None:
    mine, theirs = shift(cast.clerk, at(7, 8)), shift(cast.doctor, at(8, 8))
    asked = swapping.ask(by=cast.clerk, shift=mine, to=cast.doctor, against=theirs, reason="有课", now=cast.now)
    with pytest.raises(Refused) as refused:
        swapping.answer(by=cast.head, swap=asked, agreed=True, note="", now=cast.now)
    assert code(refused) == "duty.swap_not_yours"
    swapping.answer(by=cast.doctor, swap=asked, agreed=True, note="", now=cast.now)
    assert [one.pk for one in swaps.waiting_for(cast.leader, cast.now)] == [asked.pk]
    assert swaps.waiting_for(cast.clerk, cast.now) == []
    swapping.answer(by=cast.leader, swap=asked, agreed=True, note="", now=cast.now)
    standing = Shift.objects.standing().order_by("from_at")
    assert [(row.from_at, row.user) for row in standing] == [(at(7, 8), cast.doctor), (at(8, 8), cast.clerk)]
    with pytest.raises(Refused) as refused:
        swapping.answer(by=cast.head, swap=asked, agreed=False, note="", now=cast.now)
    assert code(refused) == "duty.swap_answered"


def test_nobody_swaps_with_whoever_is_away_has_gone_or_is_busy(cast: Cast, shift: Callable[..., Shift]) -> None:
    mine = shift(cast.clerk, at(7, 8))
    away(cast, cast.doctor, 7, 7)
    User.objects.filter(pk=cast.registrar.pk).update(is_active=False)
    other = posts.keep(
        by=cast.head, unit=cast.school, name="南门", place="", phone="", answers=False, leader=None, now=cast.now
    )
    Shift.objects.create(post=other, user=cast.teacher, from_at=at(7, 19), to_at=at(8, 7), at=cast.now)
    for to, problem in (
        (cast.doctor, "duty.on_leave"), (cast.registrar, "duty.not_here"), (cast.teacher, "duty.swap_busy"),
        (cast.clerk, "duty.swap_self"), (cast.clerk_second, "duty.not_here"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            swapping.ask(by=cast.clerk, shift=mine, to=to, against=None, reason="有课", now=cast.now)
        assert code(refused) == problem
    with pytest.raises(Refused) as refused:
        swapping.ask(by=cast.clerk, shift=mine, to=cast.head, against=None, reason="有课", now=at(7, 9))
    assert code(refused) == "duty.begun"


# ── spreadsheet ───────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = ["岗位", "日期", "开始", "结束", "值班人", "带班领导"]


def book(*rows: list[Any], merged: tuple[str, ...] = ()) -> bytes:
    found = openpyxl.Workbook()
    page = found.active
    assert page is not None
    for row in (["湘江技师学院值班表"], HEAD, *rows):
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def read(cast: Cast, content: bytes, name: str = "a.xlsx") -> sheet.Read:
    return sheet.read(content, name, cast.school, cast.day)


def test_a_sheet_with_joined_cells_and_every_kind_of_day_is_taken_over_once(cast: Cast, post: Post) -> None:
    content = book(
        ["总值班室", datetime(2020, 2, 6), "8:00", "20:00", "周敏", "刘建国"],
        [None, None, "20：00", "8点", "高 洁", None],
        ["总值班室", 43868, 1 / 3, 20 / 24, "林芳", None],
        ["总值班室", "2月29日", "20:00", "08:00", "周敏 clerk", None],
        merged=("A3:A4", "B3:B4"),
    )
    found = read(cast, content)
    assert found.wrong == []
    assert [(one.start, one.end, one.user) for one in found.entries] == [
        (at(6, 8), at(6, 20), cast.clerk), (at(6, 20), at(7, 8), cast.doctor), (at(7, 8), at(7, 20), cast.teacher),
        (at(29, 20), at(29, 20) + timedelta(hours=12), cast.clerk),
    ]  # fmt: skip
    done = planning.take_over(by=cast.head, unit=cast.school, entries=found.entries, now=cast.now)
    assert (len(done.new), len(done.changed), done.unchanged) == (4, 0, 0)
    again = planning.take_over(by=cast.head, unit=cast.school, entries=read(cast, content).entries, now=cast.now)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 4)
    other = book(["总值班室", "2020-02-06", "8:00", "20:00", "李婷", None])
    changed = planning.take_over(by=cast.head, unit=cast.school, entries=read(cast, other).entries, now=cast.now)
    assert len(changed.changed) == 1
    assert Shift.objects.standing().get(from_at=at(6, 8)).user == cast.students


def test_each_wrong_cell_is_named_and_nobody_is_guessed(cast: Cast, post: Post) -> None:
    User.objects.filter(pk=cast.teacher_two.pk).update(name="林芳")
    found = read(
        cast,
        book(
            ["总值班室", "2020-02-06", "8:00", "20:00", "林芳", None],
            ["总值班室", "2020-02-30", "8:00", "25:00", "周敏", None],
            ["北门", "2020-02-07", "8:00", "20:00", "孙丽", None],
            ["总值班室", "2020-02-08", "8:00", "20:00", "周敏", None],
            ["总值班室", "2020-02-08", "19:00", "20:00", "高洁", None],
        ),
    )
    assert [(each.row, each.column, each.problem.code) for each in found.wrong] == [
        (3, "值班人", "duty.name_several"), (4, "日期", "duty.cell_day"), (4, "结束", "duty.cell_time"),
        (5, "岗位", "duty.post_unknown"), (5, "值班人", "duty.name_unknown"), (7, "开始", "duty.twice_in_sheet"),
    ]  # fmt: skip
    assert "teacher_two" in found.wrong[0].problem.text


def test_a_sheet_changes_neither_what_has_begun_nor_what_it_crosses(
    cast: Cast, post: Post, shift: Callable[..., Shift]
) -> None:
    shift(cast.clerk, at(5, 8))
    shift(cast.clerk, at(6, 8))
    away(cast, cast.doctor, 7, 7)
    entries = read(
        cast,
        book(
            ["总值班室", "2020-02-05", "8:00", "20:00", "林芳", None],
            ["总值班室", "2020-02-06", "10:00", "22:00", "林芳", None],
            ["总值班室", "2020-02-07", "8:00", "20:00", "高洁", None],
        ),
    ).entries
    found = sheet.compare(entries, cast.now)
    assert [each.problem.code for each in found.wrong] == ["duty.begun", "duty.crosses", "duty.on_leave"]


def test_the_template_is_read_back_and_a_text_file_too(cast: Cast, post: Post) -> None:
    with pytest.raises(Refused) as refused:
        read(cast, sheets.template([post], cast.day))  # nobody is named yet
    assert code(refused) == "duty.sheet_blank"
    csv = "岗位,日期,开始,结束,值班人\n总值班室,2020-02-06,8:00,20:00,周敏\n".encode("gb18030")
    assert [one.user for one in read(cast, csv, "a.csv").entries] == [cast.clerk]
    with pytest.raises(Refused) as refused:
        read(cast, "姓名,电话\n周敏,1\n".encode(), "a.csv")
    assert code(refused) == "duty.sheet_headings"


# ── calendar ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_feed_is_read_by_another_program_and_names_nobody(
    cast: Cast, post: Post, shift: Callable[..., Shift], client: Client, clock: Clock
) -> None:
    shift(cast.clerk, at(29, 20), leader=cast.head)
    shift(cast.doctor, at(28, 20))
    token = feeds.open_feed(by=cast.clerk, now=cast.now)
    answer = client.get(reverse("duty:feed", args=[token]))
    text = answer.content.decode()
    (event,) = IcsCalendarStream.calendar_from_ics(text).events
    assert (event.start, event.end) == (at(29, 20), at(29, 20) + timedelta(hours=12))
    assert "TZID=Asia/Shanghai" in text
    assert event.location == "湘江技师 · 办公楼一楼"
    assert not any(user.name in text for user in cast.people.values())
    assert "8800" not in text
    feeds.open_feed(by=cast.clerk, now=cast.now)
    assert client.get(reverse("duty:feed", args=[token])).status_code == 404
    assert Feed.objects.filter(user=cast.clerk, revoked_at=None).count() == 1
    assert feed.feed(token) is None


def test_a_feed_of_a_closed_account_answers_nobody(cast: Cast) -> None:
    token = feeds.open_feed(by=cast.clerk, now=cast.now)
    assert feed.feed(token) is not None
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    assert feed.feed(token) is None
