"""Which column of a roster is what: headings as schools write them, in any order, over one row or two.

The synonyms stand in ``words.yaml``, and so does what such files hold and this system has no business to know: those
columns are told to the user by name and never read.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lianfang.people.rules.words import FIELD_OF, NOT_COLLECTED

SEARCHED = 20  # rows in which the heading may stand

REQUIRED = ("name",)
_BRACKETS = re.compile(r"[（(【\[〔<][^）)】\]〕>]*[）)】\]〕>]")
_HINT = re.compile(r"(?<=[\u4e00-\u9fff])(?:[\da-z][-.、:：].*|[:：].*|yyyy.*|必填|选填|可选)$")
_GUARDIAN = re.compile(r"(guardian[12]|father|mother)_")
_GROUP_NOTE = re.compile(r"(?:基本)?(?:信息|情况|资料)$")
# A guardian's heading from its parts: whose (家长2, 父亲) and what (电话, 与学生关系); 家长电话2 as 家长2电话.
_WHOSE = (
    ("father", "父亲|爸爸|父|father"),
    ("mother", "母亲|妈妈|母|mother"),
    ("guardian2", "第[2二](?:家长|监护人|联系人)|(?:家长|监护人|(?:家庭)?成员|(?:紧急)?联系人)[2二]"),
    ("guardian1", "(?:第[1一])?(?:学生)?(?:家长|监护人|父母|(?:家庭)?成员|紧急联系人|联系人)[1一]?"),
)
_WHAT = (
    ("name", "(?:的?姓名|名字)?"),
    ("phone", "的?(?:联系)?(?:电话|手机|手机号|手机号码|电话号码|方式|移动电话)"),
    ("relation", "(?:与|和)?(?:学生|本人)?的?(?:关系|称谓)"),
)
_OF_GUARDIAN = tuple(
    (re.compile(f"(?:{whose}){what}"), f"{who}_{fact}") for who, whose in _WHOSE for fact, what in _WHAT
)
_NUMBERED_BEHIND = re.compile("(家长|监护人|家庭成员|成员|紧急联系人|联系人)(.+?)([12一二])")
# In lists of households the head of each may be the only one named; where the members stand beside, they are who lives
# there.
_HOUSEHOLDER = {"户主", "户主姓名"}
_MEMBER = {"家庭成员", "家庭成员姓名", "成员", "成员姓名", "同住人", "同住人姓名"}
_LATIN = re.compile(r"(?<=[\u3400-\u9fff])[a-z][a-z .'/]*$")


@dataclass(frozen=True)
class Layout:
    """``columns``: column → field. ``start``: the first row of people, from 0. ``titles``: texts above the heading,
    which may name the class. ``doubled``: fields that more than one column claims (the choice is the user's).
    ``side_by_side``: the same headings again to the right, several people in one row."""

    start: int
    columns: Mapping[int, str]
    headings: Mapping[int, str]
    titles: tuple[str, ...] = ()
    not_collected: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    doubled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    side_by_side: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in REQUIRED if name not in self.columns.values())


def find(rows: Sequence[Sequence[Any]]) -> Layout | None:
    """The heading among the first rows of a sheet; None where no row looks like one (a sheet of instructions)."""
    readings = []
    for at in range(min(len(rows), SEARCHED)):
        for height in (1, 2):
            heads = _heads(rows, at, height)
            known = {name for name in map(field_of, heads) if name}
            if len(known) > 1 or ("name" in known and _mostly_texts(rows[at])):
                readings.append((len(known), -height, -at, heads))
    if not readings:
        return None
    # one row of headings is the better reading where two say no more; a title above is no heading
    _known, height, at, heads = max(readings, key=lambda reading: reading[:3])
    height, at = -height, -at
    texts = tuple(text for row in rows[:at] for cell in row if (text := str(cell or "").strip()))
    return laid_out(heads, at + height, texts)


def laid_out(heads: Sequence[tuple[str, str]], start: int, titles: tuple[str, ...] = ()) -> Layout:
    """Columns by their heads (above, below). A telephone right behind a guardian's name is the guardian's."""
    columns: dict[int, str] = {}
    doubled: dict[str, list[int]] = {}
    not_collected: list[str] = []
    unknown: list[str] = []
    guardian = ""
    has_names = any(field_of(head) == "name" for head in heads)
    who_lives_there = _who_lives_there(heads)
    for at, head in enumerate(heads):
        label = head[1] or head[0]
        if not label:
            guardian = ""
            continue
        name = field_of(head)
        if not has_names and plain_heading(label) in who_lives_there:
            name = "name"
        if guardian and name in ("phone", "guardian1_phone", "guardian1_relation"):
            name = f"{guardian}_{'relation' if name.endswith('relation') else 'phone'}"
        if name is None:
            (not_collected if is_not_collected(head) else unknown).append(said(head))
        elif name in columns.values():
            first = next(column for column, other in columns.items() if other == name)
            doubled.setdefault(name, [first]).append(at)
        else:
            columns[at] = name
        match = _GUARDIAN.match(name or "")
        guardian = match[1] if match else ""
    headings = {at: said(head) for at, head in enumerate(heads) if any(head)}
    others = tuple(text for text in unknown if not _is_counter(text))
    twice = {name: tuple(at) for name, at in doubled.items()}
    return Layout(start, columns, headings, titles, tuple(not_collected), others, twice, _side_by_side(heads))


def _who_lives_there(heads: Sequence[tuple[str, str]]) -> set[str]:
    """The headings that name people in a list of households; empty for any other list."""
    labels = {plain_heading(below or above) for above, below in heads}
    return (labels & _MEMBER or _HOUSEHOLDER) if labels & _HOUSEHOLDER else set()


def field_of(head: tuple[str, str]) -> str | None:
    """The field a heading means, read with what stands above it, then alone. Below 父亲 nothing is the pupil's."""
    for text in _readings(head):
        if text in NOT_COLLECTED:
            return None
        found = FIELD_OF.get(text) or _of_guardian(text)
        if found:
            return found
    return None


def _of_guardian(text: str) -> str | None:
    behind = _NUMBERED_BEHIND.fullmatch(text)
    text = f"{behind[1]}{behind[3]}{behind[2]}" if behind else text
    return next((name for pattern, name in _OF_GUARDIAN if pattern.fullmatch(text)), None)


def is_not_collected(head: tuple[str, str]) -> bool:
    return any(text in NOT_COLLECTED for text in _readings(head))


def plain_heading(text: Any) -> str:
    """A heading without blanks, line breaks, stars and full-width signs, in small letters."""
    return re.sub(r"[\s*#＊_]+", "", unicodedata.normalize("NFKC", str(text if text is not None else ""))).lower()


def said(head: tuple[str, str]) -> str:
    """How the heading is told to the user."""
    return " ".join(" ".join(part.split()) for part in head if part).strip()[:60]


def _readings(head: tuple[str, str]) -> Iterable[str]:
    above, below = head
    group = _GROUP_NOTE.sub("", _BRACKETS.sub("", plain_heading(above)))
    of_guardian = bool(below) and (_of_guardian(group) or "").endswith("_name")
    for text in (f"{group}{below}",) if of_guardian else (f"{above}{below}", below or above):
        whole = plain_heading(text)
        bare = _BRACKETS.sub("", whole)
        for one in (whole, bare, _HINT.sub("", bare)):
            yield one.strip(":：.。")
        latin = _LATIN.search(bare)
        if latin and FIELD_OF.get(latin[0].replace(" ", "")) == FIELD_OF.get(bare[: latin.start()], ""):
            yield bare[: latin.start()]
        if re.search(r"[\u3400-\u9fff]1$", bare):
            yield bare[:-1]


def _heads(rows: Sequence[Sequence[Any]], at: int, height: int) -> list[tuple[str, str]]:
    """(above, below) of each column; a cell merged over several columns counts for all of them."""
    below = [_text(cell) for cell in rows[at]]
    if height == 1:
        return [("", text) for text in below]
    if at + 1 >= len(rows):
        return []
    above, below = below, [_text(cell) for cell in rows[at + 1]]
    width = max(len(above), len(below))
    above, below = above + [""] * (width - len(above)), below + [""] * (width - len(below))
    for column in range(1, width):
        if not above[column] and below[column] and below[column - 1]:
            above[column] = above[column - 1]
    # a row of people below a row of headings is no second row of headings
    if not any(field_of(("", text)) or is_not_collected(("", text)) for text in below if text):
        return []
    return list(zip(above, below, strict=True))


def _side_by_side(heads: Sequence[tuple[str, str]]) -> bool:
    """姓名 性别 电话 | 姓名 性别 电话: the second name's neighbours are those of the first."""
    names = [at for at, head in enumerate(heads) if field_of(head) == "name"]
    if len(names) < 2:
        return False
    first, width = names[0], names[1] - names[0]
    texts = [said(head) for head in heads]
    # a number in front of each name counts as well
    around = range(max(0, first - width + 1), min(first + width, len(texts) - width))
    same = [at for at in around if texts[at] and texts[at] == texts[at + width]]
    return width == 1 or (len(same) > 1 and len(same) >= len([text for text in texts[first : names[1]] if text]) - 1)


def _mostly_texts(row: Sequence[Any]) -> bool:
    filled = [cell for cell in row if _text(cell)]
    return bool(filled) and all(isinstance(cell, str) and len(cell) < 30 for cell in filled)


def _text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _is_counter(text: str) -> bool:
    return plain_heading(text) in {"序号", "编号", "no", "no.", "备注", "说明", "行号"}
