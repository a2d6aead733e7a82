"""Spreadsheets of the roster: the template to fill in, the telephone list, and what was checked on its way back."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.core import signing
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lianfang.core.exports import safe_cell
from lianfang.duty.models import Post
from lianfang.duty.queries import roster
from lianfang.duty.queries.sheet import HEADINGS, Entry
from lianfang.orgs.models import Unit
from lianfang.people.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SALT = "duty import"
_SHIFTS = (("08:00", "20:00"), ("20:00", "08:00"))
_NOTES = (
    "在第一张表“值班表”中填写，一行一个班次；本表是说明，不会被导入。",
    "必填：岗位、日期、开始、结束、值班人。带班领导可以不填。列的顺序不限。",
    "岗位须与系统中的岗位名称一致。",
    "结束时间早于或等于开始时间的，记到第二天；一个班次不超过 24 小时。",
    "值班人和带班领导填姓名；单位内有重名的，填用户名。",
    "岗位、日期可以合并单元格。再次导入同一张表不会重复，时间相同而人员不同的班次会换人。",
)


def template(posts: Sequence[Post], today: date) -> bytes:
    """Two shifts a day of each post for the coming four weeks; names are left to fill in."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
    page = book.add_worksheet("值班表")
    page.freeze_panes(1, 0)
    page.set_column(0, len(HEADINGS) - 1, 14, text)
    page.write_row(0, 0, [names[0] for names in HEADINGS.values()], bold)
    lines = (
        (post.name, str(today + timedelta(days=day)), start, end)
        for post in posts
        for day in range(1, 29)
        for start, end in _SHIFTS
    )
    for at, line in enumerate(lines, 1):
        page.write_row(at, 0, [safe_cell(value) for value in line])
    notes = book.add_worksheet("说明")
    for at, note in enumerate(_NOTES):
        notes.write_string(at, 0, note)
    book.close()
    return out.getvalue()


def numbers(lines: Iterable[Sequence[Any]]) -> bytes:
    """The 24 h numbers of units, and who answers them now."""
    heading = [_("Unit"), _("Code"), _("24-hour telephone"), _("Answers now"), _("Own telephone"), _("Answers as")]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(_("24-hour telephones"))
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


def sealed(entries: Sequence[Entry], unit: Unit) -> str:
    """What was checked, signed, for the button that applies it: nothing is kept in between."""
    rows = [
        [one.row, one.post.pk, one.start.isoformat(), one.end.isoformat(), one.user.pk, one.leader and one.leader.pk]
        for one in entries
    ]
    return signing.dumps([unit.pk, rows], salt=_SALT, compress=True)


def entries(checked: str, unit: Unit, *, max_age: int) -> list[Entry]:
    """Raises `signing.BadSignature` for what was not checked here, for another unit, or longer than ``max_age`` seconds
    ago; posts and people that have gone meanwhile leave it too."""
    of_unit, rows = signing.loads(checked, salt=_SALT, max_age=max_age)
    posts = {post.pk: post for post in roster.posts(unit)}
    people = User.objects.in_bulk({pk for row in rows for pk in row[4:] if pk})
    if of_unit != unit.pk or any(row[1] not in posts for row in rows):
        raise signing.BadSignature
    return [
        Entry(
            number, posts[post], datetime.fromisoformat(start), datetime.fromisoformat(end), people[user],
            people[leader] if leader else None,
        )
        for number, post, start, end, user, leader in rows
    ]  # fmt: skip
