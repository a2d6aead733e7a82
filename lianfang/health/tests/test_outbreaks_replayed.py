"""Real outbreaks, reported class by class and day by day: what the pages count is what happened."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Count

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.health.actions import absences, recounting, rolls
from lianfang.health.models import Absence, Check, DayStatus, Held, Roll, Tally
from lianfang.health.queries import said
from lianfang.health.rules import sent, symptoms
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.status import Status, derive
from lianfang.health.tests import outbreaks
from lianfang.health.tests.classes import fill
from lianfang.health.tests.outbreaks import DAYS, Child, on
from lianfang.orgs import actions as orgs
from lianfang.orgs.models import Unit
from tests.cast import Cast

pytestmark = outbreaks.there
NAMES = ("ill", "unknown", "symptomatic")


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, 0, tzinfo=clock.ZONE)


@dataclass
class School:
    """``classes`` by their names in the file; ``people`` by the number of the child."""

    unit: Unit
    classes: dict[str, Unit]
    children: list[Child]
    people: dict[int, UUID]

    def roll(self, name: str, day: int, named: Collection[sent.Named] | None = None, **told: object) -> RollIn:
        """What the class teacher saw that day, or says ``named`` instead."""
        inside = [child for child in self.children if child.school_class == name]
        seen = [child.named(self.people[child.number], day) for child in inside]
        exceptions = [one for one in seen if one] if named is None else list(named)
        unit = self.classes[name]
        roll = sent.Roll(id=uuid7(), unit=unit.pk, round="morning", on=on(day), exceptions=exceptions, **told)  # type: ignore[arg-type]
        return RollIn(roll, Seat(self.unit.pk, unit.pk), on(day), Author(by_id=1), len(inside))

    def happened(self, day: int, name: str = "") -> Counter[str]:
        """How many were what, in a class or the school."""
        inside = [child for child in self.children if name in ("", child.school_class)]
        return Counter(seen for child in inside if (seen := child.seen(day)))

    def counted(self, day: int, name: str = "") -> Counter[str]:
        unit = self.classes[name] if name else self.unit
        row = Tally.objects.get(school_id=self.unit.pk, on=on(day), unit_id=unit.pk)
        return Counter({one: getattr(row, one) for one in NAMES if getattr(row, one)})

    def statuses(self, day: int, name: str) -> Counter[Status]:
        """The days of a whole class, derived from what was said."""
        seat = Seat(self.unit.pk, self.classes[name].pk)
        inside = [self.people[child.number] for child in self.children if child.school_class == name]
        return Counter(derive(told).status for told in said.about((seat, on(day), one) for one in inside).values())


@pytest.fixture
def school(cast: Cast) -> School:
    children = outbreaks.children()
    of_class: dict[str, list[Child]] = defaultdict(list)
    for child in children:
        of_class[child.school_class].append(child)
    classes: dict[str, Unit] = {}
    people: dict[int, UUID] = {}
    for name, inside in of_class.items():
        classes[name] = orgs.create_unit(
            by=None, parent=cast.department, kind="class", code=f"{cast.school.code}-N{name}", name=f"{name}班",
            now=cast.now,
        )  # fmt: skip
        persons = fill(classes[name], len(inside))
        people |= {child.number: person.pk for child, person in zip(inside, persons, strict=True)}
    return School(cast.school, classes, children, people)


def take(wanted: Iterable[RollIn], day: int) -> list[str]:
    return [outcome.state for outcome in rolls.take(list(wanted), now=moment(on(day)))]


def report(school: School, day: int, without: str = "") -> None:
    """The morning of a day, each report sent twice: a telephone that got no answer sends again."""
    mornings = [school.roll(name, day) for name in school.classes if name != without]
    assert set(take(mornings, day)) == {"taken"}
    assert set(take(mornings, day)) == {"again"}


def test_each_class_and_day_counts_what_happened_there(school: School) -> None:
    for day in DAYS:
        report(school, day)
    for day in DAYS:
        assert school.counted(day) == school.happened(day), f"the school on day {day}"
        for name in school.classes:
            assert school.counted(day, name) == school.happened(day, name), f"class {name} on day {day}"
        assert recounting.recount(school.unit.pk, on(day), now=moment(on(day))) == []
    named = sum(bool(child.seen(day)) for child in school.children for day in DAYS)
    assert (Roll.objects.count(), Check.objects.count(), Held.objects.count()) == (15 * 30, named, 0)
    assert set(Tally.objects.filter(unit_id=school.unit.pk).values_list("morning", flat=True)) == {15}


def test_the_sums_of_the_school_are_those_of_the_published_file(school: School) -> None:
    for day in DAYS:
        report(school, day)
    vomiting, diarrhoea = symptoms.packed(["vomiting"]), symptoms.packed(["diarrhoea"])
    for day, published in outbreaks.totals().items():
        checks = list(Check.objects.filter(on=on(day)).values_list("symptoms", "onset_on"))
        counted = school.counted(day)
        assert published == {
            "onset": sum(onset == on(day) for _, onset in checks),
            "first_absent": counted["ill"] + counted["unknown"],
            "vomited_in_school": sum(bool((bits or 0) & vomiting) for bits, _ in checks),
            "ill": sum(bool((bits or 0) & diarrhoea) for bits, _ in checks),
        }, f"day {day}"


def test_a_class_that_did_not_report_is_not_known_until_it_does(school: School) -> None:
    """Class 14 on day 17, the height of the outbreak: two days later its teacher's telephone finds a network."""
    late, day = "14", 17
    report(school, day, without=late)
    assert school.statuses(day, late) == {Status.NO_REPORT: 29}
    assert Status.NO_REPORT not in school.statuses(day, "1")
    assert not Tally.objects.filter(on=on(day), unit_id=school.classes[late].pk).exists()
    assert Tally.objects.get(on=on(day), unit_id=school.unit.pk).morning == 14
    assert school.counted(day) == school.happened(day) - school.happened(day, late) != school.happened(day)

    assert take([school.roll(late, day)], day + 2) == ["taken"]
    assert school.counted(day) == school.happened(day)
    assert Status.NO_REPORT not in school.statuses(day, late)


