"""Targets: an uploaded roster of the first school, checked, and one of a school beyond everybody's scope."""

from typing import Any

from lianfang.people.actions import intake
from lianfang.people.actions.intake import checking
from tests.access import beyond
from tests.cast import Cast

CONTENT = "姓名,班级\n张小明,机电1901班\n".encode()


def things(cast: Cast) -> dict[str, list[Any]]:
    found = {}
    for name, unit, who in (("file", cast.school, cast.registrar), ("beyond", beyond(cast), None)):
        file = intake.upload(
            by=who, unit=unit, name="a.csv", content=CONTENT, as_a="student", first_day=cast.day, now=cast.now
        )
        checking.check(file_id=file.pk, now=cast.now)
        found[name] = file.pk
    return {
        "roster_file": [found["file"]],
        "roster_beyond": [found["beyond"]],
        "roster_sheet": [found["file"], 0],
        "sheet_beyond": [found["beyond"], 0],
    }
