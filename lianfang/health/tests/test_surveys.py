"""The survey of whereabouts through the client: opened, answered by families and by telephone, counted, chased, closed."""

import io
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.actions import survey_chasing
from lianfang.health.actions import surveys as actions
from lianfang.health.actions.erasing import erase
from lianfang.health.models import Answer, Survey
from lianfang.health.queries import surveys as queries
from lianfang.notices.models import Notice
from lianfang.obligations.models import Chase
from lianfang.orgs.actions import units
from lianfang.orgs.models import Unit
from lianfang.people.actions import codes, requests
from lianfang.people.actions.erasing import Counts
from lianfang.people.models import Enrolment, Person, Posting, Request, User
from lianfang.people.rules import roster as roster_rules
from lianfang.policies.models import Assessment
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast
from tests.families import Families, assess, claim_of, families

HOME = "430100"
AWAY = {"area": "武汉", "from_on": "2020-01-10", "to_on": "2020-01-20"}


@pytest.fixture(autouse=True)
def at_eight(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def home(cast: Cast) -> Families:
    assess(cast)
    Assessment.objects.create(
        unit=cast.city_unit, module="survey", necessity="防控所必需", risks="行踪敏感", measures="加密",
        valid_to=DAY + timedelta(days=30), by_id=cast.security.pk, by_name=cast.security.name, at=NOW,
    )  # fmt: skip
    return families(cast)


@pytest.fixture
def survey(cast: Cast, home: Families) -> Survey:
    return opened(cast.doctor, cast.school)


@pytest.fixture
def phone(cast: Cast, home: Families) -> Client:
    """The telephone of the mother of 周小雨."""
    made = codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    assert made.code is not None
    client = Client()
    claim_of(client, made.code.open())
    return client


def opened(by: User, unit: Unit, **told: Any) -> Survey:
    asked = {
        "title": "寒假行踪摸排", "whom": "students", "from_on": date(2020, 1, 10), "to_on": DAY,
        "due_at": NOW + timedelta(days=1), **told,
    }  # fmt: skip
    return actions.open_survey(by=by, unit=unit, now=NOW, **asked)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(survey: Survey, person: Person, name: str = "survey_answer") -> str:
    return reverse(f"health:{name}", args=[survey.pk, person.pk])


def tap(client: Client, page: Any, go: str, **typed: str) -> Any:
    """Press a button of the page that was shown."""
    sheet = {**page.context["hidden"], "step": page.context["page"].step, "go": go}
    return client.post(page.wsgi_request.path, {**sheet, **typed})


def walk(client: Client, where: str, *taps: tuple[str, dict[str, str]]) -> Any:
    page = client.get(where)
    for go, typed in taps:
        page = tap(client, page, go, **typed)
    return page


def stays(client: Client, where: str) -> Any:
    """Two taps: did not leave, and nothing else either."""
    return walk(client, where, ("stayed", {}), ("send", {}))


def leaves(client: Client, where: str, *meetings: tuple[str, dict[str, str]]) -> Any:
    """Was in Wuhan from the tenth to the twentieth."""
    back = ("next", {"back_on": "2020-01-20"})
    return walk(
        client, where, ("left", {}), ("next", AWAY), back, ("next", {}), *meetings, ("next", {}),
        ("next", {"health": "well"}), ("send", {}),
    )  # fmt: skip


def test_two_taps_say_that_a_child_did_not_leave(cast: Cast, phone: Client, home: Families, survey: Survey) -> None:
    where = at(survey, home.rain)
    assert where in phone.get(reverse("my:home")).content.decode()
    assert "长沙市" in phone.get(where).content.decode()
    assert stays(phone, where).headers["Location"] == where
    answer = Answer.objects.get()
    facts = queries.facts(answer)
    assert (answer.person, answer.source, answer.unit, answer.away) == (home.rain, "device", cast.class_one, False)
    assert facts.plain
    assert facts.living_area == HOME
    page = phone.get(where)
    assert "health/survey_told.html" in [one.name for one in page.templates]
    assert "周小雨" not in page.content.decode().split("</title>")[0]


def test_who_was_elsewhere_answers_one_question_a_page(phone: Client, home: Families, survey: Survey) -> None:
    where = at(survey, home.rain)
    page = walk(
        phone, where, ("left", {}),
        ("add", AWAY), ("next", {"area": "湖北襄阳", "from_on": "2020-01-15", "to_on": "2020-01-16"}),
        ("next", {"back_on": "2020-01-21"}),
        ("next", {"means": "train", "number": "G77", "on": "2020-01-21", "from_area": "武汉", "to_area": "长沙",
                  "through": "岳阳市，咸宁"}),
        ("next", {"kind": "risk_area", "on": "2020-01-19"}),
        ("next", {"health": "observed"}),
    )  # fmt: skip
    assert len(page.context["doubts"]) == 1  # two places at once: said, and kept
    assert tap(phone, page, "send").status_code == 302
    facts = queries.facts(Answer.objects.get())
    assert [(stay.area, stay.to_on) for stay in facts.stays] == [
        ("420100", date(2020, 1, 20)), ("420600", date(2020, 1, 16)),
    ]  # fmt: skip
    (way,), (met,) = facts.journeys, facts.meetings
    assert (way.number, way.from_area, way.to_area, way.through) == ("G77", "420100", HOME, ("430600", "421200"))
    assert (met.kind, met.area, facts.health, facts.back_on) == ("risk_area", "", "observed", date(2020, 1, 21))
    assert (facts.stayed_here, facts.living_area) == (False, HOME)


def test_who_is_still_there_is_not_asked_since_when_back(phone: Client, home: Families, survey: Survey) -> None:
    page = walk(phone, at(survey, home.rain), ("left", {}), ("next", {**AWAY, "to_on": ""}))
    facts = page.context["page"].facts
    assert (page.context["page"].step, facts.living_area, facts.back_on) == ("journeys", "420100", None)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"to_on": "2020-01-01"}, "to_on", "2020-01-01"),
        ({"from_on": "2020-03-01", "to_on": ""}, "from_on", "2020-03-01"),
        ({"area": "亚特兰蒂斯"}, "area", "亚特兰蒂斯"),
        ({"area": "朝阳区"}, "area", "吉林省长春市朝阳区"),
        ({"area": ""}, "area", "2020-01-10"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    phone: Client, home: Families, survey: Survey, typed: dict[str, str], field: str, said: str
) -> None:
    page = walk(phone, at(survey, home.rain), ("left", {}), ("add", AWAY), ("next", {**AWAY, **typed}))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert said in page.content.decode()
    assert len(page.context["page"].facts.stays) == 1
    assert not Answer.objects.exists()


