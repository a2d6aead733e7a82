"""Rosters for tests: tables as bytes, uploaded and checked, taken over."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from lianfang.orgs.models import Unit
from lianfang.people.actions import intake
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import (
    RosterFile,
    RosterRow,
)
from lianfang.people.rules import identity
from tests.cast import Cast

DAY = date(2020, 2, 5)


HEAD = [
    "序号",
    "姓名",
    "身份证号",
    "性别",
    "班级",
    "学号",
    "联系电话",
    "家长姓名",
    "家长电话",
    "就读方式",
    "民族",
    "银行卡号",
]


Import = Callable[..., RosterFile]


def number(order: int, born: str = "20040307") -> str:
    seventeen = f"430102{born}{order:03d}"
    return seventeen + identity.check_digit(seventeen)


def pupil(at: int, name: str, class_name: str = "机电1901班", **other: Any) -> list[Any]:
    cells = {
        "序号": at, "姓名": name, "身份证号": number(at), "性别": "男" if at % 2 else "女", "班级": class_name,
        "学号": f"19{at:04d}", "联系电话": f"138{at:08d}", "家长姓名": f"{name[0]}父", "家长电话": f"139{at:08d}",
        "就读方式": "走读", "民族": "汉族", "银行卡号": f"62220000{at:08d}", **other,
    }  # fmt: skip
    return [cells[head] for head in HEAD]


def book(
    rows: Sequence[Sequence[Any]], head: Sequence[Any] = HEAD, name: str = "名单", above: Sequence[Any] = ()
) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    page = made.add_worksheet(name)
    for at, row in enumerate([*above, head, *rows]):
        page.write_row(at, 0, row)
    made.close()
    return out.getvalue()


def text(rows: Sequence[Sequence[Any]], head: Sequence[Any] = HEAD) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


@pytest.fixture
def checked(cast: Cast) -> Import:
    """``checked(content, unit=…)``: uploaded and checked."""

    def run(
        content: bytes, *, by: Any = cast.registrar, unit: Unit = cast.school, name: str = "a.xlsx", **other: Any
    ) -> RosterFile:
        said = {"as_a": "student", "first_day": DAY, **other}
        file = intake.upload(by=by, unit=unit, name=name, content=content, now=cast.now, **said)
        checking.check(file_id=file.pk, now=cast.now)
        return RosterFile.objects.get(pk=file.pk)

    return run


@pytest.fixture
def imported(cast: Cast, checked: Import) -> Import:
    """``imported(content)``: also confirmed and taken over."""

    def run(content: bytes, *, leave: str = "", **other: Any) -> RosterFile:
        file = checked(content, **other)
        intake.confirm(by=cast.registrar, file=file, leave=leave, now=cast.now)
        applying.apply(file_id=file.pk, now=cast.now)
        return RosterFile.objects.get(pk=file.pk)

    return run


def counts(file: RosterFile) -> dict[str, int]:
    return {name: number for name, number in file.summary["counts"].items() if number}


def problems(file: RosterFile) -> dict[int, list[str]]:
    rows = RosterRow.objects.filter(file=file).exclude(problems=[]).order_by("line")
    return {row.line: [one["code"].removeprefix("people.") for one in row.problems] for row in rows}
