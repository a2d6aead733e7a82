"""What opens personal data is confirmed by the security administrator; the three administrators are three people."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access, actions, rules
from lianfang.people.actions import grants, postings
from lianfang.people.models import Leave, Person, Posting, User
from lianfang.people.queries import in_hands_of
from lianfang.people.queries import postings as queries
from tests.cast import DAY, NOW, SINCE, Cast

GUARDED = [name for name, role in access.ROLES.items() if role.guarded and name not in rules.WATCHERS]


def appoint(
    cast: Cast, role: str, unit: Unit, *, by: User | None = None, user: User | None = None, from_on: date = SINCE,
    to_on: date | None = None,
) -> Posting:  # fmt: skip
    return actions.appoint(
        by=by, user=user or cast.outsider, unit=unit, role=role, title="", deputy=False, from_on=from_on, to_on=to_on,
        now=NOW,
    )  # fmt: skip


def again(user: User) -> User:
    """The person at the next request."""
    return User.objects.get(pk=user.pk)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def place(cast: Cast, role: str) -> Unit:
    return next(unit for unit in (cast.class_two, cast.school, cast.city_unit) if rules.may_hold(role, unit.kind))


@pytest.mark.parametrize("role", GUARDED)
def test_what_opens_personal_data_waits_for_the_security_administrator(cast: Cast, role: str) -> None:
    unit = place(cast, role)
    post = appoint(cast, role, unit, by=cast.admin)
    assert post.confirmed_at is None
    assert not access.can(again(cast.outsider), "person.view", unit)
    assert postings.confirm(by=cast.security, postings=[post], now=NOW) == 1
    assert access.can(again(cast.outsider), "person.view", unit)
    assert Event.objects.filter(verb="posting.confirmed", by_id=cast.security.pk, subject_id=str(post.pk)).exists()


def test_what_opens_no_personal_data_holds_at_once(cast: Cast) -> None:
    appoint(cast, "clerk", cast.school, by=cast.admin)
    assert access.can(again(cast.outsider), "return.fill", cast.school)


def test_many_appointed_at_once_wait_too(cast: Cast) -> None:
    row = actions.NewPosting(cast.outsider, cast.class_two, "class_teacher")
    (post,) = actions.appoint_all(by=cast.admin, rows=[row], from_on=SINCE, now=NOW)
    assert post.confirmed_at is None
    with pytest.raises(ValueError, match="one person at a time"):
        rows = [actions.NewPosting(cast.outsider, cast.school, "unit_admin")]
        actions.appoint_all(by=cast.admin, rows=rows, from_on=SINCE, now=NOW)


def test_the_unit_administrator_does_not_confirm(cast: Cast) -> None:
    post = appoint(cast, "doctor", cast.school, by=cast.admin)
    for who in (cast.admin, cast.auditor, cast.principal, cast.registrar):
        with pytest.raises(Refused) as refused:
            postings.confirm(by=who, postings=[post], now=NOW)
        assert code(refused) == "people.posting_not_yours"
    assert not Posting.objects.get(pk=post.pk).confirmed_at


def test_all_chosen_are_confirmed_or_none(cast: Cast) -> None:
    appoint(cast, "security_admin", cast.city_unit)
    mine = appoint(cast, "doctor", cast.school, by=cast.admin, user=cast.students)
    other = appoint(cast, "doctor", cast.second, by=cast.admin, user=cast.staff)
    with pytest.raises(Refused):
        postings.confirm(by=cast.outsider, postings=[mine, other], now=NOW)
    assert Posting.objects.waiting(DAY).count() == 2
    assert postings.confirm(by=cast.security, postings=[mine, other], now=NOW) == 2
    assert postings.confirm(by=cast.security, postings=[mine, other], now=NOW) == 0


def test_a_rejected_posting_never_holds_and_the_reason_is_kept(cast: Cast) -> None:
    post = appoint(cast, "doctor", cast.school, by=cast.admin, from_on=DAY + timedelta(days=5))
    with pytest.raises(Refused):
        postings.reject(by=cast.security, posting=post, reason=" ", now=NOW)
    postings.reject(by=cast.security, posting=post, reason="没有执业证书", now=NOW)
    assert Event.objects.get(verb="posting.rejected").reason == "没有执业证书"
    assert not Posting.objects.waiting(DAY).exists()
    with pytest.raises(Refused) as refused:
        postings.reject(by=cast.security, posting=post, reason="没有执业证书", now=NOW)
    assert code(refused) == "people.not_waiting"
    assert postings.confirm(by=cast.security, postings=[post], now=NOW) == 0
    again_given = appoint(cast, "doctor", cast.school, by=cast.admin, from_on=DAY + timedelta(days=5))
    assert Posting.objects.waiting(DAY).get() == again_given


# ── three people ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("held", sorted(rules.APART))
@pytest.mark.parametrize("role", sorted(access.ROLES))
def test_only_the_three_administrators_exclude_one_another(held: str, role: str) -> None:
    assert rules.kept_apart(role, [held, "clerk"]) == (role in rules.APART and role != held)


@pytest.mark.parametrize(("who", "role"), [
    ("admin", "auditor"), ("admin", "security_admin"), ("security", "unit_admin"), ("security", "auditor"),
    ("auditor", "unit_admin"), ("auditor", "security_admin"),
])  # fmt: skip
def test_nobody_is_two_of_the_three_administrators(cast: Cast, who: str, role: str) -> None:
    with pytest.raises(Refused) as refused:
        appoint(cast, role, cast.school, user=cast.people[who])
    assert code(refused) == "people.administrators_apart"


def test_nor_from_a_later_day_nor_with_a_second_account(cast: Cast) -> None:
    appoint(cast, "unit_admin", cast.school, from_on=DAY + timedelta(days=30))
    with pytest.raises(Refused):
        appoint(cast, "auditor", cast.school, from_on=DAY)
    human = Person.objects.create(name="冯远")
    User.objects.filter(pk__in=[cast.outsider.pk, cast.students.pk]).update(person=human)
    with pytest.raises(Refused):
        appoint(cast, "auditor", cast.school, user=again(cast.students), from_on=DAY)


def test_one_may_follow_the_other_once_it_is_over(cast: Cast) -> None:
    post = Posting.objects.get(user=cast.admin)
    actions.dismiss(by=None, posting=post, to_on=DAY - timedelta(days=1), now=NOW)
    assert appoint(cast, "auditor", cast.province_unit, user=cast.admin, from_on=DAY).confirmed_at


def test_a_security_administrator_appoints_the_one_below_and_nobody_else(cast: Cast) -> None:
    assert appoint(cast, "security_admin", cast.school, by=cast.security).confirmed_by == cast.security
    for role, unit in (("security_admin", cast.province_unit), ("auditor", cast.school)):
        with pytest.raises(Refused) as refused:
            appoint(cast, role, unit, by=cast.security, user=cast.students)
        assert code(refused) == "people.auditor_apart"
    with pytest.raises(Refused):
        appoint(cast, "security_admin", cast.school, by=cast.admin, user=cast.students)


def test_the_operator_appoints_a_security_administrator_at_the_console(cast: Cast) -> None:
    out = StringIO()
    call_command("security_admin", "430100", "guard", name="沈静", stdout=out)
    user = User.objects.get(username="guard")
    assert user.check_password(out.getvalue().split()[-1])
    assert access.can(user, "posting.confirm", cast.school)
    with pytest.raises(CommandError):
        call_command("security_admin", "430000", "admin", stdout=out)


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_duty_with_an_end_ends_by_itself_and_may_end_earlier(cast: Cast) -> None:
    post = appoint(cast, "clerk", cast.school, to_on=DAY + timedelta(days=3))
    assert access.postings(again(cast.outsider), DAY + timedelta(days=3))
    assert not access.postings(again(cast.outsider), DAY + timedelta(days=4))
    with pytest.raises(Refused):
        appoint(cast, "clerk", cast.school)
    actions.dismiss(by=None, posting=post, to_on=DAY, now=NOW)
    assert not access.postings(again(cast.outsider), DAY + timedelta(days=1))


def test_what_began_today_can_be_ended_at_once(cast: Cast) -> None:
    post = appoint(cast, "clerk", cast.school, from_on=DAY)
    assert access.postings(again(cast.outsider), DAY)
    actions.dismiss(by=cast.admin, posting=post, to_on=DAY - timedelta(days=1), now=NOW)
    assert not access.postings(again(cast.outsider), DAY)
    assert not Posting.objects.waiting(DAY).exists()


def test_a_posting_revoked_in_the_middle_of_a_session_is_over_with_the_next_request(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    assert client.get(reverse("accounts:list")).status_code == 200
    post = Posting.objects.get(user=cast.admin)
    actions.dismiss(by=None, posting=post, to_on=date.today() - timedelta(days=1), now=NOW)
    assert client.get(reverse("accounts:list")).status_code == 403


# ── standing in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def away(user: User, stand_in: User, unit: Unit) -> Leave:
    return Leave.objects.create(
        user=user, unit=unit, kind="leave", from_on=DAY, to_on=DAY, reason="病假", stand_in=stand_in, at=NOW,
        agreed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("who", ["admin", "security", "auditor"])
def test_nobody_stands_in_for_one_of_the_three_administrators(cast: Cast, who: str) -> None:
    away(cast.people[who], cast.outsider, cast.province_unit)
    assert access.postings(again(cast.outsider), DAY) == []


def test_an_administrator_stands_in_for_nobody(cast: Cast) -> None:
    away(cast.teacher, cast.admin, cast.school)
    assert {post.role for post in access.postings(again(cast.admin), DAY)} == {"unit_admin"}
    assert not access.holds(again(cast.admin), "person.view")


# ── who sets a password does not come by what it opens ────────────────────────────────────────────────────────────────


def test_a_reset_password_opens_no_records_until_the_duty_is_confirmed_once_more(cast: Cast) -> None:
    post = Posting.objects.get(user=cast.teacher, role="class_teacher")
    assert access.can(again(cast.teacher), "person.view", cast.class_one)
    actions.reset_password(by=cast.admin, user=cast.teacher, password="kurz-und-einmal-77", now=NOW)
    assert not access.can(again(cast.teacher), "person.view", cast.class_one)
    (waits,) = queries.waiting_in(cast.security, DAY)
    assert waits == post
    assert queries.rested_among([waits])[post.pk].by_name == cast.admin.name
    assert queries.confirming(cast.teacher, DAY) == [cast.security.pk]
    postings.confirm(by=cast.security, postings=[post], now=NOW)
    assert access.can(again(cast.teacher), "person.view", cast.class_one)


def test_a_reset_leaves_duties_that_open_no_records_and_those_that_are_over(cast: Cast) -> None:
    over = appoint(cast, "class_teacher", cast.class_two, user=cast.clerk, to_on=DAY - timedelta(days=1))
    actions.reset_password(by=cast.admin, user=cast.clerk, password="kurz-und-einmal-77", now=NOW)
    assert access.can(again(cast.clerk), "return.fill", cast.school)
    over.refresh_from_db()
    assert over.confirmed_at is not None


def test_a_reset_ends_what_a_clerk_sees_for_an_absent_colleague_or_by_a_grant(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    Leave.objects.create(
        user=cast.teacher, unit=cast.school, kind="leave", from_on=DAY, to_on=DAY, reason="事假", stand_in=cast.clerk,
        at=NOW, agreed_by=cast.principal, agreed_at=NOW,
    )  # fmt: skip
    grants.break_glass(by=cast.head, unit=cast.class_two, reason="学生在宿舍昏倒需联系家长", hours=1, now=NOW)
    assert access.can(again(cast.clerk), "person.view", cast.class_one)
    assert access.can(again(cast.head), "person.view", cast.class_two)
    for user in (cast.clerk, cast.head):
        actions.reset_password(by=cast.admin, user=user, password="kurz-und-einmal-77", now=NOW)
    assert not access.can(again(cast.clerk), "person.view", cast.class_one)
    assert not access.can(again(cast.head), "person.view", cast.class_two)


def test_what_the_operator_sets_rests_nothing(cast: Cast) -> None:
    actions.reset_password(by=None, user=cast.doctor, password="kurz-und-einmal-77", now=NOW)
    assert access.can(again(cast.doctor), "person.health", cast.class_one)


def test_the_second_factor_of_a_resting_duty_is_still_not_the_unit_administrators(cast: Cast) -> None:
    actions.reset_password(by=cast.admin, user=cast.doctor, password="kurz-und-einmal-77", now=NOW)
    assert not in_hands_of(again(cast.admin), DAY).filter(pk=cast.doctor.pk).exists()
    assert in_hands_of(again(cast.security), DAY).filter(pk=cast.doctor.pk).exists()


def test_a_resting_duty_that_is_rejected_ends_and_keeps_the_days_it_held(cast: Cast) -> None:
    actions.reset_password(by=cast.admin, user=cast.teacher, password="kurz-und-einmal-77", now=NOW)
    post = Posting.objects.get(user=cast.teacher, role="class_teacher")
    postings.reject(by=cast.security, posting=post, reason="并非本人申请重置", now=NOW)
    post.refresh_from_db()
    assert (post.from_on, post.to_on) == (SINCE, DAY - timedelta(days=1))
    assert not access.can(again(cast.teacher), "person.view", cast.class_one)
