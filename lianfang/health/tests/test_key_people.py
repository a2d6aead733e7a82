"""A key person from the answer to the release: listed by rule, asked twice a day, counted, let go by a person."""

import io
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianfang.core import events
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.actions import following, key_people
from lianfang.health.actions.erasing import erase
from lianfang.health.models import Answer, Check, DayStatus, FollowUp, KeyPerson, Survey
from lianfang.health.queries import asking, key_counts
from lianfang.health.queries import cards as card_queries
from lianfang.health.queries import key_people as queries
from lianfang.health.rules.following import Asked
from lianfang.health.rules.status import Status
from lianfang.health.rules.whereabouts import Meeting, Stay, Whereabouts
from lianfang.health.tests.classes import fill
from lianfang.notices.models import Notice
from lianfang.obligations.models import Obligation
from lianfang.people.actions.erasing import Counts
from lianfang.people.models import Enrolment, Person
from lianfang.policies.models import Override
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast

HERE = Whereabouts(DAY, stayed_here=True, living_area="430100")
AWAY = {"stayed_here": False, "living_area": "430100"}
LEFT = Whereabouts(DAY, **AWAY, stays=(Stay("420100", date(2020, 1, 12), date(2020, 1, 30)),))  # type: ignore[arg-type]
THERE = Whereabouts(DAY, stayed_here=False, living_area="420100", stays=(Stay("420100", date(2020, 1, 12)),))
MET = Whereabouts(DAY, stayed_here=True, living_area="430100", meetings=(Meeting("case", "", date(2020, 2, 1)),))


@pytest.fixture(autouse=True)
def on_the_day(clock: Clock) -> None:
    clock.set("2020-02-05 09:00")


@pytest.fixture(autouse=True)
def in_force(cast: Cast) -> Override:
    return Override.objects.create(
        unit=cast.province_unit, key="key_people.edition", value="hubei_2020", from_on=date(2020, 1, 20),
        reason="省防控方案", by_id=cast.province.pk, by_name="", at=NOW,
    )  # fmt: skip


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    return fill(cast.class_one, 6)


def told(cast: Cast, person: Person, facts: Whereabouts, now: datetime = NOW) -> KeyPerson | None:
    return key_people.review(person=person.pk, school_id=cast.school.pk, facts=facts, now=now)


def listed(cast: Cast, person: Person, facts: Whereabouts = LEFT, now: datetime = NOW) -> KeyPerson:
    row = told(cast, person, facts, now)
    assert row is not None
    return row


def asked(cast: Cast, row: KeyPerson, now: datetime = NOW, **said: object) -> FollowUp:
    step = Asked(uuid7(), True, **said)  # type: ignore[arg-type]
    return following.follow_up(by=cast.teacher, row=row, asked=step, now=now)


