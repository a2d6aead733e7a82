"""Live sums, both reporting lines, freezing by signature, revisions after it, boards to the second."""

from datetime import timedelta

import pytest

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices.models import Delivery
from lianfang.obligations.actions import asking, exempting, extending
from lianfang.obligations.models import Chase
from lianfang.orgs.models import Unit
from lianfang.policies.actions import override
from lianfang.returns.actions import telling
from lianfang.returns.models import Return, Source, Version
from lianfang.returns.queries import board, chain, filing, rollup
from lianfang.returns.tests.conftest import CASE, ZERO


@pytest.fixture
def all_signed(cast, submit, sign_all):
    """First school: one suspected student; second: one confirmed, one 待核实; third: zero. Returns the versions."""
    second = {**CASE, "confirmed.staff": 1, "suspected.students": 0, "isolated_home.students": "?"}
    versions = {
        "school": submit(CASE),
        "second": submit(second, by=cast.clerk_second, unit=cast.second),
        "third": submit(ZERO, by=cast.clerk_third, unit=cast.third),
    }
    sign_all(versions["school"])
    sign_all(versions["second"], leader=cast.leader_second, head=cast.head_second)
    sign_all(versions["third"], head=cast.head_third)
    return versions


def test_a_total_is_the_sum_of_signed_versions_only(cast, form, submit, sign_all):
    version = submit(CASE)
    assert rollup.sums(form, cast.province_unit, cast.day).values == {}
    sign_all(version)
    assert rollup.sums(form, cast.province_unit, cast.day).values == {"suspected.students": 1}


def test_each_superior_sees_its_own_schools_once(cast, form, all_signed):
    def suspected(unit):
        return rollup.sums(form, unit, cast.day).values.get("suspected.students", 0)

    def confirmed(unit):
        return rollup.sums(form, unit, cast.day).values.get("confirmed.staff", 0)

    units = (
        cast.city_unit,
        cast.second_city,
        cast.county_unit,
        cast.province_unit,
        cast.authority,
        cast.nation_company,
        cast.nation,
    )
    assert [suspected(unit) for unit in units] == [1, 0, 0, 1, 0, 0, 1]
    assert [confirmed(unit) for unit in units] == [0, 1, 0, 1, 1, 1, 1], "reached by three lines, counted once in each"


def test_to_be_verified_is_counted_beside_the_sum_not_in_it(cast, form, all_signed):
    sums = rollup.sums(form, cast.province_unit, cast.day)
    assert sums.as_cells(form)["isolated_home.students"] == [0, 1]


def test_gathering_freezes_the_sums_and_names_every_version_it_used(cast, form, all_signed, gather):
    version = gather(cast.province, cast.province_unit)
    assert version.made == "gathered"
    assert version.cells["suspected.students"] == [1, 0]
    assert set(Source.objects.filter(version=version).values_list("used_id", flat=True)) == {
        one.pk for one in all_signed.values()
    }
    states = dict(Return.objects.values_list("unit__code", "state"))
    assert states == {
        "430000": "signed",
        "4143010532": "forwarded",
        "4143013001": "forwarded",
        "4143014002": "forwarded",
    }
    assert list(chain.faults()) == []


def test_the_frozen_sums_are_those_of_the_named_versions_even_if_another_is_signed_meanwhile(
    cast, form, all_signed, gather, monkeypatch
):
    """The race: a school signs after the sources were listed and before the sums are frozen."""
    named = [all_signed["second"].pk, all_signed["third"].pk]
    monkeypatch.setattr(rollup, "counted_versions", lambda *args: named)
    version = gather(cast.province, cast.province_unit, seen=rollup.fingerprint(named))
    assert version.cells["suspected.students"] == [0, 0]
    assert version.cells["confirmed.staff"] == [1, 0]


def test_what_was_signed_must_be_what_was_seen(cast, form, all_signed, gather, submit, sign_all):
    seen = rollup.fingerprint(rollup.counted_versions(form, cast.city_unit, cast.day))
    sign_all(submit(ZERO, base=1), now=cast.now + timedelta(hours=1, minutes=30))
    with pytest.raises(Refused) as refused:
        gather(cast.city, cast.city_unit, seen=seen)
    assert refused.value.problems[0].code == "returns.sums_changed"
    assert not Version.objects.filter(made="gathered").exists()


