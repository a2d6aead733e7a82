"""Sealed values say their key; index values find what is alike; both suites live side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from lianfang.core import crypto, keyring
from lianfang.core.ciphers import Damaged
from lianfang.core.keyring import KeysMissing

MADE_AT = "2020-01-20T00:00:00+08:00"
PLACE = "people_person.phone"


@pytest.fixture(autouse=True)
def _ring(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.KEY_FILE = tmp_path / "keys.json"
    keyring.make("intl", MADE_AT)
    yield
    keyring._kept = None


def test_values_of_both_suites_open_side_by_side() -> None:
    first = crypto.seal(b"one", PLACE)
    keyring.write(keyring.ring().added("sm", MADE_AT))
    second = crypto.seal(b"two", PLACE)
    assert (crypto.key_number(first), crypto.key_number(second)) == (1, 2)
    assert (crypto.unseal(first, PLACE), crypto.unseal(second, PLACE)) == (b"one", b"two")
    keyring.write(keyring.ring().without(1))
    assert crypto.unseal(second, PLACE) == b"two"
    with pytest.raises(KeysMissing, match="key number 1"):
        crypto.unseal(first, PLACE)


@pytest.mark.parametrize("cut", [b"", b"\0"])
def test_what_is_too_short_to_name_its_key_is_damaged(cut: bytes) -> None:
    with pytest.raises(Damaged):
        crypto.unseal(cut, PLACE)


def test_a_key_number_that_was_changed_to_another_key_is_noticed() -> None:
    sealed = crypto.seal(b"one", PLACE)
    keyring.write(keyring.ring().added("intl", MADE_AT))
    with pytest.raises(Damaged):
        crypto.unseal(b"\0\2" + sealed[2:], PLACE)


def test_what_is_sought_is_found_under_every_key() -> None:
    before = crypto.blind("phone", "138 1234 5678")
    keyring.write(keyring.ring().added("sm", MADE_AT))
    after = crypto.blind("phone", "13812345678")
    assert before != after
    assert crypto.sought("phone", "+86 13812345678") == [before, after]
    assert {len(before), len(after)} == {18}
    assert crypto.blind("identity", "13812345678") != after


@pytest.mark.parametrize(
    ("use", "alike"),
    [
        (
            "phone",
            ["13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "+86 138 1234 5678", "8613812345678",
             "008613812345678", "（+86）13812345678", "１３８１２３４５６７８"],
        ),
        ("phone", ["0731-8888 0000", "073188880000", "+8673188880000", "+86 731 8888 0000", "008673188880000"]),
        ("phone", ["010-8800 0001", "+861088000001"]),
        ("phone", ["+85291234567", "+852 9123 4567"]),
        ("identity", ["43010420050101123X", "43010420050101123x", " 430104 20050101 123X ", "４３０１０４２００５０１０１１２３Ｘ"]),
    ],
)  # fmt: skip
def test_people_type_the_same_in_many_ways(use: str, alike: list[str]) -> None:
    assert len({crypto.normal(use, one) for one in alike}) == 1


@pytest.mark.parametrize(
    ("use", "one", "other"),
    [
        ("phone", "13812345678", "13812345679"),
        ("phone", "0731-88880000", "0732-88880000"),
        ("phone", "+85213812345678", "13812345678"),
        ("identity", "43010420050101123X", "430104200501011231"),
        ("class_code", "abc", "ABC"),
    ],
)
def test_what_is_different_stays_different(use: str, one: str, other: str) -> None:
    assert crypto.normal(use, one) != crypto.normal(use, other)


def test_a_value_inside_a_text_tells_its_key_and_is_bound_to_its_column() -> None:
    sealed = crypto.seal_text("JBSWY3DPEHPK3PXP", "mfa_authenticator.data")
    assert sealed.startswith("sealed.1.")
    assert crypto.open_text(sealed, "mfa_authenticator.data") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(Damaged):
        crypto.open_text(sealed, "other.data")
    for wrong in (
        "",
        "JBSWY3DPEHPK3PXP",
        "sealed.1.A",
        "sealed.1.AAAA",
        "sealed.99999.AAAA",
        sealed[:-1],
        sealed + "=",
    ):
        with pytest.raises(Damaged):
            crypto.open_text(wrong, "mfa_authenticator.data")