def test_nobody_leaves_without_saying_where_to(phone: Client, home: Families, survey: Survey) -> None:
    page = walk(phone, at(survey, home.rain), ("left", {}), ("next", {}))
    assert (page.status_code, page.context["page"].step) == (422, "stays")


def test_an_answer_that_was_made_up_is_checked_all_the_same(phone: Client, home: Families, survey: Survey) -> None:
    where = at(survey, home.rain)
    draft = {"answered_on": "2030-01-01", "stayed_here": False, "living_area": "1", "stays": []}
    sheet = {"id": str(uuid7()), "follows": "", "step": "check", "go": "send"}
    for sent in (json.dumps(draft), "[]", '{"stays": [1]}', ""):
        assert phone.post(where, {**sheet, "draft": sent}).status_code == 422
    assert not Answer.objects.exists()


def test_a_correction_is_a_new_version_and_the_first_one_stays(phone: Client, home: Families, survey: Survey) -> None:
    where = at(survey, home.rain)
    stays(phone, where)
    page = phone.get(where + "?correct=1")
    assert page.context["page"].step == "check"
    page = tap(phone, page, "to:left")
    for go, typed in (("left", {}), ("next", AWAY), ("next", {"back_on": "2020-01-20"}), ("next", {}), ("next", {})):
        page = tap(phone, page, go, **typed)
    tap(phone, tap(phone, page, "next", health="well"), "send")
    first, second = Answer.objects.order_by("pk")
    assert (first.after, second.after, first.away, second.away) == (None, first, False, True)
    assert [one.pk for one in queries.in_force([survey.pk])] == [second.pk]


def test_the_same_page_sent_twice_is_one_answer_and_another_ones_is_not_covered(
    cast: Cast, phone: Client, home: Families, survey: Survey
) -> None:
    where, teacher = at(survey, home.rain), signed_in(cast.teacher)
    theirs = tap(phone, phone.get(where), "stayed")
    for _ in range(2):
        assert tap(phone, theirs, "send").status_code == 302
    mine = phone.get(where + "?correct=1")
    tap(teacher, teacher.get(at(survey, home.rain, "survey_call") + "?correct=1"), "send")
    page = tap(phone, mine, "send")
    assert page.status_code == 422
    assert page.context["other"]["answer"].by_name == "林芳"
    assert tap(phone, page, "send").status_code == 302
    assert Answer.objects.count() == 3


