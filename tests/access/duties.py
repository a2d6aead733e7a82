"""Targets: a working group of the first school, an assignment of its leader with a visit, and the teacher's absence;
the same "beyond" in another province, and one thing of the school at an address of another unit ("swapped")."""

from typing import Any

from lianfang.orgs.actions import groups as orgs
from lianfang.people.actions import areas, groups, leave
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far, now, day = beyond(cast), cast.now, cast.day
    group, strange = (
        orgs.form_group(by=None, unit=unit, kind="leading", name="领导小组", task="", from_on=day, now=now)
        for unit in (cast.school, far)
    )
    member = groups.join(by=cast.principal, group=group, user=cast.clerk, head=False, task="", from_on=day, now=now)
    mine, other = (
        areas.assign(by=cast.principal, user=user, unit=unit, task="", from_on=day, now=now)
        for user, unit in ((cast.leader, cast.department), (cast.company, far))
    )
    visit = areas.visit(
        by=cast.leader, assignment=mine, on=day, found="好", problem="缺口罩", due_on=day, now=now
    )  # fmt: skip
    absent, stranger = (
        leave.report(
            by=user, unit=unit, kind="leave", from_on=day, to_on=day, where="", reason="就诊", stand_in=None, now=now
        )
        for user, unit in ((cast.teacher, cast.school), (cast.company, far))
    )
    school, away = cast.school.pk, far.pk
    return {
        "school_groups": [school],
        "beyond_groups": [away],
        "school_group": [school, group.pk],
        "beyond_group": [away, strange.pk],
        "swapped_group": [school, strange.pk],
        "group_member": [school, group.pk, member.pk],
        "department_area": [cast.department.pk],
        "beyond_area": [away],
        "leaders_ledger": [mine.pk],
        "beyond_ledger": [other.pk],
        "leaders_visit": [mine.pk, visit.pk],
        "swapped_visit": [other.pk, visit.pk],
        "teachers_leave": [absent.pk],
        "beyond_leave": [stranger.pk],
    }
