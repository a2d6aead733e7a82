"""A pasted list line by line, without a database."""

import pytest

from lianfang.notices.rules import audience
from lianfang.notices.rules.audience import Audience
from lianfang.notices.rules.lists import lines, match


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("周敏\n陈志远", ["周敏", "陈志远"]),
        ("周敏\r\n\r\n 周敏 ", ["周敏"]),
        ("２０１９０４０１\t周小雨\t女", ["20190401"]),
        ("张  三\n张\u3000三", ["张 三"]),
        ("周\x00敏\n\u202e陈志远", ["周敏", "陈志远"]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_lines_are_read_as_they_were_meant(typed: str, found: list[str]) -> None:
    assert lines(typed) == found


def test_every_line_is_matched_or_told_and_nobody_comes_twice() -> None:
    known = [("周敏", 1), ("zhoumin", 1), ("李婷", 2), ("李婷", 3)]
    found = match(["zhoumin", "周敏", "李婷", "无此人"], known)
    assert (found.ids, found.several, found.unknown) == ((1,), ("李婷",), ("无此人",))


def test_an_audience_is_kept_by_ids_of_units_and_comes_back() -> None:
    wanted = Audience(audience.DUTIES, units=(3, 4), whole=True, roles=("clerk",))
    assert wanted.stored() == {"how": "duties", "units": (3, 4), "whole": True, "roles": ("clerk",)}
    assert audience.read({"how": "duties", "units": [3, 4], "whole": True, "roles": ["clerk"]}) == wanted
    assert audience.read({}) is None
    assert Audience(audience.PUPIL_LIST, typed=4).stored() == {"how": "pupil_list", "typed": 4}
