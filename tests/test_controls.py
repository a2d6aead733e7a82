"""The table of controls tells the truth: every control stands there, and every test it names exists."""

import re
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT

STATES = {"proved", "partly", "open"}
CONTROLS = {
    f"{letter}{number:02}"
    for letter, most in {"A": 8, "B": 5, "C": 5, "D": 6, "E": 4, "F": 9, "G": 4, "H": 7, "I": 2}.items()
    for number in range(1, most + 1)
}


def table() -> Iterator[tuple[str, str, list[str], str]]:
    """id, state, tests, remark of each line."""
    for line in (ROOT / "docs" / "controls.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| [A-I]\d\d \|", line):
            name, _, state, tests, remark = (cell.strip() for cell in line.strip("|").split("|"))
            yield name, state, re.findall(r"`([^`]+)`", tests), remark


def test_every_control_stands_there_once() -> None:
    names = [name for name, *_ in table()]
    assert sorted(names) == sorted(CONTROLS)


@pytest.mark.parametrize(("name", "state", "tests", "remark"), list(table()), ids=lambda value: str(value)[:3])
def test_a_control_is_proved_by_tests_that_exist(name: str, state: str, tests: list[str], remark: str) -> None:
    assert state in STATES
    assert bool(tests) == (state != "open"), f"{name}: {state}, but {len(tests)} tests"
    assert state == "proved" or remark, f"{name} is {state}: say what is missing"
    for test in tests:
        path, _, function = test.partition("::")
        assert (ROOT / path).exists(), f"{name}: {path} is not there"
        assert re.search(rf"^def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test