def test_the_page_and_the_signature_call_the_same_versions_by_the_same_word(cast, form, all_signed):
    for unit in (cast.province_unit, cast.city_unit, cast.authority, cast.district):
        used = rollup.counted_versions(form, unit, cast.day)
        assert rollup.seen(form, unit, cast.day) == (len(used), rollup.fingerprint(used))


def test_nothing_signed_below_is_nothing_to_gather(cast, gather):
    with pytest.raises(Refused) as refused:
        gather(cast.city, cast.city_unit)
    assert refused.value.problems[0].code == "returns.gathers_nothing"


def test_only_the_liaison_of_the_very_unit_may_gather(cast, all_signed, gather):
    for who in (cast.province, cast.city_second, cast.inspector, cast.clerk):
        with pytest.raises(Refused):
            gather(who, cast.city_unit)


def test_a_sponsoring_authority_gathers_its_own_schools(cast, all_signed, gather):
    version = gather(cast.sponsor, cast.authority)
    assert version.cells["confirmed.staff"] == [1, 0]
    assert version.cells["suspected.students"] == [0, 0]


def test_a_county_directly_under_the_province_gathers_as_a_city_does(cast, all_signed, gather):
    assert gather(cast.county, cast.county_unit).number == 1


def test_the_frozen_sums_stay_when_a_school_revises_and_the_users_are_told(
    cast, form, all_signed, gather, submit, sign_all
):
    gather(cast.city, cast.city_unit)
    gather(cast.province, cast.province_unit)
    sign_all(submit({**CASE, "suspected.students": 3}, base=1))
    frozen = rollup.frozen(form, [cast.city_unit.pk, cast.province_unit.pk], cast.day)
    assert [sums.values["suspected.students"] for sums in frozen.values()] == [1, 1]
    assert rollup.sums(form, cast.province_unit, cast.day).values["suspected.students"] == 3
    telling.revised(Event.objects.get(verb="return.revised"))
    told = set(Delivery.objects.filter(notice__kind="return.revised").values_list("user__username", flat=True))
    assert told == {"city", "province"}


def test_gathering_again_is_the_next_version(cast, all_signed, gather, submit, sign_all):
    gather(cast.city, cast.city_unit)
    sign_all(submit(ZERO, base=1))
    second = gather(cast.city, cast.city_unit)
    assert (second.number, second.cells["suspected.students"]) == (2, [0, 0])
    assert list(chain.faults()) == []


def test_the_board_turns_late_one_second_after_the_cut_off(cast, form, submit, sign_all):
    due = cast.now.replace(hour=15, minute=0)
    sign_all(submit(), now=due)
    sign_all(submit(by=cast.clerk_second, unit=cast.second), head=cast.head_second, now=due + timedelta(seconds=1))

    def late(now):
        return board.total(board.counts(form, cast.province_unit, cast.day, now)).late

    assert late(due) == 1, "the one signed a second too late"
    assert late(due + timedelta(seconds=1)) == 2, "and the one that has not reported"


def test_an_override_moves_the_cut_off_of_an_area(cast, form):
    override(
        by=cast.admin, unit=cast.second_city, key="returns.situation_2020.due.school", value="13:00",
        from_on=cast.day, to_on=None, reason="市里要求提前", now=cast.now,
    )  # fmt: skip
    counts = board.counts(form, cast.province_unit, cast.day, cast.now.replace(hour=14))
    assert {pk: row.late for pk, row in counts.items()} == {
        cast.city_unit.pk: 0, cast.second_city.pk: 1, cast.county_unit.pk: 0,
    }  # fmt: skip


def ask(cast, form, only=None):
    return asking.ask(
        by=cast.province,
        kind="daily_return",
        slot=form.id,
        unit=cast.province_unit,
        on=cast.day,
        now=cast.now,
        only=only,
    )


