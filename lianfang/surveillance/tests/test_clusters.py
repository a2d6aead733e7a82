"""Thresholds over the database: what is counted, what is raised, who is told, and how it ends."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lianfang.cases.actions import cases, emergencies
from lianfang.cases.models import Case
from lianfang.cases.rules.course import Said
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.actions import months
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.core.tests.test_letters import text_of_docx, text_of_pdf
from lianfang.health.models import DayStatus
from lianfang.health.rules import symptoms
from lianfang.health.rules.status import Status
from lianfang.notices.models import Notice
from lianfang.obligations.models import Obligation
from lianfang.orgs.models import CalendarEntry, Unit
from lianfang.people.models import Enrolment, Lodging, Person
from lianfang.policies import actions as policies
from lianfang.policies import diseases
from lianfang.surveillance.actions import clusters
from lianfang.surveillance.models import Alarm, Cluster, Counted
from lianfang.surveillance.queries import counting
from lianfang.surveillance.rules.thresholds import Onset, episodes, reached
from tests.cast import DAY, NOW, Cast

SCHOOL = Path(__file__).parents[4] / "shared" / "data" / "outbreaks" / "norovirus_derbyshire_2001_school.csv"


def pupils(cast: Cast, number: int, unit: Unit | None = None) -> list[Person]:
    unit = unit or cast.class_one
    made = Person.objects.bulk_create(Person(name=f"学生{at}", sex=1) for at in range(number))
    Enrolment.objects.bulk_create(
        Enrolment(person=one, school=cast.school, unit=unit, as_a="student", from_on=DAY) for one in made
    )
    return made


def ill(cast: Cast, people: Iterable[Person], on: date, *codes: str, unit: Unit | None = None) -> None:
    months.ensure({on})
    DayStatus.objects.bulk_create(
        DayStatus(
            school_id=cast.school.pk, on=on, person_id=one.pk, unit_id=(unit or cast.class_one).pk,
            status=int(Status.SYMPTOMATIC), symptoms=symptoms.packed(codes), fever="fever" in codes, since=NOW, at=NOW,
        )
        for one in people
    )  # fmt: skip


def at(back: int) -> date:
    return DAY - timedelta(days=back)


def told(on: date = DAY) -> set[tuple[str, str, str, int]]:
    return {(hit.threshold.id, hit.kind, hit.what, len(hit.persons)) for hit in counting.symptomatic(on)}


@pytest.mark.django_db
def test_three_in_a_class_on_one_day_and_five_in_three_days(cast: Cast) -> None:
    people = pupils(cast, 8)
    ill(cast, people[:2], DAY, "vomiting")
    assert told() == set()
    ill(cast, people[2:3], DAY, "vomiting", "fever")
    assert told() == {("one_day", "class", "vomiting", 3)}
    ill(cast, people[3:5], at(2), "vomiting")
    assert told() == {("one_day", "class", "vomiting", 3), ("three_days", "class", "vomiting", 5)}
    ill(cast, people[5:7], DAY, "rash")
    assert len(told()) == 2


@pytest.mark.django_db
def test_who_is_still_ill_is_no_new_case_and_another_class_counts_for_itself(cast: Cast) -> None:
    people = pupils(cast, 3)
    for back in (4, 3, 2, 0):
        ill(cast, people[:2], at(back), "diarrhoea")
    ill(cast, people[2:], DAY, "diarrhoea")
    assert told() == set()
    ill(cast, pupils(cast, 2, cast.class_two), DAY, "diarrhoea", unit=cast.class_two)
    assert told() == set()


@pytest.mark.django_db
def test_a_dormitory_room_counts_across_classes(cast: Cast) -> None:
    people = [*pupils(cast, 2), *pupils(cast, 1, cast.class_two)]
    Lodging.objects.bulk_create(
        Lodging(person=one, school=cast.school, kind="boarder", building="三号楼", room="301", from_on=at(30))
        for one in people
    )
    ill(cast, people[:2], DAY, "fever")
    ill(cast, people[2:], DAY, "fever", unit=cast.class_two)
    assert told() == {("one_day", "dormitory", "fever", 3)}


REPORTED = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 9), st.sampled_from(["fever", "rash"])), max_size=40, unique=True
)


@given(REPORTED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db(transaction=False)
def test_the_database_says_what_the_plain_rule_says(cast: Cast, reported: list[tuple[int, int, str]]) -> None:
    with transaction.atomic():
        people = pupils(cast, 8)
        bits: dict[tuple[int, int], set[str]] = {}
        for person, back, what in reported:
            bits.setdefault((person, back), set()).add(what)
        for (person, back), codes in bits.items():
            ill(cast, [people[person]], at(back), *codes)
        onsets = [
            Onset(people[person].pk, day, what, (("class", cast.class_one.pk),))
            for person in range(8)
            for what in ("fever", "rash")
            for day in episodes(at(back) for (who, back), codes in bits.items() if who == person and what in codes)
        ]
        rules = diseases.catalog()["group_illness"].editions[0].thresholds[:2]
        held = {
            (rule.id, "class", what, len(inside))
            for rule in rules
            for what in ("fever", "rash")
            if len(inside := {one.person for one in onsets if one.what == what and one.on > DAY - timedelta(rule.days)})
            >= rule.cases
        }
        assert told() == held
        fired = {(one.threshold.id, one.what) for one in reached(onsets, rules) if one.on == DAY}
        assert fired <= {(name, what) for name, _, what, _ in held}
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_alarm_tells_everybody_once_and_is_raised_once(cast: Cast) -> None:
    people = pupils(cast, 6)
    ill(cast, people[:3], DAY, "vomiting")
    assert clusters.watch(on=DAY, now=NOW) == 1
    assert clusters.watch(on=DAY, now=NOW + timedelta(minutes=1)) == 0
    (cluster,) = Cluster.objects.all()
    assert (cluster.school, cluster.syndrome, cluster.tier) == (cast.school, "gastrointestinal", 1)
    assert cluster.due_at == NOW + timedelta(days=1)
    assert {row.person_id for row in Counted.objects.all()} == {one.pk for one in people[:3]}
    notice = Notice.objects.get(kind="cluster.found")
    who = {row.user.username for row in notice.deliveries.select_related("user") if row.user}
    assert {"doctor", "principal"} <= who
    assert Obligation.objects.get(kind="cluster_report").due_at == cluster.due_at
    ill(cast, people[3:5], DAY, "diarrhoea", "vomiting")
    assert clusters.watch(on=DAY, now=NOW + timedelta(minutes=2)) == 1
    assert Cluster.objects.count() == 1, "vomiting and diarrhoea are one event"
    assert set(Alarm.objects.values_list("what", "threshold")) == {("vomiting", "one_day"), ("vomiting", "three_days")}


@pytest.mark.django_db
def test_a_threshold_cannot_be_switched_off_and_a_province_may_ask_earlier(cast: Cast) -> None:
    people = pupils(cast, 5)
    ill(cast, people[:3], DAY, "rash")
    ill(cast, people[3:], DAY, "jaundice")
    key = "disease.group_illness.thresholds.one_day.cases"
    given: dict[str, Any] = {"by": cast.province, "unit": cast.province_unit, "key": key, "reason": "省定", "now": NOW}
    for weaker in ("4", "0", "99", "off"):
        policies.override(value=weaker, from_on=DAY, to_on=None, **given)
        assert told() == {("one_day", "class", "rash", 3)}, weaker
    policies.override(value="2", from_on=DAY, to_on=None, **given)
    assert told() == {("one_day", "class", "rash", 3), ("one_day", "class", "jaundice", 2)}


def suspected(cast: Cast, people: Iterable[Person], back: int, disease: str = "mumps") -> list[Case]:
    return [
        cases.suspect(
            by=cast.doctor, person=one, school=cast.school, unit=cast.class_one, disease=disease, origin="hand",
            onset_on=at(back), basis="", key=uuid7(), now=NOW,
        ) for one in people
    ]  # fmt: skip


def ruled(monkeypatch: pytest.MonkeyPatch, disease: str, threshold: str, **changes: Any) -> None:
    """The file as if it said something else of one threshold."""
    file = diseases.catalog()[disease]
    editions = tuple(
        replace(one, thresholds=tuple(replace(row, **changes) if row.id == threshold else row
                                      for row in one.thresholds))
        for one in file.editions
    )  # fmt: skip
    monkeypatch.setitem(diseases.catalog(), disease, replace(file, editions=editions))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({}, True),
        ({"since": DAY}, True),
        ({"until": DAY}, True),
        ({"since": DAY + timedelta(1)}, False),
        ({"until": DAY - timedelta(1)}, False),
        ({"jurisdiction": "city"}, True),
        ({"jurisdiction": "elsewhere"}, False),
    ],
)
def test_a_threshold_counts_on_its_days_and_in_its_area(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], fires: bool
) -> None:
    codes = {"city": cast.city_unit.code, "elsewhere": cast.second_city.code}
    if "jurisdiction" in changes:
        changes = {"jurisdiction": codes[changes["jurisdiction"]]}
    ruled(monkeypatch, "group_illness", "one_day", **changes)
    ruled(monkeypatch, "mumps", "cluster", **changes)
    people = pupils(cast, 8)
    ill(cast, people[:3], DAY, "rash")
    suspected(cast, people[3:], 0)
    assert bool(told()) is fires
    assert bool({hit.threshold.id for hit in counting.of_cases(DAY)}) is fires


@pytest.mark.django_db
def test_those_in_hospital_count_once_whoever_was_there_and_came_home_too(cast: Cast) -> None:
    rows = suspected(cast, pupils(cast, 6), 2, "influenza")

    def lies(case: Case, *places: str) -> None:
        for number, place in enumerate(places):
            later = NOW + timedelta(minutes=number)
            cases.say(by=cast.doctor, case=case, kind="place", said=Said(on=DAY, word=place), key=uuid7(), now=later)

    def reached_by() -> list[tuple[str, int]]:
        return [(hit.threshold.id, len(hit.persons)) for hit in counting.of_cases(DAY)]

    for row in rows[:4]:
        lies(row, "hospital")
    lies(rows[4], "home")
    assert reached_by() == []
    lies(rows[5], "hospital", "home")
    assert reached_by() == [("emergency_hospitalised", 5)]
    wrong = rows[0].steps.get(kind="place")
    cases.correct(by=cast.doctor, step=wrong, said=Said(on=DAY, word="home"), basis="记错", key=uuid7(), now=NOW)
    assert reached_by() == []


@pytest.mark.django_db
def test_a_term_is_counted_from_its_first_day_and_by_days_where_nobody_entered_one(cast: Cast) -> None:
    people = pupils(cast, 2)
    suspected(cast, people[:1], 100, "tuberculosis")
    suspected(cast, people[1:], 3, "tuberculosis")
    (hit,) = counting.of_cases(DAY)
    assert (hit.threshold.id, hit.threshold.days) == ("cluster", 183)
    term = CalendarEntry(
        unit=cast.city_unit, kind="term", from_on=at(10), to_on=DAY + timedelta(100), by_id=1, by_name="", at=NOW
    )
    term.save()
    assert counting.of_cases(DAY) == []
    term.from_on = at(100)
    term.save()
    (hit,) = counting.of_cases(DAY)
    assert (hit.threshold.days, len(hit.persons)) == (101, 2)


@pytest.mark.django_db
def test_cases_reach_the_thresholds_of_their_disease_and_the_graver_one_shortens_the_clock(cast: Cast) -> None:
    people = pupils(cast, 12)
    suspected(cast, people[:4], 3)
    assert clusters.watch(on=DAY, now=NOW) == 0
    suspected(cast, people[4:6], 1)
    assert clusters.watch(on=DAY, now=NOW) == 1
    (cluster,) = Cluster.objects.all()
    assert (cluster.syndrome, cluster.tier) == ("parotid", 1)
    suspected(cast, people[6:], 0)
    assert clusters.watch(on=DAY, now=NOW + timedelta(hours=1)) == 1
    cluster.refresh_from_db()
    assert cluster.tier == 2
    assert cluster.due_at < NOW + timedelta(hours=4)
    assert Event.objects.filter(verb="cluster.graver").count() == 1


@pytest.mark.django_db
def test_an_emergency_report_ends_the_clock_and_a_closed_event_stays_closed(cast: Cast) -> None:
    people = pupils(cast, 6)
    ill(cast, people[:3], DAY, "rash")
    clusters.watch(on=DAY, now=NOW)
    (cluster,) = Cluster.objects.all()
    close: dict[str, Any] = {"by": cast.doctor, "cluster": cluster, "now": NOW + timedelta(hours=2)}
    for words in ("两周无新发病例", ""):
        with pytest.raises(Refused), transaction.atomic():
            clusters.end(words=words, **close)
    made = emergencies.report(
        by=cast.doctor, key=uuid7(), school=cast.school, unit=cast.class_one, kind="cluster", discovered_at=NOW,
        facts=Facts(count=3), now=NOW + timedelta(hours=1),
    )  # fmt: skip
    clusters.reported(Event.objects.get(verb="emergency.reported"))
    cluster.refresh_from_db()
    assert (cluster.emergency, cluster.told_at) == (made, made.reported_at)
    assert not Obligation.objects.waiting().filter(kind="cluster_report").exists()
    clusters.end(words="两周无新发病例", **close)
    assert clusters.watch(on=DAY, now=NOW + timedelta(hours=3)) == 0
    next_day = DAY + timedelta(days=1)
    ill(cast, people[3:], next_day, "rash")
    assert clusters.watch(on=next_day, now=NOW + timedelta(days=1)) >= 1
    assert Cluster.objects.count() == 2


@pytest.mark.django_db
def test_superiors_see_numbers_and_doctors_see_names(cast: Cast, client: Any) -> None:
    people = pupils(cast, 3)
    ill(cast, people, DAY, "rash")
    clusters.watch(on=DAY, now=NOW)
    page = reverse("surveillance:cluster", args=[Cluster.objects.get().pk])
    client.force_login(cast.doctor)
    assert people[0].name in client.get(page).content.decode()
    client.force_login(cast.city)
    shown = client.get(page).content.decode()
    assert "发热出疹" in shown
    assert people[0].name not in shown
    client.force_login(cast.city_second)
    assert client.get(page).status_code == 404


# ── a real school: norovirus, Derbyshire 2001 ─────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_norovirus_school_is_replayed_day_by_day(cast: Cast) -> None:
    """Each child is reported with vomiting on the first day of its absence; alarms come on the days of a plain count, and
    all of them are one event."""
    if not SCHOOL.is_file():
        pytest.skip("the data of outbreaks are not here")
    with SCHOOL.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["day_absent"]]
    units = {}
    for number in sorted({row["class"] for row in rows}):
        units[number] = Unit.objects.create(
            kind="class", code=f"N{number}", name=f"{number}班", parent=cast.class_one.parent, school=cast.school,
            path=f"{cast.class_one.path.rsplit('.', 2)[0]}.9{number}.",
        )  # fmt: skip
    first = datetime(2020, 2, 10, 9, tzinfo=NOW.tzinfo)
    days = sorted({int(float(row["day_absent"])) for row in rows})
    people: dict[str, list[tuple[int, UUID]]] = {number: [] for number in units}
    raised: list[tuple[int, str, str]] = []
    for day in range(days[0], days[-1] + 1):
        on = first.date() + timedelta(days=day)
        for number, unit in units.items():
            today = [row for row in rows if row["class"] == number and int(float(row["day_absent"])) == day]
            made = pupils(cast, len(today), unit)
            ill(cast, made, on, "vomiting", unit=unit)
            people[number] += [(day, one.pk) for one in made]
        known = set(Alarm.objects.values_list("pk", flat=True))
        clusters.watch(on=on, now=first + timedelta(days=day))
        names = {unit.pk: number for number, unit in units.items()}
        for alarm in Alarm.objects.exclude(pk__in=known):
            raised.append((day, alarm.threshold, names[int(alarm.group)]))
    plain: list[tuple[int, str, str]] = []
    for number, fell in people.items():
        for name, window, cases_ in (("one_day", 1, 3), ("three_days", 3, 5)):
            found = [d for d in range(days[0], days[-1] + 1) if sum(d - window < x <= d for x, _ in fell) >= cases_]
            plain += [(found[0], name, number)] if found else []
    assert sorted(raised) == sorted(plain)
    assert len(plain) > 5
    assert Cluster.objects.count() == 1


@pytest.mark.django_db
def test_the_letter_to_disease_control_has_numbers_and_no_names(cast: Cast, client: Any) -> None:
    people = [*pupils(cast, 3), *pupils(cast, 2, cast.class_two)]
    ill(cast, people[:3], DAY, "vomiting")
    ill(cast, people[3:], DAY, "vomiting", unit=cast.class_two)
    assert clusters.watch(on=DAY, now=NOW)
    cluster = Cluster.objects.get()
    clusters.measure(by=cast.doctor, cluster=cluster, kind="aired", words="学生0 的座位", key=uuid7(), now=NOW)
    client.force_login(cast.doctor)
    said = client.get(reverse("surveillance:cluster_letter", args=[cluster.pk])).content.decode()
    pdf = client.get(reverse("surveillance:cluster_letter_pdf", args=[cluster.pk]))
    word = client.get(reverse("surveillance:cluster_letter_docx", args=[cluster.pk]))
    assert (pdf["Content-Type"], word["Content-Type"].rpartition(".")[2]) == ("application/pdf", "document")
    assert "attachment" in pdf["Content-Disposition"]
    page = text_of_pdf(pdf.content)[0]
    words = " ".join(text_of_docx(word.content))
    for found in (said, page, words):
        assert "学生0" not in found
        assert cast.school.name in found
        assert cast.class_one.name in found
    assert f"{cast.class_one.name}33" in page, "three on the day, three together"
    assert Event.objects.filter(verb="cluster.letter").count() == 2
