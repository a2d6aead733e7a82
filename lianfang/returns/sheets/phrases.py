"""The texts in the cells of official tables, written and read: 学生2，职工0 and 学生：在校1、不在校1；职工：—.

What is written here is read back exactly; beyond that the reader takes what clerks usually write. It never guesses: a
text that can mean two things is refused with an example.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from lianfang.core.exports import safe_cell
from lianfang.returns import rules
from lianfang.returns.spec import Form, Group

UNVERIFIED = "待核实"
UNSAID = "—"

# Other words for a group, by its id; the words of the form file are known anyway.
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "students": ("学生", "学员", "student"),
    "staff": ("教职员工", "教职工", "职工", "教工", "教师", "老师", "员工"),
}
_UNVERIFIED_WORDS = ("待核实", "待核查", "待核", "待查", "待定", "不清楚", "不详", "未知", "?")
_NONE_WORDS = ("没有", "无", "零")
_DASHES = re.compile(r"[-—–―─/]*")
_MEASURES = "[人名位例]"
_ALL_HERE = re.compile(r"是|(?:均|都|全|全部|均为|都是)?在校|均是|都是|全是")
_NONE_HERE = re.compile(r"否|(?:均|都|全|全部|均为|都是)?(?:不|未|没)在校|离校|均否|都否|没有|无|零|0")
_HERE_TOKEN = re.compile(
    r"(?P<away>不在校|未在校|没在校|离校|校外|在家|居家|住院)|(?P<here>在校)|(?P<number>\d+)|(?P<skip>[、,;:。.和及与/]|其中|有|共)"
)
_TOTAL_REMARK = re.compile(r"\([^()]*待核[^()]*\)")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LONGEST_NUMBER = 9


class Unreadable(Exception):
    """A text is not understood; ``code`` and ``params`` are those of a problem."""

    def __init__(self, code: str, value: str, **params: Any) -> None:
        self.code, self.params = code, {"value": value[:30], **params}
        super().__init__(code)


# ---- writing


def count(value: Any) -> str:
    """A number, 待核实, or a sum with the schools that are not in it."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        total, unverified = value
        return f"{total}（另{unverified}校{UNVERIFIED}）" if unverified else str(total)
    return UNVERIFIED if value == rules.UNVERIFIED else str(value)


def people(form: Form, field: str, cells: Mapping[str, Any]) -> str:
    """学生2，职工0. A group nobody has stated is left out."""
    said = ((group, cells.get(f"{field}.{group.id}")) for group in form.groups)
    return "，".join(f"{group.label.zh}{count(value)}" for group, value in said if value is not None)


def here(form: Form, field: str, cells: Mapping[str, Any]) -> str:
    """学生：在校1、不在校1；职工：—. Just — when there is nobody at all."""
    within, said = form.field(field).within, []
    for group in form.groups:
        at = cells.get(f"{field}.{group.id}")
        if at is not None:
            said.append((group.label.zh, _at_school(cells.get(f"{within}.{group.id}"), at)))
    if said and all(text == UNSAID for _, text in said):
        return UNSAID
    return "；".join(f"{name}：{text}" for name, text in said)


def _at_school(whole: Any, at: Any) -> str:
    if isinstance(at, Sequence) and not isinstance(at, str):
        return f"在校{count(at)}" if at[1] or whole[1] else _at_school(whole[0], at[0])
    if at == rules.UNVERIFIED:
        return UNVERIFIED
    if whole == 0 and at == 0:
        return UNSAID
    if isinstance(whole, int) and whole >= at:
        return f"在校{at}、不在校{whole - at}"
    return f"在校{at}"


def guarded(value: Any) -> Any:
    """`safe_cell`, in a way that `text` can undo: a text that already looks guarded gets one more apostrophe. Signs no
    spreadsheet can hold are left out."""
    if not isinstance(value, str):
        return value
    value = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "'" + value if _GUARDED.match(value) else safe_cell(value)


# ---- reading


