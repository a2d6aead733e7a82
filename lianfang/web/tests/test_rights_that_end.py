"""A right that ends while somebody is signed in is refused at the next request (control B01)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.orgs import actions as orgs
from lianfang.people import access, actions
from lianfang.people.actions import grants
from lianfang.people.models import Enrolment, Posting
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast
from tests.pupils import pupils

End = Callable[[Cast], None]


def _last_day_is_today(cast: Cast) -> None:
    actions.dismiss(by=cast.admin, posting=Posting.objects.get(user=cast.teacher), to_on=DAY, now=NOW)


def _the_class_is_dissolved(cast: Cast) -> None:
    orgs.close_unit(by=cast.admin, unit=cast.class_one, on=DAY, now=NOW)


def _the_deputy_stood_in_until_today(cast: Cast) -> None:
    Posting.objects.filter(user=cast.teacher).update(deputy=True, to_on=DAY)


@pytest.mark.parametrize("ends", [_last_day_is_today, _the_class_is_dissolved, _the_deputy_stood_in_until_today])
def test_what_holds_until_midnight_is_refused_a_minute_later(cast: Cast, clock: Clock, ends: End) -> None:
    girl = pupils(cast)["girl"]
    clock.set("2020-02-05 23:59")
    ends(cast)
    client = Client()
    client.force_login(cast.teacher)
    places = [
        reverse("roster:list", args=[cast.class_one.pk]),
        reverse("roster:person", args=[girl.pk]),
        reverse("roster:reveal", args=[girl.pk, "phone"]),
        reverse("codes:class", args=[cast.class_one.pk]),
    ]
    assert [client.get(place).status_code for place in places] == [200] * 4
    clock.set("2020-02-06 00:00")
    assert {client.get(place).status_code for place in places} <= {403, 404}
    shown = client.post(places[2], {"reason": "contact", "words": "需要联系家长"})
    assert shown.status_code in (403, 404)
    assert "154" not in shown.content.decode()


def test_a_closed_unit_gives_no_right_above_or_below_it(cast: Cast) -> None:
    day, later = DAY, DAY + timedelta(days=1)
    assert access.can(cast.clerk_second, "return.fill", cast.second)
    orgs.close_unit(by=cast.admin, unit=cast.second, on=day, now=NOW)
    assert Posting.objects.on(day).filter(user=cast.clerk_second).exists()
    assert not Posting.objects.on(later).filter(user=cast.clerk_second).exists()
    assert Posting.objects.on(later).filter(user=cast.city_second).exists()


def test_a_grant_ends_with_its_hour_and_with_its_review(cast: Cast, clock: Clock) -> None:
    girl = pupils(cast)["girl"]
    client = Client()
    client.force_login(cast.head)
    place = reverse("roster:person", args=[girl.pk])
    clock.set("2020-02-05 09:00")
    assert client.get(place).status_code in (403, 404)
    grants.break_glass(by=cast.head, unit=cast.class_one, reason="学生晕倒，需要联系家长", hours=1, now=NOW)
    assert client.get(place).status_code == 200
    clock.set("2020-02-05 10:00")
    assert client.get(place).status_code in (403, 404)


def test_a_pupil_who_left_is_out_of_the_class_teachers_reach_the_next_day(cast: Cast, clock: Clock) -> None:
    girl = pupils(cast)["girl"]
    client = Client()
    client.force_login(cast.teacher)
    place = reverse("roster:person", args=[girl.pk])
    clock.set("2020-02-05 23:59")
    Enrolment.objects.filter(person=girl).update(to_on=DAY, ending="left")
    assert client.get(place).status_code == 200
    clock.set("2020-02-06 00:00")
    assert client.get(place).status_code == 404
