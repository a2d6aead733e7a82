"""Where people are now is gathered by rosters for a response only."""

from datetime import timedelta
from typing import Any

import pytest

from lianfang.people.actions import intake
from lianfang.people.actions.intake import applying
from lianfang.people.models import (
    Person,
    RosterRow,
)
from lianfang.people.tests.rosters import DAY, HEAD, Import, book, checked, counts, imported, pupil
from lianfang.policies import actions as policies
from tests.cast import Cast
from tests.pupils import respond

__all__ = ["checked", "imported"]


PLACED = [*HEAD, "目前所在地"]


def placed(at: int, name: str, place: str) -> list[Any]:
    return [*pupil(at, name), place]


def where(name: str) -> str:
    place = Person.objects.get(name=name).place
    return str(place.open()) if place else ""


@pytest.mark.parametrize("heading", ["目前所在地", "现居住地", "目前所在地（应急响应期间）"])
def test_in_peacetime_the_column_of_present_places_is_named_and_not_read(
    checked: Import, imported: Import, heading: str
) -> None:
    content = book([placed(1, "张小明", "武汉市江岸区")], [*HEAD, heading])
    file = checked(content)
    (sheet,) = file.summary["sheets"]
    assert sheet["in_response"] == [heading]
    assert "place" not in sheet["columns"].values()
    assert "武汉" not in str(RosterRow.objects.get(file=file).cells)
    imported(content)
    assert where("张小明") == ""


def test_during_a_response_present_places_are_read_and_told_as_changes(
    cast: Cast, checked: Import, imported: Import
) -> None:
    respond(cast)
    imported(book([placed(1, "张小明", "武汉市江岸区"), placed(2, "李梅", "")], PLACED))
    assert (where("张小明"), where("李梅")) == ("武汉市江岸区", "")
    again = book([placed(1, "张小明", "长沙市岳麓区"), placed(2, "李梅", "")], PLACED)
    assert counts(checked(again)) == {"change": 1, "same": 1}
    imported(again)
    assert where("张小明") == "长沙市岳麓区"


def test_a_response_that_ends_before_the_file_is_taken_over_gathers_nothing(cast: Cast, checked: Import) -> None:
    running = respond(cast)
    file = checked(book([placed(1, "张小明", "武汉市江岸区")], PLACED))
    policies.end_response(by=cast.admin, response=running, to_on=DAY - timedelta(days=1), now=cast.now)
    intake.confirm(by=cast.registrar, file=file, leave="", now=cast.now)
    applying.apply(file_id=file.pk, now=cast.now)
    assert where("张小明") == ""
