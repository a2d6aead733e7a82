"""What is told to everybody is plain text: its parts as people lay out letters, and what may be somebody's own."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

LONGEST = 20_000  # signs of a text
Sort = Literal["paragraph", "heading", "list"]
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_ITEM = re.compile(r"^[-–•·]\s+")
# Longer, it is a paragraph that begins with a number, as letters of offices often do.
_HEADING_MOST = 40

# What is looked for → how it looks. Digits may be full-width; a longer number is another thing.
_PRIVATE: dict[str, re.Pattern[str]] = {
    "mobile": re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    "id_number": re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"),
    "names": re.compile(r"姓\s*名|名\s*单"),
}


class Part(NamedTuple):
    """``lines`` of a paragraph break where the writer broke them; of a list they are its items."""

    sort: Sort
    lines: tuple[str, ...]


def parts(text: str) -> list[Part]:
    """A blank line ends a paragraph; "一、…" of one short line is a heading; lines with a dash are a list."""
    found: list[Part] = []
    fresh = True
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            fresh = True
            continue
        sort, words = _line(line)
        if found and found[-1].sort == sort != "heading" and not fresh:
            found[-1] = Part(sort, (*found[-1].lines, words))
        else:
            found.append(Part(sort, (words,)))
        fresh = False
    return found


def private(texts: Sequence[str]) -> list[str]:
    """Which of "mobile", "id_number", "names" stand in the texts: for a question to the writer, nothing is forbidden by
    it."""
    whole = "\n".join(texts).translate(_HALF_WIDTH)
    return [what for what, look in _PRIVATE.items() if look.search(whole)]


def _line(line: str) -> tuple[Sort, str]:
    if _HEADING.match(line) and len(line) <= _HEADING_MOST:
        return "heading", line
    words = _ITEM.sub("", line)
    return ("list", words) if words != line else ("paragraph", line)


_HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘ－", "0123456789X-")
