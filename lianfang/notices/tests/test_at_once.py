"""The same occasion told twice at the same moment: a double click, a handler that runs in two workers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from lianfang.core.models import Event
from lianfang.notices import actions
from lianfang.notices.models import Delivery, Notice
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
def test_one_occasion_told_four_times_at_once_is_one_notice(cast: Cast) -> None:
    start = Barrier(4)

    def tell(_: int) -> UUID:
        try:
            start.wait(10)
            return actions.post(
                by=cast.city,
                unit=cast.city_unit,
                to=[cast.clerk.pk, cast.head.pk],
                key="once",
                title="通知",
                now=cast.now,
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(tell, range(4)))) == 1
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 2
    assert Event.objects.filter(verb="notice.posted").count() == 1
