"""Hunan's areas only and a handful of schools, so that loading the demo takes seconds."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lianfang.web.demo import places


@contextmanager
def few_places() -> Iterator[None]:
    areas = [row for row in places.areas() if row.cells["kind"] == "authority" or str(row.cells["code"])[:2] == "43"]
    every = places.schools(175)
    chosen = [school for school in every if school.code in (places.SHOWCASE, "4143010533", "4143010530")] + every[-3:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "areas", lambda: areas)
        patch.setattr(places, "schools", lambda number: chosen[: min(number, len(chosen))])
        yield
