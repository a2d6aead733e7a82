"""Who is seen by whom, and how somebody is found."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.people.actions import enrolling
from lianfang.people.actions.roster import NewDocument
from lianfang.people.models import Enrolment, Grant, Person
from lianfang.people.queries import roster
from tests.cast import NOW, Cast
from tests.pupils import enter, number, pupils


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: NOW)


def names(rows: Any) -> set[str]:
    return {getattr(row, "person", row).name for row in rows}


def test_everybody_sees_their_own_and_no_more(cast: Cast, roll: dict[str, Person]) -> None:
    seen = {who: names(roster.visible(cast.people[who])) for who in cast.people}
    assert seen["teacher"] == {"曾小雨", "单志强"}
    assert seen["teacher_two"] == {"曾小强"}
    assert seen["counsellor"] == {"曾小雨", "单志强", "曾小强"}
    assert seen["registrar"] == seen["doctor"] == {"曾小雨", "单志强", "曾小强", "孙师傅"}
    others = set(seen) - {"teacher", "teacher_two", "counsellor", "registrar", "doctor"}
    assert not any(seen[who] for who in others), "nobody else sees a person"


def test_who_left_is_seen_by_those_who_keep_the_history(cast: Cast, roll: dict[str, Person]) -> None:
    row = Enrolment.objects.get(person=roll["boy"])
    yesterday = cast.day - timedelta(days=1)
    enrolling.end(by=cast.registrar, belonging=row, ending="left", to_on=yesterday, now=cast.now)
    assert "单志强" not in names(roster.visible(cast.teacher))
    assert "单志强" in names(roster.visible(cast.registrar))
    left = {who: names(roster.people_of(cast.people[who], cast.class_one, cast.day, state="left"))
            for who in ("teacher", "registrar")}  # fmt: skip
    assert left == {"teacher": set(), "registrar": {"单志强"}}
    assert names(roster.people_of(cast.registrar, cast.class_one, cast.day)) == {"曾小雨"}


def test_a_grant_opens_a_class_until_its_end(cast: Cast, roll: dict[str, Person]) -> None:
    grant = Grant.objects.create(
        user=cast.city, unit=cast.class_two, verbs="person.view", emergency=True, reason="流调",
        from_at=NOW, until=NOW + timedelta(hours=2),
    )  # fmt: skip
    assert names(roster.visible(cast.city)) == {"曾小强"}
    Grant.objects.filter(pk=grant.pk).update(until=NOW, from_at=NOW - timedelta(hours=1))
    vars(cast.city).pop("_grants")
    assert not roster.visible(cast.city).exists()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("小", {"曾小雨", "曾小强"}),
        ("曾 小雨", {"曾小雨"}),
        ("zx", {"曾小雨", "曾小强"}),
        ("ZXY", {"曾小雨"}),
        ("zengxiaoq", {"曾小强"}),
        ("shan", {"单志强"}),
        ("zhiqiang", {"单志强"}),
        ("２０１９０１０２", {"曾小强"}),
        ("15400000011", {"曾小雨"}),
        ("+86 154 0000 0011", {"曾小雨"}),
        ("15400000001", {"曾小雨", "曾小强"}),
        ("1540000001", set()),
        ("%", set()),
        ("没有的人", set()),
    ],
)
def test_somebody_is_found_by_what_one_types(cast: Cast, roll: dict[str, Person], words: str, found: set[str]) -> None:
    assert names(roster.people_of(cast.registrar, cast.school, cast.day, words=words)) == found


def test_a_document_number_finds_its_owner_within_reach_only(cast: Cast, roll: dict[str, Person]) -> None:
    typed = number(roll["boy"].born_on, 1).lower()  # type: ignore[arg-type]
    assert names(roster.found_by_number(cast.teacher, typed)) == {"单志强"}
    assert roster.found_by_number(cast.teacher_two, typed) == []
    assert roster.found_by_number(cast.clerk, typed) == []


def test_filters_narrow_the_list(cast: Cast, roll: dict[str, Person]) -> None:
    enrolling.mark(
        by=cast.registrar, person=roll["boy"], school=cast.school, unit=cast.class_one, group="intern", note="",
        from_on=cast.day, now=cast.now,
    )  # fmt: skip
    row = Enrolment.objects.get(person=roll["brother"])
    enrolling.take_leave(by=cast.registrar, belonging=row, away_from=cast.day, away_to=None, why="病休", now=cast.now)

    def listed(**how: str) -> set[str]:
        return names(roster.people_of(cast.registrar, cast.school, cast.day, **how))

    assert listed(lodging="boarder") == {"曾小雨"}
    assert listed(mark="intern") == {"单志强"}
    assert listed(as_a="canteen") == {"孙师傅"}
    assert listed(state="away") == {"曾小强"}


def test_a_list_asks_the_same_number_of_queries_however_long(cast: Cast, roll: dict[str, Person]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = list(roster.people_of(cast.registrar, cast.school, cast.day))
            for line in roster.lines(rows, cast.day, guardians=True):
                assert line.person.name
                assert line.belonging.unit.name
                assert all(str(kept.guardian.phone) == "154****0001" for kept in line.guardians)
        return len(queries)

    few = asked()
    for at in range(12):
        enter(cast.registrar, cast.class_one, f"学生{chr(0x4E00 + at)}")
    assert asked() == few
    assert few <= 6


def test_counts_are_by_unit_and_those_seen(cast: Cast, roll: dict[str, Person]) -> None:
    found = {heads.unit.name: heads for heads in roster.counts(cast.registrar, cast.school, cast.day)}
    assert {name: (heads.students, heads.workers, heads.boarders) for name, heads in found.items()} == {
        "机电1901班": (2, 0, 1), "数控1902班": (1, 0, 0), "湘江技师学院": (0, 1, 0),
    }  # fmt: skip
    assert [heads.unit for heads in roster.counts(cast.teacher, cast.school, cast.day)] == [cast.class_one]


def test_a_list_knows_a_new_name_a_merger_and_a_purge(cast: Cast, roll: dict[str, Person]) -> None:
    """The spelling in the enrolment is a copy; the database keeps it in step whoever writes the name."""
    row = Enrolment.objects.get(person=roll["boy"])
    assert row.spelt == "shan zhiqiang shanzhiqiang szq 单志强"
    Person.objects.filter(pk=roll["boy"].pk).update(name="单强", pinyin="shan qiang", initials="sq")
    assert names(roster.people_of(cast.registrar, cast.school, cast.day, words="sq")) == {"单强"}
    row.save()  # an object read before writes the old copy back, and the trigger mends it
    row.refresh_from_db()
    assert row.spelt == "shan qiang shanqiang sq 单强"
    Enrolment.objects.filter(pk=row.pk).update(person=roll["girl"], to_on=cast.day, ending="mistake")
    row.refresh_from_db()
    assert row.spelt.endswith(f" {roll['girl'].name}")
    Person.objects.filter(pk=roll["girl"].pk).update(name="", pinyin="", initials="")
    assert set(Enrolment.objects.filter(person=roll["girl"]).values_list("spelt", flat=True)) == {""}


def test_a_document_with_words_in_its_number_is_found_by_it(cast: Cast) -> None:
    made = enter(cast.registrar, cast.class_one, "王明", documents=[NewDocument("other", "军字第1234567号")])
    enter(cast.registrar, cast.class_one, "李梅")
    found = roster.people_of(cast.registrar, cast.class_one, cast.day, words="军字第1234567号")
    assert [row.person_id for row in found] == [made.pk]
