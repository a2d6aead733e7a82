"""Notices with a deadline: owed like everything else, chased by the ladder; families are counted, and called."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.notices import actions
from lianfang.notices.actions import delivering, withdrawing
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.rules.audience import Audience
from lianfang.obligations.actions import chasing
from lianfang.obligations.models import Chase
from lianfang.people.actions import codes
from lianfang.people.models import User
from lianfang.web.today.notices_owed import SOURCE
from tests.browser import Clock
from tests.cast import Cast
from tests.families import Families, assess, claim_of, families

MOTHER = {"name": "周小雨", "phone_end": "8001", "born_on": "", "number_end": ""}


@pytest.fixture
def home(cast: Cast, clock: Clock) -> Families:
    assess(cast)
    return families(cast)


def sent(cast: Cast, wanted: Audience, *, hours: int = 4, **more: Any) -> Notice:
    return delivering.send(
        by=cast.head, unit=cast.school, audience=wanted, key=str(uuid4()), title="核对名单", body="请核对。",
        to_confirm=True, until=cast.now + timedelta(hours=hours), now=cast.now, **more,
    )  # fmt: skip


def to_staff(cast: Cast, **more: Any) -> Notice:
    return sent(cast, Audience("duties", units=(cast.school.pk,), whole=True, roles=("clerk", "class_teacher")), **more)


def confirm(notice: Notice, user: User, now: datetime) -> None:
    actions.confirm(by=user, delivery=Delivery.objects.select_related("notice").get(notice=notice, user=user), now=now)


def silent(cast: Cast, notice: Notice) -> set[int]:
    rows = SOURCE.silent(str(notice.pk), cast.day, cast.now + timedelta(days=1))
    return {user for row in rows for _, user in row.named}


def test_who_has_not_confirmed_is_silent_where_their_duty_is(cast: Cast) -> None:
    notice = to_staff(cast)
    assert [slot.code for slot in SOURCE.slots(cast.school, cast.day)] == [str(notice.pk)]
    assert [slot.code for slot in SOURCE.slots(cast.province_unit, cast.day)] == [str(notice.pk)]
    assert SOURCE.slots(cast.second, cast.day) == []
    assert silent(cast, notice) == {cast.clerk.pk, cast.teacher.pk, cast.teacher_two.pk}
    confirm(notice, cast.teacher, cast.now)
    assert silent(cast, notice) == {cast.clerk.pk, cast.teacher_two.pk}
    rows = SOURCE.standing(cast.school, str(notice.pk), cast.day, cast.now)
    assert (sum(row.owing for row in rows.values()), sum(row.done for row in rows.values())) == (3, 1)
    assert rows[cast.north.pk].missing == 1
    assert list(SOURCE.silent(str(notice.pk), cast.day, cast.now)) == [], "its deadline lies after that"
    assert list(SOURCE.silent("x", cast.day, cast.now)) == []


def test_the_ladder_reminds_the_silent_then_their_school_and_stops_when_it_is_withdrawn(cast: Cast) -> None:
    notice = to_staff(cast)
    confirm(notice, cast.teacher, cast.now)
    assert chasing.run(now=cast.now) == 0
    assert told_of(cast, 2) == {"clerk", "teacher_two"}
    assert told_of(cast, 4) == {"clerk", "teacher_two"}
    assert told_of(cast, 5) == {"head"}
    assert chasing.run(now=cast.now + timedelta(hours=5)) == 0
    assert set(Chase.objects.filter(kind="notice_confirm").values_list("slot", flat=True)) == {str(notice.pk)}
    other = to_staff(cast, hours=6)
    withdrawing.withdraw(by=cast.head, notice=other, reason="写错了", now=cast.now)
    assert told_of(cast, 6) == set()


def told_of(cast: Cast, hours: int) -> set[str]:
    """Whom a minute of the clock tells."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    chasing.run(now=cast.now + timedelta(hours=hours))
    rows = Delivery.objects.exclude(pk__in=before).filter(notice__kind__contains="notice_confirm")
    return set(rows.values_list("user__username", flat=True))


def test_it_stands_on_the_recipients_day_until_it_is_done(cast: Cast) -> None:
    notice = to_staff(cast)
    (row,) = SOURCE.mine(cast.clerk, cast.now)
    assert (row.title, row.due_at, row.done_at) == ("核对名单", notice.until, None)
    confirm(notice, cast.clerk, cast.now)
    (row,) = SOURCE.mine(cast.clerk, cast.now)
    assert row.done_at == cast.now
    assert SOURCE.mine(cast.clerk, cast.now + timedelta(days=1)) == []
    (row,) = SOURCE.mine(cast.teacher, cast.now + timedelta(days=1))
    assert row.state == "late"
    withdrawing.withdraw(by=cast.head, notice=notice, reason="写错了", now=cast.now)
    assert SOURCE.mine(cast.teacher, cast.now) == []


def test_families_are_counted_for_who_looks_after_them_and_never_chased(
    cast: Cast, home: Families, client: Client
) -> None:
    notice = sent(cast, Audience("families", units=(cast.school.pk,)))
    late = cast.now + timedelta(hours=5)
    assert SOURCE.mine(cast.teacher, cast.now) == []
    (row,) = SOURCE.mine(cast.teacher, late)
    assert ("3" in row.title, row.state) == (True, "late")
    assert silent(cast, notice) == set()
    client.force_login(cast.teacher)
    assert len(client.get(row.url).context["rows"]) == 3
    assert SOURCE.mine(cast.clerk, late) == []


def test_a_family_reads_confirms_once_and_the_sender_sees_by_whom(cast: Cast, home: Families, client: Client) -> None:
    notice = sent(cast, Audience("families", units=(cast.class_one.pk,)))
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=cast.now)
    claim = claim_of(client, code.code.open(), MOTHER)
    page = client.get(reverse("my:home"))
    assert [row["told"] for row in page.context["rows"]] == [1]
    delivery = Delivery.objects.get(notice=notice, person=home.rain)
    (row,) = client.get(reverse("notices:family", args=[claim.person_id])).context["page"].object_list
    assert row == delivery
    address = reverse("notices:family_one", args=[claim.person_id, delivery.pk])
    assert client.get(address).status_code == 200
    delivery.refresh_from_db()
    assert (delivery.read_at is None, delivery.as_guardian, delivery.confirmed_at) == (False, True, None)
    read_at = delivery.read_at
    for _ in range(2):
        assert client.post(address + "confirm/").headers["Location"] == address
    delivery.refresh_from_db()
    assert delivery.confirmed_at is not None
    assert delivery.read_at == read_at
    assert [row["told"] for row in client.get(reverse("my:home")).context["rows"]] == [0]
    other = Delivery.objects.get(notice=notice, person=home.hao)
    for way in ("", "confirm/"):
        method = client.post if way else client.get
        assert method(reverse("notices:family_one", args=[claim.person_id, other.pk]) + way).status_code == 404
    assert client.get(reverse("notices:family", args=[home.hao.pk])).status_code == 404
    sender = Client()
    sender.force_login(cast.teacher)
    shown = sender.get(reverse("notices:sent_one", args=[notice.pk])).context
    assert (shown["counts"]["confirmed"], shown["unreached"]) == (1, 2)
    withdrawing.withdraw(by=cast.head, notice=notice, reason="已改期", now=cast.now)
    assert "已改期" in client.get(address).content.decode()
