"""A form that is owed on school days follows the calendar; one that is owed every day does not."""

import msgspec
import pytest

from lianfang.orgs.actions import calendar
from lianfang.orgs.models import Unit
from lianfang.returns import spec
from lianfang.returns.queries import board, filing, tasks
from lianfang.returns.queries.owed import RETURNS
from tests.cast import DAY, NOW

FORM = "situation_2020"


@pytest.fixture
def on_school_days(monkeypatch, cast):
    """The form of 2020 as if it followed school days, and the first school suspended."""
    form = msgspec.structs.replace(spec.catalog()[FORM], calendar="school_days")
    monkeypatch.setattr(spec, "catalog", lambda: {FORM: form})
    suspend(cast)
    return form


def suspend(cast):
    facts = {"kind": "suspension", "decided_by": "长沙市人民政府", "reason": "聚集性疫情", "now": NOW}
    calendar.enter(by=cast.city, unit=cast.school, from_on=DAY, to_on=DAY, **facts)


def missing(cast, form):
    unit = Unit.objects.get(pk=cast.province_unit.pk)
    return {row.unit_id for row in board.schools(form, unit, DAY, NOW, only="missing")}


def silent():
    return {one.unit_id for one in RETURNS.silent(FORM, DAY, NOW.replace(hour=23))}


def test_a_day_off_has_no_deadline_no_task_and_nobody_missing(cast, on_school_days):
    assert filing.due_of(on_school_days, cast.school, DAY) is None
    assert filing.due_of(on_school_days, cast.second, DAY) is not None
    assert missing(cast, on_school_days) == silent() == {cast.second.pk, cast.third.pk}
    assert [task.on for task in tasks.tasks_for(cast.clerk, NOW) if task.on == DAY] == []
    assert DAY in [task.on for task in tasks.tasks_for(cast.clerk_second, NOW)]


def test_the_daily_report_of_2020_is_owed_whatever_the_calendar_says(cast):
    suspend(cast)
    form = spec.catalog()[FORM]
    assert form.calendar == "every_day"
    assert missing(cast, form) == silent() == {cast.school.pk, cast.second.pk, cast.third.pk}
    assert filing.due_of(form, cast.school, DAY) is not None


def test_what_is_filed_on_a_day_off_is_counted(cast, on_school_days, submit, sign_all):
    sign_all(submit())
    counts = board.total(board.counts(on_school_days, Unit.objects.get(pk=cast.province_unit.pk), DAY, NOW))
    assert (counts.expected, counts.reported) == (3, 1)
