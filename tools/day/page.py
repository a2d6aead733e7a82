"""What a person sees on a page and can send from it: forms, states, tables, numbers.

Only what is asked for is parsed: the server shares its two cores with us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

_FORM = re.compile(r"<form\b.*?</form>", re.S)
_TABLE = re.compile(r"<table\b.*?</table>", re.S)
_CHIP = re.compile(r'<span class="lf-chip is-(\w+)">.*?<span>(.*?)</span></span>', re.S)
_COUNTS = re.compile(r'<ul class="lf-counts">.*?</ul>', re.S)
_STRONG = re.compile(r"<strong>\s*([\d,]+)\s*</strong>")
_SUMMARY = re.compile(r'<div class="lf-summary".*?</ul>', re.S)
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)
_TAG = re.compile(r"<[^>]*>")
_REFERENCE = re.compile(r'<strong class="lf-reference">(.*?)</strong>')
_NUMBER = re.compile(r"\d[\d,]*")


@dataclass
class Form:
    """A form as a browser would send it: hidden and typed values, ticked boxes; no buttons."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Row:
    """One row of a table. ``signed`` marks the line "as signed" under a live one; ``foot`` the totals; ``link`` is
    the address behind the name."""

    name: str
    cells: list[str]
    foot: bool
    signed: bool
    link: str = ""


class Page:
    """The text of an answer."""

    def __init__(self, text: str) -> None:
        self.text = text

    def forms(self) -> list[Form]:
        return [_form(found.group()) for found in _FORM.finditer(self.text)]

    def form(self, field_name: str, action: str = "") -> Form:
        """The form that has this field (and, if given, this end of its address). Raises LookupError."""
        for form in self.forms():
            if field_name in form.fields and form.action.endswith(action):
                return form
        raise LookupError(f"no form with {field_name!r} {action} on the page “{self.title}”")

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text, re.S)
        return plain(found.group(1)) if found else ""

    def chips(self) -> list[str]:
        """The words of the state chips, in order."""
        return [plain(label) for _, label in _CHIP.findall(self.text)]

    def counts(self) -> list[int]:
        """The numbers of a board's first line: reported, missing, waiting, returned, late, with cases."""
        found = _COUNTS.search(self.text)
        return [number(text) for text in _STRONG.findall(found.group())] if found else []

    def problems(self) -> list[str]:
        """What the error summary says."""
        found = _SUMMARY.search(self.text)
        return [plain(item) for item in _ITEM.findall(found.group())] if found else []

    def reference(self) -> str:
        found = _REFERENCE.search(self.text)
        return plain(found.group(1)) if found else ""

    def rows(self) -> list[Row]:
        """The rows with cells of all tables but head rows."""
        parser = _Rows()
        for found in _TABLE.finditer(self.text):
            parser.feed(found.group())
        return parser.rows


def plain(html: str) -> str:
    """The words without the marks."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def number(text: str) -> int:
    """The first number of a text, thousands commas understood; 0 where there is none (a dash)."""
    found = _NUMBER.search(text)
    return int(found.group().replace(",", "")) if found else 0


def sum_of(text: str) -> tuple[int, int]:
    """A cell of the table of figures: the sum, and how many units have it still to be verified."""
    found = [int(one.replace(",", "")) for one in _NUMBER.findall(text)]
    return (found[0] if found else 0, found[1] if len(found) > 1 else 0)


def _form(html: str) -> Form:
    parser = _Form()
    parser.feed(html)
    return parser.form


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.form.action = given.get("action") or ""
            self.form.method = (given.get("method") or "get").lower()
        elif tag == "textarea" and name:
            self._area = name
            self.form.fields[name] = ""
        elif tag == "input" and name:
            kind = given.get("type") or "text"
            if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in given):
                return
            self.form.fields[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.form.fields[self._area] += data


class _Rows(HTMLParser):
    """Cells are joined words; the name of a row is the first piece of text in it (a chip may follow)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._part = ""
        self._row: Row | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        elif tag == "tr" and self._part != "thead":
            signed = "lf-signed-row" in (dict(attrs).get("class") or "")
            self._row = Row("", [], self._part == "tfoot", signed)
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "a" and self._row is not None and not self._row.link:
            self._row.link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._row is not None and self._cell is not None:
            if tag == "th" and not self._row.name:
                self._row.name = self._cell[0] if self._cell else ""
            else:
                self._row.cells.append(" ".join(self._cell))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            self.rows.append(self._row)
            self._row = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None and data.strip():
            self._cell.append(data.strip())
