"""The same user name taken at the same moment by several people."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from lianfang.core.problems import Refused
from lianfang.people import actions
from lianfang.people.models import User
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
def test_one_user_name_taken_four_times_at_once_is_one_account(cast: Cast) -> None:
    start = Barrier(4)

    def open_one(_: int) -> str:
        try:
            start.wait(10)
            actions.create_account(
                by=None, username="same", name="肖敏", phone="", email="", password=None, must_change=True, now=cast.now
            )
        except Refused as refused:
            return refused.problems[0].code
        else:
            return "made"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(open_one, range(4)))
    assert answers == ["made", *["people.username_taken"] * 3]
    assert User.objects.filter(username="same").count() == 1
