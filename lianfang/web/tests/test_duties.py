"""Working groups, assigned units and absences as people meet them on the pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.notices.models import Delivery
from lianfang.orgs.models import Group
from lianfang.people import access
from lianfang.people.actions import leave as absences
from lianfang.people.models import AreaAssignment, AreaVisit, GroupMember, Leave, User
from lianfang.web.oversight import actions as telling
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast


@pytest.fixture
def enter(client: Client, cast: Cast, clock: Clock) -> Callable[[str], Client]:
    def run(who: str) -> Client:
        client.force_login(cast.people[who])
        return client

    return run


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(notice__kind=kind).values_list("user__username", flat=True))


def test_a_group_is_formed_filled_changed_and_dissolved(cast: Cast, enter: Callable[[str], Client]) -> None:
    principal, unit = enter("principal"), cast.school.pk
    form = {"kind": "leading", "name": "领导小组", "task": "统一指挥，分工负责", "from_on": "2020-02-05"}
    assert principal.post(reverse("duties:group_new", args=[unit]), form).status_code == 302
    one = [unit, Group.objects.get().pk]
    member = {"user": "周敏", "head": "on", "task": "联络", "from_on": "2020-02-05"}
    assert principal.post(reverse("duties:group_join", args=one), member).status_code == 302
    again = principal.post(reverse("duties:group_join", args=one), member)
    assert (again.status_code, set(again.context["form"].errors)) == (422, {"user"})
    page = principal.get(reverse("duties:groups", args=[unit])).content.decode()
    assert "统一指挥，分工负责" in page
    assert cast.clerk.work_phone in page
    assert principal.post(reverse("duties:group_edit", args=one), {**form, "name": ""}).status_code == 422
    part = reverse("duties:group_part", args=[*one, GroupMember.objects.get().pk])
    assert principal.post(part).status_code == 302
    assert principal.post(reverse("duties:group_dissolve", args=one), {"to_on": "2020-02-05"}).status_code == 302
    assert Group.objects.get().to_on == DAY
    assert principal.get(reverse("duties:group_edit", args=one)).status_code == 200


@pytest.mark.parametrize("typed", ["没有此人", "吴刚", "head_second"])
def test_only_staff_of_the_unit_are_taken(enter: Callable[[str], Client], cast: Cast, typed: str) -> None:
    principal, unit = enter("principal"), cast.school.pk
    form = {"kind": "other", "name": "专班", "task": "", "from_on": "2020-02-05"}
    principal.post(reverse("duties:group_new", args=[unit]), form)
    path = reverse("duties:group_join", args=[unit, Group.objects.get().pk])
    page = principal.post(path, {"user": typed, "from_on": "2020-02-05"})
    assert set(page.context["form"].errors) == {"user"}
    assert typed in page.content.decode()


def test_two_people_of_one_name_are_offered_for_choice(enter: Callable[[str], Client], cast: Cast) -> None:
    User.objects.filter(pk=cast.staff.pk).update(name="周敏")
    principal, unit = enter("principal"), cast.school.pk
    form = {"kind": "other", "name": "专班", "task": "", "from_on": "2020-02-05"}
    principal.post(reverse("duties:group_new", args=[unit]), form)
    path = reverse("duties:group_join", args=[unit, Group.objects.get().pk])
    member = {"user": "周敏", "from_on": "2020-02-05"}
    page = principal.post(path, member)
    assert page.status_code == 422
    assert 'value="staff"' in page.content.decode()
    assert principal.post(path, {**member, "user_asked": "周敏", "user_pick": "staff"}).status_code == 302
    assert GroupMember.objects.get().user == cast.staff


def test_a_leader_is_assigned_visits_and_settles(enter: Callable[[str], Client], cast: Cast) -> None:
    assign = reverse("duties:area_assign", args=[cast.department.pk])
    assert enter("principal").post(assign, {"user": "周敏", "from_on": "2020-02-05"}).status_code == 422
    assert enter("principal").post(assign, {"user": "刘建国", "from_on": "2020-02-05"}).status_code == 302
    one = AreaAssignment.objects.get()
    path = reverse("duties:visit", args=[one.pk])
    visit = {"on": "2020-02-05", "found": "宿舍已通风", "problem": "缺口罩"}
    page = enter("leader").post(path, visit)
    assert set(page.context["form"].errors) == {"due_on"}
    assert "宿舍已通风" in page.content.decode()
    assert enter("leader").post(path, {**visit, "due_on": "2020-02-06"}).status_code == 302
    settle = reverse("duties:settle", args=[one.pk, AreaVisit.objects.get().pk])
    assert enter("leader").post(settle, {"on": "2020-02-05", "note": "已配发"}).status_code == 302
    assert "已配发" in enter("principal").get(reverse("duties:ledger", args=[one.pk])).content.decode()
    without = reverse("duties:area_overview", args=[cast.school.pk]) + "?without=1"
    assert "机械工程系" not in enter("principal").get(without).content.decode()


def report(client: Client, **changes: str) -> int:
    form = {
        "kind": "leave", "from_on": "2020-02-05", "to_on": "2020-02-06", "reason": "发热就诊",
        "where": "岳麓区桃花岭1号", "stand_in": "徐明",
    } | changes  # fmt: skip
    return client.post(reverse("duties:leave_report"), form).status_code


def test_an_absence_is_reported_agreed_to_and_over(enter: Callable[[str], Client], cast: Cast) -> None:
    assert report(enter("teacher"), to_on="2020-02-01") == 422
    assert report(enter("teacher")) == 302
    one = [Leave.objects.get().pk]
    assert Leave.objects.get().unit == cast.school
    assert "桃花岭" in enter("head").get(reverse("duties:leave", args=one)).content.decode()
    for who in ("clerk", "teacher_two"):  # the list of the office and the stand-in: days yes, place no
        assert "桃花岭" not in enter(who).get(reverse("duties:leave", args=one)).content.decode()
    reply = reverse("duties:leave_answer", args=one)
    assert enter("head").post(reply, {"agreed": "yes"}).status_code == 302
    telling.leave_answered(Event.objects.get(verb="leave.agreed"))
    assert (told("leave.agreed"), told("leave.stand_in")) == ({"teacher"}, {"teacher_two"})
    stand_in = User.objects.get(pk=cast.teacher_two.pk)
    assert access.can(stand_in, "person.view", cast.class_one)
    assert "林芳" in enter("clerk").get(reverse("duties:leaves")).content.decode()
    assert enter("clerk").post(reverse("duties:leave_back", args=one)).status_code == 404
    assert enter("teacher").post(reverse("duties:leave_back", args=one)).status_code == 302
    assert not access.can(User.objects.get(pk=cast.teacher_two.pk), "person.view", cast.class_one)


def test_what_a_stand_in_does_is_on_record_with_the_own_name(enter: Callable[[str], Client], cast: Cast) -> None:
    leave = absences.report(
        by=cast.principal, unit=cast.school, kind="leave", from_on=DAY, to_on=DAY, where="", reason="出差",
        stand_in=cast.clerk, now=NOW,
    )  # fmt: skip
    absences.answer(by=cast.leader, leave=leave, agreed=True, text="", now=NOW)
    form = {"kind": "other", "name": "专班", "task": "", "from_on": "2020-02-05"}
    assert enter("clerk").post(reverse("duties:group_new", args=[cast.school.pk]), form).status_code == 302
    assert Event.objects.get(verb="group.formed").by_name == "周敏"


def test_everybody_is_called_back_with_a_notice_to_confirm(enter: Callable[[str], Client], cast: Cast) -> None:
    report(enter("teacher"))
    path = reverse("duties:recall")
    offered = enter("principal").get(path).context["form"]["unit"].value()
    assert offered.startswith("湘江技师学院")
    assert enter("principal").post(path, {"unit": "湘江技师学院", "reason": ""}).status_code == 422
    assert enter("principal").post(path, {"unit": "湘潭机电学校", "reason": "开学准备"}).status_code == 422
    assert enter("principal").post(path, {"unit": offered, "reason": "开学准备"}).status_code == 302
    telling.recalled(Event.objects.get(verb="leave.recalled"))
    assert told("leave.recalled") == {"teacher"}
    assert Delivery.objects.get().notice.to_confirm


def test_lists_cost_a_fixed_number_of_queries(
    enter: Callable[[str], Client], cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for who in (cast.teacher, cast.teacher_two, cast.counsellor, cast.doctor, cast.registrar, cast.clerk):
        leave = absences.report(
            by=who, unit=cast.school, kind="leave", from_on=DAY, to_on=DAY, where="", reason="病假",
            stand_in=cast.students, now=NOW,
        )  # fmt: skip
        absences.answer(by=cast.head, leave=leave, agreed=True, text="", now=NOW)
    head = enter("head")
    with django_assert_max_num_queries(14):
        assert len(head.get(reverse("duties:leaves")).context["away"]) == 6
    principal = enter("principal")
    with django_assert_max_num_queries(14):
        principal.get(reverse("duties:area_overview", args=[cast.school.pk]))
