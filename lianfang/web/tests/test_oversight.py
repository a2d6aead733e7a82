"""Agreement, confirmation and review as people meet them on the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core import events
from lianfang.core.models import Event
from lianfang.notices.models import Delivery, Notice
from lianfang.people import access, actions
from lianfang.people.actions import grants, requests
from lianfang.people.models import Grant, Posting, Request, User
from lianfang.web.accounts import actions as accounts
from lianfang.web.oversight import actions as telling
from lianfang.web.oversight.queries import waiting_count
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast

WHY = "学生在宿舍昏倒，需要联系家长"


@pytest.fixture
def enter(client: Client, cast: Cast, clock: Clock) -> Callable[[str], Client]:
    def run(who: str) -> Client:
        client.force_login(cast.people[who])
        return client

    return run


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(notice__kind=kind).values_list("user__username", flat=True))


def last(verb: str) -> Event:
    return Event.objects.filter(verb=verb).latest("at", "pk")


def waits(cast: Cast, user: User) -> Posting:
    return actions.appoint(
        by=cast.admin, user=user, unit=cast.class_two, role="class_teacher", title="", deputy=False, from_on=DAY,
        now=NOW,
    )  # fmt: skip


# ── a look outside one's units ────────────────────────────────────────────────────────────────────────────────────────


def ask(client: Client, **changes: object) -> int:
    data = {"unit": "机电1901班", "more": ["person.health"], "hours": "24", "reason": "核实密切接触者"} | changes
    return client.post(reverse("oversight:ask"), data).status_code


def test_the_city_asks_the_principal_agrees_and_the_city_is_told(
    cast: Cast, enter: Callable[[str], Client], clock: Clock
) -> None:
    assert ask(enter("city")) == 302
    asked = Request.objects.get()
    telling.asked(last("request.asked"))
    assert told("request.asked") == {"principal", "security"}
    page = enter("principal").get(reverse("oversight:request", args=[asked.pk])).content.decode()
    assert "核实密切接触者" in page
    answered = enter("principal").post(reverse("oversight:decide", args=[asked.pk]), {"agreed": "yes", "reason": ""})
    assert answered.status_code == 302
    telling.decided(last("request.agreed"))
    assert told("request.agreed") == {"city"}
    city = User.objects.get(pk=cast.city.pk)
    assert access.can(city, "person.health", cast.class_one)
    assert not access.can(city, "person.export", cast.class_one)
    own = enter("city").get(reverse("oversight:request", args=[asked.pk])).content.decode()
    assert reverse("roster:list", args=[cast.class_one.pk]) in own
    given = reverse("oversight:end", args=[Grant.objects.get().pk])
    assert enter("city").post(given).status_code == 302
    own = enter("city").get(reverse("oversight:request", args=[asked.pk])).content.decode()
    assert reverse("roster:list", args=[cast.class_one.pk]) not in own
    assert enter("principal").get(reverse("oversight:desk")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "cell"), [({"unit": "没有这个班"}, "unit"), ({"reason": "看"}, "reason"), ({"hours": "100"}, "hours")]
)
def test_bad_input_is_told_at_its_field_and_kept(
    enter: Callable[[str], Client], changes: dict[str, str], cell: str
) -> None:
    data = {"unit": "机电1901班", "hours": "4", "reason": "核实密切接触者"} | changes
    page = enter("city").post(reverse("oversight:ask"), data)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {cell}
    assert not Request.objects.exists()


def test_refusing_needs_a_reason_and_an_answer_has_to_be_chosen(cast: Cast, enter: Callable[[str], Client]) -> None:
    ask(enter("city"))
    path = reverse("oversight:decide", args=[Request.objects.get().pk])
    for data, cell in (({}, "agreed"), ({"agreed": "no"}, "reason")):
        page = enter("principal").post(path, data)
        assert page.status_code == 422
        assert cell in page.context["form"].errors
    assert enter("principal").post(path, {"agreed": "no", "reason": "请向校医索取"}).status_code == 302
    assert not Grant.objects.exists()


def test_who_decides_reads_which_columns_of_how_many_people(cast: Cast, enter: Callable[[str], Client]) -> None:
    asked = requests.ask(
        by=cast.registrar, kind="export", unit=cast.class_one, reason="家长会签到用", now=NOW, subject_kind="roster",
        detail={"columns": ["name", "phone"], "form": "xlsx", "people": 45, "as_a": ""},
    )  # fmt: skip
    page = enter("principal").get(reverse("oversight:request", args=[asked.pk]))
    shown = {str(row["label"]): str(row["value"]) for row in page.context["terms"]}
    assert "45" in shown.values()
    assert not any("phone" in value for value in shown.values())  # in words, not as the program calls them


def test_the_one_who_asked_finds_no_way_to_decide(cast: Cast, enter: Callable[[str], Client]) -> None:
    asked = requests.ask(by=cast.principal, kind="export", unit=cast.class_one, reason="家长会签到用", now=NOW)
    page = enter("principal").get(reverse("oversight:request", args=[asked.pk]))
    assert page.context["form"] is None
    path = reverse("oversight:decide", args=[asked.pk])
    assert enter("principal").post(path, {"agreed": "yes"}).status_code == 422
    assert not asked.decisions.exists()


# ── duties to confirm ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_ticked_duties_are_confirmed_and_the_others_wait_on(cast: Cast, enter: Callable[[str], Client]) -> None:
    one, other = waits(cast, cast.staff), waits(cast, cast.students)
    page = enter("security").get(reverse("oversight:postings")).content.decode()
    assert f'value="{one.pk}" checked' in page
    enter("security").post(reverse("oversight:confirm"), {"posting": [one.pk, "x", "9" * 30]})
    assert Posting.objects.waiting(DAY).get() == other
    assert enter("security").post(reverse("oversight:confirm")).status_code == 302


def test_the_administrator_and_the_person_see_that_it_waits(cast: Cast, enter: Callable[[str], Client]) -> None:
    waits(cast, cast.staff)
    said = "Waits for the security administrator"
    client = enter("admin")
    client.cookies["django_language"] = "en"
    assert said in client.get(reverse("accounts:detail", args=[cast.staff.pk])).content.decode()
    assert said in enter("staff").get(reverse("web:home")).content.decode()
    assert enter("admin").get(reverse("oversight:postings")).status_code == 403


def test_whoever_appointed_learns_why_it_was_rejected(cast: Cast, enter: Callable[[str], Client]) -> None:
    post = waits(cast, cast.staff)
    path = reverse("oversight:reject", args=[post.pk])
    assert enter("security").post(path, {"reason": ""}).status_code == 422
    assert enter("security").post(path, {"reason": "不是班主任"}).status_code == 302
    telling.rejected(last("posting.rejected"))
    telling.rejected(last("posting.rejected"))  # handlers run at least once
    assert told("posting.rejected") == {"admin"}
    assert Delivery.objects.count() == 1
    assert enter("security").get(path).status_code == 404


def test_a_security_administrator_appoints_one_below(cast: Cast, enter: Callable[[str], Client]) -> None:
    path = reverse("oversight:security")
    for data, cell in (
        ({"username": "nobody", "unit": "湘江技师学院"}, "username"),
        ({"username": "staff", "unit": "430000"}, "unit"),
        ({"username": "admin", "unit": "湘江技师学院"}, None),
    ):
        page = enter("security").post(path, data)
        assert page.status_code == 422
        assert cell is None or cell in page.context["form"].errors
    assert enter("security").post(path, {"username": "staff", "unit": "湘江技师学院"}).status_code == 302
    assert access.can(User.objects.get(pk=cast.staff.pk), "posting.confirm", cast.school)


# ── emergencies ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_emergency_opens_is_told_at_once_closed_and_reviewed(
    cast: Cast, enter: Callable[[str], Client], clock: Clock
) -> None:
    data = {"unit": "机电1901班", "hours": "2", "reason": WHY}
    assert enter("head").post(reverse("oversight:emergency"), data).status_code == 302
    grant = Grant.objects.get()
    telling.taken(last("grant.taken"))
    assert Notice.objects.get(kind="grant.taken").params["unit"] == "湘江技师 · 机电1901班"
    assert told("grant.taken") == {"principal", "security", "auditor"}
    assert access.can(User.objects.get(pk=cast.head.pk), "person.view", cast.class_one)
    one = reverse("oversight:grant", args=[grant.pk])
    for who in ("head", "principal", "security", "auditor"):
        assert WHY in enter(who).get(one).content.decode()
    assert enter("head").post(reverse("oversight:end", args=[grant.pk])).status_code == 302
    assert not access.can(User.objects.get(pk=cast.head.pk), "person.view", cast.class_one)
    review = reverse("oversight:review", args=[grant.pk])
    assert enter("security").post(review, {"justified": "yes"}).status_code == 422
    assert enter("security").post(review, {"justified": "yes", "review": "已向校医核实"}).status_code == 302
    assert Grant.objects.get().justified is True
    for who in ("head", "principal", "auditor", "admin"):
        assert enter(who).post(review, {"justified": "no", "review": "x"}).status_code == 403


def test_the_nearest_are_told_and_not_everybody_above(cast: Cast) -> None:
    row = actions.NewPosting(cast.outsider, cast.school, "security_admin")
    actions.appoint_all(by=None, rows=[row], from_on=DAY, now=NOW)
    grants.break_glass(by=cast.head, unit=cast.class_one, reason=WHY, hours=1, now=NOW)
    telling.taken(last("grant.taken"))
    assert told("grant.taken") == {"principal", "outsider", "auditor"}


def test_whoever_began_today_is_told_before_eight_in_the_morning_too(cast: Cast) -> None:
    """The database answers in world time, in which it is still yesterday."""
    row = actions.NewPosting(cast.outsider, cast.school, "security_admin")
    actions.appoint_all(by=None, rows=[row], from_on=DAY, now=NOW)
    early = NOW.replace(hour=6)
    grants.break_glass(by=cast.head, unit=cast.class_one, reason=WHY, hours=1, now=early)
    telling.taken(last("grant.taken"))
    assert "outsider" in told("grant.taken")


def test_handlers_are_wired_to_their_events(cast: Cast) -> None:
    for verb in ("request.asked", "request.agreed", "request.refused", "grant.taken", "posting.rejected",
                 "leave.agreed", "leave.refused", "leave.recalled"):  # fmt: skip
        assert any("oversight" in name for name in events._handlers[verb]), verb


def test_what_waits_is_counted_in_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    waits(cast, cast.staff)
    grants.break_glass(by=cast.head, unit=cast.class_one, reason=WHY, hours=1, now=NOW)
    requests.ask(
        by=cast.registrar, kind="export", unit=cast.class_one, reason="家长会签到用", hours=72, now=NOW + timedelta(0)
    )
    Request.objects.update(until=NOW + timedelta(days=9_000))
    access.postings(cast.security)
    with django_assert_num_queries(1):
        assert waiting_count(cast.security) == 3
    assert waiting_count(cast.clerk) == 0


def test_a_reset_password_is_told_to_the_person_and_to_who_confirms_again(
    cast: Cast, enter: Callable[[str], Client], clock: Clock
) -> None:
    actions.reset_password(by=cast.admin, user=cast.teacher, password="kurz-und-einmal-77", now=NOW)
    told_of = last("account.password_reset")
    for _again in range(2):  # handlers run at least once
        accounts.password_reset(told_of)
    assert told("account.password_reset") == {"teacher"}
    assert told("posting.resting") == {"security"}
    assert Delivery.objects.filter(notice__kind__in=["account.password_reset", "posting.resting"]).count() == 2
    page = enter("security").get(reverse("oversight:postings")).content.decode()
    assert "蒋华" in page
    assert "checked" not in page  # not before the person has chosen an own password
    actions.change_password(by=cast.teacher, password="andere-lange-worte-hier", now=NOW)
    assert "checked" in enter("security").get(reverse("oversight:postings")).content.decode()


def test_whoever_decides_far_away_reads_which_school_a_class_belongs_to(
    cast: Cast, enter: Callable[[str], Client]
) -> None:
    assert ask(enter("city")) == 302
    waits(cast, cast.outsider)
    school = cast.school.short_name or cast.school.name
    asked = reverse("oversight:request", args=[Request.objects.get().pk])
    pages = ["oversight:desk", "oversight:requests", "oversight:postings"]
    for path in (asked, *map(reverse, pages)):
        page = enter("security").get(path).content.decode()
        assert f"{school} · " in page, path


def test_the_auditor_finds_access_beyond_the_duty_in_the_menu(cast: Cast, enter: Callable[[str], Client]) -> None:
    assert reverse("oversight:grants") in enter("auditor").get("/").content.decode()