def page(client: Client, name: str, *args: object, **query: str | int) -> str:
    answer = client.get(reverse(f"health:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


# ── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_lists_somebody_once_and_tells_the_class_teacher(cast: Cast, pupils: list[Person]) -> None:
    assert told(cast, pupils[1], HERE) is None
    listed(cast, pupils[2], MET)  # one notice a day, however many are listed
    for _ in range(2):
        row = listed(cast, pupils[0])
    assert KeyPerson.objects.count() == 2
    assert (row.category, row.rule, row.since, row.until) == ("left", "left", date(2020, 1, 30), date(2020, 2, 13))
    assert (row.responsible, row.due_at) == (cast.teacher, NOW.replace(hour=16))
    assert Notice.objects.filter(kind="key_person.given").count() == 1
    event = Event.objects.filter(verb="key_person.listed").latest("at", "pk")
    assert (event.subject, event.detail) == ("", {})


def test_another_answer_is_another_row_and_what_was_decided_stays(cast: Cast, pupils: list[Person]) -> None:
    first = listed(cast, pupils[0], MET)
    key_people.write_plan(by=cast.teacher, row=first, plan="每天电话两次", now=NOW)
    second = listed(cast, pupils[0], THERE)
    first.refresh_from_db()
    assert (first.ending, first.ended_on, second.after_id, second.category) == ("moved", DAY, first.pk, "there")
    assert second.plan is not None
    assert second.plan.open() == "每天电话两次"
    assert Notice.objects.filter(kind="key_person.given").count() == 1


def test_who_no_longer_falls_into_a_class_is_proposed_and_not_let_go(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0], THERE)
    later = NOW + timedelta(days=2)
    told(cast, pupils[0], HERE, later)
    row.refresh_from_db()
    assert (row.ended_on, row.until) == (None, DAY + timedelta(days=1))
    assert queries.waiting(cast.doctor).filter(queries.proposed(later.date())).get() == row


def test_nobody_is_listed_while_no_edition_is_in_force_and_nobody_is_let_go(
    client: Client, cast: Cast, pupils: list[Person], in_force: Override
) -> None:
    row = listed(cast, pupils[0])
    in_force.delete()
    assert told(cast, pupils[1], LEFT) is None
    assert told(cast, pupils[0], HERE) == row
    with pytest.raises(Refused):
        key_people.list_by_hand(
            by=cast.doctor, person=pupils[2], unit=cast.class_one, category="other", since=DAY, reason="自述", now=NOW
        )
    client.force_login(cast.doctor)
    for name, of in (("key_counts_today", cast.school.pk), ("key_person_listed", pupils[2].pk)):
        assert client.get(reverse(f"health:{name}", args=[of])).context["none_in_force"]


def test_whoever_looks_after_somebody_owes_asking_until_it_is_over(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    owes = Obligation.objects.get(key=f"key_person {row.pk}")
    assert (owes.user, owes.unit, owes.due_at, owes.kind) == (cast.teacher, row.unit, row.due_at, "key_person")
    assert "王小明" not in owes.label + owes.url
    asked(cast, row, row.due_at or NOW, temperature=36.5)
    owes.refresh_from_db()
    assert owes.due_at == datetime(2020, 2, 6, 9, tzinfo=NOW.tzinfo)
    key_people.assign(by=cast.doctor, row=row, responsible=cast.counsellor, now=NOW)
    row.refresh_from_db()
    last = datetime(2020, 2, 13, 16, tzinfo=NOW.tzinfo)
    asked(cast, row, last, temperature=36.5)
    owes = Obligation.objects.get(pk=owes.pk)
    assert (owes.user, owes.due_at) == (cast.counsellor, None), "after the last day release is proposed instead"
    second = listed(cast, pupils[0], THERE, last)
    owes.refresh_from_db()
    assert owes.outcome == "done"
    erase([pupils[0].pk], Counts())
    assert Obligation.objects.get(key=f"key_person {second.pk}").outcome == "withdrawn"


def test_a_decision_by_hand_gives_way_to_what_is_graver_only(cast: Cast, pupils: list[Person]) -> None:
    row = key_people.list_by_hand(
        by=cast.doctor, person=pupils[0], unit=cast.class_one, category="there", since=DAY, reason="家在黄冈", now=NOW
    )
    assert told(cast, pupils[0], LEFT) == row
    ill = Whereabouts(DAY, stayed_here=True, living_area="430100", health="observed")
    assert listed(cast, pupils[0], ill).category == "ill"


def test_who_was_released_is_not_listed_again_for_the_same(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    with pytest.raises(Refused, match=r"health\.key_release_early"):
        key_people.release(by=cast.doctor, row=row, ending="released", note="", now=NOW)
    key_people.release(by=cast.doctor, row=row, ending="mistake", note="填错日期", now=NOW)
    assert told(cast, pupils[0], LEFT) is None
    assert listed(cast, pupils[0], MET).category == "contact"
    with pytest.raises(Refused, match=r"health\.key_person_over"):
        asked(cast, row, temperature=36.5)


def test_after_the_last_day_a_release_needs_no_reason(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    after = NOW + timedelta(days=9)
    key_people.release(by=cast.doctor, row=row, ending="released", note="", now=after)
    row.refresh_from_db()
    assert (row.ending, row.ended_on, row.ended_by_name) == ("released", after.date(), "高洁")


def test_every_night_who_moved_goes_on_in_the_new_class_and_who_left_ends(cast: Cast, pupils: list[Person]) -> None:
    moved, left, stays = (listed(cast, one) for one in pupils[:3])
    for one, to in ((pupils[0], cast.class_two), (pupils[1], None)):
        Enrolment.objects.filter(person=one).update(to_on=DAY - timedelta(days=1), ending="left")
        if to is not None:
            Enrolment.objects.create(person=one, school=cast.school, unit=to, as_a="student", from_on=DAY)
    assert key_people.tidy(now=NOW) == 2
    assert key_people.tidy(now=NOW) == 0
    assert KeyPerson.objects.get(after=moved).unit == cast.class_two
    left.refresh_from_db()
    assert left.ending == "left"
    stays.refresh_from_db()
    assert stays.ended_on is None


# ── following ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_temperature_moves_the_time_and_a_fever_is_a_finding_of_the_day(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    asked(cast, row, temperature=36.5)
    assert not Check.objects.exists()
    evening = NOW.replace(hour=16, minute=10)
    step = Asked(uuid7(), True, 38.2, ("cough",), "家里", "夜里咳")
    for _ in range(2):
        following.follow_up(by=cast.teacher, row=row, asked=step, now=evening)
    row.refresh_from_db()
    assert row.due_at == NOW.replace(hour=9) + timedelta(days=1)
    assert FollowUp.objects.count() == 2
    day = DayStatus.objects.get(person_id=pupils[0].pk, on=DAY)
    assert (day.status, day.fever) == (Status.SYMPTOMATIC, True)
    notice = Notice.objects.get(kind="key_person.ill")
    assert cast.doctor.pk in notice.deliveries.values_list("user_id", flat=True)
    assert pupils[0].name not in str([notice.params, notice.url])


def test_nobody_reached_stays_due_and_an_impossible_temperature_is_refused(cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    following.follow_up(by=cast.teacher, row=row, asked=Asked(uuid7(), False), now=NOW)
    with pytest.raises(Refused, match=r"health\.temperature_impossible"):
        asked(cast, row, temperature=369.0)
    row.refresh_from_db()
    assert row.due_at == NOW.replace(hour=16)


def test_key_people_are_asked_for_a_card_and_some_stay_away(cast: Cast, pupils: list[Person]) -> None:
    listed(cast, pupils[0])
    key_people.list_by_hand(
        by=cast.doctor, person=pupils[1], unit=cast.class_one, category="other", since=DAY, reason="同住", now=NOW
    )
    people = [one.pk for one in pupils]
    found = card_queries.coming(cast.class_one, DAY, people, asking.policy(cast.class_one, DAY))
    assert [found[one].asked for one in people[:3]] == [True, True, False]
    assert [bool(found[one].reasons) for one in people[:3]] == [True, False, False]


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_the_record_and_the_roll_show_them(client: Client, cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    KeyPerson.objects.update(due_at=NOW)
    client.force_login(cast.teacher)
    assert "王小明" in page(client, "key_people")
    assert reverse("health:key_people") in client.get(reverse("web:home")).content.decode()
    assert reverse("health:key_person", args=[row.pk]) in page(client, "record", pupils[0].pk)
    assert "lf-roll-followed" in page(client, "roll_today", cast.class_one.pk, "morning")
    client.force_login(cast.teacher_two)
    assert "王小明" not in page(client, "key_people", show="all")
    assert client.get(reverse("health:key_person", args=[row.pk])).status_code == 404


def test_the_form_says_what_to_do_and_loses_nothing(client: Client, cast: Cast, pupils: list[Person]) -> None:
    row = listed(cast, pupils[0])
    client.force_login(cast.teacher)
    at = reverse("health:key_person", args=[row.pk])
    wrong = client.post(at, {"id": str(uuid7()), "temperature": "369", "note": "外婆接的电话"})
    assert wrong.status_code == 422
    assert "外婆接的电话" in wrong.content.decode()
    assert client.post(at, {"id": str(uuid7())}).status_code == 422
    assert client.post(at, {"id": str(uuid7()), "temperature": "３８．１"}).status_code == 302
    text = page(client, "key_person", row.pk)
    assert "is-alarm" in text
    assert "王小明" not in text.split("</title>")[0]
    unreached = reverse("health:key_person_unreached", args=[row.pk])
    assert client.post(unreached, {"id": str(uuid7())}).status_code == 302
    assert FollowUp.objects.count() == 2


def test_the_doctor_lists_hands_over_and_releases(client: Client, cast: Cast, pupils: list[Person]) -> None:
    client.force_login(cast.doctor)
    at = reverse("health:key_person_listed", args=[pupils[0].pk])
    assert client.post(at, {"category": "left", "since": "2020-02-09", "reason": "x"}).status_code == 422
    assert client.post(at, {"category": "left", "since": "2020-02-01", "reason": "武汉返湘"}).status_code == 302
    row = KeyPerson.objects.get()
    assert "武汉返湘" in page(client, "key_person", row.pk)
    assert "武汉返湘" not in str(list(Event.objects.values_list("detail", "reason", "subject")))
    hand_over = reverse("health:key_person_assign", args=[row.pk])
    assert client.post(hand_over, {"responsible": cast.counsellor.pk}).status_code == 302
    assert client.post(hand_over, {"responsible": cast.teacher_two.pk}).status_code == 422
    row.refresh_from_db()
    assert row.responsible == cast.counsellor
    release = reverse("health:key_person_release", args=[row.pk])
    assert client.post(release, {"ending": "released"}).status_code == 422
    assert client.post(release, {"ending": "released", "note": "转出"}).status_code == 302
    assert "王小明" in page(client, "key_people", show="over")


def test_a_list_of_many_asks_no_more_than_one_of_two(client: Client, cast: Cast) -> None:
    people = fill(cast.class_one, 20)
    client.force_login(cast.doctor)
    numbers = []
    for some in (people[:2], people[2:]):
        for one in some:
            listed(cast, one)
        page(client, "key_people", show="all")
        with CaptureQueriesContext(connection) as found:
            page(client, "key_people", show="all")
        numbers.append(len(found))
    assert numbers[0] == numbers[1] < 25


# ── counts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def counted(cast: Cast, on: date) -> dict[str, int | None]:
    heads = key_counts.of_units(cast.department, [cast.class_one, cast.class_two], on)[cast.class_one.pk]
    return {"left": heads.count("left"), "contact": heads.count("contact"), "general": heads.general}


def test_counts_of_a_day_stay_what_they_were(cast: Cast, pupils: list[Person]) -> None:
    yesterday, today, tomorrow = (DAY + timedelta(days=number) for number in (-1, 0, 1))
    listed(cast, pupils[0])
    listed(cast, pupils[1])
    assert counted(cast, yesterday) == {"left": None, "contact": None, "general": None}  # nobody had looked
    assert counted(cast, today) == {"left": 2, "contact": 0, "general": 4}
    listed(cast, pupils[0], MET, NOW + timedelta(days=1))
    row = queries.visible(cast.doctor).filter(category="left", ended_on=None).get()
    key_people.release(by=cast.doctor, row=row, ending="released", note="出院", now=NOW + timedelta(days=1))
    assert counted(cast, today) == {"left": 2, "contact": 0, "general": 4}
    assert counted(cast, tomorrow) == {"left": 0, "contact": 1, "general": 5}


def test_counts_show_changes_and_lead_to_names(
    client: Client, cast: Cast, pupils: list[Person], clock: Clock
) -> None:  # fmt: skip
    listed(cast, pupils[0])
    for one in pupils[1:3]:
        listed(cast, one, now=NOW + timedelta(days=1))
    clock.set("2020-02-06 09:00")
    client.force_login(cast.counsellor)
    text = page(client, "key_counts", cast.department.pk, date(2020, 2, 6))
    names = reverse("health:key_people") + f"?unit={cast.class_one.pk}&amp;category=left"
    assert f'<a href="{names}">3</a><small class="lf-change">＋2</small>' in text
    assert "王小明" in page(client, "key_people", unit=cast.class_one.pk, category="left")
    assert page(client, "key_counts", cast.department.pk, DAY).count('<small class="lf-change"></small>') > 5
    answer = client.get(reverse("health:key_counts_table", args=[cast.department.pk, date(2020, 2, 6)]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cells = [[str(cell.value) for cell in row] for row in book.worksheets[0].iter_rows()]
    event = Event.objects.get(verb="key_person.exported")
    assert str(event.pk)[-8:].upper() in cells[1][0]
    assert "3" in next(row for row in cells if row[0] == cast.class_one.label)
    page(client, "key_counts_sheet", cast.department.pk, DAY)


def test_authorities_see_schools_without_small_numbers_and_no_names(client: Client, cast: Cast) -> None:
    pupils = fill(cast.class_one, 6)
    for one in pupils[:4]:
        listed(cast, one)
    listed(cast, pupils[4], MET)
    client.force_login(cast.province)
    text = page(client, "key_counts", cast.province_unit.pk, DAY)
    assert "湘江技师" in text
    assert "&lt;3" in text
    assert reverse("health:key_people") + "?" not in text
    assert ">4<" in text
    assert client.get(reverse("health:key_people")).status_code == 403
    client.force_login(cast.city_second)
    assert client.get(reverse("health:key_counts", args=[cast.school.pk, DAY])).status_code == 404


def test_what_nobody_knows_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.doctor)
    assert client.get(reverse("health:key_person", args=[UUID(int=1)])).status_code == 404
    assert client.get(reverse("health:key_counts", args=[cast.school.pk, DAY + timedelta(days=1)])).status_code == 404


def test_who_is_destroyed_leaves_nothing_here(cast: Cast, pupils: list[Person]) -> None:
    for one in pupils[:2]:
        asked(cast, listed(cast, one), temperature=36.5)
    counts = Counts()
    erase([pupils[0].pk], counts)
    assert KeyPerson.objects.get().person == pupils[1]
    assert counts.destroyed["health.KeyPerson"] == counts.destroyed["health.FollowUp"] == 1


def test_an_answer_to_a_survey_reaches_the_list(cast: Cast, pupils: list[Person]) -> None:
    survey = Survey.objects.create(
        unit=cast.school,
        title="假期行踪",
        whom="both",
        from_on=DAY,
        to_on=DAY,
        due_at=NOW,
        by_id=1,
        by_name="高洁",
        at=NOW,
    )
    answer = Answer.objects.create(
        survey=survey, person=pupils[0], school=cast.school, unit=cast.class_one, source="device", at=NOW, away=True,
        facts=msgspec.to_builtins(LEFT),
    )  # fmt: skip
    event = events.record("survey.answered", by=None, unit=cast.class_one, subject=answer, now=NOW)
    for _ in range(2):
        key_people.review_answer(event)
    assert KeyPerson.objects.get().category == "left"
