"""Targets: a list the administrator prepared, and one that another administrator did."""

from typing import Any

from lianfang.people.models import Letters
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    own = Letters.objects.create(unit=cast.school, rows=[], total=0, by=cast.admin, at=cast.now)
    others = Letters.objects.create(unit=cast.school, rows=[], total=0, by=cast.city, at=cast.now)
    return {"letters": [own.pk], "others": [others.pk]}
