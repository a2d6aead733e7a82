"""What clerks write in the cells of the official table, and what it is read as."""

from typing import Any

import pytest

from lianfang.returns import spec
from lianfang.returns.sheets import phrases

FORM = spec.catalog()["situation_2020"]


@pytest.mark.parametrize(
    ("written", "students", "staff"),
    [
        ("学生2，职工0", 2, 0),
        ("学生 1 职工 0", 1, 0),
        ("学生1人,教职工0人", 1, 0),
        ("职工１名；学生１２名。", 12, 1),
        ("学生：3、教师：1", 3, 1),
        ("2名学生，1名教职员工", 2, 1),
        ("学生待核实，职工0", "?", 0),
        ("学生不清楚 职工无", "?", 0),
        ("学生、职工均为0", 0, 0),
        ("无", 0, 0),
        ("0", 0, 0),
        (0.0, 0, 0),
        ("待核实", "?", "?"),
        ("学生2", 2, None),
        ("Students 2, staff 1", 2, 1),
        ("学生\n2\n职工\n1", 2, 1),
        ("", None, None),
        (None, None, None),
    ],
)
def test_numbers_of_people_are_read_as_clerks_write_them(written: Any, students: Any, staff: Any) -> None:
    found = phrases.read_people(FORM, "confirmed", written)
    assert found == {"confirmed.students": students, "confirmed.staff": staff}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1", "returns.sheet_split"),
        (3.0, "returns.sheet_split"),
        ("3人", "returns.sheet_split"),
        ("学生-1，职工0", "returns.negative"),
        ("学生1.5，职工0", "returns.not_a_number"),
        ("学生1，200，职工0", "returns.sheet_unreadable"),
        ("学生" + "9" * 5000, "returns.absurd"),
        ("学生1，学生2", "returns.sheet_unreadable"),
        ("学生1职工", "returns.sheet_unreadable"),
        ("学生、职工均为3", "returns.sheet_unreadable"),
        ("学生1，2职工", "returns.sheet_unreadable"),
        ("两人", "returns.sheet_unreadable"),
        ("张三确诊", "returns.sheet_unreadable"),
        ("—", "returns.sheet_unreadable"),
        ("学生٣", "returns.not_a_number"),
    ],
)
def test_what_may_mean_two_things_is_refused_with_an_example(written: Any, code: str) -> None:
    with pytest.raises(phrases.Unreadable) as refused:
        phrases.read_people(FORM, "confirmed", written)
    assert refused.value.code == code
    assert refused.value.params["example"] == "学生1，职工0"
    assert len(refused.value.params["value"]) <= 30


@pytest.mark.parametrize(
    ("written", "of", "students", "staff"),
    [
        ("学生：在校1、不在校1；职工：—", (2, 0), 1, 0),
        ("学生：待核实；职工：在校0、不在校1", (2, 1), "?", 0),
        ("是", (2, 1), 2, 1),
        ("均在校", (2, 0), 2, 0),
        ("否", (2, 1), 0, 0),
        ("均不在校", (2, "?"), 0, 0),
        ("待核实", (2, 0), "?", 0),
        ("学生是，职工否", (2, 1), 2, 0),
        ("学生：均不在校", (2, 0), 0, 0),
        ("1人在校，1人不在校", (2, 0), 1, 0),
        ("在校1", (0, 1), 0, 1),
        ("其中在校１人", (2, 0), 1, 0),
        ("1人在校、1人住院", (0, 2), 0, 1),
        ("学生：不在校2", (2, 0), 0, 0),
        ("学生：在校1", ("?", 0), 1, 0),
        ("—", (0, 0), 0, 0),
        ("无", (0, 0), 0, 0),
        ("", (0, 0), 0, 0),
        ("", (2, 0), None, 0),
        ("—", (2, 0), None, 0),
        ("是", (None, 0), None, 0),
    ],
)
def test_at_school_or_not_is_read_with_the_number_it_is_part_of(
    written: str, of: tuple[Any, Any], students: Any, staff: Any
) -> None:
    wholes = {"confirmed.students": of[0], "confirmed.staff": of[1]}
    found = phrases.read_here(FORM, "confirmed_here", written, wholes)
    assert found == {"confirmed_here.students": students, "confirmed_here.staff": staff}


@pytest.mark.parametrize(
    ("written", "of", "code"),
    [
        ("在校1", (2, 1), "returns.sheet_split"),
        ("学生：在校2、不在校1；职工：—", (2, 0), "returns.sheet_here"),
        ("学生：不在校3", (2, 0), "returns.sheet_here"),
        ("学生1", (2, 0), "returns.sheet_unreadable"),
        ("在北校区", (2, 0), "returns.sheet_unreadable"),
        ("学生是，学生否", (2, 0), "returns.sheet_unreadable"),
        ("有的学生在校", (2, 0), "returns.sheet_unreadable"),
    ],
)
def test_at_school_or_not_is_refused_when_it_does_not_fit(written: str, of: tuple[int, int], code: str) -> None:
    with pytest.raises(phrases.Unreadable) as refused:
        phrases.read_here(FORM, "confirmed_here", written, {"confirmed.students": of[0], "confirmed.staff": of[1]})
    assert refused.value.code == code
    assert refused.value.params["example"] == "学生：在校1、不在校0；职工：—"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(13900000000.0, "13900000000"), ("'=1+1", "=1+1"), ("''=1", "'=1"), ("'90s", "'90s"), ("  x ", "x"), (None, "")],
)
def test_a_text_loses_its_guard_and_nothing_else(value: Any, expected: str) -> None:
    assert phrases.text(value) == expected
