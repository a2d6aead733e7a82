"""今日待办 and the lists of the missing."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianfang.core.actions import months
from lianfang.core.models import Event
from lianfang.health.actions import opening
from lianfang.health.tests.classes import fill
from lianfang.health.tests.test_owed import report
from lianfang.notices.models import Delivery
from lianfang.obligations import spec
from lianfang.obligations.actions import singles
from lianfang.obligations.models import Chase, Exemption
from lianfang.obligations.queries.granted import recurring
from lianfang.orgs.models import Unit
from lianfang.people.models import Leave, Posting, User
from lianfang.web.today.coming import coming
from lianfang.web.today.holders import holders
from tests.browser import Clock
from tests.cast import DAY, NOW, SINCE, Cast

FORM = "situation_2020"


@pytest.fixture
def enter(cast: Cast, clock: Clock) -> Callable[[User], Client]:
    """Signed in at nine, when two classes of three pupils have a check open."""
    clock.set("2020-02-05 09:00")
    fill(cast.class_one, 3)
    fill(cast.class_two, 3)
    opening.open_day(DAY)

    def run(user: User) -> Client:
        client = Client()
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client

    return run


def listed(unit: Unit, kind: str = "class_roll", slot: str = "morning", page: str = "missing") -> str:
    return reverse(f"today:{page}", args=[unit.pk, kind, slot, DAY])


def shown(client: Client, address: str) -> list[str]:
    return [line.unit.name for line in client.get(address).context["lines"]]


def new_class(cast: Cast, number: int) -> Unit:
    made = Unit.objects.create(
        kind="class", tier="inner", code=f"N{number}", name=f"新{number}班", parent=cast.department, path="x",
        school=cast.school,
    )  # fmt: skip
    made.path = f"{cast.department.path}{made.pk}."
    made.save(update_fields=["path"])
    fill(made, 1)
    return made


# ── 今日待办 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_owed_stands_in_order_of_time_with_one_accent_and_what_is_done_below(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    Posting.objects.create(user=cast.teacher, unit=cast.school, role="clerk", from_on=SINCE, confirmed_at=NOW)
    rows = enter(cast.teacher).get("/").context["open_rows"]
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows), "what an earlier day left comes first"
    rows = [row for row in rows if row.on in (None, DAY)]
    assert [(row.kind, row.due_at.hour) for row in rows] == [("class_roll", 8), ("daily_return", 15)]
    report(cast.class_one)
    answer = enter(cast.teacher).get("/")
    assert {row.kind for row in answer.context["open_rows"]} == {"daily_return"}
    assert [row.kind for row in answer.context["done_rows"]] == ["class_roll"]
    assert answer.content.decode().count("btn-primary") == 1


def test_empty_means_done_and_says_what_comes_next(cast: Cast, enter: Callable[[User], Client]) -> None:
    report(cast.class_one)
    answer = enter(cast.teacher).get("/")
    assert answer.context["open_rows"] == []
    page = answer.content.decode()
    assert "Nothing left to do today" in page
    assert f'hx-get="{reverse("web:coming")}"' in page, "asked once the page is there: days are looked through for it"
    assert "tomorrow 06:00" in enter(cast.teacher).get(reverse("web:coming")).content.decode()


def test_who_has_no_duty_is_told_so_and_nothing_comes(cast: Cast, enter: Callable[[User], Client]) -> None:
    assert coming(cast.outsider, NOW) is None
    assert enter(cast.outsider).get(reverse("web:coming")).status_code == 204
    assert "You hold no posting yet" in enter(cast.outsider).get("/").content.decode()


@pytest.mark.parametrize("who", ["counsellor", "clerk", "head", "students", "doctor", "city", "province", "inspector"])
def test_the_page_asks_as_much_for_fifty_classes_as_for_one(
    who: str, cast: Cast, enter: Callable[[User], Client]
) -> None:
    def asked() -> int:
        return min(once() for _ in range(3))  # what a process keeps for a moment may run out between two of them

    def once() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert enter(user).get("/").status_code == 200
        return len(queries)

    def grow(numbers: range) -> None:
        made = [new_class(cast, number) for number in numbers]
        opening.open_day(DAY)
        if who == "counsellor":
            posts = [Posting(user=user, unit=one, role=who, from_on=SINCE, confirmed_at=NOW) for one in made]
            Posting.objects.bulk_create(posts)

    user = cast.people[who]
    grow(range(3))
    few = asked()
    grow(range(3, 15))
    assert asked() <= few


def test_what_the_units_owe_leads_to_who_is_missing(cast: Cast, enter: Callable[[User], Client]) -> None:
    answer = enter(cast.city).get("/")
    urls = {row.url: row for row in answer.context["units"]}
    assert (urls[listed(cast.city_unit)].missing, urls[listed(cast.city_unit)].late) == (2, 2)
    assert urls[listed(cast.city_unit, "daily_return", FORM)].late == 0, "three o'clock has not come"


# ── who is missing ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_level_lists_what_lies_right_below_it(cast: Cast, enter: Callable[[User], Client]) -> None:
    assert shown(enter(cast.province), listed(cast.province_unit)) == [cast.city_unit.name]
    assert shown(enter(cast.city), listed(cast.city_unit)) == [cast.school.name]
    assert shown(enter(cast.head), listed(cast.school)) == [cast.class_one.name, cast.class_two.name]
    report(cast.class_one)
    assert shown(enter(cast.head), listed(cast.school)) == [cast.class_two.name]
    report(cast.class_two)
    page = enter(cast.head).get(listed(cast.school))
    assert page.context["lines"] == []
    assert "All have reported" in page.content.decode()


def test_the_same_page_serves_returns_and_sponsors(cast: Cast, enter: Callable[[User], Client]) -> None:
    assert set(shown(enter(cast.province), listed(cast.province_unit, "daily_return", FORM))) == {
        cast.city_unit.name, cast.second_city.name, cast.county_unit.name,
    }  # fmt: skip
    assert shown(enter(cast.sponsor), listed(cast.authority, "daily_return", FORM)) == [cast.second.name]
    assert shown(enter(cast.head), listed(cast.school, "return_part", f"{FORM}.students")) == ["学生处"]


def test_a_line_says_who_is_responsible_since_when_it_is_late_and_what_was_done(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    months.ensure({DAY})
    Chase.objects.create(
        school_id=cast.school.pk, on=DAY, unit_id=cast.class_one.pk, kind="class_roll", slot="morning", step="by 1 02050900",
        at=NOW, told=2, by_id=cast.head.pk,
    )  # fmt: skip
    client = enter(cast.head)
    one, two = client.get(listed(cast.school)).context["lines"]
    assert (one.holder.user, one.holder.own, one.stands.since) == (cast.teacher, True, NOW.replace(hour=8, minute=30))
    assert [(told.by, told.people) for told in one.told] == [("陈志远", 2)]
    assert two.told == ()
    (school,) = enter(cast.city).get(listed(cast.city_unit)).context["lines"]
    assert school.holder.user == cast.clerk
    assert [told.units for told in school.told] == [1], "what was asked inside a school is seen from above"


def test_a_unit_without_holder_names_the_next_above_and_leads_to_the_gaps(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    Posting.objects.filter(user=cast.teacher).update(to_on=DAY - timedelta(days=1))
    (line, _) = enter(cast.head).get(listed(cast.school)).context["lines"]
    assert (line.holder.unit, line.holder.own) == (cast.school, False), "the office of the school answers for the class"
    Posting.objects.filter(unit=cast.school).update(to_on=DAY - timedelta(days=1))
    page = enter(cast.city).get(listed(cast.city_unit))
    assert page.context["lines"][0].holder.unit == cast.city_unit
    assert reverse("units:gaps") in page.content.decode()


def test_who_leaves_in_the_middle_is_not_called_and_a_stand_in_is(cast: Cast) -> None:
    kind, source = spec.kind("class_roll"), recurring()["class_roll"]
    asked = [Unit.objects.get(pk=cast.class_one.pk)]
    assert holders(asked, kind, source, DAY)[cast.class_one.pk].user == cast.teacher
    Leave.objects.create(
        user=cast.teacher, unit=cast.class_one, from_on=DAY, to_on=DAY, reason="", stand_in=cast.teacher_two,
        agreed_at=NOW, agreed_by=cast.head, at=NOW,
    )  # fmt: skip
    found = holders(asked, kind, source, DAY)[cast.class_one.pk]
    assert (found.user, found.away_for, found.own) == (cast.teacher_two, "林芳", True)
    User.objects.filter(pk=cast.teacher.pk).update(is_active=False)
    assert holders(asked, kind, source, DAY)[cast.class_one.pk].own is False


def test_a_day_without_the_deadline_says_so(cast: Cast, enter: Callable[[User], Client]) -> None:
    page = enter(cast.head).get(listed(cast.school, slot="noon"))
    assert page.status_code == 200
    assert "Nothing is owed on this day" in page.content.decode()
    assert enter(cast.head).get(listed(cast.school, kind="nothing")).status_code == 404


def test_days_to_come_and_units_of_others_are_not_found(cast: Cast, enter: Callable[[User], Client]) -> None:
    ahead = reverse("today:missing", args=[cast.school.pk, "class_roll", "morning", DAY + timedelta(days=1)])
    assert enter(cast.head).get(ahead).status_code == 404
    assert enter(cast.head).get(listed(cast.second)).status_code == 404
    assert enter(cast.teacher).get(listed(cast.school)).status_code == 404


def test_one_tap_asks_one_unit_and_another_all(cast: Cast, enter: Callable[[User], Client]) -> None:
    client = enter(cast.head)
    client.post(listed(cast.school, page="chase"), {"unit": cast.class_one.pk})
    assert Delivery.objects.filter(user=cast.teacher).count() == 1
    assert not Delivery.objects.filter(user=cast.teacher_two).exists()
    told = {line.unit: [one.by for one in line.told] for line in client.get(listed(cast.school)).context["lines"]}
    assert told == {cast.class_one: ["陈志远"], cast.class_two: []}
    client.post(listed(cast.school, page="chase"))
    assert Delivery.objects.filter(user=cast.teacher_two).count() == 1
    assert Delivery.objects.filter(user=cast.teacher).count() == 1, "asked this minute already"
    assert client.post(listed(cast.school, page="chase"), {"unit": cast.second.pk}).status_code == 404
    city, returns = enter(cast.city), (cast.city_unit, "daily_return", FORM)
    city.post(listed(*returns, "chase"), {"unit": cast.school.pk})
    (line,) = city.get(listed(*returns)).context["lines"]
    assert [one.by for one in line.told] == ["唐莉"]


def test_the_telephone_list_says_who_took_it_out_and_what_for(cast: Cast, enter: Callable[[User], Client]) -> None:
    client, address = enter(cast.head), listed(cast.school, page="phones")
    assert client.get(address).status_code == 200
    assert client.post(address, {"purpose": ""}).status_code == 422
    assert not Event.objects.filter(verb="obligation.phones_exported").exists()
    answer = client.post(address, {"purpose": "逐班电话催报"})
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    rows = [[cell for cell in row if cell] for row in page.iter_rows(values_only=True)]
    assert "陈志远" in str(rows[0][0])
    assert "逐班电话催报" in str(rows[0][0])
    assert [row[0] for row in rows[3:]] == [cast.class_one.name, cast.class_two.name]
    event = Event.objects.get(verb="obligation.phones_exported")
    assert (event.reason, event.detail["lines"]) == ("逐班电话催报", 2)


def test_a_long_list_costs_no_query_a_line(cast: Cast, enter: Callable[[User], Client]) -> None:
    client = enter(cast.head)
    client.get(listed(cast.school))
    with CaptureQueriesContext(connection) as few:
        client.get(listed(cast.school))
    for number in range(10):
        new_class(cast, number)
    opening.open_day(DAY)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(listed(cast.school)).context["lines"]) == 12
    assert len(many) == len(few)


def let_off(cast: Cast, unit: Unit, kind: str = "class_roll") -> None:
    Exemption.objects.create(
        kind=kind, unit=unit, from_on=DAY, to_on=DAY, reason="搬迁停课", by=cast.city, at=NOW
    )  # fmt: skip


def test_whoever_was_let_off_is_neither_listed_nor_counted_nor_asked(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    let_off(cast, cast.class_one)
    assert shown(enter(cast.head), listed(cast.school)) == [cast.class_two.name]
    total = enter(cast.city).get(listed(cast.city_unit)).context["total"]
    assert (total.owing, total.missing, total.late) == (1, 1, 1)
    assert enter(cast.teacher).get("/").context["open_rows"] == []
    let_off(cast, cast.province_unit)
    assert enter(cast.city).get(listed(cast.city_unit)).context["lines"] == []
    assert enter(cast.teacher_two).get("/").context["open_rows"] == []


def test_a_later_deadline_is_granted_from_the_list_felt_at_home_and_taken_back(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    client, page = enter(cast.head), listed(cast.school)
    address = f"{page}extend/{cast.class_one.pk}/"
    assert client.post(address, {"until": "08:00", "reason": "上午停电"}).status_code == 422
    assert client.post(address, {"until": "18:00", "reason": "x"}).status_code == 422
    assert client.post(address, {"until": "18:00", "reason": "上午停电"}).status_code == 302
    lines = {line.unit: line.stands.late for line in client.get(page).context["lines"]}
    assert lines == {cast.class_one: 0, cast.class_two: 1}, "still missing, and not late"
    assert "上午停电" in client.get(page).content.decode()
    (row,) = enter(cast.teacher).get("/").context["open_rows"]
    assert (row.due_at.hour, row.note) == (18, "until 18:00 (granted)")
    rows = {row.url: row for row in enter(cast.city).get("/").context["units"]}
    assert (rows[listed(cast.city_unit)].missing, rows[listed(cast.city_unit)].late) == (2, 1)
    assert enter(cast.teacher).post(address, {"until": "19:00", "reason": "上午停电"}).status_code == 404
    assert client.post(f"{address}end/").status_code == 302
    assert {line.stands.late for line in client.get(page).context["lines"]} == {1}


def test_whoever_is_asked_from_a_board_comes_back_to_it_and_nowhere_else(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    client, board = enter(cast.head), reverse("health:board", args=[cast.school.pk, DAY])
    page = client.post(listed(cast.school, page="chase"), {"next": board}, follow=True)
    assert page.redirect_chain == [(board, 302)]
    assert "2 units have been asked." in page.content.decode()
    page = client.post(listed(cast.school, page="chase"), {"next": "https://example.org/"}, follow=True)
    assert page.redirect_chain == [(listed(cast.school), 302)]
    assert f"2 units were asked today 09:00 by {cast.school.label} already." in page.content.decode()


def test_boards_lead_to_the_list(cast: Cast, enter: Callable[[User], Client]) -> None:
    client = enter(cast.city)
    assert listed(cast.city_unit) in client.get(reverse("health:board", args=[cast.city_unit.pk, DAY])).content.decode()
    board = client.get(reverse("returns:board", args=[FORM, DAY, cast.city_unit.pk])).content.decode()
    assert listed(cast.city_unit, "daily_return", FORM) in board
    school = enter(cast.head).get(reverse("health:board", args=[cast.school.pk, DAY])).content.decode()
    assert listed(cast.school) in school


def test_what_is_owed_once_stands_on_the_list_of_whoever_holds_the_duty_until_it_is_done(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    def owes(user: User) -> list[str]:
        rows = [row for row in enter(user).get("/").context["open_rows"] if row.kind == "emergency_office"]
        return [row.title.partition(": ")[2] for row in rows]

    facts: dict[str, Any] = {"kind": "emergency_office", "unit": cast.school, "due_at": NOW, "by": None, "now": NOW}
    singles.owe(key="one", label="紧急报告", url="/notices/", **facts)
    singles.owe(key="two", label="点名的", user=cast.doctor, **facts)
    assert (owes(cast.head), owes(cast.doctor), owes(cast.head_second)) == (["紧急报告"], ["点名的"], [])
    singles.fulfil(key="one", by=cast.head, now=NOW)
    assert owes(cast.head) == owes(cast.clerk) == []
    assert "紧急报告" in [row.title.partition(": ")[2] for row in enter(cast.head).get("/").context["done_rows"]]


def test_a_superior_lets_a_unit_off_with_a_reason_and_takes_it_back(
    cast: Cast, enter: Callable[[User], Client]
) -> None:
    client, page = enter(cast.head), listed(cast.school)
    address = f"{page}exempt/{cast.class_one.pk}/"
    assert client.post(address, {"to_on": DAY, "reason": "x"}).status_code == 422
    assert client.post(address, {"to_on": DAY - timedelta(days=1), "reason": "全班外出实训"}).status_code == 422
    assert client.post(address, {"to_on": DAY, "reason": "全班外出实训"}).status_code == 302
    assert client.post(address, {"to_on": DAY, "reason": "全班外出实训"}).status_code == 422
    shown_page = client.get(page)
    assert [line.unit for line in shown_page.context["lines"]] == [cast.class_two]
    assert "全班外出实训" in shown_page.content.decode()
    client.post(f"{address}end/")
    assert [line.unit for line in client.get(page).context["lines"]] == [cast.class_one, cast.class_two]
    assert set(Event.objects.filter(subject_kind="exemption").values_list("verb", flat=True)) == {
        "exemption.granted", "exemption.ended"
    }  # fmt: skip
