"""Spreadsheets of the pages about units: the template to fill in, and the gap list."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook

from lianfang.core.exports import safe_cell
from lianfang.orgs.models import Kind, Unit, UnitQuerySet
from lianfang.web.units.words import DUTIES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Headings of the template (they are what `orgs.queries.sheet` reads, hence Chinese in every language) and examples.
_HEADINGS = (
    "代码",
    "名称",
    "简称",
    "类型",
    "职能",
    "上级代码",
    "主管部门",
    "学生数",
    "教职工数",
    "电话",
    "地址",
    "成立日期",
)
_EXAMPLES: tuple[tuple[Any, ...], ...] = (
    ("430105", "开福区", "", "区县", "", "430100", "", "", "", "", "", ""),
    (
        "4143099001", "示例技师学院", "示例技师", "学校", "", "430105", "湖南省人力资源和社会保障厅；MOE", 3200, 260,
        "0731-8800 0000", "开福区示例路1号", "1958-09-01",
    ),
    ("4143099001-XS", "学生处", "", "处室", "学生处", "4143099001", "", "", "", "", "", ""),
    ("4143099001-N", "北校区", "", "校区", "", "4143099001", "", 2000, 160, "", "", ""),
    ("4143099001-JX", "机械工程系", "", "系", "", "4143099001-N", "", 800, "", "", "", ""),
    ("4143099001-JX1", "机电2001班", "", "班级", "", "4143099001-JX", "", 45, "", "", "", ""),
)  # fmt: skip
_NOTES = (
    "在第一张表“单位”中填写；本表是示例和说明，不会被导入。",
    "必填：代码、名称。列的顺序不限，可以删去用不到的列，行的先后不限。",
    "代码：行政区划 6 位；学校填 10 位学校标识码，没有标识码的技工院校填 18 位统一社会信用代码或含字母的自编代码。",
    "代码一列请设为文本格式，以免表格软件改动数字。",
    "类型：省、市、县（区）、主管部门、学校、培训机构、校区、系、班级、处室。留空时按代码判断（6 位或 10 位数字）。",
    "职能：只用于处室——防控办、学生处、人事处、后勤处、保卫处、校医院、教务处、办公室。",
    "上级代码：已有单位或本表中单位的代码，名称唯一时也可填名称；留空表示导入时所选的单位。",
    "主管部门：代码或名称，多个用“；”分开，学校所报信息同时送达。",
    "代码已存在的行只更新填写了的内容，空白单元格不改变原有内容；不会删除任何单位。",
)


def template() -> bytes:
    """An empty table with the headings, and a second sheet with examples and what goes where."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, rows in (("单位", ()), ("示例和说明", _EXAMPLES)):
        page = book.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_column(0, len(_HEADINGS) - 1, 16, text)
        page.write_row(0, 0, _HEADINGS, bold)
        for at, row in enumerate(rows, 1):
            page.write_row(at, 0, row)
        for at, note in enumerate(_NOTES if rows else (), len(rows) + 2):
            page.write_string(at, 0, note)
    book.close()
    return out.getvalue()


def gap_list(units: UnitQuerySet, duties: Iterable[str], unanswered: Callable[[Unit], list[str]]) -> bytes:
    """The gap list as a spreadsheet: one line a unit, a mark under each duty that nobody holds, and for what nobody
    answers."""
    wanted = list(duties)
    heading = [_("Code"), _("Unit"), _("Kind of unit"), _("School"), _("Superior unit"), _("Telephone")]
    lines = (
        [unit.code, unit.name, Kind(unit.kind).label, *_above(unit), unit.phone]
        + [_("missing") if getattr(unit, f"lacks_{duty}") else "" for duty in wanted]
        + ["、".join(unanswered(unit))]
        for unit in units.iterator(chunk_size=2000)
    )
    heading += [*(str(DUTIES[duty]) for duty in wanted), _("Nobody answers for")]
    return _table(_("Unfilled duties"), heading, lines)


def _above(unit: Unit) -> tuple[str, str]:
    """The school around the unit, and its superior; in each a class of the same name can lie."""
    parent = unit.parent
    return (parent.school.name if parent and parent.school else "", parent.name if parent else "")


def contact_list(rows: Iterable[dict[str, Any]]) -> bytes:
    """Who answers where: a line a person, and one for each unit in which nobody does."""
    heading = [_("Kind of unit"), _("Unit"), _("Duty"), _("Name"), _("Telephone"), _("Unit’s telephone")]
    lines: list[list[Any]] = []
    for row in rows:
        unit: Unit = row["unit"]
        of_unit = [Kind(unit.kind).label, unit.name]
        lines += [
            [*of_unit, each["label"], each["post"].user.name, each["post"].user.work_phone, unit.phone]
            for each in row["people"]
        ] or [[*of_unit, _("missing"), "", "", unit.phone]]
    return _table(_("Contacts"), heading, lines)


def _table(name: str, heading: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    book: Workbook = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    page.set_column(0, len(heading) - 1, 22)
    page.write_row(0, 0, heading, book.add_format({"bold": True, "bottom": 1}))
    for at, line in enumerate(lines, 1):
        page.write_row(at, 0, [safe_cell(str(value)) for value in line])
    book.close()
    return out.getvalue()


def answer(content: bytes, name: str) -> HttpResponse:
    """A spreadsheet to be kept, under a name in the reader's language."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
