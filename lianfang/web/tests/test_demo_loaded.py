"""What stands in the demo when it is loaded: one loading serves all of these tests, which only look."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, Max
from pytest_django import DjangoDbBlocker

from lianfang.cases.models import Stay
from lianfang.core import clock
from lianfang.health.models import Absence, FollowUp, Held, Hint, KeyPerson, Roll, Survey, Tally
from lianfang.health.queries import surveys
from lianfang.orgs import queries
from lianfang.orgs.models import Unit
from lianfang.people import queries as people
from lianfang.people.models import Enrolment, Guardian, Household, Person
from lianfang.people.queries import roster
from lianfang.people.rules import identity
from lianfang.returns.models import Return
from lianfang.web.demo import places
from lianfang.web.demo.actions import loading
from lianfang.web.tests.few import few_places

NOW = datetime(2026, 11, 9, 8, 30, tzinfo=clock.ZONE)
SILENT = date(2026, 11, 6)


@pytest.fixture(autouse=True, scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Undone after the last of them."""
    with django_db_blocker.unblock(), few_places(), transaction.atomic():
        loading.load(schools=6, past_days=3, now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def looked_at(loaded: None, db: None) -> None:
    """Each inside what was loaded."""


def test_the_first_school_is_full_and_its_figures_are_its_peoples() -> None:
    school = queries.by_code(places.SHOWCASE)
    assert school is not None
    pupils = Enrolment.objects.filter(school=school, as_a="student", to_on__isnull=True)
    classes = Unit.objects.filter(school=school, kind="class")
    assert pupils.count() == school.students == sum(unit.students or 0 for unit in classes)
    assert all(pupils.filter(unit=unit).count() == unit.students for unit in classes)
    assert 500 < pupils.count() < 2_500
    kinds = set(Enrolment.objects.filter(school=school).values_list("as_a", flat=True))
    assert kinds == {"student", "teacher", "staff", "canteen", "dormitory", "service", "shop", "resident"}
    shared = Guardian.objects.annotate(children=Count("guardianships")).filter(children__gt=1)
    assert shared.exists()
    assert Household.objects.filter(members__isnull=False).distinct().count() == 12
    teacher = people.by_username(["teacher"])["teacher"]
    seen = roster.visible(teacher).count()
    assert 30 < seen < 60


def test_invented_people_have_right_numbers_of_a_county_that_is_none() -> None:
    for person in Person.objects.prefetch_related("documents")[:200]:
        for held in person.documents.all():
            assert held.number is not None
            checked = identity.check("resident", held.number.open(), born_on=person.born_on, sex=person.sex,
                                     as_a="staff", on=NOW.date())  # fmt: skip
            assert {finding.code for finding in checked.findings} == {"people.id_area"}
        assert person.phone is None or person.phone.open().startswith("154")


def test_past_days_are_filed_signed_and_gathered() -> None:
    province = queries.by_code(places.PROVINCE)
    yesterday = NOW.date() - timedelta(days=1)
    gathered = Return.objects.get(unit=province, on=yesterday)
    assert gathered.counted is not None
    filed = Return.objects.filter(on=yesterday, unit__kind="school", counted__isnull=False)
    assert gathered.counted.sources.count() == filed.count() > 0
    assert gathered.counted.cells["suspected.students"] == [1, 0]
    assert not Return.objects.filter(on=NOW.date()).exists()


def test_the_school_with_somebody_suspected_reports_on_every_day() -> None:
    """On this day the dice say that the very school with the suspected pupil stays silent."""
    gathered = Return.objects.get(unit=queries.by_code(places.PROVINCE), on=SILENT)
    assert gathered.counted is not None
    assert gathered.counted.cells["suspected.students"] == [1, 0]


def test_classes_have_reported_for_a_fortnight_and_today_as_far_as_the_clock_has_come() -> None:
    school = queries.by_code(places.SHOWCASE)
    assert school is not None
    classes = Unit.objects.filter(school=school, kind="class").count()
    reported = dict(Tally.objects.filter(unit_id=school.pk, morning__gt=0).values_list("on", "morning"))
    assert len(reported) == 11, "ten days of lessons and today"
    assert 0 < reported[NOW.date()] < classes
    assert all(classes - 5 <= many <= classes for on, many in reported.items() if on < NOW.date())
    assert Roll.objects.latest("at").at <= NOW
    assert Roll.objects.exclude(school_id=school.pk).exists()
    assert Tally.objects.filter(unit_id=school.pk).aggregate(most=Max("ill"))["most"] >= 5
    assert set(Absence.objects.values_list("school_id", flat=True)) >= {school.pk}
    assert {"back", "contacted"} <= set(Absence.objects.values_list("stage", flat=True))
    codes = {code for held in Held.objects.all() for code, _field in held.reasons}
    assert codes == {"health.temperature_impossible", "health.round_unknown"}
    assert Hint.objects.filter(school=school, kind="haste").exists()
    survey = Survey.objects.get()
    counts = [count for count in surveys.by_unit(survey, school).values() if count.expected]
    assert sum(count.answered for count in counts) > sum(count.expected for count in counts) / 2
    assert any(not count.answered for count in counts)
    assert set(KeyPerson.objects.values_list("category", flat=True)) == {"left", "there", "contact"}
    assert FollowUp.objects.filter(key_person__school=school).exists()
    assert Tally.objects.get(unit_id=school.pk, on=NOW.date()).isolated == Stay.objects.count() == 2
    assert Roll.objects.filter(group_id__gt=0).values("group_id").distinct().count() == 3
