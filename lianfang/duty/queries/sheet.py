"""A roster out of a spreadsheet: one line a shift. Cells that were joined speak for all lines they cover; a line that
names nobody is not planned yet and says nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from lianfang.core import spreadsheets
from lianfang.core.clock import ZONE
from lianfang.core.problems import Problem, refuse
from lianfang.core.spreadsheets import Sheet
from lianfang.duty import rules
from lianfang.duty.models import Post, Shift
from lianfang.duty.queries.away import away
from lianfang.duty.queries.names import Doubtful, Names
from lianfang.duty.queries.roster import posts
from lianfang.duty.rules import cells
from lianfang.orgs.models import Unit
from lianfang.people.models import User

# What the columns are called; the first is the one of the template.
HEADINGS: dict[str, tuple[str, ...]] = {
    "post": ("岗位", "值班岗位", "post"),
    "on": ("日期", "值班日期", "date"),
    "start": ("开始", "开始时间", "上岗时间", "from"),
    "end": ("结束", "结束时间", "下岗时间", "to"),
    "user": ("值班人", "值班人员", "姓名", "name"),
    "leader": ("带班领导", "带班", "leader"),
}
_NEEDED = ("post", "on", "start", "end", "user")
_LOOKED_THROUGH = 12


@dataclass(frozen=True)
class Entry:
    """A line that can stand."""

    row: int
    post: Post
    start: datetime
    end: datetime
    user: User
    leader: User | None


@dataclass(frozen=True)
class Wrong:
    """``row`` counts from 1; ``column`` is its heading."""

    row: int
    column: str
    problem: Problem


@dataclass
class Read:
    entries: list[Entry] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


@dataclass
class Compared:
    """What the entries would do. ``changed``: the shift that stands, and the entry."""

    new: list[Entry] = field(default_factory=list)
    changed: list[tuple[Shift, Entry]] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def read(content: bytes, name: str, unit: Unit, today: date) -> Read:
    """Of the first sheet that has the headings. Raises `Refused` for a file that is no roster as a whole."""
    for sheet in spreadsheets.sheets(content, name, spreadsheets.usual()):
        rows = list(sheet.rows)
        heads = next(((at, _columns(row)) for at, row in enumerate(rows[:_LOOKED_THROUGH]) if _is_head(row)), None)
        if heads is not None:
            found = _lines(_spread(rows, sheet), heads[0], heads[1], unit, today)
            if not found.entries and not found.wrong:
                raise refuse("duty.sheet_blank")
            return found
    raise refuse("duty.sheet_headings", names="、".join(HEADINGS[name][0] for name in _NEEDED))


def compare(entries: Sequence[Entry], now: datetime) -> Compared:
    """Against the roster as it stands: the same hours are a change of people, hours that cross others are wrong. What
    has begun is not rewritten. Two queries."""
    found = Compared()
    if not entries:
        return found
    first, last = min(entry.start for entry in entries), max(entry.end for entry in entries)
    shifts = Shift.objects.standing().filter(
        post__in={entry.post.pk for entry in entries}, from_at__lt=last, to_at__gt=first
    )
    standing = list(shifts.select_related("user", "leader", "post"))
    absent = away({entry.user.pk for entry in entries}, first.date(), last.date())
    for entry in entries:
        same = next((one for one in standing if _place(one) == (entry.post.pk, entry.start, entry.end)), None)
        people = (entry.user.pk, entry.leader.pk if entry.leader else None)
        if same is not None and (same.user_id, same.leader_id) == people:
            found.unchanged += 1
        elif entry.start <= now:
            found.wrong.append(_wrong(entry, "start", "duty.begun"))
        elif absent(entry.user.pk, entry.start.date()):
            found.wrong.append(_wrong(entry, "user", "duty.on_leave", name=entry.user.name))
        elif same is not None:
            found.changed.append((same, entry))
        elif any(
            one.post_id == entry.post.pk and one.from_at < entry.end and entry.start < one.to_at for one in standing
        ):
            found.wrong.append(_wrong(entry, "start", "duty.crosses"))
        else:
            found.new.append(entry)
    return found


def _lines(rows: list[list[Any]], head: int, columns: dict[str, int], unit: Unit, today: date) -> Read:
    found, known = Read(), {post.name: post for post in posts(unit)}
    names = Names.of(unit, today)
    for number, row in enumerate(rows[head + 1 :], head + 2):
        line = {name: row[at] if at < len(row) else None for name, at in columns.items()}
        if any(value not in (None, "") for name, value in line.items() if name in ("user", "leader")):
            found.wrong += _read_line(number, line, known, names, today, found.entries)
    for first, second in _twice(found.entries):
        found.wrong.append(_wrong(second, "start", "duty.twice_in_sheet", row=first.row))
    return found


def _read_line(
    number: int, line: dict[str, Any], known: dict[str, Post], names: Names, today: date, entries: list[Entry]
) -> Iterator[Wrong]:
    """The problems of a line; a line without any becomes an entry."""
    got: dict[str, Any] = {"leader": None}
    for name, value in line.items():
        try:
            got[name] = _cell(name, value, known, names, today)
        except _Found as found:
            yield Wrong(number, HEADINGS[name][0], found.problem)
    if not all(name in got for name in (*_NEEDED, "leader")):
        return
    start = datetime.combine(got["on"], got["start"], ZONE)
    end = datetime.combine(got["on"], got["end"], ZONE)
    end = end if end > start else end + timedelta(days=1)
    if code := rules.wrong_span(start, end):
        yield Wrong(number, HEADINGS["end"][0], Problem(code))
        return
    entries.append(Entry(number, got["post"], start, end, got["user"], got["leader"]))


class _Found(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        self.problem = Problem(code, "", params)


def _cell(name: str, value: Any, known: dict[str, Post], names: Names, today: date) -> Any:
    written = cells.text(value)
    if not written:
        if name == "leader":
            return None
        raise _Found("duty.cell_blank")
    if name == "post":
        return _or(known.get(written), "duty.post_unknown", post=written[:40], known="、".join(known) or "–")
    if name == "on":
        return _or(cells.day(value, today), "duty.cell_day", value=written[:20])
    if name in ("start", "end"):
        return _or(cells.moment(value), "duty.cell_time", value=written[:20])
    try:
        return names.find(written)
    except Doubtful as doubt:
        if doubt.fits:
            fits = "、".join(user.username for user in doubt.fits[:6])
            raise _Found("duty.name_several", name=written[:40], fits=fits) from None
        raise _Found("duty.name_unknown", name=written[:40]) from None


def _or(found: date | time | Post | None, code: str, **params: Any) -> Any:
    if found is None:
        raise _Found(code, **params)
    return found


def _twice(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    for post in {entry.post.pk for entry in entries}:
        own = [entry for entry in entries if entry.post.pk == post]
        for first, second in rules.overlaps([(entry.start, entry.end) for entry in own]):
            yield own[first], own[second]


def _columns(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, value in enumerate(row):
        said = cells.text(value).lower()
        name = next((name for name, forms in HEADINGS.items() if said in forms), None)
        if name is not None:
            found.setdefault(name, at)
    return found


def _is_head(row: Sequence[Any]) -> bool:
    return all(name in _columns(row) for name in _NEEDED)


def _spread(rows: list[list[Any]], sheet: Sheet) -> list[list[Any]]:
    """A joined cell holds its value in the first place only."""
    for (top, left), (bottom, right) in sheet.merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                row.extend([None] * (right + 1 - len(row)))
                row[left : right + 1] = [rows[top][left]] * (right + 1 - left)
    return rows


def _place(shift: Shift) -> tuple[int, datetime, datetime]:
    return shift.post_id, shift.from_at, shift.to_at


def _wrong(entry: Entry, column: str, code: str, **params: Any) -> Wrong:
    return Wrong(entry.row, HEADINGS[column][0], Problem(code, "", params))