def text(value: Any) -> str:
    """A cell as text: whole numbers without a point, without the guarding apostrophe, trimmed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    said = str(value)
    return (said[1:] if _GUARDED.match(said) else said).strip()


def half_width(value: Any) -> str:
    return unicodedata.normalize("NFKC", text(value))


def tidy(value: Any) -> str:
    """For comparing words: half-width, lower case, without blanks."""
    return "".join(half_width(value).lower().split())


def example(form: Form, kind: str) -> str:
    """How a cell of a kind of column is written."""
    names = [group.label.zh for group in form.groups]
    if kind == "here":
        return "；".join(f"{name}：{UNSAID if at else '在校1、不在校0'}" for at, name in enumerate(names))
    if kind == "people":
        return "，".join(f"{name}{0 if at else 1}" for at, name in enumerate(names))
    return "0"


def read_people(form: Form, field: str, value: Any) -> dict[str, Any]:
    """{cell: number, "?" or None} from a text such as 学生1人，教职工0人. Raises `Unreadable`."""
    try:
        said = _people_said(form.groups, tidy(value))
    except Unreadable as problem:
        raise Unreadable(problem.code, text(value), example=example(form, "people")) from None
    return {f"{field}.{group.id}": said.get(group.id) for group in form.groups}


def read_number(value: Any) -> Any:
    """A single count: a number, "?" or None. Raises `Unreadable`."""
    said = re.sub(_MEASURES, "", tidy(value))
    if not said:
        return None
    if said in _UNVERIFIED_WORDS:
        return rules.UNVERIFIED
    return 0 if said in _NONE_WORDS else _number(said)


def read_here(form: Form, field: str, value: Any, cells: Mapping[str, Any]) -> dict[str, Any]:
    """{cell: number, "?" or None} from 是, 均不在校, 在校1、不在校1 or the full form; ``cells`` holds the counts of
    which these are a part. Raises `Unreadable`."""
    within = form.field(field).within
    wholes = {group.id: cells.get(f"{within}.{group.id}") for group in form.groups}
    said = re.sub(_MEASURES, "", tidy(value))
    try:
        clauses = _clauses(form.groups, said)
        if clauses is None:
            found = _one_for_all(said, wholes)
        else:
            found = {group: _clause(clause, wholes[group]) for group, clause in clauses.items()}
    except Unreadable as problem:
        params = {**problem.params, "value": text(value)[:30], "example": example(form, "here")}
        raise Unreadable(problem.code, **params) from None
    # whoever is not mentioned and has no cases has nobody at school either
    return {f"{field}.{group}": found.get(group, 0 if whole == 0 else None) for group, whole in wholes.items()}


def without_remark(value: Any) -> str:
    """A total without its （另1校待核实）."""
    return _TOTAL_REMARK.sub("", half_width(value))


@cache
def _names(groups: tuple[Group, ...]) -> Mapping[str, str]:
    """Word → group id, longest words first so that 教职工 is not read as 职工."""
    words = {
        tidy(word): group.id
        for group in groups
        for word in (group.label.zh, group.label.en, *ALSO_CALLED.get(group.id, ()))
    }
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


@cache
def _people_token(groups: tuple[Group, ...]) -> re.Pattern[str]:
    def words(all_of: Iterable[str]) -> str:
        return "|".join(re.escape(word) for word in all_of)

    return re.compile(
        rf"(?P<group>{words(_names(groups))})|(?P<number>[-−]?\d+(?:\.\d+)?)|(?P<unverified>{words(_UNVERIFIED_WORDS)})"
        rf"|(?P<none>{words(_NONE_WORDS)})|(?P<skip>[,;:、。.和及与=/]|{_MEASURES}|均为|都是|都为|均|都|为)"
    )


def _tokens(pattern: re.Pattern[str], said: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(said):
        match = pattern.match(said, at)
        if match is None:
            raise Unreadable("returns.sheet_unreadable", said)
        if match.lastgroup and match.lastgroup != "skip":
            found.append((match.lastgroup, match[0]))
        at = match.end()
    return found


def _number(said: str) -> int:
    whole, _, fraction = said.replace("−", "-").partition(".")
    if fraction.strip("0") or not re.fullmatch(r"-?\d+", whole, re.ASCII):
        raise Unreadable("returns.not_a_number", said)
    if whole.startswith("-"):
        raise Unreadable("returns.negative", said)
    if len(whole.lstrip("0")) > _LONGEST_NUMBER:
        raise Unreadable("returns.absurd", said)
    return int(whole)


@lru_cache(maxsize=2048)
def _people_said(groups: tuple[Group, ...], said: str) -> Mapping[str, Any]:
    tokens = _tokens(_people_token(groups), said)
    if not tokens:
        if said:
            raise Unreadable("returns.sheet_unreadable", said)
        return {}
    if not any(kind == "group" for kind, _ in tokens):
        if len(tokens) > 1:
            raise Unreadable("returns.sheet_unreadable", said)
        value = _people_value(*tokens[0])
        if value not in (0, rules.UNVERIFIED) and len(groups) > 1:
            raise Unreadable("returns.sheet_split", said)
        return dict.fromkeys((group.id for group in groups), value)
    return _paired(groups, said, tokens if tokens[0][0] == "group" else tokens[::-1])


def _paired(groups: tuple[Group, ...], said: str, tokens: list[tuple[str, str]]) -> dict[str, Any]:
    """Group, value, group, value …; several groups share a value only when it is none or 待核实 (学生、职工均为0)."""
    found: dict[str, Any] = {}
    waiting: list[str] = []
    for kind, word in tokens:
        if kind == "group":
            waiting.append(_names(groups)[word])
            continue
        value = _people_value(kind, word)
        if not waiting or (len(waiting) > 1 and value not in (0, rules.UNVERIFIED)) or found.keys() & set(waiting):
            raise Unreadable("returns.sheet_unreadable", said)
        found.update(dict.fromkeys(waiting, value))
        waiting = []
    if waiting:
        raise Unreadable("returns.sheet_unreadable", said)
    return found


def _people_value(kind: str, word: str) -> Any:
    if kind == "number":
        return _number(word)
    return rules.UNVERIFIED if kind == "unverified" else 0


def _clauses(groups: tuple[Group, ...], said: str) -> dict[str, str] | None:
    """What is said of each group; None when no group is named."""
    names = _names(groups)
    pieces = re.split("(" + "|".join(re.escape(name) for name in names) + ")", said)
    if len(pieces) == 1:
        return None
    if pieces[0].strip(",;:、"):
        raise Unreadable("returns.sheet_unreadable", said)
    found: dict[str, str] = {}
    for name, clause in zip(pieces[1::2], pieces[2::2], strict=True):
        if names[name] in found:
            raise Unreadable("returns.sheet_unreadable", said)
        found[names[name]] = clause.strip(",;:、。")
    return found


def _one_for_all(said: str, wholes: Mapping[str, Any]) -> dict[str, Any]:
    """A text that names no group: 是, 否 and the like hold for all; counts only when one group alone has cases."""
    if _DASHES.fullmatch(said):
        return {}
    concerned = [group for group, whole in wholes.items() if whole != 0]
    if said in _UNVERIFIED_WORDS or _ALL_HERE.fullmatch(said) or _NONE_HERE.fullmatch(said):
        return {group: _clause(said, wholes[group]) for group in concerned}
    if len(concerned) > 1:
        raise Unreadable("returns.sheet_split", said)
    whose = concerned[0] if concerned else next(iter(wholes))
    return {whose: _clause(said, wholes[whose])}


def _clause(said: str, whole: Any) -> Any:
    """How many of one group are at school."""
    if _DASHES.fullmatch(said):
        return 0 if whole == 0 else None
    if said in _UNVERIFIED_WORDS:
        return rules.UNVERIFIED
    if _ALL_HERE.fullmatch(said):
        return whole
    if _NONE_HERE.fullmatch(said):
        return 0
    counted = _counted(said)
    at, away = counted.get("here"), counted.get("away")
    if isinstance(whole, int) and away is not None:
        if (whole - away if at is None else at) != whole - away or away > whole:
            raise Unreadable("returns.sheet_here", said, here=at or 0, away=away, whole=whole)
        return whole - away
    return rules.UNVERIFIED if at is None else at


def _counted(said: str) -> dict[str, int]:
    """在校1不在校2 or 1人在校、2人不在校, as {"here": 1, "away": 2}."""
    tokens = _tokens(_HERE_TOKEN, said)
    if tokens and tokens[0][0] == "number":
        tokens = tokens[::-1]
    words, numbers = tokens[::2], tokens[1::2]
    in_order = all(kind != "number" for kind, _ in words) and all(kind == "number" for kind, _ in numbers)
    if not tokens or len(tokens) % 2 or not in_order or len({kind for kind, _ in words}) != len(words):
        raise Unreadable("returns.sheet_unreadable", said)
    return {kind: _number(number) for (kind, _), (_, number) in zip(words, numbers, strict=True)}
