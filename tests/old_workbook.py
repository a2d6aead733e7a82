"""An .xls as programs of before 2007 wrote it: one BIFF8 stream in a compound file, no more than a test needs."""

import struct
from collections.abc import Sequence
from typing import Any

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def old_workbook(rows: Sequence[Sequence[Any]], name: str = "Sheet1", *, locked: bool = False) -> bytes:
    """``locked``: says that it is encrypted by a password."""
    return _compound(_stream(rows, name, locked))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _stream(rows: Sequence[Sequence[Any]], name: str, locked: bool) -> bytes:
    def bof(what: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0x0DBB, 0x07CC, 0, 6))

    head = bof(0x0005) + (_record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if locked else b"")
    head += _record(0x0042, struct.pack("<H", 1200))
    title = name.encode("utf-16-le")
    at = len(head) + 4 + 8 + len(title) + 4
    sheet = _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 1) + title)
    cells = b"".join(_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value != "")
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    return head + sheet + _record(0x000A) + bof(0x0010) + _record(0x0200, size) + cells + _record(0x000A)


def _cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, int | float):
        return _record(0x0203, place + struct.pack("<d", value))
    return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    """Sector 0 the table of sectors, 1 the directory, then the stream (at least 4096 bytes: shorter ones live apart)."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    head += struct.pack("<I", _FREE) * 108
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _NONE, 2, len(stream))
    return head + table + entries.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, _NONE, _NONE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
