"""The reminder before the cut-off: in its half hour, to those who are missing, once a day."""

import pytest

from lianfang.notices.models import Delivery, Notice
from lianfang.policies.actions import override
from lianfang.returns.actions import reminders


def told():
    return set(Delivery.objects.filter(notice__kind="return.due_soon").values_list("user__username", flat=True))


@pytest.mark.parametrize(("hour", "minute", "reminded"), [(14, 29, 0), (14, 30, 1), (14, 59, 1), (15, 0, 0), (9, 0, 0)])
def test_it_comes_in_the_half_hour_before_the_cut_off(cast, hour, minute, reminded):
    assert reminders.remind(now=cast.now.replace(hour=hour, minute=minute)) == reminded


def test_only_schools_without_a_signed_report_are_reminded(cast, submit, sign_all):
    sign_all(submit())
    reminders.remind(now=cast.now.replace(hour=14, minute=40))
    assert told() == {"clerk_second", "head_second", "clerk_third", "head_third"}


def test_running_every_five_minutes_reminds_once(cast):
    for minute in (30, 35, 40):
        reminders.remind(now=cast.now.replace(hour=14, minute=minute))
    assert Notice.objects.filter(kind="return.due_soon").count() == 1


def test_it_follows_a_cut_off_that_the_province_moved(cast):
    override(
        by=cast.admin, unit=cast.province_unit, key="returns.situation_2020.due.school", value="13:00",
        from_on=cast.day, to_on=None, reason="试行", now=cast.now,
    )  # fmt: skip
    assert reminders.remind(now=cast.now.replace(hour=14, minute=40)) == 0
    assert reminders.remind(now=cast.now.replace(hour=12, minute=40)) == 1


def test_before_the_form_was_ordered_nobody_is_reminded(cast):
    assert reminders.remind(now=cast.now.replace(month=1, day=20, hour=14, minute=40)) == 0
