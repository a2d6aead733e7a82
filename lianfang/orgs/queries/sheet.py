"""Reading a list of units from a spreadsheet as people have them: CSV of any usual encoding, XLSX or XLS, headings in
any order and by many names, figures and codes as spreadsheet programs damage them.

Says what stands in the file and what of it cannot be read. What it would do to the tree says `orgs.queries.intake`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from lianfang.core import spreadsheets
from lianfang.core.problems import Problem, refuse
from lianfang.orgs import rules

_SEARCHED_FOR_HEADING = 15

# Field → headings it goes by (tidied, lower case, without blanks, stars and brackets).
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "代码", "单位代码", "学校标识码", "学校机构标识码", "机构标识码", "标识码", "学校代码", "院校代码",
        "行政区划代码", "区划代码", "编码", "code", "unitcode", "schoolcode",
    ),
    "name": ("名称", "单位名称", "学校名称", "院校名称", "机构名称", "校名", "全称", "name", "unitname", "schoolname"),
    "short_name": ("简称", "shortname"),
    "kind": ("类型", "单位类型", "类别", "kind", "type"),
    "function": ("职能", "function"),
    "parent": (
        "上级代码", "上级", "上级单位", "上级单位代码", "上级名称", "所属", "所属代码", "所属单位", "所属地区",
        "所在地", "属地", "parent", "parentcode", "location",
    ),
    "sponsor": ("主管部门", "主管单位", "主办部门", "主管主办部门", "主管部门代码", "举办者", "sponsor", "authority"),
    "students": ("学生数", "学生人数", "在校生数", "在校学生数", "students"),
    "staff": ("教职工数", "教职工人数", "职工数", "职工人数", "staff"),
    "phone": ("电话", "联系电话", "办公电话", "phone", "telephone"),
    "address": ("地址", "通讯地址", "详细地址", "address"),
    "valid_from": ("成立日期", "成立时间", "设立日期", "建校日期", "validfrom", "founded"),
}  # fmt: skip
_FIELD = {heading: name for name, headings in HEADINGS.items() for heading in headings}
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one row: its number in the file and the heading of its column ("" = the whole row)."""

    row: int
    column: str
    problem: Problem


@dataclass(frozen=True)
class Row:
    """One unit as the file has it. ``cells`` holds only what is filled in; a blank cell says nothing.

    Keys are those of `HEADINGS`; counts are int, ``valid_from`` a date, everything else tidied text.
    """

    number: int
    cells: Mapping[str, Any]


@dataclass
class Sheet:
    """The rows of a file, what could not be read of them, and under which heading each field stood."""

    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)


def read(content: bytes, name: str) -> Sheet:
    """The units in an uploaded file. Raises `Refused` when it is no spreadsheet, too large, empty or without headings;
    a cell that cannot be read becomes a problem of its row. Of formulas the values count."""
    table, start, columns = _with_heading([grid.rows for grid in spreadsheets.grids(content, name)])
    sheet = Sheet(headings={_FIELD[_plain(table[start][at])]: str(table[start][at]).strip() for at in columns})
    for number, line in enumerate(table[start + 1 :], start + 2):
        cells: dict[str, Any] = {}
        for at, name in columns.items():
            value = line[at] if at < len(line) else None
            try:
                cell = _cell(name, value)
            except _Wrong as wrong:
                sheet.problems.append(RowProblem(number, sheet.headings[name], wrong.problem))
                cell = wrong
            if cell is not None:
                cells[name] = cell
        if cells:
            readable = {key: value for key, value in cells.items() if not isinstance(value, _Wrong)}
            sheet.rows.append(Row(number, readable))
    if not sheet.rows:
        raise refuse("orgs.file_empty")
    return sheet


class _Wrong(Exception):
    def __init__(self, code: str, /, **params: Any) -> None:
        self.problem = Problem(code, "", params)