def test_the_teacher_fills_in_what_is_told_on_the_telephone(cast: Cast, home: Families, survey: Survey) -> None:
    teacher = signed_in(cast.teacher)
    page = teacher.get(reverse("health:survey_own", args=[survey.pk]), follow=True)
    assert [one.name for one in page.context["missing"]] == ["周小雨", "周小天", "陈浩"]
    assert leaves(teacher, at(survey, home.rain, "survey_call")).status_code == 302
    stays(teacher, at(survey, home.sky, "survey_call"))
    assert set(Answer.objects.values_list("source", "by_name")) == {("telephone", "林芳")}
    page = teacher.get(reverse("health:survey", args=[survey.pk, cast.class_one.pk]))
    assert [one.name for one in page.context["missing"]] == ["陈浩"]
    assert [row["member"].name for row in page.context["notable"]] == ["周小雨"]
    assert [row["member"].name for row in page.context["plain"]] == ["周小天"]
    assert "湖北省武汉市" in page.content.decode()
    assert "武汉" not in str(list(Event.objects.values_list("detail", "subject", "reason")))
    for name, address in (("teacher_two", "survey"), ("clerk", "survey")):
        stranger = signed_in(cast.people[name])
        assert stranger.get(reverse(f"health:{address}", args=[survey.pk, cast.class_one.pk])).status_code == 404
    assert signed_in(cast.teacher_two).get(at(survey, home.rain, "survey_call")).status_code == 404


def test_another_familys_child_and_one_who_is_not_asked_are_not_there(
    cast: Cast, phone: Client, home: Families, survey: Survey
) -> None:
    assert phone.get(at(survey, home.hao)).status_code == 404
    staff_only = opened(cast.doctor, cast.school, whom="staff")
    elsewhere = opened(cast.doctor, cast.class_two)
    for other in (staff_only, elsewhere):
        assert phone.get(at(other, home.rain)).status_code == 404
        assert at(other, home.rain) not in phone.get(reverse("my:home")).content.decode()


def test_staff_answer_for_themselves(cast: Cast, home: Families) -> None:
    survey = opened(cast.doctor, cast.school, whom="both")
    cast.teacher.person = Person.objects.create(name="林芳")
    cast.teacher.save(update_fields=["person"])
    Enrolment.objects.create(
        person=cast.teacher.person, school=cast.school, unit=cast.student_affairs, as_a="teacher", from_on=DAY
    )
    client, where = signed_in(cast.teacher), at(survey, cast.teacher.person)
    assert where in client.get(reverse("web:home")).content.decode()
    stays(client, where)
    assert Answer.objects.get().source == "own"
    assert where not in client.get(reverse("web:home")).content.decode()
    counts = queries.by_unit(survey, cast.school)
    assert (counts[cast.student_affairs.pk].answered, counts[cast.class_one.pk].missing) == (1, 3)


def test_completeness_is_counted_by_class_and_by_school(cast: Cast, home: Families) -> None:
    survey = opened(cast.city, cast.city_unit)
    leaves(signed_in(cast.teacher), at(survey, home.rain, "survey_call"))
    Enrolment.objects.filter(person=home.hao).update(away_from=DAY)  # on leave: not asked
    counts = queries.by_unit(survey, cast.school)
    assert (counts[cast.class_one.pk], counts[cast.class_two.pk]) == (queries.Count(2, 1, 1), queries.Count(1, 0, 0))
    assert queries.by_school(survey, [cast.school.pk]) == {cast.school.pk: queries.Count(3, 1, 1)}
    page = signed_in(cast.city).get(reverse("health:survey_own", args=[survey.pk]), follow=True)
    assert [(row["unit"], row["count"].missing) for row in page.context["rows"]] == [(cast.school, 2)]
    of_school = signed_in(cast.city).get(reverse("health:survey", args=[survey.pk, cast.school.pk])).content.decode()
    assert "周小雨" not in of_school
    assert "map-pin" not in of_school  # how many were elsewhere stays in the school
    beyond = reverse("health:survey", args=[survey.pk, cast.second.pk])
    assert signed_in(cast.city_second).get(beyond).status_code == 404


def test_the_list_of_a_class_asks_the_same_however_many_are_in_it(cast: Cast, home: Families, survey: Survey) -> None:
    teacher, where = signed_in(cast.teacher), reverse("health:survey", args=[survey.pk, cast.class_one.pk])
    asked = []
    for person in (home.rain, home.sky):
        stays(teacher, at(survey, person, "survey_call"))
        teacher.get(where)
        with CaptureQueriesContext(connection) as found:
            teacher.get(where)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 18


