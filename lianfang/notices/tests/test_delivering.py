"""Whom a notice reaches, how it gets to very many, and taking it back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices import actions, queries
from lianfang.notices.actions import delivering, withdrawing
from lianfang.notices.models import Delivery, Notice, Send, State
from lianfang.notices.queries import audience
from lianfang.notices.rules.audience import Audience
from lianfang.orgs.models import Group
from lianfang.people.models import GroupMember, User
from tests.browser import Clock
from tests.cast import Cast
from tests.families import Families, families

WRITE, CHECK, SEND = "/notices/write/", "/notices/check/", "/notices/send/"


@pytest.fixture
def home(cast: Cast, clock: Clock) -> Families:
    return families(cast)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are many, and travel two by two."""
    monkeypatch.setattr(delivering, "AT_ONCE", 2)
    monkeypatch.setattr(delivering, "SLICE", 2)


def sent(cast: Cast, by: User, wanted: Audience, **more: Any) -> Notice:
    unit = queries.senders(by)[0]
    return delivering.send(
        by=by, unit=unit, audience=wanted, key=str(uuid4()), title="返校", body="请核对。", now=cast.now, **more
    )


def told(notice: Notice) -> set[str]:
    rows = Delivery.objects.filter(notice=notice)
    return set(rows.filter(user=None).values_list("person__name", flat=True)) | set(
        rows.exclude(user=None).values_list("user__username", flat=True)
    )


def test_all_staff_of_a_school_get_it_with_everything_below(cast: Cast) -> None:
    whole = sent(cast, cast.head, Audience("staff", units=(cast.school.pk,), whole=True))
    top = sent(cast, cast.head, Audience("staff", units=(cast.school.pk,)))
    assert told(whole) - told(top) == {"students", "staff", "logistics", "teacher", "teacher_two", "counsellor"}
    assert "head" not in told(whole), "the sender knows it already"
    assert (whole.recipients, whole.complete_at) == (len(told(whole)), cast.now)


def test_the_members_of_a_group_get_it_as_long_as_they_are_members(cast: Cast) -> None:
    group = Group.objects.create(unit=cast.school, kind="leading", name="领导小组", from_on=cast.day)
    for user, to_on in ((cast.leader, None), (cast.clerk, cast.day), (cast.doctor, cast.day - timedelta(days=1))):
        GroupMember.objects.create(group=group, user=user, from_on=cast.day - timedelta(days=9), to_on=to_on)
    assert told(sent(cast, cast.head, Audience("groups", groups=(group.pk,)))) == {"leader", "clerk"}
    with pytest.raises(Refused, match="not_yours"):
        sent(cast, cast.head_second, Audience("groups", groups=(group.pk,)))


def test_a_class_teacher_writes_to_the_families_of_their_own_class_only(cast: Cast, home: Families) -> None:
    notice = sent(cast, cast.teacher, Audience("families", units=(cast.class_one.pk,)))
    assert told(notice) == {"周小雨", "周小天", "陈浩"}
    notice.refresh_from_db()
    assert notice.audience == {"how": "families", "units": [cast.class_one.pk]}
    for unit in (cast.class_two, cast.school):
        with pytest.raises(Refused, match="not_yours"):
            sent(cast, cast.teacher, Audience("families", units=(unit.pk,)))
    with pytest.raises(Refused, match="not_yours"):
        sent(cast, cast.teacher, Audience("staff", units=(cast.class_one.pk,)))


def test_a_list_names_people_in_ones_own_reach_and_keeps_no_name(cast: Cast, home: Families) -> None:
    found = audience.staff_named(cast.city, ["周敏", "head", "孙丽", "无此人"], cast.day)
    assert (found.ids, found.unknown) == ((cast.clerk.pk, cast.head.pk), ("孙丽", "无此人"))
    pupils = audience.pupils_named(cast.teacher, ["20190401", "陈浩", "赵敏"], cast.day)
    assert (pupils.ids, pupils.unknown) == ((home.rain.pk, home.hao.pk), ("赵敏",))
    assert audience.pupils_named(cast.city, ["陈浩"], cast.day).ids == (), "an area does not learn who is a pupil"
    notice = sent(cast, cast.teacher, Audience("pupil_list", typed=3), ids=pupils.ids)
    assert (told(notice), notice.audience) == ({"周小雨", "陈浩"}, {"how": "pupil_list", "typed": 3})


