"""What the counts of key people show: inside a school its units in full, above it its schools without small numbers."""

import io
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianfang.core.exports import safe_cell
from lianfang.health.queries import key_counts as queries
from lianfang.health.queries import key_people
from lianfang.health.rules import key_counts as rules
from lianfang.health.rules.key_counts import Counted
from lianfang.health.rules.key_editions import Class, Edition, Kind
from lianfang.health.views.board_opening import Opened as Board
from lianfang.health.views.board_opening import inside
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.ui import words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 50


@dataclass(frozen=True)
class Opened(Board):
    @property
    def full(self) -> bool:
        """Small numbers stay in the school."""
        return not self.is_area and inside(self.user, self.unit)


def page(found: Opened, number: str | None) -> dict[str, Any]:
    context = whole(found)
    shown = Paginator(context["lines"], PAGE).get_page(number)
    before, after = found.on - queries.DAY, found.on + queries.DAY
    return context | {
        "page": shown, "lines": list(shown),
        "day_before": reverse("health:key_counts", args=[found.unit.pk, before]),
        "day_after": reverse("health:key_counts", args=[found.unit.pk, after]) if found.on < found.now.date() else "",
        "lists": access.can(found.user, key_people.VERB, found.unit), "above": _above(found),
    }  # fmt: skip


def _above(found: Opened) -> Unit | None:
    """The unit above, if its counts may be seen."""
    parent = found.unit.parent
    return parent if parent and any(access.can(found.user, verb, parent) for verb in queries.VERBS) else None


def whole(found: Opened) -> dict[str, Any]:
    """Every line. ``columns``: classes; ``kinds``: each with how many of them it spans."""
    edition = key_people.edition(found.unit, found.on)
    context = _of_units(found, edition) if found.full else _of_schools(found, edition)
    shown: list[Class] = context["columns"]
    kinds = [
        {"label": kind.label(_language()), "span": sum(one.kind == kind.code for one in shown)}
        for kind in _kinds(edition)
    ]
    names = {kind.code for kind in _kinds(edition)}
    rest = sum(one.kind not in names for one in shown)
    return context | {
        "unit": found.unit, "on": found.on, "edition": edition.label(_language()) if edition else "",
        "source": edition.source if edition else "", "none_in_force": edition is None, "full": found.full,
        "columns": [one.label(_language()) for one in shown],
        "kinds": [*(one for one in kinds if one["span"]), *([{"label": "", "span": rest}] if rest else [])],
    }  # fmt: skip


def _language() -> str:
    return get_language() or "zh"


def _kinds(edition: Edition | None) -> tuple[Kind, ...]:
    return edition.kinds if edition else ()


def _ordered(edition: Edition | None, columns: list[Class]) -> list[Class]:
    """Classes of a kind stand beside each other."""
    order = [kind.code for kind in _kinds(edition)]
    return sorted(columns, key=lambda one: order.index(one.kind) if one.kind in order else len(order))


# ── inside a school ───────────────────────────────────────────────────────────────────────────────────────────────────


def _of_units(found: Opened, edition: Edition | None) -> dict[str, Any]:
    units = queries.rows_of(found.unit, found.on)
    now, before = (queries.of_units(found.unit, units, on) for on in (found.on, found.on - queries.DAY))
    followed = queries.columns(edition, {code for heads in now.values() for code in heads.classes})
    columns = _ordered(edition, [*followed, *([edition.general] if edition else [])])
    rows = [*units, *([] if found.unit in units else [found.unit])]
    lines = [_line(found, unit, columns, now[unit.pk], before[unit.pk]) for unit in rows]
    lines = [line for line in lines if line["unit"] != found.unit or _says_something(now[found.unit.pk]) or not units]
    return {
        "columns": columns, "lines": lines, "known": bool(columns) and now[found.unit.pk].people is not None,
        "sums": _sum(columns, list(now.values()), list(before.values())),
    }  # fmt: skip


def _says_something(heads: queries.Heads) -> bool:
    return bool(heads.people or heads.classes)


