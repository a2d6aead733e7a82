"""From uploaded bytes to rows of values. What is no spreadsheet, or would grow without bounds when opened, is refused
before it is opened."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.conf import settings
from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from lianfang.core.problems import Refused, refuse

MOST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 50_000, 256
MOST_SHEETS = 10
_MEGABYTE = 1024 * 1024
_STORED, _DEFLATED = 0, 8
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_NAMES = {".csv", ".txt", ".tsv"}
_PLACE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{0,3})\$?(\d+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s>]")
_TEXT_CELL = re.compile(rb"""\bt\s*=\s*["']s["']""")
_INDEX = re.compile(rb"""\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*(\d{1,9})\s*<""")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Grid:
    """One worksheet: values by row from the top left corner, and where formulas stand (row, column from 0)."""

    name: str
    rows: list[list[Any]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def grids(content: bytes, name: str) -> list[Grid]:
    """The worksheets of an .xlsx, .xls or text file. Raises `Refused` with a problem of the file as a whole."""
    checked_size(content)
    if not content.strip():
        raise refuse("core.sheet_empty")
    if content.startswith(_ZIP):
        has_formulas = check_package(content)
        return _workbook(content, has_formulas)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise refuse("core.sheet_password")
        return _workbook(content, False)
    if PurePath(name).suffix.lower() in _TEXT_NAMES:
        return [_text_grid(_decoded(content))]
    raise refuse("core.no_sheet")


def checked_size(content: bytes) -> None:
    """Raises `Refused` above the upload limit."""
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        size, most = (f"{number / _MEGABYTE:.0f}" for number in (len(content), settings.UPLOAD_LIMIT_BYTES))
        raise refuse("core.sheet_too_large", size=size, most=most)


def check_package(content: bytes) -> bool:
    """Measure an .xlsx without trusting what it says of itself. Raises `Refused` for what is no workbook, unpacks to
    too much, or has cells so far out that a dense table of it would not fit into memory. True: it has formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if not any(entry.filename.lower() == "xl/workbook.xml" for entry in entries):
                raise refuse("core.no_sheet")
            left, pages, texts = MOST_UNPACKED, [], []
            for entry in entries:
                part = _unpacked(content, entry, left)
                left -= len(part)
                if entry.filename.lower().startswith("xl/worksheets/"):
                    _check_reach(part)
                    pages.append(part)
                elif _SHARED.search(part):
                    texts.append(part)
            _check_texts(pages, texts)
            return any(_FORMULA.search(page) for page in pages)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError) as error:
        raise refuse("core.no_sheet") from error


def _unpacked(content: bytes, entry: zipfile.ZipInfo, most: int) -> bytes:
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
        raise refuse("core.sheet_unpacks_too_large", most=MOST_UNPACKED // _MEGABYTE)
    return part


def _check_reach(part: bytes) -> None:
    row = column = 0
    for letters, digits in _PLACE.findall(part):
        row = max(row, int(digits[:8]))
        if letters:
            column = max(column, _column_number(letters))
    if row > MOST_ROWS or column > MOST_COLUMNS:
        raise refuse("core.sheet_too_wide", cell=xl_rowcol_to_cell(max(row, 1) - 1, max(column, 1) - 1))


def _check_texts(pages: list[bytes], texts: list[bytes]) -> None:
    """One long text may be named by a million cells, and each gets a copy of it when the file is opened."""
    lengths = [len(text) for part in texts for text in _SHARED.split(part)[1:]]
    longest, together = max(lengths, default=0), 0
    for page in pages:
        cells = len(_TEXT_CELL.findall(page))
        if cells * longest <= MOST_UNPACKED:
            continue
        named = [int(number) for number in _INDEX.findall(page)]
        together += sum(lengths[number] for number in named if number < len(lengths))
        together += max(0, cells - len(named)) * longest
    if together > MOST_UNPACKED:
        raise refuse("core.sheet_unpacks_too_large", most=MOST_UNPACKED // _MEGABYTE)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _workbook(content: bytes, has_formulas: bool) -> list[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names[:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                raise refuse("core.sheet_too_wide", cell=f"{xl_col_to_name(sheet.total_width)}{sheet.total_height}")
            rows = sheet.to_python(skip_empty_area=False)
            found.append(Grid(name, rows, _formulas(content, name) if has_formulas else frozenset()))
        return found
    except PasswordError as error:
        raise refuse("core.sheet_password") from error
    except (CalamineError, ValueError, KeyError) as error:
        raise refuse("core.no_sheet") from error


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


def _text_grid(text: str) -> Grid:
    delimiter = max(",\t;", key=text[:5000].count)
    try:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise refuse("core.no_sheet") from error
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise refuse("core.sheet_too_wide", cell=f"{xl_col_to_name(max(map(len, rows)))}{len(rows)}")
    # in a text file a formula is a text; our own files guard theirs with an apostrophe
    formulas = ((r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value.startswith("="))
    return Grid("", rows, frozenset(formulas))
