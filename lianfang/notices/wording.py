"""Words of notices that the system writes: each room registers its kinds as (heading, text) with named places."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

Words = tuple[str | Promise, str | Promise]

_kinds: dict[str, Words] = {}


def register(kinds: Mapping[str, Words]) -> None:
    _kinds.update(kinds)


def heading(kind: str, params: Mapping[str, Any]) -> str:
    return str(_kinds[kind][0]) % params


def text(kind: str, params: Mapping[str, Any]) -> str:
    return str(_kinds[kind][1]) % params
