"""Writing a notice: choosing whom it reaches, checking, sending once, seeing who has read it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices import actions
from lianfang.notices.actions import delivering
from lianfang.notices.models import Delivery, Notice
from lianfang.notices.queries import audience
from lianfang.notices.rules.audience import Audience
from lianfang.orgs.models import Unit
from lianfang.people import actions as people
from tests.cast import Cast

WRITE, CHECK, SEND, SENT = "/notices/write/", "/notices/check/", "/notices/send/", "/notices/sent/"


@pytest.fixture
def city(client: Client, cast: Cast) -> Client:
    client.force_login(cast.city)
    return client


def typed(units: str, roles: list[str], **more: Any) -> dict[str, Any]:
    return {"units": units, "roles": roles, "title": "返校通知", "body": "未经批准不得返校。", **more}


def reached(notice: Notice) -> set[str]:
    return set(Delivery.objects.filter(notice=notice).values_list("user__username", flat=True))


def test_the_check_page_says_how_many_are_reached_and_tells_nobody(cast: Cast, city: Client) -> None:
    page = city.post(CHECK, typed("长沙市", ["clerk", "office_head"], whole="on"))
    assert page.status_code == 200
    assert page.context["people"] == 2
    assert "未经批准不得返校。" in page.content.decode()
    assert not Notice.objects.exists()


def test_sending_twice_is_one_notice(cast: Cast, city: Client) -> None:
    data = typed("长沙市", ["clerk", "office_head"], whole="on", to_confirm="on")
    key = city.post(CHECK, data).context["key"]
    first = city.post(SEND, {**data, "key": key})
    again = city.post(SEND, {**data, "key": key})
    notice = Notice.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == f"{SENT}{notice.pk}/"
    assert (notice.unit, notice.by, notice.to_confirm) == (cast.city_unit, cast.city, True)
    assert reached(notice) == {"clerk", "head"}
    assert Event.objects.filter(verb="notice.posted").count() == 1


def test_the_same_words_sent_from_a_new_check_page_are_a_new_notice(cast: Cast, city: Client) -> None:
    data = typed("长沙市", ["clerk"], whole="on")
    for _ in range(2):
        city.post(SEND, {**data, "key": city.post(CHECK, data).context["key"]})
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("units", "whole", "roles", "people"),
    [
        ("湘江技师学院", "", ["clerk"], {"clerk"}),
        ("湘江技师学院", "", ["department"], set()),
        ("湘江技师学院", "on", ["department"], {"students", "staff", "logistics"}),
        ("4143010532-XS\n4143010532-RS", "", ["department"], {"students", "staff"}),
        ("长沙市 430100", "", ["liaison"], set()),
    ],
)
def test_units_and_duties_decide_who_is_reached(
    cast: Cast, city: Client, units: str, whole: str, roles: list[str], people: set[str]
) -> None:
    data = typed(units, roles, whole=whole)
    sent = city.post(SEND, {**data, "key": str(uuid4())})
    assert (reached(Notice.objects.get()) if Notice.objects.exists() else set()) == people
    assert sent.status_code == (302 if people else 422)


def test_a_sponsor_reaches_the_schools_it_sponsors(cast: Cast, client: Client) -> None:
    client.force_login(cast.company)
    client.post(SEND, {**typed("CSRT", ["clerk"], whole="on"), "key": str(uuid4())})
    assert reached(Notice.objects.get()) == {"clerk_second"}


def test_people_who_no_longer_hold_the_duty_are_not_told(cast: Cast, city: Client) -> None:
    people.deactivate(by=cast.admin, user=cast.clerk, now=cast.now)
    city.post(SEND, {**typed("湘江技师学院", ["clerk", "office_head"]), "key": str(uuid4())})
    assert reached(Notice.objects.get()) == {"head"}


@pytest.mark.parametrize("units", ["湘潭机电学校", "430300", "湖南省", "没有这所学校", "\x00"])
def test_a_unit_outside_ones_own_cannot_be_told(cast: Cast, city: Client, units: str) -> None:
    page = city.post(SEND, {**typed(units, ["clerk"], whole="on"), "key": str(uuid4())})
    assert page.status_code == 422
    assert page.context["form"].errors["units"]
    assert not Notice.objects.exists()


def test_a_name_that_fits_several_units_is_asked_back(cast: Cast, city: Client) -> None:
    page = city.post(CHECK, typed("校区", ["principal"]))
    assert page.status_code == 422
    assert "北校区" in str(page.context["form"].errors["units"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "长" * 121), ("body", ""), ("body", "长" * 5001), ("roles", []), ("roles", ["emperor"])],
)
def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, city: Client, field: str, value: Any
) -> None:
    data = typed("长沙市", ["clerk"], whole="on") | {field: value}
    page = city.post(CHECK, data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    if field != "body":
        assert "未经批准不得返校。" in page.content.decode()


def test_a_sending_without_a_key_is_not_sent(cast: Cast, city: Client) -> None:
    assert city.post(SEND, typed("长沙市", ["clerk"], whole="on")).status_code == 422
    assert not Notice.objects.exists()


def test_going_back_from_the_check_page_keeps_what_was_typed(cast: Cast, city: Client) -> None:
    page = city.post(WRITE, typed("长沙市", ["clerk"], whole="on"))
    assert page.status_code == 200
    assert "未经批准不得返校。" in page.content.decode()


def test_who_may_not_post_notices_reaches_none_of_the_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.students)
    assert [client.get(page).status_code for page in (WRITE, SENT)] == [403, 403]
    assert [client.post(page, typed("长沙市", ["clerk"])).status_code for page in (CHECK, SEND)] == [403, 403]
    assert client.get(f"{SENT}{uuid4()}/").status_code == 403


def test_somebody_with_two_posts_says_in_whose_name(cast: Cast, city: Client) -> None:
    people.appoint(by=None, user=cast.city, unit=cast.authority, role="liaison", title="", deputy=False,
                   from_on=cast.day, now=cast.now)  # fmt: skip
    data = typed("长沙市", ["clerk"], whole="on")
    assert city.post(CHECK, data).context["form"].errors["sender"]
    assert city.post(CHECK, {**data, "sender": cast.school.pk}).context["form"].errors["sender"]
    city.post(SEND, {**data, "sender": cast.authority.pk, "key": str(uuid4())})
    assert Notice.objects.get().unit == cast.authority


def sent_notice(cast: Cast, unit: Unit, to: list[int], *, to_confirm: bool = True) -> Notice:
    return actions.post(
        by=cast.city,
        unit=unit,
        to=to,
        key=str(uuid4()),
        title="值班",
        body="请核对。",
        to_confirm=to_confirm,
        now=cast.now,
    )


def test_the_sender_sees_who_has_not_read_and_who_has_not_confirmed(cast: Cast, city: Client) -> None:
    notice = sent_notice(cast, cast.city_unit, [cast.clerk.pk, cast.head.pk, cast.leader.pk])
    read = Delivery.objects.get(notice=notice, user=cast.clerk)
    actions.read(by=cast.clerk, delivery=read, now=cast.now)
    done = Delivery.objects.get(notice=notice, user=cast.head)
    actions.confirm(by=cast.head, delivery=done, now=cast.now)
    address = f"{SENT}{notice.pk}/"
    page = city.get(address)
    assert page.context["counts"] == {"delivered": 3, "read": 2, "confirmed": 1, "answered": 0}
    assert [row["delivery"].user for row in page.context["rows"]] == [cast.leader]
    names = [row["delivery"].user.name for row in city.get(address + "?only=unconfirmed").context["rows"]]
    assert names == [cast.clerk.name, cast.leader.name]
    assert len(city.get(address + "?only=").context["rows"]) == 3
    assert city.get(address + "?only=nonsense").status_code == 404


def test_colleagues_of_the_unit_see_what_was_sent_and_nobody_else_does(cast: Cast, client: Client) -> None:
    notice = sent_notice(cast, cast.city_unit, [cast.clerk.pk])
    for user, status in ((cast.city, 200), (cast.clerk, 404), (cast.province, 404), (cast.city_second, 404)):
        client.force_login(user)
        assert client.get(f"{SENT}{notice.pk}/").status_code == status
        assert bool(client.get(SENT).context["rows"]) == (status == 200)


def test_lists_of_sent_notices_and_of_readers_cost_a_fixed_number_of_queries(
    cast: Cast, city: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    everybody = [user.pk for user in cast.people.values()]
    pk: UUID | None = None
    for _ in range(12):
        pk = sent_notice(cast, cast.city_unit, everybody).pk
    with django_assert_max_num_queries(8):
        assert len(city.get(SENT).context["rows"]) == 12
    with django_assert_max_num_queries(12):
        assert len(city.get(f"{SENT}{pk}/").context["rows"]) == len(everybody)


def test_a_reach_never_goes_beyond_the_right_to_post(cast: Cast) -> None:
    for units, mine in (([cast.school], True), ([cast.second, cast.school], False)):
        wanted = Audience("duties", units=tuple(unit.pk for unit in units), roles=("clerk",))
        assert audience.within(wanted, cast.city) is mine
        if not mine:
            with pytest.raises(Refused):
                delivering.send(by=cast.city, unit=cast.city_unit, audience=wanted, key="k", title="x", body="y",
                                now=cast.now)  # fmt: skip
