"""Who owes a return: what the sources say is what the board and the lists of tasks say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.obligations.sources import Silent
from lianfang.orgs.models import Unit
from lianfang.policies.models import Override
from lianfang.returns import spec
from lianfang.returns.models import Assignment, Return, Statement
from lianfang.returns.queries import board
from lianfang.returns.queries.owed import GATHERINGS, PARTS, RETURNS
from tests.cast import DAY, NOW, SINCE

FORM = "situation_2020"
THREE = NOW.replace(hour=15, minute=0)
HALF_PAST_TWO = NOW.replace(hour=14, minute=30)


def silent(due_by=THREE, paths=("",)):
    return {one.unit_id for one in RETURNS.silent(FORM, DAY, due_by, paths)}


def decide(cast, unit, key, value):
    Override.objects.create(
        unit=unit, key=key, value=value, from_on=SINCE, reason="会议决定", by_id=cast.admin.pk, at=NOW
    )


def test_every_school_without_a_signature_is_silent_from_the_cut_off_on(cast, submit, sign_all):
    three = {cast.school.pk, cast.second.pk, cast.third.pk}
    assert silent(THREE - timedelta(seconds=1)) == set()
    assert silent() == three
    version = submit()
    assert silent() == three, "what nobody has signed has not been reported"
    sign_all(version)
    assert silent() == three - {cast.school.pk}
    assert Silent(cast.second.pk, cast.second.pk, THREE) in set(RETURNS.silent(FORM, DAY, THREE))


def test_the_source_agrees_with_the_board(cast, submit, sign_all):
    sign_all(submit())
    form, after = spec.catalog()[FORM], THREE + timedelta(minutes=10)
    for unit in (cast.province_unit, cast.city_unit, cast.authority, cast.county_unit):
        total = board.total(board.counts(form, unit, DAY, after))
        stands = RETURNS.standing(unit, FORM, DAY, after).values()
        assert sum(one.owing for one in stands) == total.expected
        assert sum(one.done for one in stands) == total.reported
        assert sum(one.late for one in stands) == total.missing
    assert silent() == {row.unit_id for row in board.schools(form, cast.province_unit, DAY, after, only="missing")}


def test_a_cut_off_of_its_own_is_felt_at_its_second(cast):
    decide(cast, cast.second_city, f"returns.{FORM}.due.school", "14:00")
    two = NOW.replace(hour=14, minute=0)
    assert silent(two) == {cast.second.pk}
    stands = RETURNS.standing(cast.province_unit, FORM, DAY, two + timedelta(seconds=1))
    assert (stands[cast.second_city.pk].since, stands[cast.city_unit.pk].since) == (two, None)


def test_only_what_lies_below_the_paths_is_found(cast):
    assert silent(paths=(cast.city_unit.path,)) == {cast.school.pk}
    assert silent(paths=(cast.second.path, cast.third.path)) == {cast.second.pk, cast.third.pk}


def test_nobody_owes_a_form_that_was_not_ordered(cast):
    Assignment.objects.all().update(to_on=DAY - timedelta(days=1))
    assert silent() == set()
    assert RETURNS.slots(cast.province_unit, DAY) == PARTS.slots(cast.province_unit, DAY) == []
    assert list(GATHERINGS.silent(FORM, DAY, NOW.replace(hour=23))) == []


def test_a_part_is_owed_by_its_functional_unit_until_it_is_handed_in_or_the_return_is_signed(cast, submit, sign_all):
    def lacking(part):
        return {one.unit_id for one in PARTS.silent(f"{FORM}.{part}", DAY, HALF_PAST_TWO)}

    assert lacking("students") == {cast.student_affairs.pk}, "schools without such a unit owe it as a whole"
    assert lacking("logistics") == {cast.logistics_unit.pk}
    filed = Return.objects.create(form=FORM, edition=1, unit=cast.school, on=DAY)
    Statement.objects.create(
        filed=filed, part="students", number=1, unit=cast.student_affairs, cells={}, key=cast_key(), by=cast.students,
        at=NOW,
    )  # fmt: skip
    assert lacking("students") == set()
    assert PARTS.standing(cast.school, f"{FORM}.students", DAY, THREE)[cast.student_affairs.pk].missing == 0
    assert PARTS.standing(cast.province_unit, f"{FORM}.staff", DAY, THREE)[cast.city_unit.pk].late == 1
    sign_all(submit())
    assert lacking("logistics") == set()
    assert [one.done_at is not None for one in PARTS.mine(cast.logistics, NOW)] == [True]


def cast_key():
    return "0190e1c0-0000-7000-8000-000000000001"


def test_a_city_owes_the_gathering_an_hour_after_its_schools(cast):
    four = NOW.replace(hour=16, minute=0)
    owing = {one.unit_id for one in GATHERINGS.silent(FORM, DAY, four)}
    assert {cast.city_unit.pk, cast.second_city.pk} <= owing
    assert cast.province_unit.pk not in owing
    assert list(GATHERINGS.silent(FORM, DAY, four - timedelta(seconds=1))) == []
    stands = GATHERINGS.standing(cast.province_unit, FORM, DAY, four + timedelta(minutes=1))
    assert stands[cast.city_unit.pk].late == 1


def test_the_schools_of_a_province_are_asked_for_in_a_fixed_number_of_questions(cast):
    with CaptureQueriesContext(connection) as few:
        assert len(silent()) == 3
    for at in range(5):
        made = Unit.objects.create(
            kind="school", tier="school", code=f"41430999{at}", name=f"第{at}学校", parent=cast.city_unit, path="x"
        )
        Unit.objects.filter(pk=made.pk).update(path=f"{cast.city_unit.path}{made.pk}.", school=made)
    with CaptureQueriesContext(connection) as many:
        assert len(silent()) == 8
    assert len(few) == len(many) <= 5


@pytest.mark.parametrize("source", [RETURNS, PARTS, GATHERINGS])
def test_an_unknown_slot_is_owed_by_nobody(cast, source):
    assert list(source.silent("nothing.here", DAY, THREE)) == []
    assert dict(source.standing(cast.province_unit, "nothing.here", DAY, THREE)) == {}


def test_the_deadlines_of_a_day_are_those_of_its_kinds(cast):
    labels = {one.code: one.due_at.astimezone(NOW.tzinfo) for one in PARTS.slots(cast.school, DAY)}
    assert labels == {f"{FORM}.{part}": HALF_PAST_TWO for part in ("students", "staff", "logistics")}
    assert [one.due_at for one in RETURNS.slots(cast.school, DAY)] == [THREE]
    assert [one.due_at.hour for one in GATHERINGS.slots(cast.city_unit, DAY)] == [16]
    assert GATHERINGS.slots(cast.school, DAY) == []