def _line(
    found: Opened, unit: Unit, columns: list[Class], now: queries.Heads, before: queries.Heads
) -> dict[str, Any]:  # fmt: skip
    cells = rules.line(_counts(columns, now), _counts(columns, before))
    own = unit == found.unit
    rest = own and unit.kind != "class"  # whoever belongs to none of the units below
    names = not rest and access.can(found.user, key_people.VERB, unit)
    return {
        "unit": unit, "name": _("%(unit)s itself") % {"unit": unit.label} if rest else unit.label,
        "url": "" if own else reverse("health:key_counts", args=[unit.pk, found.on]),
        "cells": [_cell(cell, one, _names(unit, one) if names and one.followed else "")
                  for cell, one in zip(cells, columns, strict=True)],
    }  # fmt: skip


def _counts(columns: list[Class], heads: queries.Heads) -> list[int | None]:
    return [heads.count(one.code) if one.followed else heads.general for one in columns]


def _names(unit: Unit, one: Class) -> str:
    return reverse("health:key_people") + f"?unit={unit.pk}&category={one.code}"


def _cell(cell: Counted, one: Class, url: str = "") -> dict[str, Any]:
    return {
        "now": cell.now,
        "change": change(cell),
        "zero": cell.now == 0,
        "url": url if cell.now else "",
        "label": one.label(_language()),
    }


def change(cell: Counted) -> str:
    """＋2, −1, ±0; nothing where it is not known."""
    return "" if cell.change is None else words.change(cell.change) or "±0"


def _sum(columns: list[Class], now: list[queries.Heads], before: list[queries.Heads]) -> list[dict[str, Any]]:
    whole = [[_counts(columns, heads) for heads in day] for day in (now, before)]
    sums = [[rules.together([row[at] for row in day]) for at in range(len(columns))] for day in whole]
    return [_cell(cell, one) for cell, one in zip(rules.line(*sums), columns, strict=True)]


# ── above schools ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_schools(found: Opened, edition: Edition | None) -> dict[str, Any]:
    """Schools that keep a register, with the classes that are followed; how many keep none."""
    schools = queries.schools(found.unit, found.on)
    now, before = (queries.of_schools(schools, on) for on in (found.on, found.on - queries.DAY))
    units = list(schools.filter(pk__in=now).order_by("path"))
    columns = _ordered(edition, queries.columns(edition, {code for heads in now.values() for code in heads.classes}))
    columns_of = [_column(units, one, now, before) for one in columns]
    return {
        "columns": columns, "known": bool(units and columns), "sums": [total for _cells, total in columns_of],
        "silent": schools.count() - len(units),
        "lines": [
            {"unit": unit, "name": unit.label, "url": "", "cells": [cells[at] for cells, _total in columns_of]}
            for at, unit in enumerate(units)
        ],
    }  # fmt: skip


def _column(
    units: list[Unit], one: Class, now: dict[int, queries.Heads], before: dict[int, queries.Heads]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    nothing = queries.Heads()
    cells, total = rules.column(
        [now[unit.pk].count(one.code) for unit in units],
        [before.get(unit.pk, nothing).count(one.code) for unit in units],
    )
    return [_cell(cell, one) for cell in cells], _cell(total, one)


# ── taken out ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def workbook(context: dict[str, Any], mark: str) -> IO[bytes]:
    """Counts and changes side by side; what is not known stays empty. ``mark``: who took it out, and when."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 2 * len(context["columns"]), 9)
        sheet.set_footer(f"&L{mark[:80].replace('&', '＆')}&R&P / &N")
        sheet.write_string(0, 0, safe_cell(f"{context['unit'].name} {context['on']} {context['edition']}"), bold)
        sheet.write_string(1, 0, safe_cell(mark))
        heads = [
            _("Unit"),
            *(text for name in context["columns"] for text in (name, pgettext("against the day before", "Change"))),
        ]
        sheet.write_row(2, 0, [safe_cell(str(text)) for text in heads], bold)
        total = {"name": _("Total"), "cells": context["sums"]}
        for at, line in enumerate([*context["lines"], total], 3):
            sheet.write_string(at, 0, safe_cell(str(line["name"])))
            for column, cell in enumerate(line["cells"]):
                if cell["now"] is not None:
                    sheet.write(at, 1 + 2 * column, cell["now"])
                sheet.write_string(at, 2 + 2 * column, cell["change"])
    out.seek(0)
    return out
