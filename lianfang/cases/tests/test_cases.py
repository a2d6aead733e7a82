"""Cases from the suspicion to the return, on a real database."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.cases.actions import cases as actions
from lianfang.cases.actions import considering
from lianfang.cases.models import Case, CaseStep, Certificate, Contact, Origin
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import suspicions
from lianfang.cases.rules.course import Said
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.health.models import DayStatus, KeyPerson
from lianfang.health.rules import symptoms
from lianfang.health.rules.status import Status
from lianfang.notices.models import Notice
from lianfang.orgs.models import Unit
from lianfang.people.actions import erasing
from lianfang.people.models import Enrolment, Person
from lianfang.policies import diseases
from tests.cast import DAY, NOW, Cast

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def pupil(cast: Cast, name: str = "李小明", unit: Unit | None = None) -> Person:
    unit = unit or cast.class_one
    made = Person.objects.create(name=name, pinyin="li xiaoming", sex=1, born_on=date(2003, 5, 1))
    Enrolment.objects.create(person=made, school=unit.school or unit, unit=unit, as_a="student", from_on=DAY)
    return made


def suspect(cast: Cast, person: Person, disease: str = "varicella", ago: int = 2, **more: Any) -> Case:
    given: dict[str, Any] = {
        "by": cast.doctor, "school": cast.school, "unit": cast.class_one, "origin": Origin.HAND, "basis": "皮疹",
        "onset_on": DAY - timedelta(days=ago), "key": uuid7(), "now": NOW, **more,
    }  # fmt: skip
    return actions.suspect(person=person, disease=disease, **given)


def say(cast: Cast, case: Case, kind: str, now: datetime = NOW, basis: str = "", **said: Any) -> CaseStep:
    return actions.say(by=cast.doctor, case=case, kind=kind, said=Said(**said), basis=basis, key=uuid7(), now=now)


def prove(cast: Cast, case: Case, content: bytes = PNG, name: str = "证明.png", now: datetime = NOW) -> CaseStep:
    return actions.prove(
        by=cast.doctor, case=case, level="level2", on=now.date(), name=name, content=content, key=uuid7(), now=now
    )


def refused(call: Any, *args: Any, **named: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **named)
    return [(problem.code, problem.cell) for problem in caught.value.problems]


@pytest.mark.django_db
def test_a_second_suspicion_of_the_same_disease_is_the_first_one(cast: Cast) -> None:
    person = pupil(cast)
    first = suspect(cast, person)
    assert suspect(cast, person) == first
    assert suspect(cast, person, key=first.key) == first
    assert suspect(cast, person, "measles") != first
    assert first.edition in {one.id for one in diseases.catalog()["varicella"].editions}
    assert Event.objects.filter(verb="case.opened").count() == 2


@pytest.mark.django_db
def test_a_child_with_varicella_comes_back_when_everything_is_there(cast: Cast) -> None:
    case = suspect(cast, pupil(cast))
    say(cast, case, "diagnosis", word="clinical", at=NOW - timedelta(hours=1))
    later = NOW + timedelta(days=14)
    (judged,) = queries.judged([case], later.date())
    assert judged.verdict.on is None
    assert refused(say, cast, case, "returned", later, on=later.date()) == [("cases.return_too_early", "basis")]
    say(cast, case, "sign", later, word="crusted", on=later.date())
    prove(cast, case, now=later)
    say(cast, case, "agreed", later, on=later.date())
    (judged,) = queries.judged([Case.objects.get(pk=case.pk)], later.date())
    assert judged.verdict.may(later.date()), judged.verdict
    say(cast, case, "returned", later, on=later.date())
    case.refresh_from_db()
    assert (case.ended, case.ended_on, case.certainty) == ("returned", later.date(), "clinical")
    assert refused(say, cast, case, "rash", later, on=later.date()) == [("cases.closed", "")]


@pytest.mark.django_db
def test_who_comes_back_too_early_does_so_with_a_reason_that_is_kept(cast: Cast) -> None:
    case = suspect(cast, pupil(cast))
    made = say(cast, case, "returned", basis="疾控中心电话同意", on=DAY)
    assert made.basis is not None
    assert made.basis.open() == "疾控中心电话同意"
    case.refresh_from_db()
    assert case.ended == "returned"


@pytest.mark.django_db
def test_a_case_is_closed_reopened_and_corrected_and_nothing_is_lost(cast: Cast) -> None:
    person = pupil(cast)
    case = suspect(cast, person)
    say(cast, case, "excluded", on=DAY, text="过敏")
    other = suspect(cast, person, key=uuid7())
    reopen: dict[str, Any] = {"by": cast.doctor, "case": case, "key": uuid7(), "now": NOW}
    assert refused(actions.reopen, basis="复诊确诊", **reopen) == [("cases.another_open", "")]
    say(cast, other, "excluded", on=DAY)
    assert refused(actions.reopen, basis="", **reopen) == [("cases.basis_missing", "basis")]
    actions.reopen(basis="复诊确诊", **reopen)
    case.refresh_from_db()
    assert (case.ended, case.closed_at, case.certainty) == ("", None, "suspected")
    first = case.steps.get(number=1)
    correct: dict[str, Any] = {"by": cast.doctor, "basis": "家长更正", "now": NOW}
    actions.correct(step=first, said=Said(on=DAY - timedelta(days=4)), key=uuid7(), **correct)
    case.refresh_from_db()
    assert case.onset_on == DAY - timedelta(days=4)
    again: dict[str, Any] = {"step": first, "said": Said(on=DAY), "key": uuid7(), **correct}
    assert refused(actions.correct, **again) == [("cases.corrected_already", "")]
    assert case.steps.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("证明.png", b"MZ\x90\x00" + bytes(100), "cases.proof_unfit"),
        ("证明.pdf", b"", "cases.proof_unfit"),
        ("证明.txt", "同意复课".encode(), "cases.proof_kind"),
        ("证明.exe", PNG, "cases.proof_unfit"),
    ],
)
def test_a_certificate_that_is_no_picture_is_refused(cast: Cast, name: str, content: bytes, code: str) -> None:
    case = suspect(cast, pupil(cast))
    assert refused(prove, cast, case, content, name) == [(code, "file")]
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_an_unknown_disease_and_an_onset_after_the_report_are_refused(cast: Cast) -> None:
    person = pupil(cast)
    assert refused(suspect, cast, person, "unicorn-pox") == [("cases.disease_unknown", "disease")]
    assert refused(suspect, cast, person, ago=-1) == [("cases.day_ahead", "on")]
    assert refused(suspect, cast, person, unit=cast.second) == [("cases.unit_elsewhere", "unit")]


@pytest.mark.django_db
def test_a_case_keeps_the_edition_it_was_opened_under(cast: Cast) -> None:
    case = suspect(cast, pupil(cast), "covid19")
    (judged,) = queries.judged([case], date(2026, 3, 1))
    assert judged.rules is not None
    assert judged.today is not None
    assert judged.rules.id == case.edition != judged.today.id
    assert judged.is_of_former_rules


def ill(cast: Cast, person: Person, *codes: str, unit: Unit | None = None, ago: int = 0) -> None:
    unit, on = unit or cast.class_one, DAY - timedelta(days=ago)
    months.ensure({on})
    DayStatus.objects.create(
        school_id=cast.school.pk, on=on, person_id=person.pk, unit_id=unit.pk, status=int(Status.SYMPTOMATIC),
        symptoms=symptoms.packed(codes), fever="fever" in codes, since=NOW, at=NOW,
    )  # fmt: skip


@pytest.mark.django_db
def test_symptoms_of_the_day_make_think_of_a_disease_until_a_case_runs(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    people = [pupil(cast, f"学生{number}") for number in range(5)]
    for person in people:
        ill(cast, person, "parotid_swelling")
    suspect(cast, people[0], "mumps")
    with django_assert_max_num_queries(20):
        found = suspicions.of_school(cast.school, DAY)
    assert {one.finding.person for one in found} == set(people[1:])
    assert found[0].thoughts[0].disease.id == "mumps"


@pytest.mark.django_db
def test_a_cough_of_two_weeks_and_a_contact_make_think_of_what_a_day_alone_does_not(cast: Cast) -> None:
    long, short, contact = pupil(cast, "久咳"), pupil(cast, "刚咳"), pupil(cast, "密接")
    for ago in range(0, 16, 3):
        ill(cast, long, "cough", ago=ago)
    ill(cast, short, "cough")
    ill(cast, contact, "fatigue")
    index = suspect(cast, pupil(cast, "首例"), "covid19")
    Contact.objects.create(
        case=index, school=cast.school, unit=cast.class_one, person=contact, level="close", last_on=DAY, at=NOW,
        key=uuid7(),
    )  # fmt: skip
    found = {one.finding.person: one.thoughts for one in suspicions.of_school(cast.school, DAY)}
    assert "tuberculosis" in {one.disease.id for one in found[long]}
    assert "tuberculosis" not in {one.disease.id for one in found.get(short, ())}
    assert [one.disease.id for one in found[contact]] == ["covid19"]


@pytest.mark.django_db
def test_only_of_those_known_to_be_exposed_a_rule_opens_a_case_and_once(cast: Cast) -> None:
    known, other = pupil(cast, "武汉返校"), pupil(cast, "普通学生")
    KeyPerson.objects.create(
        person=known, school=cast.school, unit=cast.class_one, edition="hubei_2020", category="other", rule="listed",
        since=DAY, reasons={}, from_on=DAY, at=NOW,
    )  # fmt: skip
    for person in (known, other):
        ill(cast, person, "cough", "fatigue")
    assert considering.consider(now=NOW) == 1
    assert considering.consider(now=NOW) == 0
    (case,) = Case.objects.all()
    assert (case.person, case.disease, case.origin, case.by) == (known, "covid19", "check", None)
    assert Notice.objects.get(kind="case.opened").deliveries.get().user == cast.doctor


@pytest.mark.django_db
def test_a_class_teacher_learns_when_and_nothing_else(cast: Cast, client: Any) -> None:
    case = suspect(cast, pupil(cast, "王小花"))
    suspect(cast, pupil(cast, "别班学生", cast.class_two), unit=cast.class_two)
    client.force_login(cast.teacher)
    page = client.get(reverse("cases:clearances")).content.decode()
    assert "王小花" in page
    assert "别班学生" not in page
    for label in (*diseases.catalog()[case.disease].label("zh").split(), "varicella", "疑似", "临床诊断", "皮疹"):
        assert label not in page.split("<main")[1]


@pytest.mark.django_db
def test_lists_take_the_same_number_of_queries_for_three_and_for_nine(cast: Cast, client: Any) -> None:
    client.force_login(cast.doctor)

    def queries_of_the_list() -> int:
        client.get(reverse("cases:cases"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("cases:cases"))
        return len(found)

    for number in range(3):
        suspect(cast, pupil(cast, f"甲{number}"))
    few = queries_of_the_list()
    for number in range(6):
        suspect(cast, pupil(cast, f"乙{number}"))
    assert queries_of_the_list() == few


@pytest.mark.django_db
def test_with_the_person_goes_what_was_said_and_the_count_stays(cast: Cast) -> None:
    case = suspect(cast, pupil(cast))
    prove(cast, case)
    assert case.person_id is not None
    erasing.people([UUID(str(case.person_id))], now=NOW)
    case.refresh_from_db()
    assert not Case.objects.filter(person__isnull=False).exists()
    assert not Certificate.objects.exists()
    assert {(row.said, row.basis) for row in case.steps.all()} == {(None, None)}


@pytest.mark.django_db
def test_what_is_typed_wrong_is_shown_at_its_field_and_nothing_is_lost(cast: Cast, client: Any) -> None:
    client.force_login(cast.doctor)
    case = suspect(cast, pupil(cast))
    page_of = reverse("cases:case_say", args=[case.pk, "recovered"])
    typed = {"key": str(uuid7()), "on": "2020-02-01", "basis": "病历"}
    page = client.post(page_of, typed)
    assert page.status_code == 422
    assert "早于发病日期" in page.content.decode()
    assert "病历" in page.content.decode()
    typed["on"] = DAY.isoformat()
    assert client.post(page_of, typed).status_code == 302
    assert client.post(page_of, typed).status_code == 302
    assert case.steps.filter(kind="recovered").count() == 1
