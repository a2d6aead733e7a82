"""Targets: one notice that the clerk got from the program, one that the city's liaison wrote."""

from typing import Any

from lianfang.core.ids import uuid7
from lianfang.notices import actions as notices
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    now = cast.now
    told = notices.post(by=None, unit=cast.school, to=[cast.clerk.pk], key="t", title="x", to_confirm=True, now=now)
    sent = notices.post(by=cast.city, unit=cast.city_unit, to=[cast.clerk.pk], key="s", title="y", now=now)
    return {
        "other_pupil": [uuid7()],
        "other_told": [uuid7(), 1],
        "other_file": [uuid7(), uuid7()],
        "clerks_notice": [told.deliveries.get().pk],
        "citys_notice": [sent.pk],
        "citys_below": [sent.pk, cast.school.pk],
    }