def test_a_work_telephone_names_somebody_too(cast: Cast) -> None:
    cast.clerk.phone = "+8613900000001"
    cast.clerk.save(update_fields=["phone", "phone_index"])
    assert audience.staff_named(cast.head, ["139 0000 0001"], cast.day).ids == (cast.clerk.pk,)


@pytest.mark.usefixtures("few")
def test_very_many_get_it_by_a_job_that_goes_on_where_it_was_killed(cast: Cast) -> None:
    notice = sent(cast, cast.head, Audience("staff", units=(cast.school.pk,), whole=True))
    event = Event.objects.get(verb="notice.delivering")
    assert (Delivery.objects.filter(notice=notice).count(), notice.complete_at) == (0, None)
    assert delivering._slice(notice.pk, cast.now), "a worker is killed after the first slice"
    assert Delivery.objects.filter(notice=notice).count() == 2
    delivering.carry_out(event)
    delivering.carry_out(event)
    notice.refresh_from_db()
    assert Delivery.objects.filter(notice=notice).count() == notice.recipients
    assert notice.complete_at is not None


@pytest.mark.usefixtures("few")
def test_pupils_get_it_slice_by_slice_too_and_a_withdrawn_notice_goes_no_further(cast: Cast, home: Families) -> None:
    notice = sent(cast, cast.head, Audience("families", units=(cast.school.pk,)))
    delivering._slice(notice.pk, cast.now)
    withdrawing.withdraw(by=cast.head, notice=notice, reason="写错了", now=cast.now)
    delivering.carry_out(Event.objects.get(verb="notice.delivering"))
    assert Delivery.objects.filter(notice=notice).count() == 2
    other = sent(cast, cast.head, Audience("families", units=(cast.school.pk,)))
    delivering.carry_out(Event.objects.filter(verb="notice.delivering").latest("pk"))
    assert told(other) == {"周小雨", "周小天", "陈浩", "赵敏"}


