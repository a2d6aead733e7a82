"""One line of a roster: its cells read, held against one another, and what is wrong with each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lianfang.people.rules import cells as read
from lianfang.people.rules import identity, phones
from lianfang.people.rules.findings import Finding, error, warning
from lianfang.people.rules.headings import plain_heading

# Longest texts of the columns of `people.models.roster`.
_TEXTS = {
    "former_name": 60, "school_number": 40, "title": 60, "address": 200, "place": 200, "class": 120, "grade": 60,
    "department": 120, "building": 40, "entrance": 20, "room": 20, "bed": 10, "school": 120,
}  # fmt: skip
# What stands in front of sums and signatures. A post of that name has a column of its own (`_OWN_WORDS`).
_FOOT = re.compile(
    r"(?:合计|总计|小计|共计|总人数|人数|填表人?|制表人?|填报人?|审核人?|审批人?|复核人?|经办人|备注|说明|注|班主任(?:签[名字])?|辅导员签[名字]"
    r"|负责人|校长|盖章|单位盖章|学校盖章|填表日期|制表日期|填报日期|日期|联系人|联系电话)(?:[:：(].*|\d+人?.*|$)"
    r"|共\d+(?:[人名]|条|页|行).*|第\d+页.*|[(]?以下(?:空白|无正文)[)]?|[男女]生?[:：]?\d+人?.*|[(](?:盖章|公章|签[名字])[)].*"
)
_OWN_WORDS = frozenset({"as_a", "title", "class", "department", "address", "grade"})
# A line with these alone is prepared for somebody: an empty bed, a flat nobody lives in.
_PREPARED = frozenset({
    "class", "grade", "department", "as_a", "title", "school", "sex", "building", "entrance", "room", "bed",
    "dormitory", "lodging", "boards", "enrolled_on",
})  # fmt: skip
_TITLES = ("班", "级", "名单", "名册", "一览表", "登记表", "统计表", "信息表", "(续)")
# Guardian columns → relation when no column says it.
_GUARDIANS = {"guardian1": "", "father": "father", "mother": "mother", "guardian2": ""}


@dataclass
class Line:
    """``cells`` hold what is known, by the names below; blank cells are left out. ``problems``: (field, finding).

    name former_name sex born_on nationality kind number student_number school_number class department grade as_a title
    phone address place lodging building room bed enrolled_on school guardians (list of {name, phone, relation}).
    """

    cells: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, Finding]] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return any(finding.is_error for _field, finding in self.problems)


def read_line(row: Sequence[Any], columns: Mapping[int, str], *, as_a: str, on: date) -> Line | None:
    """A person, or None for a line without one (blank, sums, signatures, the heading printed again). ``as_a`` is what
    the people of the file are unless a column says otherwise, ``on`` today."""
    raw = {name: row[at] for at, name in columns.items() if at < len(row) and row[at] not in (None, "")}
    if not raw or _is_no_person(row, raw, columns):
        return None
    line = Line()
    line.cells["as_a"] = as_a
    for name, value in raw.items():
        _READERS.get(name, _text)(line, name, value, on)
    if "name" not in line.cells and not any(at == "name" for at, _finding in line.problems):
        line.problems.append(("name", error("people.row_name_missing")))
    _documents(line, raw, on)
    _guardians(line, raw)
    _lodging(line)
    return line


def title_in(row: Sequence[Any]) -> str:
    """The text of a line that has no other cell, as a title in the midst of a sheet has; else ""."""
    filled = [cell for cell in row if cell not in (None, "")]
    return filled[0].strip() if len(filled) == 1 and isinstance(filled[0], str) else ""


def _is_no_person(row: Sequence[Any], raw: Mapping[str, Any], columns: Mapping[int, str]) -> bool:
    at = next((at for at, cell in enumerate(row) if cell not in (None, "")), 0)
    name = plain_heading(raw.get("name", ""))
    if name in ("姓名", "学生姓名", "name"):
        return True
    if columns.get(at) not in _OWN_WORDS and _FOOT.fullmatch(plain_heading(row[at])):
        return True
    if _FOOT.fullmatch(name) or (name.endswith(_TITLES) and title_in(row)):
        return True
    return set(raw) <= _PREPARED and "name" not in raw


def _state(line: Line, name: str, raw: Any, on: date) -> None:
    if problem := read.state(raw):
        line.problems.append((name, problem))


def _text(line: Line, name: str, raw: Any, on: date) -> None:
    if name in _TEXTS:
        _keep(line, name, read.text(raw, _TEXTS[name]))


def _keep(line: Line, name: str, found: read.Read) -> None:
    value, problem = found
    if value is not None:
        line.cells[name] = value
    if problem is not None:
        line.problems.append((name, problem))


def _day(line: Line, name: str, raw: Any, on: date) -> None:
    _keep(line, name, read.day(raw, on=on, with_month_only=name == "enrolled_on"))


def _dormitory(line: Line, name: str, raw: Any, on: date) -> None:
    found, problem = read.dormitory(raw)
    for part, value in found.items():
        line.cells.setdefault(part, value)
    if problem:
        line.problems.append((name, problem))


def _phone(line: Line, name: str, raw: Any, on: date) -> None:
    checked = _number_of(raw)
    if checked.number:
        line.cells[name] = checked.number
    line.problems += [(name, finding) for finding in checked.findings]


def _number_of(raw: Any) -> phones.CheckedPhone:
    return phones.check(None if phones.says_none(raw) else raw)


_READERS: Mapping[str, Any] = {
    "name": lambda line, name, raw, on: _keep(line, name, read.name(raw)),
    "sex": lambda line, name, raw, on: _keep(line, name, read.sex(raw)),
    "nationality": lambda line, name, raw, on: _keep(line, name, read.nationality(raw)),
    "as_a": lambda line, name, raw, on: _keep(line, name, read.belonging(raw)),
    "boards": lambda line, name, raw, on: _keep(line, "lodging", read.boards(raw)),
    "lodging": lambda line, name, raw, on: _keep(line, name, read.lodging(raw)),
    "born_on": _day, "enrolled_on": _day, "dormitory": _dormitory, "phone": _phone,
    "state": _state,
}  # fmt: skip


def _documents(line: Line, raw: Mapping[str, Any], on: date) -> None:
    """The document and the student number. Where the sheet says a kind that the number contradicts, the number wins if
    it is of an unmistakable form."""
    kind, problem = read.document(raw.get("kind"))
    if problem:
        line.problems.append(("kind", problem))
    cells = line.cells
    number = raw.get("number")
    if _says_none(number):
        kind, number = "none", None
    passport = raw.get("passport")
    if kind in (None, "none", "passport") and number is None and passport is not None and not _says_none(passport):
        kind, number = "passport", passport
    if number is not None or kind in ("none", "other", "passport"):
        checked = identity.check(
            kind or "", number, born_on=cells.get("born_on"), sex=cells.get("sex", 0), as_a=cells["as_a"], on=on
        )
        line.problems += [("number", finding) for finding in checked.findings]
        if checked.fits:
            _take(line, checked)
    elif kind:
        line.problems.append(("number", error("people.id_missing")))
    elif cells.get("born_on"):
        line.problems += [
            ("born_on", one) for one in identity.check("", None, born_on=cells["born_on"], on=on).findings
        ]
    if raw.get("student_number") is not None and not _says_none(raw["student_number"]):
        own = identity.check("student_number", raw["student_number"], as_a=cells["as_a"], on=on)
        # other registers number pupils in their own way; what is no national number is told and left out
        line.problems += [("student_number", warning(one.code, **one.params)) for one in own.findings]
        if own.fits:
            cells["student_number"] = own.number


def _says_none(raw: Any) -> bool:
    return isinstance(raw, str) and raw.strip() in ("无", "无证件", "暂无", "没有", "-", "/", "—")


def _take(line: Line, checked: identity.Checked) -> None:
    cells = line.cells
    cells["kind"] = checked.kind
    if checked.number:
        cells["number"] = checked.number
    if checked.born_on:
        cells["born_on"] = checked.born_on
    if checked.sex and cells.get("sex") not in (identity.MALE, identity.FEMALE):
        cells["sex"] = checked.sex
    if checked.kind == "student_number":
        cells["student_number"] = cells.pop("number")
        del cells["kind"]


def _guardians(line: Line, raw: Mapping[str, Any]) -> None:
    found = []
    for who, relation in _GUARDIANS.items():
        name, wrong = read.name(raw.get(f"{who}_name"))
        if wrong:
            line.problems.append((f"{who}_name", warning(wrong.code, **wrong.params)))
        checked = _number_of(raw.get(f"{who}_phone"))
        line.problems += [(f"{who}_phone", finding) for finding in checked.findings]
        said, unclear = read.relation(raw.get(f"{who}_relation"))
        if unclear:
            line.problems.append((f"{who}_relation", unclear))
        if name or checked.number:
            found.append({"name": name or "", "phone": checked.number, "relation": relation or said or ""})
    if found:
        line.cells["guardians"] = _once(found)


def _once(guardians: list[dict[str, str]]) -> list[dict[str, str]]:
    """Father and first contact are often one person written twice; a number without a name joins a name with it."""
    kept: list[dict[str, str]] = []
    for one in guardians:
        same = next(
            (two for two in kept if (one["name"] and one["name"] == two["name"])
             or (one["phone"] and one["phone"] == two["phone"] and not (one["name"] and two["name"]))),
            None,
        )  # fmt: skip
        if same is None:
            kept.append(one)
        else:
            for key, value in one.items():
                same[key] = same[key] or value
    return kept


def _lodging(line: Line) -> None:
    cells = line.cells
    if entrance := cells.pop("entrance", ""):
        unit = entrance if "单元" in entrance else f"{entrance}单元"
        cells["building"] = f"{cells.get('building', '')}{unit}"[: _TEXTS["building"]]
    if "room" in cells and "lodging" not in cells:
        cells["lodging"] = "boarder" if cells["as_a"] == "student" else "quarter"
    if "lodging" not in cells or cells["lodging"] == "day":
        for part in ("building", "room", "bed"):
            cells.pop(part, None)
