"""Making, changing, moving and closing units, and their second reporting lines."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.orgs import actions, queries
from lianfang.orgs.models import Unit
from tests.cast import DAY, NOW, Cast


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """The problems' codes; their words must exist, too."""
    for problem in refused.value.problems:
        assert problem.text
    return [problem.code for problem in refused.value.problems]


def test_a_new_unit_knows_path_tier_school_and_pinyin(cast: Cast) -> None:
    school = actions.create_unit(
        by=cast.admin, parent=cast.district, kind="school", code="４１４３０１９９９９", name=" 岳麓 学校 ", now=NOW
    )
    room = actions.create_unit(by=cast.admin, parent=school, kind="class", code="", name="一班", now=NOW)
    assert school.code == "4143019999"
    assert school.name == "岳麓 学校"
    assert school.path == cast.district.path + f"{school.pk}."
    assert school.school_id == school.pk
    assert school.pinyin == "yueluxuexiao ylxx"
    assert (room.tier, room.school_id, room.code) == ("inner", school.pk, "4143019999-01")
    event = Event.objects.get(verb="unit.created", subject_id=str(school.pk))
    assert (event.by_name, event.unit_path, event.at) == ("蒋华", school.path, NOW)


def test_the_second_inner_unit_gets_the_next_code(cast: Cast) -> None:
    made = [
        actions.create_unit(by=None, parent=cast.third, kind="class", code="", name=name, now=NOW).code
        for name in ("一班", "二班")
    ]
    assert made == ["4143014002-01", "4143014002-02"]


def test_a_code_is_taken_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_unit(by=None, parent=cast.city_unit, kind="school", code="4143010532", name="另一所", now=NOW)
    assert codes(refused) == ["orgs.code_taken"]
    with pytest.raises(IntegrityError, match="unit_code_once"), transaction.atomic():
        Unit.objects.filter(pk=cast.third.pk).update(code="4143010532")


def test_every_wrong_field_is_told_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_unit(
            by=None, parent=cast.city_unit, kind="campus", code="!", name="", students=-3, phone="1" * 50, now=NOW
        )  # fmt: skip
    assert set(codes(refused)) == {
        "orgs.parent_wrong_kind",
        "orgs.code_characters",
        "orgs.name_missing",
        "orgs.count_negative",
        "orgs.text_too_long",
    }
    assert not Unit.objects.filter(code="!").exists()


