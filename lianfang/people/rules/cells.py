"""One cell of a roster at a time: what schools write for a sex, a day, a kind of document, a way of lodging.

Each reader takes what the spreadsheet holds and returns (value, finding); a blank cell is None, which says nothing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from lianfang.people.rules.findings import Finding, error, warning
from lianfang.people.rules.names import may_be_name, tidy_name
from lianfang.people.rules.numerals import in_digits
from lianfang.people.rules.typing_slips import Damaged, plain, seen, unguarded
from lianfang.people.rules.words import BELONGINGS, DOCUMENTS, LODGINGS, NATIONS, RELATIONS, SEXES, STATES

Read = tuple[Any, Finding | None]
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(3_000, 80_000)  # 1908 to 2119
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_DAY = re.compile(rf"(\d{{4}})[-/.年、,](\d{{1,2}})[-/.月、,](\d{{1,2}})[日号]?{_WEEKDAY}")
# Off before the blanks are: 2005/3/1 12:00 would be the 11th.
_CLOCK = re.compile(r"(?<=[\d日号])[\sT]+\d{1,2}:\d{2}.*$")
_IN_WORDS = re.compile("([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_DORMITORY = re.compile(
    r"(?:(.*?(?:栋|幢|楼|公寓|区|座|号楼|舍))[-—_/]?)?([A-Za-z]?\d{2,5})"
    r"(?:(?:室|房)?[-—_/#号]+(\d{1,2})(?:床|号床)?|(?:室|房)(\d{1,2})(?:号床|床|号)|(?:室|房))?"
)
_NOTE = re.compile(r"(?<=[\u3400-\u9fff])\s*[(\[【〔].*[)\]】〕]$")
_CODE = re.compile(r"^[\da-z]{1,2}[-—_.、:：]*(?=[\u3400-\u9fff])")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
# Words that name a post wherever they stand; 学生科科长 is no pupil.
_POSTS = tuple(word for word, as_a in BELONGINGS.items() if len(word) > 1 and as_a not in ("student", "resident"))
_BOARDS = {**LODGINGS, "1": "boarder", "0": "day", "2": "day"}
_BOARDS |= dict.fromkeys("√✓✔☑有", "boarder") | dict.fromkeys("×✗✘x无", "day")
LONGEST_NAME = 60


def text(raw: Any, most: int) -> Read:
    """Free text; what is longer than its column is an error, nothing is cut in silence."""
    if raw is None or raw == "":
        return None, None
    value = _written(raw)
    return (None, error("people.cell_too_long", most=most)) if len(value) > most else (value or None, None)


def name(raw: Any) -> Read:
    value = tidy_name(_written(raw)) if raw not in (None, "") else ""
    if not value:
        return None, None
    if len(value) > LONGEST_NAME:
        return None, error("people.cell_too_long", most=LONGEST_NAME)
    bare = _NOTE.sub("", value)
    if not bare or not may_be_name(bare):
        return None, error("people.cell_name_signs")
    if _PRIVATE.search(bare):
        return bare, warning("people.cell_name_private")
    return bare, warning("people.cell_name_note") if bare != value else None


def sex(raw: Any) -> Read:
    return _one_of(SEXES, raw, "people.cell_sex")


def document(raw: Any) -> Read:
    return _one_of(DOCUMENTS, raw, "people.cell_document")


def lodging(raw: Any) -> Read:
    return _one_of(LODGINGS, raw, "people.cell_lodging", only_warn=True)


def boards(raw: Any) -> Read:
    """是否住校: there 1 is yes, where it is the code of day pupils in 就读方式."""
    if isinstance(raw, bool):
        return ("boarder" if raw else "day"), None
    return _one_of(_BOARDS, raw, "people.cell_lodging", only_warn=True)


def belonging(raw: Any) -> Read:
    """A post as well: 食堂厨师 works in the canteen, 语文教师 teaches. Anything else is as the file says."""
    value = _word(raw)
    found = _one_of(BELONGINGS, raw, "people.cell_belonging", only_warn=True)
    longest = max((word for word in _POSTS if word in value), key=len, default="")
    return (BELONGINGS[longest], None) if found[1] and longest else found


def state(raw: Any) -> Finding | None:
    """Whether a list says of somebody that they left: then they are not taken onto the roster by it."""
    found = STATES.get(_CODE.sub("", _word(raw)))
    if found == "gone":
        return error("people.row_gone")
    return warning("people.row_away") if found == "away" else None


def relation(raw: Any) -> Read:
    return _one_of(RELATIONS, raw, "people.cell_relation", only_warn=True)


def nationality(raw: Any) -> Read:
    value = _word(raw)
    if not value:
        return None, None
    code = NATIONS.get(value) or (value.upper() if re.fullmatch(r"[a-z]{3}", value) else None)
    return (code, None) if code else (None, warning("people.cell_nationality"))


def day(raw: Any, *, on: date, with_month_only: bool = False) -> Read:
    """20050307, 2005-3-7, 2005年3月7日, a day of the spreadsheet or its serial number; with ``with_month_only`` also
    200509 and 2005年9月 (the first of the month), which is no birthday. Later than ``on`` or before 1900 is wrong."""
    if raw is None or raw == "":
        return None, None
    found = _day_of(raw, with_month_only)
    if found is None:
        month = None if with_month_only else _day_of(raw, with_month_only=True)
        return None, warning("people.cell_month") if month and month <= on else error("people.cell_day")
    if found.year < 1900 or found > on:
        return None, error("people.cell_day_range")
    return found, None


def dormitory(raw: Any) -> tuple[dict[str, str], Finding | None]:
    """3栋502-2 → building, room, bed; what cannot be taken apart is the room as it stands."""
    value = _written(raw) if raw not in (None, "") else ""
    if not value or value in ("无", "走读", "-", "/"):
        return {}, None
    match = _DORMITORY.fullmatch(value.replace(" ", ""))
    if match:
        building, room, *beds = match.groups()
        found = {"building": building, "room": room, "bed": beds[0] or beds[1]}
        return {key: part for key, part in found.items() if part}, None
    return ({"room": value}, None) if len(value) <= 20 else ({}, error("people.cell_too_long", most=20))


def _day_of(raw: Any, with_month_only: bool) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, float | int) and not isinstance(raw, bool) and raw == raw and int(raw) in _SERIALS:
        return _EXCEL_DAY_ZERO + timedelta(days=int(raw))
    try:
        text = _CLOCK.sub("", seen(raw)) if isinstance(raw, str) else raw
        return _written_day(plain(text), with_month_only)
    except Damaged:
        return None


@lru_cache(maxsize=20_000)
def _written_day(value: str, with_month_only: bool) -> date | None:
    value = _day_in_digits(value)
    match = _DAY.fullmatch(value) or _SOLID.fullmatch(value)
    if (match is None or match[3] is None) and with_month_only:
        match = _MONTH.fullmatch(value) or (match if match and match[3] is None else None)
    elif match is None or match[3] is None:
        return _serial(value)
    if match is None:
        return _serial(value)
    parts = [int(part) for part in match.groups() if part]
    try:
        return date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None


def _day_in_digits(value: str) -> str:
    """二〇〇五年三月七日 → 2005年3月7日."""
    found = _IN_WORDS.fullmatch(value)
    return "{}年{}月{}日".format(*(in_digits(part) for part in found.groups())) if found else value


def _serial(value: str) -> date | None:
    if value.isdigit() and len(value) == 5 and int(value) in _SERIALS:
        return _EXCEL_DAY_ZERO + timedelta(days=int(value))
    return None


def _one_of(table: Mapping[str, Any], raw: Any, code: str, *, only_warn: bool = False) -> Read:
    value = _word(raw)
    if not value:
        return None, None
    # 1-居民身份证, 51-父亲: the code of some register before the word
    for one in (value, _CODE.sub("", value)):
        if one in table:
            return table[one], None
    return None, (warning if only_warn else error)(code)


def _word(raw: Any) -> str:
    if raw is None or raw == "":
        return ""
    try:
        return plain(raw).lower()
    except Damaged:
        return "?"


def _written(raw: Any) -> str:
    """Texts keep their inner blanks; numbers lose ``.0``."""
    if isinstance(raw, str):
        return _tidy(raw)
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return _tidy(str(raw))


def _tidy(raw: str) -> str:
    return unguarded(" ".join(seen(raw).split()))
