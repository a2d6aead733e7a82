"""Short ways through what a story is not about."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lianfang.core import clock as moments
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import spec
from lianfang.returns.actions import filing, gathering, signing
from lianfang.returns.models import Return, Version
from lianfang.returns.queries import rollup
from tests.browser import FORM, Clock
from tests.cast import Cast

ZERO: dict[str, Any] = {
    **dict.fromkeys(spec.catalog()[FORM].count_cells, 0), "treatment": "", "remark": "", "contact": "周敏 19900000001"
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_the_afternoon(clock: Clock, words: None) -> None:
    """Every story has a clock, and the words as they are now."""


@pytest.fixture
def file(cast: Cast) -> Callable[..., Version]:
    """``file(cast.clerk, cast.school, {"isolated_home.students": 2})``: submitted, without the pages."""

    def run(by: User, unit: Unit, cells: dict[str, Any] | None = None, on: date | None = None) -> Version:
        return filing.submit(
            by=by, unit=unit, form=spec.catalog()[FORM], on=on or cast.day, cells={**ZERO, **(cells or {})},
            reasons={}, whys=dict.fromkeys(ZERO, "12320"), key=uuid7(), base=0, now=moments.now(),
        )  # fmt: skip

    return run


@pytest.fixture
def sign(cast: Cast) -> Callable[..., Return]:
    """``sign(version, cast.leader, cast.head)``: each in turn, without the pages."""

    def run(version: Version, *people: User) -> Return:
        for person in people:
            signing.sign(by=person, filed=version.filed, version_id=version.pk, now=moments.now())
        return Return.objects.get(pk=version.filed_id)

    return run


@pytest.fixture
def gather(cast: Cast) -> Callable[..., Version]:
    """``gather(cast.city, cast.city_unit)``: gathered and signed, without the pages."""

    def run(by: User, unit: Unit) -> Version:
        form = spec.catalog()[FORM]
        seen = rollup.fingerprint(rollup.counted_versions(form, unit, cast.day))
        texts = {"remark": "", "contact": by.name}
        return gathering.gather(
            by=by, unit=unit, form=form, on=cast.day, seen=seen, texts=texts, key=uuid7(), now=moments.now()
        )

    return run