def _with_heading(tables: Sequence[list[list[Any]]]) -> tuple[list[list[Any]], int, dict[int, str]]:
    """The first table that has a heading row, where it is, and column → field."""
    for table in tables:
        for start, line in enumerate(table[:_SEARCHED_FOR_HEADING]):
            columns = {at: _FIELD[_plain(cell)] for at, cell in enumerate(line) if _plain(cell) in _FIELD}
            names = list(columns.values())
            if "code" not in names or "name" not in names:
                continue
            twice = next((at for at, name in columns.items() if names.count(name) > 1), None)
            if twice is not None:
                raise refuse("orgs.heading_twice", heading=str(line[twice]).strip())
            return table, start, columns
    raise refuse("orgs.heading_missing", code=HEADINGS["code"][0], name=HEADINGS["name"][0])


def _plain(heading: Any) -> str:
    """A heading as `HEADINGS` spells it: 「学校(机构)标识码*」 → 学校机构标识码, "Parent code" → parentcode."""
    text = rules.tidy(str(heading)).lower() if isinstance(heading, str) else ""
    # A remark in brackets at the end ("学生数（人）") is no part of the name, brackets inside it are.
    text = re.sub(r"\([^()]*\)$", "", text)
    return re.sub(r"[\s*()_:：-]", "", text)


def _cell(name: str, value: Any) -> Any:
    """The value of a cell for a field; None when it is blank. Raises `_Wrong`."""
    if isinstance(value, str):
        value = _text(value)
    if value is None or value == "":
        return None
    if name in ("students", "staff"):
        return _count(value)
    if name == "valid_from":
        return _day(value)
    return _code(value) if name in ("code", "parent", "sponsor") else _words(value)


def _text(value: str) -> str:
    """Tidied text; ``="0123"`` and ``'0123`` (ways to keep digits in a spreadsheet) give what they keep."""
    value = rules.tidy(value)
    if kept := re.fullmatch(r'="([^"]*)"', value):
        return kept[1].strip()
    if value.startswith(("=", "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!")):
        raise _Wrong("orgs.formula_error", value=value[:20])
    return value.removeprefix("'")


def _words(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _code(value: Any) -> str:
    """A code as text. A spreadsheet keeps 15 digits of a number; what it has rounded cannot be got back."""
    if isinstance(value, bool | date):
        raise _Wrong("orgs.code_damaged", value=value)
    if isinstance(value, int | float):
        if not float(value).is_integer() or abs(value) >= 1e15:
            raise _Wrong("orgs.code_damaged", value=value)
        return str(int(value))
    if re.fullmatch(r"\d+\.0+", value):
        return value.split(".")[0]
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", value):
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent > 0 or number != number.to_integral_value():
            raise _Wrong("orgs.code_damaged", value=value)
        return str(int(number))
    return str(value)


def _count(value: Any) -> int:
    wrong = _Wrong("orgs.count_not_a_number", value=str(value)[:20])
    if isinstance(value, bool | date):
        raise wrong
    try:
        number = Decimal(re.sub(r"[\s,人]", "", str(value)))
    except InvalidOperation as error:
        raise wrong from error
    if not number.is_finite():
        raise wrong
    if code := rules.wrong_count(number):
        raise _Wrong(code, value=str(value)[:20])
    if number % 1:
        raise wrong
    return int(number)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 80_000:
        return _EXCEL_DAY_ZERO + timedelta(days=int(value))
    found = _DATE.match(str(value))
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError as error:
        raise _Wrong("orgs.date_unreadable", value=str(value)[:20]) from error


def lines_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as JSON can hold them (kept between check and apply)."""
    return [{"number": row.number, **{key: _plain_value(value) for key, value in row.cells.items()}} for row in rows]


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rows_of(lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What `lines_of` gave, as rows again."""
    return [
        Row(
            line["number"],
            {
                key: date.fromisoformat(value) if key == "valid_from" else value
                for key, value in line.items()
                if key != "number"
            },
        )
        for line in lines
    ]
