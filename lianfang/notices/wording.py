"""Words of notices that the system writes: each room registers its kinds as (heading, text) with named places."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise

from lianfang.core import clock
from lianfang.ui import words

Words = tuple[str | Promise, str | Promise]

_kinds: dict[str, Words] = {}


def register(kinds: Mapping[str, Words]) -> None:
    _kinds.update(kinds)


def heading(kind: str, params: Mapping[str, Any]) -> str:
    return str(_kinds[kind][0]) % _said(params)


def text(kind: str, params: Mapping[str, Any]) -> str:
    return str(_kinds[kind][1]) % _said(params)


def _said(params: Mapping[str, Any]) -> dict[str, Any]:
    """``on`` is kept as an ISO date, so that each reader gets it in their language: today, yesterday, 5 Feb."""
    said = dict(params)
    if said.get("on"):
        said["on"] = words.day(date.fromisoformat(said["on"]), clock.today())
    return said
