"""Files as programs, old systems and hands leave them, from upload to the line on the roster."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from lianfang.core.problems import Refused
from lianfang.people.models import Enrolment, Person, RosterFile
from lianfang.people.queries.intake import preview
from lianfang.people.tests.rosters import book, checked, counts, imported, number, problems
from lianfang.web.intake import sheets
from tests.cast import Cast
from tests.old_workbook import old_workbook

__all__ = ["checked", "imported"]
Import = Callable[..., RosterFile]

HEAD = ["姓名", "班级", "身份证号", "联系电话"]
ROW = ["王明", "机电1901班", number(1), "13800000001"]
PAGE = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="gb2312"><style>td {{}}</style>
<title>导出</title></head><body><table border=1><tr><td colspan="4"><b>学生名单</b></td></tr>
<tr><th>班级</th><th>姓名</th><th>身份证<br>号</th><th>联系电话</th></tr>
<tr><td rowspan="2">机电1901班<td>王明</td><td style='mso-number-format:"\\@"'>{number(1)}</td><td>13800000001</td></tr>
<tr><td>李&nbsp;梅</td><td>{number(2)}<td></tr>
</table></body></html>"""
XML = f"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="说明"><Table><Row><Cell><Data ss:Type="String">填写说明</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="机电1901班"><Table><Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">姓名</Data></Cell>
<Cell><Data ss:Type="String">身份证号</Data></Cell></Row><Row><Cell><Data ss:Type="Number">1</Data></Cell>
<Cell><Data ss:Type="String">王明</Data></Cell><Cell><Data ss:Type="String">{number(1)}</Data></Cell></Row></Table>
</Worksheet></Workbook>"""


def lines(sign: str) -> str:
    return "\r\n".join(sign.join(row) for row in (HEAD, ROW)) + "\r\n"


QUOTED = '"姓\n名","班级","家庭住址"\n"王明","机电1901班","岳麓区,""示例""路\n1号；2栋"\n'
FILES: dict[str, tuple[bytes, str]] = {
    "semicolons": (lines(";").encode("utf-8"), "a.csv"),
    "tabs in utf-16": (lines("\t").encode("utf-16"), "a.txt"),
    "tabs called xls": (lines("\t").encode("gb18030"), "a.xls"),
    "commas called xlsx": (lines(",").encode("utf-8-sig"), "名单.xlsx"),
    "workbook called csv": (book([ROW], HEAD), "a.csv"),
    "a sign of its own line": (("sep=;\r\n" + lines(";")).encode("utf-8-sig"), "a.csv"),
    "bars": (lines("|").encode(), "a.txt"),
    "guarded": (",".join(HEAD).encode() + b"\r\n" + ",".join(f'="{cell}"' for cell in ROW).encode(), "a.csv"),
    "tabs behind numbers": ((",".join(HEAD) + "\r\n" + "\t,".join(ROW) + "\t").encode("gb18030"), "a.csv"),
    "quotes and breaks": (QUOTED.encode("gb18030"), "a.csv"),
    "xml of 2003": (XML.encode(), "a.xls"),
    "old workbook": (old_workbook([["名单"], [], HEAD, ROW, ["", "", "", 1.0]]), "a.xls"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_list_is_read_whatever_it_is_saved_as(kind: str, imported: Import, checked: Import) -> None:
    content, name = FILES[kind]
    if kind == "old workbook":
        content = old_workbook([["名单"], [], HEAD, ROW])
    imported(content, name=name)
    found = Enrolment.objects.select_related("person", "unit").get()
    assert (found.person.name, found.unit.name) == ("王明", "机电1901班")
    assert counts(checked(content, name=name)) == {"same": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_a_page_of_html_called_xls_is_a_table(encoding: str, imported: Import, checked: Import) -> None:
    content = PAGE.encode(encoding)
    file = imported(content, name="学生名单.xls")
    assert not problems(file)
    assert set(Person.objects.values_list("name", flat=True)) == {"王明", "李梅"}
    assert set(Enrolment.objects.values_list("unit__name", flat=True)) == {"机电1901班"}
    assert counts(checked(content, name="学生名单.xls")) == {"same": 2}


@pytest.mark.parametrize("kind", FILES)
def test_the_marked_copy_of_every_file_is_a_workbook_with_its_cells(kind: str, checked: Import) -> None:
    content, name = FILES[kind]
    file = checked(content, name=name)
    problem = {"code": "people.cell_sex", "field": "sex", "column": 0, "severity": "error", "params": {}}
    line = 4 if kind in ("xml of 2003", "old workbook") else 3 if kind == "a sign of its own line" else 2
    at = 1 if kind == "xml of 2003" else 0
    copy = openpyxl.load_workbook(io.BytesIO(sheets.marked(content, name, {(at, line): [problem]})))
    page = copy.worksheets[at]
    assert page.cell(line, 1).fill.start_color.rgb == "FFF8D7DA"
    assert "王明" in [cell.value for cell in page[line]]
    assert preview.problems_by_line(file).keys() <= {(0, 5)}


def _told(run: Callable[[], Any]) -> str:
    try:
        return str(run().summary["problem"])
    except Refused as refused:
        return refused.problems[0].code


WIDE = "<table>" + "<tr>" + "<td>1</td>" * 300 + "</tr></table>"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (old_workbook([HEAD, ROW], locked=True), "a.xls", "core.sheet_password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "core.sheet_password"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "a.xls", "core.no_sheet"),
        ("只有一行字".encode(), "a.xlsx", "core.no_sheet"),
        (b"%PDF-1.7\n%\xff\xff\x00", "a.xls", "core.no_sheet"),
        (WIDE.encode(), "a.xls", "core.sheet_too_wide"),
        ("姓名\n".encode() + "王\n".encode() * 200_001, "a.csv", "core.sheet_too_wide"),
        (b"PK\x03\x04" + bytes(41 * 1024 * 1024), "a.xlsx", "core.sheet_too_large"),
        (book([], HEAD), "a.xlsx", "people.file_no_people"),
        (book([], [], above=[]), "a.xlsx", "people.file_no_people"),
        (b"  \r\n", "a.csv", "core.sheet_empty"),
        (b"", "a.xlsx", "core.sheet_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.xlsx", "core.no_sheet"),
        (b"PK\x03\x04" + bytes(50), "a.xlsx", "core.no_sheet"),
        # the end is missing, a byte is wrong: the reading library does not raise, it panics
        (old_workbook([HEAD, ROW])[:600], "a.xls", "core.no_sheet"),
        (old_workbook([HEAD, ROW])[:1538] + b"\0" + old_workbook([HEAD, ROW])[1539:], "a.xls", "core.no_sheet"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, name: str, code: str, checked: Import) -> None:
    assert _told(lambda: checked(content, name=name)) == code


def test_a_formula_counts_by_its_value_and_an_error_is_named(checked: Import) -> None:
    out = io.BytesIO()
    made = openpyxl.load_workbook(io.BytesIO(book([ROW, ["李梅", "#N/A", "", "#VALUE!"]], HEAD)))
    made.save(out)
    assert problems(checked(out.getvalue())) == {3: ["phone_signs", "row_class_unknown"]}


def test_the_template_is_filled_in_and_imported(imported: Import, checked: Import) -> None:
    made = openpyxl.load_workbook(io.BytesIO(sheets.template()))
    page, example = made.worksheets
    # the number of the example is nobody's: its check digit is wrong
    page.append([number(1) if at == 2 else cell.value for at, cell in enumerate(example[2])])
    out = io.BytesIO()
    made.save(out)
    file = imported(out.getvalue())
    assert counts(file) == {"join": 1}
    assert [sheet["state"] for sheet in file.summary["sheets"]] == ["read", "example"]
    assert counts(checked(out.getvalue())) == {"same": 1}


def test_the_command_checks_then_takes_over_then_finds_nothing_new(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "名单.xls"
    path.write_bytes(PAGE.encode("gb18030"))
    out = io.StringIO()
    call_command("import_roster", str(path), unit=cast.school.code, stdout=out)
    assert not Person.objects.exists()
    call_command("import_roster", str(path), unit=cast.school.code, apply=True, stdout=out)
    assert Person.objects.count() == 2
    with pytest.raises(CommandError):
        call_command("import_roster", str(path), unit=cast.school.code, apply=True, stdout=out)
    assert out.getvalue().splitlines() == [
        "Checked: 2 join.",
        "Checked: 2 join.",
        "Taken over: 2 join.",
        "Checked: 2 same.",
    ]
