"""Problems and exports: every code has words in both languages; no cell becomes a formula."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from lianfang.core import problems
from lianfang.core.exports import safe_cell

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"(returns|orgs|people|notices)\.[a-z_]+")


def used_codes() -> set[str]:
    """Codes given to refuse(), Problem() or Finding() anywhere in the program."""
    found = set()
    for file in ROOT.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("refuse", "Problem", "Finding")
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.fullmatch(first.value):
                    found.add(first.value)
    return found


def test_every_code_that_is_raised_has_words():
    codes = used_codes()
    assert len(codes) > 30
    assert {code for code in codes if code not in problems._texts} == set()


def test_an_unknown_code_is_a_programming_error():
    with pytest.raises(LookupError):
        problems.refuse("returns.no_such_problem")


def test_words_come_in_the_readers_language():
    with translation.override("en"):
        assert problems.text("returns.negative", value=-1) == "A number of people cannot be below zero (-1)."


@pytest.mark.parametrize("text", ["=1+1", "+8613", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1"])
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["男，19岁", "", None, 0, -3, 2.5])
def test_everything_else_passes_unchanged(value):
    assert safe_cell(value) is value
