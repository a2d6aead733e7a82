"""Targets: a drill and a plan that run at the first school, one that is over, one of another school."""

from datetime import timedelta
from typing import Any

from lianfang.cases.actions import emergencies, plans
from lianfang.cases.models import PlanRun
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    drill = _drill(cast, cast.school, cast.clerk)
    beyond = _drill(cast, cast.second, cast.clerk_second)
    plan, over = _plan(cast), _drill(cast, cast.school, cast.head)
    at = cast.now - timedelta(minutes=5)
    plans.note(by=cast.head, run=over, step="help", outcome="done", at=at, result="两人", key=uuid7(), now=cast.now)
    plans.finish(by=cast.head, run=over, went_well="分工清楚", to_change="未更新", now=cast.now)
    return {
        "drill": [drill.pk], "drill_beyond": [beyond.pk], "drill_step": [drill.pk, "stop"], "plan": [plan.pk],
        "plan_over": [over.pk], "drill_step_beyond": [beyond.pk, "stop"], "drill_step_unknown": [drill.pk, "miracle"],
    }  # fmt: skip


def _drill(cast: Cast, school: Unit, by: User) -> PlanRun:
    return plans.begin(
        by=by, school=school, plan="food_poisoning", emergency=None, key=uuid7(), now=cast.now - timedelta(minutes=20)
    )


def _plan(cast: Cast) -> PlanRun:
    about = emergencies.report(
        by=cast.clerk, key=uuid7(), school=cast.school, unit=cast.class_two, kind="cluster", discovered_at=cast.now,
        facts=Facts(count=3), now=cast.now,
    )  # fmt: skip
    return plans.begin(
        by=cast.clerk, school=cast.school, plan="cluster", emergency=about, key=uuid7(), now=cast.now
    )  # fmt: skip
