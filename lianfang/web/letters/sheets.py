"""The table to fill in, and the code on the letters."""

import io
import re
from collections.abc import Iterable

import qrcode
import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from qrcode.image.svg import SvgPathImage

from lianfang.core.exports import safe_cell
from lianfang.orgs.models import Unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What `people.queries.letters` reads, hence Chinese in every language.
_HEADINGS = (("班级代码", 22), ("班级", 22), ("姓名", 14), ("手机号", 16))


def template(classes: Iterable[Unit]) -> bytes:
    """One line for each class; numbers are text, so that no program changes them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("班主任")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for column, (heading, width) in enumerate(_HEADINGS):
            page.set_column(column, column, width, text)
            page.write(0, column, heading, bold)
        for line, unit in enumerate(classes, 1):
            page.write_string(line, 0, safe_cell(unit.code))
            page.write_string(line, 1, safe_cell(unit.name))
        page.freeze_panes(1, 0)
    return out.getvalue()


def answer(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name) or ""}
    )


def code(address: str) -> str:
    """A QR code as a drawing that the page repeats by reference: a thousand letters, one picture."""
    picture = qrcode.make(address, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    path = re.search(r'<path[^>]*\bd="([^"]+)"', picture)
    box = re.search(r'viewBox="([\d. ]+)"', picture)
    if path is None or box is None:
        raise LookupError("the QR code has no path")
    return f'<symbol id="code" viewBox="{box[1]}"><path d="{path[1]}"/></symbol>'
