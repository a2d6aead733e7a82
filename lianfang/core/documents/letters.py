"""A letter to an authority, laid out after GB/T 9704 (by analogy: it is no official document of a party or government).

PDF by typst from ``letter.typ``, Word by docxtpl from ``letter.docx``, which an office may change in Word. What is
written never becomes markup: typst reads it as JSON, Word's template escapes it.
"""

from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import msgspec
import noto_cjk_sans_otc
import typst
from docxtpl import DocxTemplate

_HERE = Path(__file__).parent
_FONTS = Path(noto_cjk_sans_otc.__file__).parent


@dataclass(frozen=True)
class Table:
    """The first column is words, the others are numbers: every row has as many cells as ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Letter:
    """``to`` with its colon. ``signed`` and ``dated`` stand right, below the text. ``receipt``: what whoever takes it
    fills in by hand. ``small``: in small print at the end."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    signed: str
    dated: str
    tables: tuple[Table, ...] = ()
    attached: tuple[str, ...] = ()
    copy_to: str = ""
    receipt: tuple[str, ...] = ()
    small: str = ""
    chinese: bool = True


def pdf(letter: Letter) -> bytes:
    """PDF/A-2b. About a fifth of a second."""
    told = msgspec.json.encode(asdict(letter)).decode()
    made = typst.compile(
        str(_HERE / "letter.typ"), sys_inputs={"letter": told}, font_paths=[str(_FONTS)], ignore_system_fonts=True,
        pdf_standards=["a-2b"],
    )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("one file was expected")
    return made


def docx(letter: Letter) -> bytes:
    template = DocxTemplate(_HERE / "letter.docx")
    template.render({"letter": letter}, autoescape=True)
    template.docx.core_properties.title = letter.title
    file = BytesIO()
    template.save(file)
    return file.getvalue()