def test_a_root_is_an_area(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_unit(by=None, parent=None, kind="school", code="4143019999", name="无上级", now=NOW)
    assert codes(refused) == ["orgs.root_kind"]


def test_an_update_keeps_old_and_new_in_the_event(cast: Cast) -> None:
    unit = actions.update_unit(by=cast.admin, unit=cast.school, name="湘江技师大学", students=3300, now=NOW)
    assert unit.pinyin.startswith("xiangjiangjishidaxue")
    event = Event.objects.get(verb="unit.changed")
    assert event.detail["changed"] == {"name": ["湘江技师学院", "湘江技师大学"], "students": [3200, 3300]}


def test_an_update_that_changes_nothing_leaves_no_event(cast: Cast) -> None:
    actions.update_unit(by=cast.admin, unit=cast.school, students=3200, now=NOW)
    assert not Event.objects.filter(verb="unit.changed").exists()


def test_unknown_is_not_zero(cast: Cast) -> None:
    assert actions.update_unit(by=None, unit=cast.school, students=None, now=NOW).students is None
    assert actions.update_unit(by=None, unit=cast.school, students=0, now=NOW).students == 0


def test_an_absurd_head_count_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.update_unit(by=None, unit=cast.school, students=13_800_001_111, now=NOW)
    assert codes(refused) == ["orgs.count_absurd"]


def test_a_move_rewrites_the_paths_below(cast: Cast) -> None:
    before = Unit.objects.under(cast.school).count()
    moved = actions.move_unit(by=cast.admin, unit=cast.school, to=cast.county_unit, now=NOW)
    assert moved.path == f"{cast.county_unit.path}{cast.school.pk}."
    room = Unit.objects.get(pk=cast.class_one.pk)
    assert room.ancestor_ids == [
        *cast.county_unit.ancestor_ids,
        cast.school.pk,
        cast.north.pk,
        cast.department.pk,
        room.pk,
    ]
    assert Unit.objects.under(moved).count() == before
    assert not Unit.objects.under(cast.city_unit).filter(school=cast.school).exists()
    assert Event.objects.get(verb="unit.moved").detail == {"from": "长沙市", "to": "龙山县"}


def test_a_county_that_moves_under_a_city_reports_to_the_city(cast: Cast) -> None:
    assert actions.move_unit(by=None, unit=cast.county_unit, to=cast.city_unit, now=NOW).tier == "county"
    assert Unit.objects.get(pk=cast.third.pk).path.startswith(cast.city_unit.path)


def test_a_department_that_moves_to_another_school_takes_its_classes_along(cast: Cast) -> None:
    actions.move_unit(by=None, unit=cast.department, to=cast.second, now=NOW)
    assert Unit.objects.get(pk=cast.class_two.pk).school_id == cast.second.pk


@pytest.mark.parametrize(
    ("unit", "to", "problem"),
    [
        ("city_unit", "district", "orgs.move_into_itself"),
        ("school", "nation", "orgs.parent_wrong_kind"),
    ],
)
def test_a_move_to_a_place_that_cannot_be_is_refused(cast: Cast, unit: str, to: str, problem: str) -> None:
    paths = set(Unit.objects.values_list("path"))
    with pytest.raises(Refused) as refused:
        actions.move_unit(by=None, unit=getattr(cast, unit), to=getattr(cast, to), now=NOW)
    assert codes(refused) == [problem]
    assert set(Unit.objects.values_list("path")) == paths


def test_a_unit_closes_only_when_nothing_is_open_below(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.close_unit(by=None, unit=cast.department, on=DAY, now=NOW)
    assert codes(refused) == ["orgs.children_open"]
    for room in (cast.class_one, cast.class_two):
        actions.close_unit(by=None, unit=room, on=DAY, now=NOW)
    closed = actions.close_unit(by=cast.admin, unit=cast.department, on=DAY, now=NOW)
    assert Unit.objects.on(DAY).filter(pk=closed.pk).exists()
    assert not Unit.objects.on(DAY + timedelta(days=1)).filter(pk=closed.pk).exists()
    with pytest.raises(Refused) as refused:
        actions.update_unit(by=None, unit=closed, name="x", now=NOW)
    assert codes(refused) == ["orgs.closed_already"]


def test_a_closed_code_can_be_used_again(cast: Cast) -> None:
    actions.close_unit(by=None, unit=cast.third, on=DAY, now=NOW)
    again = actions.create_unit(
        by=None, parent=cast.county_unit, kind="school", code=cast.third.code, name="新校", now=NOW
    )
    assert queries.by_code(cast.third.code) == again


def test_closing_a_school_ends_its_sponsor_lines(cast: Cast) -> None:
    actions.close_unit(by=None, unit=cast.second, on=DAY, now=NOW)
    assert set(cast.second.sponsor_lines.values_list("valid_to", flat=True)) == {DAY}
    assert queries.sponsors_of(cast.second, DAY + timedelta(days=1)) == []


def test_a_sponsor_with_schools_does_not_close(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.close_unit(by=None, unit=cast.authority, on=DAY, now=NOW)
    assert codes(refused) == ["orgs.still_sponsors"]


def test_a_unit_is_not_closed_before_it_was_founded(cast: Cast) -> None:
    unit = actions.create_unit(
        by=None, parent=cast.third, kind="class", code="", name="一班", valid_from=date(2020, 2, 1), now=NOW
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.close_unit(by=None, unit=unit, on=date(2020, 1, 31), now=NOW)
    assert codes(refused) == ["orgs.date_future"]


def test_a_sponsor_receives_from_a_day_to_a_day(cast: Cast) -> None:
    line = actions.sponsor(by=cast.admin, unit=cast.school, sponsor=cast.authority, from_on=DAY, now=NOW)
    assert queries.sponsors_of(cast.class_one, DAY) == [cast.authority]
    assert queries.sponsors_of(cast.school, DAY - timedelta(days=1)) == []
    actions.end_sponsorship(by=cast.admin, line=line, to_on=DAY + timedelta(days=3), now=NOW)
    assert queries.sponsors_of(cast.school, DAY + timedelta(days=4)) == []
    with pytest.raises(Refused) as refused:
        actions.end_sponsorship(by=cast.admin, line=line, to_on=DAY, now=NOW)
    assert codes(refused) == ["orgs.sponsorship_ended"]
    assert Event.objects.filter(verb__in=["unit.sponsored", "unit.sponsorship_ended"]).count() == 2


@pytest.mark.parametrize(
    ("unit", "sponsor", "problem"),
    [
        ("second", "authority", "orgs.sponsor_already"),
        ("class_one", "authority", "orgs.sponsor_not_school"),
        ("school", "third", "orgs.sponsor_wrong_kind"),
        ("school", "province_unit", "orgs.sponsor_is_superior"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(cast: Cast, unit: str, sponsor: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.sponsor(by=None, unit=getattr(cast, unit), sponsor=getattr(cast, sponsor), from_on=None, now=NOW)
    assert codes(refused) == [problem]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("湘江", "4143010532"),
        ("4143010", "4143010532"),
        ("xiangjiang", "4143010532"),
        ("XJJS", "4143010532"),
        ("hn-hr", "HN-HRSS"),
        ("ｘｔｊｄ", "4143013001"),
    ],
)
def test_search_finds_by_name_code_pinyin_and_initials(cast: Cast, words: str, found: str) -> None:
    assert found in {unit.code for unit in queries.search(Unit.objects.all(), words)}


def test_search_finds_nothing_for_nonsense(cast: Cast) -> None:
    assert not queries.search(Unit.objects.all(), "qqqq").exists()
    assert not queries.search(Unit.objects.all(), "%").exists()


def test_what_stands_below_is_counted_by_kind(cast: Cast) -> None:
    assert queries.kinds_below(cast.city_unit, DAY) == {
        "county": 1, "school": 1, "campus": 2, "department": 1, "class": 2, "office": 4,
    }  # fmt: skip
