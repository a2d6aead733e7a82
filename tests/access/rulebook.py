"""Targets: a disease, and one that no file describes."""

from typing import Any

from tests.cast import Cast


def things(_cast: Cast) -> dict[str, list[Any]]:
    return {"a_disease": ["varicella"], "no_disease": ["unicorn-pox"]}
