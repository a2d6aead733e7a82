"""Targets: the code of the teacher's class and a pupil of it, another class of the school, a request of a family.

Nobody in the table holds a device of a family: the pages of `my` send everybody to the page that asks for a code, and
who holds one is `web/tests/test_my.py`.
"""

from typing import Any

from lianfang.core.ids import uuid7
from lianfang.orgs import actions as orgs
from lianfang.people.actions import claiming, codes, subjects
from lianfang.people.rules import claims as rules
from tests.access import beyond
from tests.cast import Cast
from tests.families import assess, families


def things(cast: Cast) -> dict[str, list[Any]]:
    assess(cast)
    home = families(cast)
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=cast.now)
    told = rules.Told("周小雨", True, phone_end="8001")
    claim, _ = claiming.claim(entry=code, told=told, device=None, agent="", address="", now=cast.now)
    asked = subjects.ask(claim=claim, kind="correct", about="address", text="麓山路2号", now=cast.now)
    far = orgs.create_unit(
        by=None, parent=beyond(cast), kind="department", code="4144010001-X", name="外系", now=cast.now
    )
    far_class = orgs.create_unit(by=None, parent=far, kind="class", code="4144010001-X1", name="外班", now=cast.now)
    return {
        "code_class": [cast.class_one.pk],
        "code_other_class": [cast.class_two.pk],
        "code_beyond": [far_class.pk],
        "family_pupil": [home.rain.pk],
        "family_other_pupil": [home.min.pk],
        "family_request": [asked.pk],
        "wrong_code": ["ABCDEFGH"],
        "no_claim": [uuid7()],
        "no_ask": [uuid7(), "correct"],
        "no_devices": [uuid7(), uuid7()],
    }
