"""Telephone numbers as they stand in rosters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.core import problems
from lianfang.people.rules import phones


@pytest.mark.parametrize(
    ("written", "number", "found"),
    [
        ("13812345678", "+8613812345678", []),
        ("+86 138 1234 5678", "+8613812345678", []),
        ("86-13812345678", "+8613812345678", []),
        ("１３８１２３４５６７８", "+8613812345678", []),
        (13812345678.0, "+8613812345678", []),
        ("13812345678.0", "+8613812345678", []),
        ("'13812345678", "+8613812345678", []),
        ("14012345678", "+8614012345678", ["phone_unknown"]),
        ("0731-88880000", "+8673188880000", []),
        ("(0731) 8888 0000", "+8673188880000", []),
        ("073188880000转12", "+8673188880000", ["phone_extension"]),
        (73188880000.0, "+8673188880000", ["phone_zero"]),
        ("400-123-4567", "+864001234567", []),
        ("+852 5123 4567", "+85251234567", []),
        ("88880000", "88880000", ["phone_area_code"]),
        ("62345", "62345", ["phone_short"]),
        ("13812345678/13912345678", "+8613812345678", ["phone_several"]),
        ("13812345678、0731-88880000", "+8613812345678", ["phone_several"]),
        ("", "", []),
        (None, "", []),
        ("1.38E+10", "", ["phone_rounded"]),
        ("138****5678", "", ["phone_masked"]),
        ("1381234567", "", ["phone_length"]),
        ("138123456789", "", ["phone_length"]),
        ("没有电话", "", ["phone_signs"]),
    ],
)
def test_a_number_has_one_form_or_words(written: Any, number: str, found: list[str]) -> None:
    checked = phones.check(written)
    assert checked.number == number
    assert [finding.code for finding in checked.findings] == [f"people.{code}" for code in found]
    for finding in checked.findings:
        assert "%(" not in problems.text(finding.code, **finding.params)


def test_what_was_typed_for_a_search_is_brought_into_the_stored_form() -> None:
    assert phones.normal("0731 8888 0000") == "+8673188880000"
    assert phones.normal("林芳") == "林芳"


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none()))
def test_nothing_a_cell_may_hold_breaks_the_check(cell: Any) -> None:
    checked = phones.check(cell)
    assert not (checked.number and not checked.fits)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_kept(number: str) -> None:
    checked = phones.check(number)
    assert checked.fits
    assert phones.check(checked.number) == checked
