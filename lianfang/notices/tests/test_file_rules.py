"""Tables of files: what they are is found in them, not believed."""

import io
import zipfile

import pytest

from lianfang.notices.rules import files
from lianfang.notices.rules.files import Found, clean, judge

PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0..."
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50


def package(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in ("[Content_Types].xml", *parts):
            made.writestr(part, "<x/>")
    return out.getvalue()


def locked(content: bytes) -> bytes:
    """The same with the bit set that says its parts are encrypted, in the list at the end."""
    at = content.rindex(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


WORD, SHEET, SLIDES = package("word/document.xml"), package("xl/workbook.xml"), package("ppt/presentation.xml")
OFFICE = "application/vnd.openxmlformats-officedocument."


def told(value: object) -> str:
    """A name for the test: that of the file, not its bytes, which hold the minute in which they were packed."""
    return value if isinstance(value, str) else "content"


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("通知.pdf", PDF, "application/pdf"),
        ("图.PNG", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.docx", WORD, OFFICE + "wordprocessingml.document"),
        ("a.xlsx", SHEET, OFFICE + "spreadsheetml.sheet"),
        ("a.pptx", SLIDES, OFFICE + "presentationml.presentation"),
        ("a.txt", "请知悉\r\n".encode(), "text/plain"),
        ("a.csv", "班级,人数\n一班,45\n".encode("gb18030"), "text/csv"),
        ("a.txt", "﻿请知悉".encode("utf-16"), "text/plain"),
    ],
    ids=told,
)
def test_files_of_every_kind_are_recognised(name: str, content: bytes, media: str) -> None:
    assert judge(name, content) == Found(name, media)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"0" * files.LARGEST, "large"),
        ("a.exe", b"MZ\x90\x00", "kind"),
        ("a.html", b"<script>alert(1)</script>", "kind"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        ("a", PDF, "kind"),
        ("a.pdf", b"MZ\x90\x00", "kind"),
        ("a.pdf", b"<html></html>", "mismatch"),
        ("a.pdf", PNG, "mismatch"),
        ("a.png", JPEG, "mismatch"),
        ("a.xlsx", WORD, "mismatch"),
        ("a.txt", PDF, "mismatch"),
        ("a.docx", OLD, "office"),
        ("a.doc", OLD, "kind"),
        ("a.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "locked"),
        ("a.xlsx", locked(SHEET), "locked"),
        ("a.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        ("a.docx", package("word/document.xml", "word/VBAPROJECT.BIN"), "macros"),
        ("a.docx", WORD[:60], "broken"),
        ("a.docx", package("word/document.xml", "WORD/document.xml"), "broken"),
        ("a.docx", package("word/document.xml", "xl/workbook.xml"), "kind"),
        ("a.docx", package("readme.md"), "kind"),
        ("a.txt", b"a\x00b", "kind"),
    ],
    ids=told,
)
def test_what_may_not_be_sent_is_refused_with_what_to_do(name: str, content: bytes, code: str) -> None:
    found = judge(name, content)
    assert not isinstance(found, Found)
    assert (found.cell, found.code, found.params["name"]) == ("files", f"notices.file_{code}", name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("C:\\Users\\林\\通知.pdf", "通知.pdf"),
        ("../../etc/passwd", "passwd"),
        ("名单\u202efdp.exe", "名单fdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ("  .htaccess", "htaccess"),
        (".pdf", "pdf"),
        ("", "file"),
        ("\u200b\u200f.pdf", "pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("长" * 300 + ".docx", "长" * 95 + ".docx"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_made_harmless_and_keep_their_ending(typed: str, name: str) -> None:
    assert clean(typed) == name