def test_a_withdrawn_notice_stays_owes_nothing_and_leaves_the_house_no_more(cast: Cast, client: Client) -> None:
    wanted = Audience("duties", units=(cast.school.pk,), roles=("clerk",))
    notice = sent(cast, cast.head, wanted, to_confirm=True)
    delivery = Delivery.objects.get(notice=notice)
    Send.objects.create(
        school_id=notice.unit_id, on=cast.day, notice_id=notice.pk, channel="mail", user_id=cast.clerk.pk,
        unit_id=notice.unit_id, state=State.WAITING, at=cast.now, next_at=cast.now,
    )  # fmt: skip
    assert queries.open_count(cast.clerk) == 1
    assert withdrawing.withdraw(by=cast.head, notice=notice, reason="时间写错", now=cast.now)
    assert not withdrawing.withdraw(by=cast.leader, notice=notice, reason="又一次", now=cast.now)
    assert (queries.open_count(cast.clerk), queries.inbox_counts(cast.clerk)["confirm"]) == (0, 0)
    assert list(Send.objects.values_list("state", "code")) == [(State.DROPPED, "withdrawn")]
    with pytest.raises(Refused, match="withdrawn"):
        actions.confirm(by=cast.clerk, delivery=Delivery.objects.select_related("notice").get(), now=cast.now)
    client.force_login(cast.clerk)
    page = client.get(reverse("notices:read", args=[delivery.pk])).content.decode()
    assert "时间写错" in page
    assert reverse("notices:confirm", args=[delivery.pk]) not in page
    client.post(reverse("notices:confirm", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert delivery.confirmed_at is None


def test_only_the_senders_unit_withdraws_and_says_why(cast: Cast, client: Client, clock: Clock) -> None:
    notice = sent(cast, cast.head, Audience("duties", units=(cast.school.pk,), roles=("clerk",)))
    address = reverse("notices:withdraw", args=[notice.pk])
    for user, status in ((cast.city, 404), (cast.teacher, 404), (cast.leader, 422)):
        client.force_login(user)
        assert client.post(address, {"reason": ""}).status_code == status
    client.post(address, {"reason": "重复\x00"})
    assert Notice.objects.get().withdrawn_at is None
    assert client.post(address, {"reason": "重复"}).status_code == 302
    notice.refresh_from_db()
    assert (notice.withdrawn_by, notice.withdrawn_why) == (cast.leader, "重复")


def typed(**more: Any) -> dict[str, Any]:
    return {"title": "返校", "body": "请核对。", **more}


def test_each_way_to_choose_has_its_page_and_teachers_see_only_families(cast: Cast, client: Client) -> None:
    for user, ways in ((cast.teacher, ["families", "pupil_list"]), (cast.city, ["duties", "staff", "groups",
                       "staff_list", "families"])):  # fmt: skip
        client.force_login(user)
        assert [way for way, *_ in client.get(WRITE).context["ways"]] == ways
        for way in ways:
            page = client.get(f"{WRITE}?how={way}")
            assert (page.status_code, page.context["form"].way) == (200, way)


def test_a_list_from_a_file_joins_what_was_typed_and_tells_what_it_did_not_find(
    cast: Cast, client: Client, clock: Clock
) -> None:
    client.force_login(cast.head)
    file = SimpleUploadedFile("名单.csv", "姓名\n高洁\n无此人\n".encode())
    page = client.post(CHECK, typed(how="staff_list", names="周敏", file=file))
    assert (page.status_code, page.context["people"]) == (200, 2)
    assert page.context["matched"].unknown == ("姓名", "无此人")
    carried = dict(page.context["hidden"])
    assert carried["names"].splitlines() == ["周敏", "姓名", "高洁", "无此人"]
    client.post(SEND, {**carried, "key": page.context["key"]})
    assert told(Notice.objects.get()) == {"clerk", "doctor"}
    nobody = client.post(CHECK, typed(how="staff_list", names="无此人"))
    assert (nobody.status_code, list(nobody.context["form"].errors)) == (422, ["names"])


@pytest.mark.parametrize(("until", "confirm"), [("2020-02-05T08:00", "on"), ("2022-02-05T08:00", "on"),
                                                ("2020-02-06T08:00", ""), ("morgen", "on")])  # fmt: skip
def test_a_deadline_lies_ahead_and_asks_for_something(
    cast: Cast, client: Client, clock: Clock, until: str, confirm: str
) -> None:
    client.force_login(cast.head)
    data = typed(units=cast.school.code, roles=["clerk"], until=until, to_confirm=confirm)
    page = client.post(CHECK, data)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["until"])


def test_very_many_are_told_only_when_their_number_was_typed(
    cast: Cast, client: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianfang.notices.forms.telling.MANY", 1)
    client.force_login(cast.city)
    data = typed(units="长沙市", roles=["clerk", "office_head"], whole="on")
    page = client.post(CHECK, data)
    assert page.context["many"]
    for number in ("", "3", "20"):
        assert client.post(SEND, {**data, "key": page.context["key"], "number": number}).status_code == 422
    assert not Notice.objects.exists()
    assert client.post(SEND, {**data, "key": page.context["key"], "number": " ２ "}).status_code == 302
    assert Notice.objects.get().recipients == 2


def test_who_got_it_is_counted_by_unit_in_the_order_of_the_tree(cast: Cast, client: Client, clock: Clock) -> None:
    notice = sent(cast, cast.city, Audience("staff", units=(cast.city_unit.pk,), whole=True))
    client.force_login(cast.city)
    top = client.get(reverse("notices:by_unit", args=[notice.pk])).context["rows"]
    assert [(row["unit"], row["delivered"]) for row in top] == [(cast.school, notice.recipients)]
    below = client.get(reverse("notices:by_unit_below", args=[notice.pk, cast.school.pk])).context["rows"]
    assert sum(row["delivered"] for row in below) == notice.recipients
    assert below[0]["unit"] == cast.school
    assert client.get(reverse("notices:by_unit_below", args=[notice.pk, cast.second.pk])).status_code == 404


def test_names_of_pupils_stand_only_where_the_roster_is_seen(cast: Cast, client: Client, home: Families) -> None:
    notice = sent(cast, cast.head, Audience("families", units=(cast.school.pk,)), to_confirm=True)
    address = reverse("notices:sent_one", args=[notice.pk])
    seen = {}
    for user in (cast.head, cast.doctor, cast.teacher, cast.city, cast.registrar):
        client.force_login(user)
        page = client.get(address)
        seen[user.username] = (
            (page.context["counts"]["delivered"], page.context["unreached"], len(page.context["rows"]))
            if page.status_code == 200
            else page.status_code
        )
    assert seen == {"head": (4, 4, 0), "doctor": (4, 4, 4), "teacher": (3, 3, 3), "city": 404, "registrar": 403}