def test_who_reported_all_well_too_early_corrects_it_and_counts_follow(school: School) -> None:
    day, name = 23, "1"
    early = school.roll(name, day, named=[])
    others = [school.roll(one, day) for one in school.classes if one != name]
    take([early, *others], day)
    assert school.counted(day, name) == Counter()
    right = school.roll(name, day, after=early.sent.id, reason="漏报")
    assert take([right], day) == ["taken"]
    assert take([right, early], day) == ["again", "again"], "an outbox that sends both once more changes nothing"
    assert school.counted(day, name) == school.happened(day, name)
    assert school.counted(day) == school.happened(day)
    assert Roll.objects.filter(unit_id=school.classes[name].pk).count() == 2


def test_three_days_count_each_child_once(school: School) -> None:
    days = (21, 22, 23)
    for day in days:
        report(school, day)
    found = DayStatus.objects.filter(on__gte=on(21), on__lte=on(23)).values("person_id").distinct().count()
    wanted = [child for child in school.children if any(child.seen(day) for day in days)]
    assert found == len(wanted) < sum(sum(school.happened(day).values()) for day in days)


def test_each_absence_is_traced_from_the_first_day_missed_to_the_next_roll(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in DAYS:
        monkeypatch.setattr(clock, "now", lambda day=day: moment(on(day)))
        report(school, day)
        for event in Event.objects.filter(verb="finding.new", at=moment(on(day))):
            absences.open_from_findings(event)
            absences.open_from_findings(event)
        absences.follow_rolls(now=moment(on(day)))
    began = dict(Absence.objects.values_list("person_id", "from_on"))
    assert began == {school.people[child.number]: on(child.absent) for child in school.children if child.absent}
    assert Absence.objects.count() == len(began) == 186
    assert set(Absence.objects.values_list("stage", flat=True)) == {"back"}
    for absence in Absence.objects.all():
        assert absence.back_on == absence.last_on + timedelta(days=1)


def test_an_influenza_that_goes_on_at_weekends_is_dated_by_its_onsets(cast: Cast) -> None:
    """Nobody is called on a Saturday: the roll of Monday says since when. Days without a roll are not known, not zero."""
    published = outbreaks.influenza()
    pupils = [person.pk for person in fill(cast.class_one, 200, since=date(2009, 1, 1))]
    fresh: list[tuple[UUID, date]] = []
    for day, cases in published.items():
        fresh += [(pupils.pop(), day) for _ in range(cases)]
        if day.weekday() >= 5:
            continue
        named = [
            sent.Named(person=one, absent="ill", symptoms=["fever", "cough"], onset_on=since) for one, since in fresh
        ]
        roll = sent.Roll(id=uuid7(), unit=cast.class_one.pk, round="morning", on=day, exceptions=named)
        seat = Seat(cast.school.pk, cast.class_one.pk)
        outcomes = rolls.take([RollIn(roll, seat, day, Author(by_id=1), 200)], now=moment(day))
        assert outcomes[0].state == "taken"
        assert Tally.objects.get(on=day, unit_id=cast.class_one.pk).ill == len(fresh)
        fresh = []
    onsets = dict(Check.objects.values_list("onset_on").annotate(n=Count("person_id")).order_by())
    assert onsets == {day: cases for day, cases in published.items() if cases}
    assert sum(onsets.values()) == 129
    called = set(Tally.objects.values_list("on", flat=True))
    assert called == {day for day in published if day.weekday() < 5}