def test_classes_with_answers_missing_are_asked_once_a_day(cast: Cast, home: Families, survey: Survey) -> None:
    doctor, where = signed_in(cast.doctor), reverse("health:survey_chase", args=[survey.pk, cast.school.pk])
    for person in (home.rain, home.sky, home.hao):
        stays(signed_in(cast.teacher), at(survey, person, "survey_call"))
    for _ in range(2):
        assert doctor.post(where).status_code == 302
    notice = Notice.objects.get(kind="owed.asked.survey")
    assert notice.unit == cast.school, "in the name of the school"
    assert Chase.objects.get().unit_id == cast.class_two.pk
    assert list(notice.deliveries.values_list("user", flat=True)) == [cast.teacher_two.pk]
    assert signed_in(cast.teacher).post(where).status_code in (403, 404)


def test_the_doctor_asks_the_teacher_of_one_class_and_sees_whom_to_call(
    cast: Cast, phone: Client, home: Families, survey: Survey
) -> None:
    doctor, teacher = signed_in(cast.doctor), signed_in(cast.teacher)
    where, chase = (
        reverse(f"health:{name}", args=[survey.pk, cast.class_one.pk]) for name in ("survey", "survey_chase")
    )
    assert chase in doctor.get(where).content.decode()
    page = teacher.get(where)
    assert chase not in page.content.decode()
    assert page.context["reached"] == {home.rain.pk}
    doctor.post(chase)
    assert list(Notice.objects.get().deliveries.values_list("user", flat=True)) == [cast.teacher.pk]
    doctor.post(reverse("health:survey_chase", args=[survey.pk, cast.school.pk]))
    assert set(Chase.objects.values_list("unit_id", flat=True)) == {cast.class_one.pk, cast.class_two.pk}
    assert Notice.objects.filter(deliveries__user=cast.teacher).count() == 1, "not twice on one day"


