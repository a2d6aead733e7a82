"""Targets: a request of the city about the first school's class and one of the registrar's, duties that wait, and an
emergency. It was taken by somebody of no column, so that nobody there sees more than their duty opens. The same things
"beyond" lie in another province."""

from typing import Any

from lianfang.core import clock
from lianfang.people import actions as people
from lianfang.people.actions import grants, requests
from tests.access import beyond
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    far, now = beyond(cast), clock.now()
    view = {"verbs": ["person.view"], "hours": 4}
    asked, elsewhere = (
        requests.ask(by=by, kind="view", unit=unit, reason="核实密切接触者", detail=view, now=now)
        for by, unit in ((cast.city, cast.class_one), (cast.company, far))
    )
    waiting, strange = (
        people.appoint(
            by=cast.admin, user=user, unit=unit, role="doctor", title="", deputy=False, from_on=cast.day, now=now
        )
        for user, unit in ((cast.students, cast.school), (cast.company, far))
    )
    taken, distant = (
        grants.break_glass(by=by, unit=unit, reason="学生在宿舍昏倒，需要联系家长", hours=2, now=now)
        for by, unit in ((cast.head_second, cast.class_one), (cast.company, far))
    )
    return {
        "citys_request": [asked.pk],
        "beyond_request": [elsewhere.pk],
        "waiting_posting": [waiting.pk],
        "beyond_posting": [strange.pk],
        "school_grant": [taken.pk],
        "beyond_grant": [distant.pk],
    }
