"""Spreadsheets of the import: the blank table, and the uploaded one with what is wrong marked in it."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from lianfang.core import spreadsheets
from lianfang.core.exports import safe_cell
from lianfang.people.rules.typing_slips import unguarded
from lianfang.web.intake.words import told

Problems = Mapping[tuple[int, int], list[dict[str, Any]]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Headings are what `people.rules.headings` reads, hence Chinese in every language.
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("姓名", "张小明"), ("身份证件类型", "居民身份证"), ("身份证件号", "430102200403070018"), ("性别", "男"),
    ("出生日期", "2004-03-07"), ("班级", "机电1901班"), ("学号", "190001"),
    ("全国学籍号", ""), ("联系电话", "13800000000"), ("现住址", "湖南省长沙市岳麓区示例路1号"),
    ("就读方式", "住校"), ("宿舍", "3栋502-2"), ("入学年月", "201909"),
    ("家长姓名", "张伟"), ("家长电话", "13900000000"), ("关系", "父亲"),
    ("监护人2姓名", "李梅"), ("监护人2电话", "13900000001"),
    ("监护人2关系", "母亲"), ("岗位", ""),
)  # fmt: skip
_NOTES = (
    "在第一张表“名单”中填写；本表是示例和说明，不会被导入。",
    "必填：姓名；学生还要有班级（整张表是一个班时，可在该班上传，不填班级）。其他列的顺序不限，可以删去用不到的列。",
    "身份证件号、学号、电话请保持文本格式，否则表格软件会把数字改成科学计数法，末尾几位变成 0。",
    "没有证件的学生：身份证件类型填“无证件”，号码留空。",
    "岗位：只用于教职工等名单——教师、职工、食堂、宿管、商店、保安、保洁、家属区住户。",
    "空白单元格不改变原有内容；名单里没有的人，只有在确认时选择了“离校”等才会离开名册。",
    "民族、政治面貌、银行卡号、健康状况等与防控无关的内容不收集，请不要填写。",
)


def template() -> bytes:
    """An empty table whose columns are text, and a second sheet with an example and notes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
    for name, notes in (("名单", ()), ("示例和说明", _NOTES)):
        page = book.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_column(0, len(_COLUMNS) - 1, 18, text)
        page.write_row(0, 0, [heading for heading, _example in _COLUMNS], bold)
        if notes:
            page.write_row(1, 0, [example for _heading, example in _COLUMNS], text)
        for at, note in enumerate(notes, 3):
            page.write_string(at, 0, note)
    book.close()
    return out.getvalue()


def marked(content: bytes, name: str, problems: Problems) -> bytes:
    """The file as it was uploaded, with red cells (yellow: worth a look) and a last column 「问题」. Values only; every
    number as text, formulas neutralised."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    formats = {
        "error": book.add_format({"bg_color": "#F8D7DA", "font_color": "#8B0000", "num_format": "@"}),
        "warning": book.add_format({"bg_color": "#FFF3CD", "num_format": "@"}),
        "": book.add_format({"num_format": "@"}),
    }
    for at, sheet in enumerate(spreadsheets.sheets(content, name, spreadsheets.roster())):
        page = book.add_worksheet(sheet.name or _("Roster"))
        # joined as they were: a class over thirty lines is said in the first of them only. `merge_range` would write
        # into lines below, which a book that keeps no lines in memory cannot
        page.merge += [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged]
        width = 0
        for line, row in enumerate(sheet.rows, 1):
            width = width or (len(row) if (at, line) in problems else 0)
            _write(page, line - 1, row, problems.get((at, line), []), formats, width or len(row))
    book.close()
    return out.getvalue()


def _write(page: Worksheet, line: int, row: list[Any], found: list[dict[str, Any]], formats: Any, width: int) -> None:
    looks = {one["column"]: one["severity"] for one in sorted(found, key=lambda one: one["severity"], reverse=True)}
    for column, value in enumerate(row):
        text = _text(value)
        if text or column in looks:
            page.write_string(line, column, safe_cell(text), formats[looks.get(column, "")])
    if found:
        texts = [": ".join(filter(None, (each["label"], each["text"]))) for each in map(told, found)]
        page.write_string(
            line, max(width, len(row)), "；".join(texts), formats["error" if "error" in looks.values() else ""]
        )


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else unguarded(str(value).strip("\t"))
