"""What tests of returns type in, and short ways through a return's life."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.returns import spec
from lianfang.returns.actions import filing, gathering, signing
from lianfang.returns.models import Return, Version
from lianfang.returns.queries import rollup
from lianfang.returns.spec import Form
from tests.cast import Cast

ZERO: dict[str, Any] = {
    **dict.fromkeys(spec.catalog()["situation_2020"].count_cells, 0),
    "treatment": "", "remark": "", "contact": "周敏 1990000",
}  # fmt: skip
CASE = {**ZERO, "suspected.students": 1, "treatment": "男，19岁，市一医院隔离观察"}

Submit = Callable[..., Version]


@pytest.fixture
def form() -> Form:
    return spec.catalog()["situation_2020"]


@pytest.fixture
def submit(cast: Cast, form: Form) -> Submit:
    """``submit(cells, by=…, unit=…, key=…, base=…, now=…)``: by default the clerk of the first school, at nine."""

    def run(cells: dict[str, Any] = ZERO, **more: Any) -> Version:
        given = {
            "by": cast.clerk,
            "unit": cast.school,
            "key": uuid7(),
            "base": 0,
            "now": cast.now,
            "reasons": {},
            "whys": dict.fromkeys(form.count_cells, "电话报来，尚未登记"),
            **more,
        }
        return filing.submit(form=form, on=cast.day, cells=cells, **given)

    return run


@pytest.fixture
def sign_all(cast: Cast) -> Callable[..., Return]:
    """Give every signature a version of a school needs, by leader and head."""

    def run(
        version: Version, *, leader: User | None = None, head: User | None = None, now: datetime | None = None
    ) -> Return:
        now = now or cast.now + timedelta(hours=1)
        if version.important:
            signing.sign(by=leader or cast.leader, filed=version.filed, version_id=version.pk, now=now)
        signing.sign(by=head or cast.head, filed=version.filed, version_id=version.pk, now=now)
        return Return.objects.get(pk=version.filed_id)

    return run


@pytest.fixture
def gather(cast: Cast, form: Form) -> Callable[..., Version]:
    """Gather and sign at a unit what stands below it."""

    def run(by: User, unit: Unit, **more: Any) -> Version:
        seen = rollup.fingerprint(rollup.counted_versions(form, unit, cast.day))
        texts = {"remark": "", "contact": "唐莉"}
        given = {"seen": seen, "texts": texts, "key": uuid7(), "now": cast.now + timedelta(hours=2), **more}
        return gathering.gather(by=by, unit=unit, form=form, on=cast.day, **given)

    return run
