"""Files that are no spreadsheet, or would do harm when opened; and the file that goes back with its errors marked."""

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from pytest_django import Settings

from lianfang.core import spreadsheets
from lianfang.core.problems import Refused
from lianfang.returns import sheets
from lianfang.returns.tests.test_sheet_layout import ANNEX, FORM, ON, TITLE
from lianfang.returns.tests.test_sheet_reading import SCHOOLS, book, row

EXCEL_97 = (Path(__file__).parent / "sheet_excel_97.xls").read_bytes()


def refusal(content: bytes, name: str = "a.xlsx") -> str:
    """The only problem, which concerns the whole file."""
    reading = sheets.read(FORM, content, name, ON, SCHOOLS)
    (problem,) = reading.problems
    assert (problem.row, problem.place, reading.rows, reading.ready) == (0, "", [], [])
    assert problem.text
    return problem.code


def with_part(part: str, text: bytes) -> bytes:
    """A proper workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book([row()]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == part else old.read(entry))
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 ...", "a.xlsx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv"),
        (b"PK\x03\x04 broken", "a.xlsx"),
        (zipped(word__document_xml=b"<w/>"), "a.xlsx"),
        (zipped(xl__workbook_xml=b"<nonsense"), "a.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls"),
        (EXCEL_97[:2000], "a.xls"),
        (book([row()])[:-200], "a.xlsx"),
        ("学校名称,人数".encode(), "a.xlsx"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content: bytes, name: str) -> None:
    assert refusal(content, name) == "core.no_sheet"


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.xlsx"), (b" \r\n", "a.csv"), (book([], above=[], heading=[[]]), "a.xlsx")]
)
def test_an_empty_file_is_called_empty(content: bytes, name: str) -> None:
    assert refusal(content, name).endswith(".sheet_empty")


def test_a_sheet_with_heading_but_no_row_is_called_empty() -> None:
    assert refusal(book([["总计"]])) == "returns.sheet_empty"


def test_another_table_is_told_that_its_heading_is_missing() -> None:
    assert refusal(book([["a", "b"], [1, 2]], heading=[["姓名", "年龄", "体温"]])) == "returns.sheet_heading"


def test_a_file_above_the_limit_is_refused_before_it_is_read(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    assert refusal(bytes(1001)) == "core.sheet_too_large"


def test_a_file_with_a_password_is_told_so() -> None:
    name = "EncryptedPackage".encode("utf-16-le")
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name) == "core.sheet_password"


def test_a_file_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = with_part("xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert refusal(bomb) == "core.sheet_unpacks_too_large"


def test_a_file_that_lies_about_its_unpacked_size_is_refused_all_the_same() -> None:
    bomb = bytearray(with_part("xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024)))
    size = struct.pack("<I", 60 * 1024 * 1024)
    assert bomb.count(size) >= 1
    assert refusal(bytes(bomb.replace(size, struct.pack("<I", 100)))) == "core.sheet_unpacks_too_large"


@pytest.mark.parametrize("place", ["XFD1", "A1048576", "XFD1048576", "IW3"])
def test_a_cell_far_outside_the_table_does_not_fill_the_memory(place: str) -> None:
    far = openpyxl.load_workbook(io.BytesIO(book([row()])))
    far.worksheets[0][place] = "x"
    out = io.BytesIO()
    far.save(out)
    assert refusal(out.getvalue()) == "core.sheet_too_wide"


def with_shared_text(text: bytes, cells: int) -> bytes:
    """A workbook in which many cells name the same text."""
    head = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    lines = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, cells + 1))
    relation = b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
    content = with_part(
        "xl/worksheets/sheet1.xml", b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (head, lines)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            named = b'<Relationship %s Target="sharedStrings.xml" Id="rId99"/></Relationships>' % relation
            part = old.read(entry)
            if entry.filename.endswith("workbook.xml.rels"):
                part = part.replace(b"</Relationships>", named)
            if not entry.filename.endswith("sharedStrings.xml"):
                new.writestr(entry, part)
        new.writestr("xl/sharedStrings.xml", b"<sst %s><si><t>%s</t></si></sst>" % (head, text))
    return out.getvalue()


def test_one_long_text_named_by_thousands_of_cells_does_not_fill_the_memory() -> None:
    assert refusal(with_shared_text(b"x" * 30_000, 2_000)) == "core.sheet_unpacks_too_large"
    assert refusal(with_shared_text(b"x" * 30, 2_000)) == "returns.sheet_heading"


def test_a_text_file_of_endless_columns_or_rows_is_refused() -> None:
    assert refusal(b"a," * 300, "a.csv") == "core.sheet_too_wide"
    assert refusal(b"a,b\n" * 50_001, "a.csv") == "core.sheet_too_wide"


def test_entities_of_a_hostile_file_are_not_expanded() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"x" * 1000 + b'">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 50) for at in range(8)
    ) + b"]>"  # fmt: skip
    sheet = (
        lol + b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><f>1</f><v>&i;</v></c></row></sheetData></worksheet>'
    )
    assert refusal(with_part("xl/worksheets/sheet1.xml", sheet)) in ("core.no_sheet", "returns.sheet_heading")


def marked(content: bytes, name: str = "a.xlsx") -> tuple[openpyxl.Workbook, sheets.Reading]:
    reading = sheets.read(FORM, content, name, ON, SCHOOLS)
    return (
        openpyxl.load_workbook(io.BytesIO(sheets.annotated(content, reading.problems, name=name, sheet=reading.sheet))),
        reading,
    )


def test_wrong_cells_come_back_coloured_with_the_message_as_comment() -> None:
    found, reading = marked(book([row(D="1", H="学生1001，职工101"), row("第2技工学校")]))
    page = found.worksheets[0]
    assert page["D4"].comment.text == reading.problems[0].text
    assert page["H4"].comment.text.count("\n") == 1, "both findings of the cell"
    assert page["D4"].fill.fgColor.rgb != page["D5"].fill.fgColor.rgb
    assert page["D5"].comment is None
    assert (page["D4"].value, page["C5"].value) == ("1", "第2技工学校")
    assert [cell.value for cell in found.worksheets[1]["A"]][1:] == ["D4", "H4", "H4"]
    assert found.active is page


def test_comments_speak_the_language_of_the_reader() -> None:
    with translation.override("en"):
        found, _ = marked(book([row("别处")]))
    assert "is no school you report for" in found.worksheets[0]["C4"].comment.text


def test_a_problem_inside_a_merged_area_stands_at_its_corner() -> None:
    content = sheets.export(FORM, SCHOOLS["第1技工学校"], ON, [])
    problem = sheets.SheetProblem(3, "A", "省份", "returns.sheet_empty")
    page = openpyxl.load_workbook(io.BytesIO(sheets.annotated(content, [problem]))).worksheets[0]
    assert page["A2"].comment is not None


def test_a_file_without_a_table_gets_its_message_in_the_first_cell() -> None:
    found, _ = marked(book([["a"]], above=[["x"]], heading=[["姓名"]]))
    assert found.worksheets[0]["A1"].comment is not None


def test_excel_97_and_text_files_come_back_as_xlsx_with_guarded_values() -> None:
    found, reading = marked(EXCEL_97, "a.xls")
    assert found.worksheets[0]["H5"].comment.text == reading.problems[0].text
    assert found.worksheets[0]["A1"].value == TITLE
    text = "\n".join(",".join(str(value or "") for value in line) for line in [*ANNEX, row(J="=cmd()")])
    page = marked(text.encode(), "a.csv")[0].worksheets[0]
    assert (page["J3"].value, page["J3"].data_type) == ("'=cmd()", "s")
    assert page["J3"].comment is not None


def test_a_file_that_cannot_be_opened_cannot_be_marked() -> None:
    with pytest.raises(Refused):
        sheets.annotated(b"%PDF", [])


def test_formulas_are_looked_for_only_in_files_that_have_any() -> None:
    assert spreadsheets.check_package(book([row()])) is False
    assert spreadsheets.check_package(book([row(D="=1")])) is True
