"""What is shown to somebody who need not know (table 5.4 of the domain rules)."""

import re

import pytest

from lianfang.core import masks


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("13812345678", "138****5678"),
        ("+8673188880000", "*******0000"),
        ("0731-88880000", "*********0000"),
        ("+85291234567", "********4567"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_telephones(value: str, shown: str) -> None:
    assert masks.phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("43010420050101123X", "**************123X"), ("E12345678", "*****5678"), ("12345", "****"), ("", "****")],
)
def test_identity_numbers_show_neither_birthplace_nor_birthday(value: str, shown: str) -> None:
    assert masks.identity(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("湖南省长沙市岳麓区麓山南路932号3栋501室", "湖南省长沙市岳麓区•••"),
        ("湖南省长沙市岳麓区望月湖街道12片区3栋", "湖南省长沙市岳麓区•••"),
        ("湖南省湘西州龙山县民安街道长沙路1号", "湖南省湘西州龙山县•••"),
        ("内蒙古呼伦贝尔市新巴尔虎左旗阿木古郎镇1号", "内蒙古呼伦贝尔市新巴尔虎左旗•••"),
        ("长沙市阳光小区3栋501", "长沙市•••"),
        ("阳光花园3栋501", "•••"),
        ("", "•••"),
    ],
)
def test_addresses_end_at_the_district(value: str, shown: str) -> None:
    assert masks.address(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张三", "张*"), ("张小明", "张*明"), ("欧阳小明", "欧**明"), ("张", "*"), ("", "*"),
        ("John Smith", "J*** S***"), ("买买提·艾力", "买****力"),
    ],
)  # fmt: skip
def test_names(value: str, shown: str) -> None:
    assert masks.name(value) == shown


def test_no_mask_lets_eleven_digits_or_an_identity_number_through() -> None:
    for value in ("13812345678", "+8613812345678", "430104200501011231", "43010420050101123X"):
        for mask in (masks.phone, masks.identity, masks.address, masks.text):
            assert not re.search(r"\d{8}", mask(value)), (mask.__name__, value)
