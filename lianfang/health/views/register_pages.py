"""What a register shows: the columns of Shenzhen's sheet, and the causes counted."""

import tempfile
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from lianfang.core.exports import safe_cell
from lianfang.health.forms.absences import RegisterForm
from lianfang.health.models import Cause, Stage, StepKind
from lianfang.health.queries import absences as queries
from lianfang.health.queries.absences import Line
from lianfang.health.rules import symptoms
from lianfang.health.views.absence_pages import said
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules.roster import FREELY

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    __("No."), __("Class"), pgettext_lazy("person", "Name"), __("Sex"), __("Age"), __("Home address"),
    __("Telephone of the family"),
    __("Cause (symptoms, visit)"), __("Ill since"), __("Absent since"), __("Follow-up"), __("Back on"), __("Days lost"),
    __("Followed up by"),
)  # fmt: skip


def found(form: RegisterForm, user: User) -> dict[str, Any]:
    """unit None: there is no class in the user's reach."""
    chosen = form.chosen()
    unit, first, last = chosen["unit"], chosen["first"], chosen["last"]
    units = access.units_for(user, queries.VERB)
    lines = queries.register(units.filter(path__startswith=unit.path), first, last) if unit else []
    return {
        "form": form, "unit": unit, "first": first, "last": last, "columns": COLUMNS,
        "rows": [_cells(number, line) for number, line in enumerate(lines, 1)],
        "causes": [(Cause(one).label if one else _("Not known yet"), people, _days(lost))
                   for one, people, lost in queries.causes(lines)],
        "people": len({line.absence.person_id for line in lines}),
        "lost": _days(sum((line.lost for line in lines), Decimal(0))),
        "attendance": queries.attendance(unit, last) if unit and first == last else None,
        "one_day": first == last, "too_many": len(lines) > FREELY, "most": FREELY,
        "may_take_out": unit is not None and access.can(user, "absence.watch", unit),
        "query": f"unit={unit.pk if unit else ''}&first={first}&last={last}",
    }  # fmt: skip


def _cells(number: int, line: Line) -> list[str]:
    row, person = line.absence, line.absence.person
    phone = line.guardian.guardian.phone if line.guardian else None
    cause = [str(Cause(row.cause).label) if row.cause else "", *_symptoms(line.symptoms), _visit(line)]
    return [
        str(number), row.unit.label, person.name, str(person.get_sex_display()) if person.sex in (1, 2) else "",
        "" if line.age is None else str(line.age), str(person.address or ""), str(phone or ""),
        _("; ").join(part for part in cause if part), _day(line.onset_on), _day(row.from_on), _followed(line),
        _day(row.back_on) or (str(Stage(row.stage).label) if row.closed_at else ""), _days(line.lost), line.by,
    ]  # fmt: skip


def _symptoms(number: int) -> list[str]:
    return [one.label(get_language() or "zh") for one in symptoms.unpacked(number)]


def _visit(line: Line) -> str:
    return _("saw a doctor on %(day)s") % {"day": _day(line.seen_on)} if line.seen_on else ""


def _followed(line: Line) -> str:
    """Each step with its day; what is sealed stays in the house."""
    return _("; ").join(
        " ".join([f"{step.at:%m-%d}", str(StepKind(step.kind).label), *said(step, sealed=False)]) for step in line.steps
    )


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _days(lost: Decimal) -> str:
    return f"{lost.normalize():f}"


def workbook(context: dict[str, Any], mark: str) -> IO[bytes]:
    """A workbook in a file without a name, gone when it is closed; who took it out stands above and below."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer that carries it closes it)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, len(COLUMNS) - 1, 14)
        page.set_footer(f"&L{mark[:80].replace('&', '＆')}&R&P / &N")
        title = f"{context['unit'].name} {context['first']} – {context['last']}"
        page.write_string(0, 0, safe_cell(title), book.add_format({"bold": True}))
        page.write_string(1, 0, safe_cell(mark), book.add_format({"italic": True}))
        page.write_row(2, 0, [str(column) for column in COLUMNS], book.add_format({"bold": True, "bottom": 1}))
        for number, cells in enumerate(context["rows"], 3):
            page.write_row(number, 0, [safe_cell(cell) for cell in cells])
        at = len(context["rows"]) + 4
        for cause, people, lost in context["causes"]:
            page.write_row(at, 0, [safe_cell(str(cause)), people, lost])
            at += 1
    out.seek(0)
    return out
