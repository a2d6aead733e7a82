"""From uploaded bytes to rows of values. What is no spreadsheet, or would grow without bounds when opened, is refused
before it is opened."""

import csv
import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.conf import settings
from openpyxl import load_workbook
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from lianfang.core import markup_tables
from lianfang.core.markup_tables import Span
from lianfang.core.problems import Refused, refuse

_MEGABYTE = 1024 * 1024
MOST_COLUMNS = 256
MOST_SHEETS = 10
_STORED, _DEFLATED = 0, 8
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The first record of the book in an .xls of 1997 and later, and the one that says how it is encrypted.
_BOOK, _FILE_PASS, _FIRST_RECORDS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F, 12
_TEXT_NAMES = {".csv", ".txt", ".tsv"}
# Old systems write a text or a page of HTML and call it a workbook.
_OFTEN_TEXT = {".xls", ".xlsx", ".xlsm", ".et", ".htm", ".html", ".xml"}
_PLACE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{0,3})\$?(\d+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s>]")
_TEXT_CELL = re.compile(rb"""\bt\s*=\s*["']s["']""")
_INDEX = re.compile(rb"""\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*(\d{1,9})\s*<""")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Limits:
    """What a file may cost. ``size`` and ``unpacked`` in bytes, ``rows`` of one sheet. ``disguised``: a text
    or a page of HTML may call itself a workbook."""

    size: int
    unpacked: int
    rows: int
    sheets: int = MOST_SHEETS
    disguised: bool = False


def usual() -> Limits:
    """Of returns and lists of units."""
    return Limits(settings.UPLOAD_LIMIT_BYTES, 50 * _MEGABYTE, 50_000)


def roster() -> Limits:
    """Of rosters: the largest schools have some hundred thousand people, and many have a sheet for each class."""
    return Limits(settings.ROSTER_LIMIT_BYTES, 400 * _MEGABYTE, 200_000, sheets=500, disguised=True)


