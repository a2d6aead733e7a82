"""Codes, links and tries at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from lianfang.core.problems import Refused
from lianfang.people.actions import claiming, codes
from lianfang.people.models import Claim, ClassCode
from lianfang.people.queries import claims as queries
from lianfang.people.rules import claims as rules
from tests.cast import NOW, Cast
from tests.families import Families, assess, families

MANY = 6


@pytest.fixture
def home(cast: Cast) -> Families:
    assess(cast)
    return families(cast)


def at_once(what: Callable[[int], Any]) -> list[Any]:
    """What each of six gets who do it at one moment; a refusal is its code."""
    start = Barrier(MANY)

    def one(at: int) -> Any:
        try:
            start.wait(10)
            return what(at)
        except Refused as refused:
            return refused.problems[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.mark.django_db(transaction=True)
def test_a_code_opened_by_several_at_once_is_one_code_that_works(cast: Cast, home: Families) -> None:
    found = at_once(lambda _: codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW))
    assert all(isinstance(each, ClassCode) for each in found)
    left = ClassCode.objects.get(revoked_at__isnull=True)
    assert queries.open_code(cast.class_one, NOW) == left


@pytest.mark.django_db(transaction=True)
def test_a_link_used_on_several_devices_at_once_lets_one_in(cast: Cast, home: Families) -> None:
    [(_, token)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=NOW)
    link = queries.link(token, NOW)
    assert link is not None
    told = rules.Told(None, True, phone_end="8001")
    found = at_once(
        lambda at: claiming.claim(entry=link, told=told, device=None, agent="", address=str(at), now=NOW)[0].pk
    )
    assert Claim.objects.count() == 1
    assert set(found) - {Claim.objects.get().pk} <= {"people.code_unknown", "people.claim_not_matched"}


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_counted_each(cast: Cast, home: Families) -> None:
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)

    def guess(at: int) -> Any:
        told = rules.Told("周小雨", True, phone_end=f"000{at}")
        return claiming.claim(entry=code, told=told, device=None, agent="", address=str(at), now=NOW)

    assert at_once(guess) == ["people.claim_not_matched"] * MANY
    with pytest.raises(Refused):
        right = rules.Told("周小雨", True, phone_end="8001")
        claiming.claim(entry=code, told=right, device=None, agent="", address="x", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_device_that_claims_twice_at_once_holds_the_child_once(cast: Cast, home: Families) -> None:
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    brother = rules.Told("周小天", True, phone_end="8001")
    device = claiming.claim(entry=code, told=brother, device=None, agent="", address="x", now=NOW)[0].device
    told = rules.Told("周小雨", True, phone_end="8001")

    def again(at: int) -> Any:
        return claiming.claim(entry=code, told=told, device=device, agent="", address=str(at), now=NOW)[0].pk

    found = {each for each in at_once(again) if each != "people.claim_not_matched"}
    assert found == {Claim.objects.get(person=home.rain).pk}
