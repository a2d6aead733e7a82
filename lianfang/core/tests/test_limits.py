"""Counts hold across processes and are exact, however many knock at once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lianfang.core import limits
from lianfang.core.models import Allowance

NOW = datetime(2020, 2, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def knock(who: str = "a", *, what: str = "claim", at: datetime = NOW, most: int = 3) -> bool:
    return limits.within(what, who, most=most, every=HOUR, now=at)


def test_so_many_are_let_through_and_no_more() -> None:
    assert [knock() for _ in range(5)] == [True, True, True, False, False]


def test_each_has_a_count_of_their_own_for_each_thing() -> None:
    for _ in range(4):
        knock()
    assert knock("b")
    assert knock(what="search")
    assert not knock()


def test_the_window_begins_with_the_first_and_then_begins_anew() -> None:
    assert [knock(at=NOW + timedelta(minutes=20 * turn)) for turn in range(4)] == [True, True, True, True]
    assert [knock(at=NOW + timedelta(minutes=61)) for _ in range(3)] == [True, True, False]


def test_asking_does_not_count() -> None:
    for turn in range(3):
        assert not limits.spent("claim", "a", most=3, every=HOUR, now=NOW), turn
        knock()
    assert limits.spent("claim", "a", most=3, every=HOUR, now=NOW)
    assert not limits.spent("claim", "a", most=3, every=HOUR, now=NOW + HOUR)


def test_what_was_rightful_is_given_back() -> None:
    for _ in range(3):
        knock()
    limits.give_back("claim", "a")
    assert knock()
    assert not knock()


def test_nobodys_name_or_address_is_kept() -> None:
    knock("192.0.2.77")
    (row,) = Allowance.objects.all()
    assert b"192" not in bytes(row.key)
    assert len(row.key) == 18


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_so_many_get_through() -> None:
    through: list[bool] = []
    start = threading.Barrier(8)

    def visitor() -> None:
        start.wait()
        try:
            through.extend(knock(most=10) for _ in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (through.count(True), through.count(False)) == (10, 30)
