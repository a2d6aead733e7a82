"""Pinyin and initials of names, surnames with a reading of their own among them."""

import pytest

from lianfang.people.rules.names import keys, latin, tidy_name


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张小明", "zhang xiaoming", "zxm"),
        ("单雄信", "shan xiongxin", "sxx"),
        ("仇英", "qiu ying", "qy"),
        ("曾国藩", "zeng guofan", "zgf"),
        ("解晓东", "xie xiaodong", "xxd"),
        ("区小明", "ou xiaoming", "oxm"),
        ("尉迟恭", "yuchi gong", "ycg"),
        ("欧阳小明", "ouyang xiaoming", "oyxm"),
        ("单于婷", "chanyu ting", "cyt"),
        ("吕布", "lv bu", "lb"),
        ("阿依古丽·买买提", "ayiguli maimaiti", "ayglmmt"),
        ("John Smith", "john smith", "js"),
        ("José Núñez", "jose nunez", "jn"),
        ("王", "wang", "w"),
        ("", "", ""),
        ("小单", "xiao dan", "xd"),
    ],
)
def test_a_name_is_found_by_its_pinyin_and_initials(name: str, pinyin: str, initials: str) -> None:
    assert keys(name) == (pinyin, initials)


def test_a_very_long_name_fits_the_columns() -> None:
    pinyin, initials = keys("阿卜杜拉" * 15)
    assert len(pinyin) <= 200
    assert len(initials) == 20


@pytest.mark.parametrize(
    ("typed", "found"),
    [("Zhang Xiao", "zhangxiao"), ("ＺＸＭ", "zxm"), ("張", ""), ("13800", ""), ("", ""), ("zx'm", "zxm")],
)
def test_what_is_typed_is_read_as_pinyin_or_not_at_all(typed: str, found: str) -> None:
    assert latin(typed) == found


def test_names_are_stored_one_way() -> None:
    assert tidy_name(" 张 小明　") == "张小明"
    assert tidy_name("阿依古丽•买买提") == "阿依古丽·买买提"
    assert tidy_name("ＪＯＨＮ　 Smith") == "JOHN Smith"