def test_the_list_of_the_missing_names_whom_to_call_and_when_they_were_chased(cast, form, submit, sign_all):
    sign_all(submit())
    asked = ask(cast, form).units
    rows = board.schools(form, cast.province_unit, cast.day, cast.now, only="missing")
    assert asked == len(rows) == 2
    assert {(row.code, row.liaison, row.chased_at == cast.now) for row in rows} == {
        ("4143013001", "孙丽", True), ("4143014002", "何静", True),
    }  # fmt: skip
    assert all(row.phone for row in rows)
    told = set(Delivery.objects.filter(notice__kind="owed.asked.daily_return").values_list("user__username", flat=True))
    assert told == {"clerk_second", "head_second", "clerk_third", "head_third"}


def test_one_school_can_be_chased_alone(cast, form):
    ask(cast, form, only=cast.second)
    assert Chase.objects.get().unit_id == cast.second.pk


@pytest.mark.parametrize("only", list(board.FILTERS))
def test_every_filter_of_the_list_agrees_with_the_board(cast, form, all_signed, only):
    total = board.total(board.counts(form, cast.province_unit, cast.day, cast.now.replace(hour=16)))
    rows = board.schools(form, cast.province_unit, cast.day, cast.now.replace(hour=16), only=only)
    assert len(rows) == total.number(only)


@pytest.mark.parametrize(
    "question",
    [
        lambda form, cast: rollup.sums_by_child(form, cast.province_unit, cast.day),
        lambda form, cast: rollup.counted_versions(form, cast.province_unit, cast.day),
        lambda form, cast: board.schools(form, cast.province_unit, cast.day, cast.now),
    ],
)
def test_each_question_of_a_province_is_few_queries(cast, form, all_signed, question, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        question(form, cast)


def test_a_school_with_a_later_deadline_is_in_time_until_then_signed_or_not(cast, form, submit, sign_all):
    due = cast.now.replace(hour=15, minute=0)
    extending.extend(
        by=cast.city, kind="daily_return", slot=form.id, unit=cast.school, due_at=due + timedelta(hours=3),
        reason="上午停电", now=cast.now,
    )  # fmt: skip

    def late(now):
        unit = Unit.objects.get(pk=cast.city_unit.pk)
        total = board.total(board.counts(form, unit, cast.day, now))
        (row,) = board.schools(form, unit, cast.day, now)
        assert row.late is bool(total.late)
        return (total.late, total.overdue)

    assert late(due + timedelta(hours=3)) == (0, 0)
    assert late(due + timedelta(hours=3, seconds=1)) == (1, 1)
    sign_all(submit(now=due + timedelta(hours=2)), now=due + timedelta(hours=2))
    assert late(due + timedelta(hours=5)) == (0, 0), "signed after the usual cut-off, before the one granted"
    assert filing.due_of(form, Unit.objects.get(pk=cast.school.pk), cast.day) == due + timedelta(hours=3)


def test_a_school_let_off_is_neither_missing_nor_done_and_says_why(cast, form, submit, sign_all):
    exempting.grant(
        by=cast.province, kind="daily_return", slot="", unit=cast.second_city, to_on=cast.day, reason="汛期全市停课",
        now=cast.now,
    )  # fmt: skip
    after = cast.now.replace(hour=16)

    def total():
        return board.total(board.counts(form, Unit.objects.get(pk=cast.province_unit.pk), cast.day, after))

    assert (total().expected, total().missing, total().late, total().let_off) == (2, 2, 2, 1)
    rows = {only: board.schools(form, Unit.objects.get(pk=cast.province_unit.pk), cast.day, after, only=only)
            for only in ("", "missing", "late", "let_off")}  # fmt: skip
    assert [(row.code, row.let_off, row.late) for row in rows["let_off"]] == [("4143013001", "汛期全市停课", False)]
    assert {only: len(found) for only, found in rows.items()} == {only: total().number(only) for only in rows}
    sign_all(submit(by=cast.clerk_second, unit=cast.second), head=cast.head_second)
    assert (total().expected, total().reported, total().let_off) == (3, 1, 0), "what is reported all the same counts"