def test_schools_are_asked_by_the_authority_once_a_day_block_by_block(
    cast: Cast, home: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = opened(cast.city, cast.city_unit)
    _another_school(cast)
    monkeypatch.setattr(survey_chasing, "BLOCK", 1)
    now = NOW
    assert survey_chasing.chase(by=cast.city, survey=survey, within=cast.city_unit, now=now).units == 2
    assert [notice.unit for notice in Notice.objects.filter(kind__endswith=".survey")] == [cast.city_unit] * 2
    assert Notice.objects.filter(deliveries__user=cast.clerk).count() == 1
    with pytest.raises(Refused):
        survey_chasing.chase(by=cast.city, survey=survey, within=cast.city_unit, now=now)
    tomorrow = now + timedelta(days=1)
    assert survey_chasing.chase(by=cast.city, survey=survey, within=cast.city_unit, now=tomorrow).units == 2


def test_a_block_of_schools_costs_the_same_however_many_are_in_it(cast: Cast, home: Families) -> None:
    cost = []
    months.ensure({DAY})
    for schools in (1, 2):
        survey = opened(cast.city, cast.city_unit)
        with CaptureQueriesContext(connection) as found:
            assert survey_chasing.chase(by=cast.city, survey=survey, within=cast.city_unit, now=NOW).units == schools
        cost.append(len(found))
        if schools == 1:
            _another_school(cast)
    assert cost[0] == cost[1]


def _another_school(cast: Cast) -> None:
    """In the same city, with one pupil and a clerk."""
    school = units.create_unit(
        by=cast.admin, parent=cast.city_unit, kind="school", name="长沙二中", code="another", now=NOW
    )
    pupil = Person.objects.create(name="吴桐")
    Enrolment.objects.create(person=pupil, school=school, unit=school, as_a="student", from_on=DAY)
    clerk = User.objects.create(username="clerk-of-another", name="钱多")
    Posting.objects.create(user=clerk, unit=school, role="clerk", from_on=DAY, confirmed_at=NOW)


def test_nobody_answers_a_closed_survey(cast: Cast, phone: Client, home: Families, survey: Survey) -> None:
    where = at(survey, home.rain)
    page = tap(phone, phone.get(where), "stayed")
    assert signed_in(cast.teacher).post(reverse("health:survey_close", args=[survey.pk])).status_code == 403
    assert signed_in(cast.doctor).post(reverse("health:survey_close", args=[survey.pk])).status_code == 302
    assert tap(phone, page, "send").status_code == 422
    assert "health/survey_told.html" in [one.name for one in phone.get(where).templates]
    assert where not in phone.get(reverse("my:home")).content.decode()
    assert not Answer.objects.exists()


def test_a_survey_is_opened_where_somebody_has_assessed_what_it_means(cast: Cast, home: Families) -> None:
    doctor, where = signed_in(cast.doctor), reverse("health:survey_new")
    typed = {
        "unit": cast.school.pk, "title": "寒假行踪摸排", "whom": "both", "from_on": "2020-01-10", "to_on": "2020-02-05",
        "due_at": "2020-02-07T18:00",
    }  # fmt: skip
    for wrong in ({"to_on": "2020-01-01"}, {"due_at": "2020-02-04T18:00"}, {"title": ""}, {"unit": cast.second.pk}):
        page = doctor.post(where, {**typed, **wrong})
        assert (page.status_code, list(page.context["form"].errors)) == (422, list(wrong))
    assert doctor.post(where, typed).status_code == 302
    Assessment.objects.filter(module="survey").delete()
    assert not doctor.get(where).context["assessed"]
    refused = doctor.post(where, typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["unit"])
    assert Survey.objects.count() == 1


def test_answers_leave_with_the_name_of_who_took_them_out(cast: Cast, home: Families, survey: Survey) -> None:
    leaves(signed_in(cast.teacher), at(survey, home.rain, "survey_call"))
    where = reverse("health:survey_table", args=[survey.pk, cast.class_one.pk])
    doctor = signed_in(cast.doctor)
    assert doctor.post(where, {"purpose": ""}).status_code == 422
    book = doctor.post(where, {"purpose": "报区疾控"})
    sheet = load_workbook(io.BytesIO(b"".join(book))).active
    assert sheet is not None
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert str(cells[1][0]).startswith("高洁 · 2020-02-05 08:00 · 报区疾控 · ")
    assert cells[3][3] == "周小雨"
    assert str(cells[3][5]).startswith("湖北省武汉市")
    assert len(cells) == 4
    assert Event.objects.get(verb="survey.exported").detail["people"] == 1
    assert signed_in(cast.teacher).get(where).status_code == 403


def test_more_than_a_class_leaves_whole_once_a_second_person_has_agreed(
    cast: Cast, home: Families, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_rules, "FREELY", 1)
    monkeypatch.setattr(queries, "_BLOCK", 1)
    for person in (home.rain, home.sky):
        stays(signed_in(cast.teacher), at(survey, person, "survey_call"))
    doctor, where = signed_in(cast.doctor), reverse("health:survey_table", args=[survey.pk, cast.school.pk])
    assert doctor.post(where, {"purpose": "报区疾控"}).status_code == 302
    waits = Request.objects.get()
    assert (waits.kind, waits.subject_kind, waits.detail) == ("export", "survey", {"people": 2})
    assert doctor.post(where, {"purpose": "报区疾控"}).status_code == 302
    requests.decide(by=cast.security, request=waits, agreed=True, reason="", now=NOW)
    sheet = load_workbook(io.BytesIO(b"".join(doctor.post(where)))).active
    assert sheet is not None
    assert [row[3].value for row in sheet.iter_rows(min_row=4)] == ["周小雨", "周小天"]
    assert doctor.post(where, {"purpose": "报区疾控"}).status_code == 302  # it was for one time
    assert Request.objects.count() == 2


def test_the_record_of_a_person_says_what_was_answered_to_those_who_may_know(
    cast: Cast, home: Families, survey: Survey
) -> None:
    leaves(signed_in(cast.teacher), at(survey, home.rain, "survey_call"))
    of = reverse("health:record", args=[home.rain.pk])
    seen = {name: signed_in(cast.people[name]).get(of).content.decode() for name in ("teacher", "doctor")}
    assert all("寒假行踪摸排" in page for page in seen.values())
    assert ["武汉" in page for page in seen.values()] == [False, True]


def test_answers_go_with_the_person(cast: Cast, home: Families, survey: Survey) -> None:
    stays(signed_in(cast.teacher), at(survey, home.rain, "survey_call"))
    stays(signed_in(cast.teacher), at(survey, home.sky, "survey_call"))
    page = signed_in(cast.teacher).get(at(survey, home.rain, "survey_call") + "?correct=1")
    tap(signed_in(cast.teacher), page, "send")
    erase([UUID(str(home.rain.pk))], Counts())
    assert set(Answer.objects.values_list("person", flat=True)) == {home.sky.pk}
