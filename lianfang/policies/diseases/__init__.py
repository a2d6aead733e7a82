"""Diseases and syndromes, one file each. `catalog` reads them once; a new one is a new file and nothing else."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from lianfang.policies.diseases import reading
from lianfang.policies.diseases.spec import Disease, Edition, Source


@cache
def catalog() -> dict[str, Disease]:
    """By id. Raises `reading.DiseaseFileError`."""
    return reading.diseases()


@cache
def sources() -> dict[str, Source]:
    return reading.sources()


def edition(disease: Disease, on: date, places: Sequence[str]) -> Edition | None:
    """The one in force for a unit on a day: of the nearest place that has one. ``places``: division codes from the
    unit's own up to the nation's."""
    for place in places:
        for one in disease.editions:
            if one.jurisdiction == place and one.holds(on):
                return one
    return None
