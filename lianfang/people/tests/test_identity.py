"""Identity numbers: tables from the standard and its surroundings, and properties that hold for every number."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.core import problems
from lianfang.people.roster_problems import IDENTITY
from lianfang.people.rules import codes, identity
from lianfang.people.rules.identity import FEMALE, MALE, Checked

ON = date(2020, 2, 5)
BOY, GIRL = "430102200503070014", "430102200503070022"


def check(kind: str, number: Any, **beside: Any) -> Checked:
    return identity.check(kind, number, **{"on": ON, **beside})


def codes_of(checked: Checked) -> list[str]:
    return [finding.code.removeprefix("people.") for finding in checked.findings]


def number(area: str = "430102", born: str = "20050307", order: str = "001") -> str:
    return f"{area}{born}{order}" + identity.check_digit(f"{area}{born}{order}")


@pytest.mark.parametrize(
    ("written", "kind", "form"),
    [
        (BOY, "resident", BOY),
        ("　430102 20050307 0014 ", "resident", BOY),
        ("４３０１０２２００５０３０７００１４", "resident", BOY),
        ("'430102200503070014", "resident", BOY),
        ("430102200503070014.0", "resident", BOY),
        ("\u202d430102200503070014\u202c", "resident", BOY),
        ("430102-20050307-0014", "resident", BOY),
        ("11010519491231002x", "resident", "11010519491231002X"),
        ("11010519491231002Ｘ", "resident", "11010519491231002X"),
        ("810000199408230021", "hkmt_residence", "810000199408230021"),
        (number("830000", "19940823", "002"), "hkmt_residence", number("830000", "19940823", "002")),
        ("911432199903070018", "foreign_residence", "911432199903070018"),
        ("USA430199030701", "foreign_residence", "USA430199030701"),
        ("H1234567801", "hkm_pass", "H12345678"),
        ("M12345678", "hkm_pass", "M12345678"),
        ("E12345678", "passport", "E12345678"),
        ("T430123456", "birth", "T430123456"),
        (f"G{BOY}", "student_number", f"G{BOY}"),
        ("L430102200503079999", "student_number", "L430102200503079999"),
        ("999364301053200012", "provisional", "999364301053200012"),
        ("", "none", ""),
        (None, "none", ""),
    ],
)
def test_a_number_tells_its_kind_and_has_one_form(written: Any, kind: str, form: str) -> None:
    checked = check("", written)
    assert (checked.kind, checked.number, checked.fits) == (kind, form, True)


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("resident", BOY[:-1] + "5", "id_check_digit"),
        ("resident", number(born="20050230"), "id_date"),
        ("resident", number(born="18991231"), "id_date"),
        ("resident", number(born="20300307"), "id_future"),
        ("resident", number(order="000"), "id_order"),
        ("resident", "430102050307001", "id_old"),
        ("resident", "43010220050307001", "id_length"),
        ("resident", "43010220050307A014", "id_signs"),
        ("resident", "4301**********0014", "id_masked"),
        ("resident", "", "id_missing"),
        ("", 4.3010220050307e17, "id_rounded"),
        ("", 430102200503070000, "id_rounded"),
        ("", "4.30102E+17", "id_rounded"),
        ("", "430102200503071000", "id_rounded"),
        ("none", BOY, "id_none_with_number"),
        ("hkm_pass", "X1234567801", "id_form_hkm_pass"),
        ("taiwan_pass", "1234567", "id_form_taiwan_pass"),
        ("passport", "E1", "id_form_passport"),
        ("student_number", f"LG{BOY}", "student_number_lg"),
        ("student_number", BOY, "student_number_letter"),
        ("student_number", f"G{BOY}1", "student_number_length"),
        ("student_number", f"J{BOY[:-1]}5", "student_number_check"),
        ("student_number", "L430102200513319999", "id_date"),
    ],
)
def test_a_number_that_cannot_be_true_is_an_error_in_words(kind: str, written: Any, code: str) -> None:
    checked = check(kind, written)
    assert codes_of(checked) == [code]
    assert not checked.fits
    assert checked.number == ""
    said = problems.text(f"people.{code}", **checked.findings[0].params)
    assert said
    assert "%(" not in said


def test_a_county_nobody_knows_is_a_warning_and_never_breaks() -> None:
    for last in range(100):
        checked = check("resident", number(area=f"4201{last:02d}"))
        assert checked.fits
    assert codes_of(check("resident", number(area="420167"))) == ["id_area"]


def test_letters_that_look_like_digits_are_read_where_the_check_digit_proves_it() -> None:
    assert codes_of(check("", "43O1O22OO5O3O7OO14")) == ["id_letters"]
    assert check("", "43O1O22OO5O3O7OO14").number == BOY
    assert not check("resident", "43O1O22OO5O3O7OO15").fits


def test_what_stands_beside_the_number_is_held_against_it() -> None:
    assert (check("", BOY).born_on, check("", BOY).sex) == (date(2005, 3, 7), MALE)
    assert check("", GIRL).sex == FEMALE
    assert codes_of(check("", BOY, sex=FEMALE)) == ["id_other_sex"]
    assert not check("", BOY, sex=FEMALE).fits
    other = check("", BOY, born_on=date(2005, 3, 8))
    assert codes_of(other) == ["id_other_birthday"]
    assert other.born_on == date(2005, 3, 7)
    assert check("passport", "E12345678", born_on=date(2005, 3, 8), sex=MALE).born_on == date(2005, 3, 8)


@pytest.mark.parametrize(
    ("born", "as_a", "found"),
    [("20170301", "student", ["id_age"]), ("19900101", "student", ["id_age"]), ("19900101", "teacher", []),
     ("20161231", "student", []), ("19050101", "resident", ["id_age"])],
)  # fmt: skip
def test_an_age_that_does_not_fit_is_looked_at_again(born: str, as_a: str, found: list[str]) -> None:
    checked = check("", number(area="110101", born=born), as_a=as_a)
    assert [code for code in codes_of(checked) if code != "id_area"] == found
    assert checked.fits


def test_of_a_number_between_a_provisional_one_and_a_foreigners_the_check_digit_decides() -> None:
    assert check("", "999364301053200012").kind == "provisional"
    foreign = "99936419990307001"
    assert check("", foreign + identity.check_digit(foreign)).kind == "foreign_residence"


def test_every_code_a_check_can_give_has_words() -> None:
    for form in identity._FORMS:
        assert f"people.id_form_{form}" in IDENTITY


@given(
    born=st.dates(date(1925, 1, 1), ON), order=st.integers(1, 999), area=st.sampled_from(["430102", "110105", "820000"])
)
def test_every_number_built_by_the_standard_fits_and_gives_back_what_it_was_built_from(
    born: date, order: int, area: str
) -> None:
    built = number(area, f"{born:%Y%m%d}", f"{order:03d}")
    checked = check("", built, as_a="teacher")
    assert checked.fits
    assert (checked.number, checked.born_on, checked.sex % 2) == (built, born, order % 2)


@given(at=st.integers(0, 17), by=st.integers(1, 9), born=st.dates(date(1950, 1, 1), ON - timedelta(days=1)))
def test_one_wrong_digit_never_passes(at: int, by: int, born: date) -> None:
    """ISO 7064 MOD 11-2 finds every single slip; here also for the check digit itself."""
    built = number(born=f"{born:%Y%m%d}", order="123")
    sign = built[at]
    value = 10 if sign == "X" else int(sign)
    wrong = built[:at] + str((value + by) % 10) + built[at + 1 :]
    if wrong != built:
        assert not check("resident", wrong, as_a="teacher").fits


@given(st.one_of(st.text(max_size=25), st.floats(), st.integers(), st.none(), st.booleans()))
def test_nothing_a_cell_may_hold_breaks_the_check(cell: Any) -> None:
    for kind in ("", "resident", "student_number", "none", "other", "provisional"):
        check(kind, cell)


def test_a_school_code_has_a_type_and_a_province() -> None:
    assert codes.school_code_fits("3643010532")
    assert not codes.school_code_fits("9943010532")
    assert not codes.school_code_fits("3699010532")
    assert not codes.school_code_fits("364301053")
