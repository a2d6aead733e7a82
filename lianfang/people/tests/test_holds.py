"""What is held as evidence stays out of every list until its term is over (G02)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lianfang.core import clock
from lianfang.people.actions import holds
from lianfang.people.models import Hold
from lianfang.people.queries import purging as queries
from lianfang.people.tests.test_purging import agreed, carry_out, person, prepared, refusal
from tests.cast import DAY, NOW, Cast

TEXT = "涉及一起正在调查的聚集性疫情，需要保留作为证据，期限以调查结束为准。"


def test_a_hold_on_the_person_or_the_unit_keeps_them_until_it_ends(cast: Cast) -> None:
    one = person(cast)
    until = DAY + timedelta(days=30)
    row = holds.hold(
        by=cast.security, unit=cast.school, person=one, reason="调查取证", assessment=TEXT, to_on=until, now=NOW
    )
    assert refusal(lambda: prepared(cast)) == "people.purge_held"
    holds.lift(by=cast.security, hold=row, now=NOW)
    assert refusal(lambda: holds.lift(by=cast.security, hold=row, now=NOW)) == "people.hold_lifted"
    holds.hold(
        by=cast.security, unit=cast.department, person=None, reason="调查取证", assessment=TEXT, to_on=until, now=NOW
    )
    assert refusal(lambda: prepared(cast)) == "people.purge_held"
    assert len(queries.people_of(prepared(cast, now=NOW + timedelta(days=31)))) == 1


def test_a_hold_set_after_the_agreement_still_holds(cast: Cast) -> None:
    one = person(cast)
    run = agreed(cast, prepared(cast))
    holds.hold(
        by=cast.security, unit=cast.school, person=one, reason="调查取证", assessment=TEXT,
        to_on=clock.today() + timedelta(days=30), now=clock.now(),
    )  # fmt: skip
    carry_out(run)
    assert run.certificate == {"people": 0, "left_out": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "people.hold_reason_missing"),
        ({"assessment": "有用"}, "people.hold_assessment_short"),
        ({"to_on": DAY - timedelta(days=1)}, "people.hold_term"),
        ({"to_on": DAY + timedelta(days=367)}, "people.hold_term"),
    ],
)
def test_a_hold_is_assessed_and_ends(cast: Cast, changes: dict[str, Any], code: str) -> None:
    facts: dict[str, Any] = {"reason": "取证", "assessment": TEXT, "to_on": DAY, **changes}
    assert refusal(lambda: holds.hold(by=cast.security, unit=cast.school, person=None, now=NOW, **facts)) == code


def test_the_database_refuses_a_hold_without_assessment(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(
            unit=cast.school, reason="取证", assessment="", from_on=DAY, to_on=DAY, by_id=1, by_name="", at=NOW
        )