@dataclass(frozen=True)
class Grid:
    """One worksheet: values by row from the top left corner, and where formulas stand (row, column from 0)."""

    name: str
    rows: list[list[Any]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Sheet:
    """One worksheet to be read once, row by row. ``height``: rows counted from the top of the sheet. ``merged``: first
    and last cell of what is joined, as (row, column) from 0; only the first holds the value."""

    name: str
    height: int
    rows: Iterator[list[Any]]
    merged: Sequence[Span] = ()
    hidden: bool = False


def grids(content: bytes, name: str) -> list[Grid]:
    """The worksheets of an .xlsx, .xls or text file. Raises `Refused` with a problem of the file as a whole."""
    if is_package(content, name, usual()):
        has_formulas = check_package(content)
        return _workbook(content, has_formulas)
    if content.startswith(_OLE):
        return _workbook(content, False)
    return [_text_grid(_decoded(content))]


def sheets(content: bytes, name: str, limits: Limits) -> Iterator[Sheet]:
    """As `grids`, one sheet after the other and a row at a time, for files too large to be held as a whole. Values
    only; of formulas the values count."""
    if is_package(content, name, limits):
        check_package(content, limits)
    elif not content.startswith(_OLE):
        for title, rows, merged in _texts(_decoded(content), limits):
            yield Sheet(title, len(rows), iter(rows), merged)
        return
    with _opening():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    if len(pages) > limits.sheets:
        raise refuse("core.sheets_too_many", sheets=len(pages), most=limits.sheets)
    for page in pages:
        with _opening():
            sheet = book.get_sheet_by_name(page.name)
            _check_size(sheet, limits)
            merged = sheet.merged_cell_ranges or ()
        left = sheet.start[1] if sheet.start else 0
        # blank rows above the table are given, blank columns beside it are not
        lines: Iterator[list[Any]] = ([None] * left + row if left else row for row in sheet.iter_rows())
        hidden = page.visible != SheetVisibleEnum.Visible
        yield Sheet(page.name, sheet.total_height, lines, merged, hidden)


def is_package(content: bytes, name: str, limits: Limits) -> bool:
    """Whether it is an .xlsx, by a look at its first bytes. Raises `Refused` for what is no spreadsheet at all, locked
    or too large."""
    checked_size(content, limits)
    if not content.strip():
        raise refuse("core.sheet_empty")
    if content.startswith(_ZIP):
        return True
    if content.startswith(_OLE):
        if _ENCRYPTED in content or _is_locked(content):
            raise refuse("core.sheet_password")
        return False
    suffix = PurePath(name).suffix.lower()
    if suffix in _TEXT_NAMES or (limits.disguised and suffix in _OFTEN_TEXT and _is_table(_decoded(content))):
        return False
    raise refuse("core.no_sheet")


def _is_locked(content: bytes) -> bool:
    """Of an .xls, which the reading library only says it does not know."""
    at = content.find(_BOOK)
    for _record in range(_FIRST_RECORDS if at >= 0 else 0):
        if int.from_bytes(content[at : at + 2], "little") == _FILE_PASS:
            return True
        at += 4 + int.from_bytes(content[at + 2 : at + 4], "little")
    return False


def checked_size(content: bytes, limits: Limits | None = None) -> None:
    """Raises `Refused` above the upload limit."""
    limits = limits or usual()
    if len(content) > limits.size:
        size, most = (f"{number / _MEGABYTE:.0f}" for number in (len(content), limits.size))
        raise refuse("core.sheet_too_large", size=size, most=most)


def check_package(content: bytes, limits: Limits | None = None) -> bool:
    """Measure an .xlsx without trusting what it says of itself. Raises `Refused` for what is no workbook, unpacks to
    too much, or has cells so far out that a dense table of it would not fit into memory. True: it has formulas.

    Sheets are unpacked one at a time, after the texts they name, so that no two of them stand in memory together."""
    limits = limits or usual()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if not any(entry.filename.lower() == "xl/workbook.xml" for entry in entries):
                raise refuse("core.no_sheet")
            pages = [entry for entry in entries if entry.filename.lower().startswith("xl/worksheets/")]
            left, lengths = limits.unpacked, array("I")
            for entry in entries:
                if entry not in pages:
                    part = _unpacked(content, entry, left, limits)
                    left -= len(part)
                    lengths.extend(_lengths(part))
            has_formulas, named = False, 0
            for entry in pages:
                part = _unpacked(content, entry, left, limits)
                left -= len(part)
                _check_reach(part, limits)
                named += _texts_named(part, lengths, limits)
                if named > limits.unpacked:
                    raise refuse("core.sheet_unpacks_too_large", most=limits.unpacked // _MEGABYTE)
                has_formulas = has_formulas or bool(_FORMULA.search(part))
                del part
            return has_formulas
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError) as error:
        raise refuse("core.no_sheet") from error


def _unpacked(content: bytes, entry: zipfile.ZipInfo, most: int, limits: Limits) -> bytes:
    """The part itself, at most ``most`` bytes: the sizes written in the package may be false."""
    if entry.flag_bits & 1 or entry.compress_type not in (_STORED, _DEFLATED):
        raise refuse("core.no_sheet")
    header = content[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30:
        raise zipfile.BadZipFile
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = entry.header_offset + 30 + skip
    packed = content[start : start + entry.compress_size]
    part = packed if entry.compress_type == _STORED else zlib.decompressobj(-15).decompress(packed, most + 1)
    if len(part) > most:
        raise refuse("core.sheet_unpacks_too_large", most=limits.unpacked // _MEGABYTE)
    return part


def _check_reach(part: bytes, limits: Limits) -> None:
    row, longest, columns = 0, 0, set[bytes]()
    for match in _PLACE.finditer(part):
        letters, digits = match[1], match[2]
        row = max(row, int(digits[:8]))
        if len(letters) >= longest:
            longest = len(letters)
            columns.add(letters)
    column = max((_column_number(letters) for letters in columns if letters), default=0)
    if row > limits.rows or column > MOST_COLUMNS:
        raise refuse("core.sheet_too_wide", cell=xl_rowcol_to_cell(max(row, 1) - 1, max(column, 1) - 1))


def _lengths(part: bytes) -> Iterator[int]:
    """Of each shared text, with its marks; nothing where the part holds none."""
    last = None
    for match in _SHARED.finditer(part):
        if last is not None:
            yield match.start() - last
        last = match.end()
    if last is not None:
        yield len(part) - last


def _texts_named(page: bytes, lengths: "array[int]", limits: Limits) -> int:
    """One long text may be named by a million cells, and each gets a copy of it when the file is opened: how many bytes
    these are. 0 where even the longest text in every cell would be harmless."""
    longest = max(lengths, default=0)
    cells = sum(1 for _cell in _TEXT_CELL.finditer(page))
    if cells * longest <= limits.unpacked:
        return 0
    together = known = 0
    for match in _INDEX.finditer(page):
        known += 1
        number = int(match[1])
        together += lengths[number] if number < len(lengths) else 0
    return together + max(0, cells - known) * longest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


@contextmanager
def _opening() -> Iterator[None]:
    """What the reading library says of a file it cannot open, in words."""
    try:
        yield
    except PasswordError as error:
        raise refuse("core.sheet_password") from error
    except (CalamineError, ValueError, KeyError) as error:
        raise refuse("core.no_sheet") from error
    except BaseException as error:
        # The library is written in Rust and gives up on some damaged files in a way that is no Exception: uncaught it
        # would end the worker, and the next one would begin with the same file.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse("core.no_sheet") from error


def _workbook(content: bytes, has_formulas: bool) -> list[Grid]:
    with _opening():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names[:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            _check_size(sheet, usual())
            rows = sheet.to_python(skip_empty_area=False)
            found.append(Grid(name, rows, _formulas(content, name) if has_formulas else frozenset()))
        return found


def _check_size(sheet: CalamineSheet, limits: Limits) -> None:
    if sheet.total_height > limits.rows or sheet.total_width > MOST_COLUMNS:
        raise refuse("core.sheet_too_wide", cell=f"{xl_col_to_name(sheet.total_width)}{sheet.total_height}")


def _formulas(content: bytes, name: str) -> frozenset[tuple[int, int]]:
    """The values alone do not show them. Slow, so only for files that have any."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        cells: Iterator[Any] = (cell for row in book[name].iter_rows() for cell in row)
        return frozenset((cell.row - 1, cell.column - 1) for cell in cells if cell.data_type == "f")
    except Refused:
        raise
    except Exception as error:
        # The library fails in many ways on files that others open; a formula that cannot be found is not let through.
        raise refuse("core.sheet_formula") from error


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    raise refuse("core.no_sheet")


def _is_table(text: str) -> bool:
    """A text that calls itself a workbook and can be one."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return markup_tables.looks_like_one(text) or any(sign in first for sign in ",\t;|")


def _texts(text: str, limits: Limits) -> list[tuple[str, list[list[Any]], Sequence[Span]]]:
    """(name, rows, merged cells) of what stands in a text."""
    if not markup_tables.looks_like_one(text):
        return [("", _text_rows(text, limits), ())]
    try:
        tables = markup_tables.read(text, rows=limits.rows, columns=MOST_COLUMNS)
    except markup_tables.TooLarge as large:
        raise refuse("core.sheet_too_wide", cell=xl_rowcol_to_cell(large.row - 1, large.column - 1)) from large
    return [(table.name, list(table.rows), table.merged) for table in tables[: limits.sheets]]


def _text_grid(text: str) -> Grid:
    rows = _text_rows(text, usual())
    # in a text file a formula is a text; our own files guard theirs with an apostrophe
    formulas = ((r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value.startswith("="))
    return Grid("", rows, frozenset(formulas))


def _text_rows(text: str, limits: Limits) -> list[list[Any]]:
    delimiter = max(",\t;|", key=text[:5000].count)
    try:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise refuse("core.no_sheet") from error
    if len(rows) > limits.rows or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise refuse("core.sheet_too_wide", cell=f"{xl_col_to_name(max(map(len, rows)))}{len(rows)}")
    return rows
