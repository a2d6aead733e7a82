"""Filling in a return, checking the answers, submitting; handing in a part."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core.problems import Problem, Refused
from lianfang.returns import forms, rules
from lianfang.returns.actions import filing as acts
from lianfang.returns.actions import parts as part_acts
from lianfang.returns.queries import figures, filing
from lianfang.returns.views.opening import open_part, open_return
from lianfang.returns.views.pages import check_page, default_contact, form_page, head_number, part_page, waiting_for
from lianfang.ui.needs import needs


@needs("return.fill")
def fill(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The form: GET shows the draft or what the parts handed in; POST keeps the draft."""
    opened = open_return(request, form, on, pk, "return.fill")
    if request.method != "POST":
        states = filing.parts(opened.form, opened.unit, on)
        cells = filing.prefill(opened.form, opened.filed, states, default_contact(opened))
        return form_page(request, opened, figures.laid_under(opened.facts, cells, opened.known))
    cells = forms.read_cells(opened.form, request.POST)
    reasons = forms.read_prefixed(opened.form, request.POST, "r")
    envelope = forms.Envelope.of(request.POST)
    try:
        acts.save_draft(
            by=opened.user, unit=opened.unit, form=opened.form, on=on, cells=cells, reasons=reasons,
            rev=envelope["rev"], now=opened.now,
        )  # fmt: skip
    except Refused as refused:
        return form_page(request, opened, cells, refused.problems)
    messages.success(request, _("The draft has been saved."))
    return redirect("returns:fill", *opened.address)


@needs("return.fill")
@require_POST
def check(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Check answers: what is wrong goes back to its field; otherwise the whole return in words before it is
    submitted.
    """
    opened = open_return(request, form, on, pk, "return.fill")
    cells = forms.read_cells(opened.form, request.POST)
    found = rules.findings(opened.form, cells, {"students": opened.unit.students, "staff": opened.unit.staff})
    if found:
        return form_page(request, opened, cells, [Problem(one.code, one.cell, one.params) for one in found])
    return check_page(request, opened, cells, forms.Envelope.of(request.POST)["base"])


@needs("return.fill")
def zero(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """The zero report: one button, one check page, done."""
    opened = open_return(request, form, on, pk, "return.fill")
    states = filing.parts(opened.form, opened.unit, on)
    cells = filing.prefill(opened.form, opened.filed, states, default_contact(opened))
    cells = {**rules.zero_cells(opened.form, cells), "contact": cells.get("contact") or default_contact(opened)}
    return check_page(request, opened, cells, head_number(opened))


@needs("return.submit")
@require_POST
def submit(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    opened = open_return(request, form, on, pk, "return.submit")
    cells = forms.read_cells(opened.form, request.POST)
    envelope = forms.Envelope.of(request.POST)
    whys = forms.read_prefixed(opened.form, request.POST, "w")
    try:
        acts.submit(
            by=opened.user, unit=opened.unit, form=opened.form, on=on, cells=cells, now=opened.now, whys=whys,
            reasons=forms.read_prefixed(opened.form, request.POST, "r"), key=envelope["key"], base=envelope["base"],
        )  # fmt: skip
    except Refused as refused:
        if all(problem.code == "returns.why_missing" for problem in refused.problems):
            return check_page(request, opened, cells, envelope["base"], refused.problems, whys)
        opened.reread()
        return form_page(request, opened, cells, refused.problems)
    return redirect("returns:done", *opened.address)


@needs("return.fill")
def done(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """Submitted: the reference number, and who signs next."""
    opened = open_return(request, form, on, pk, "return.fill", must_exist=True)
    return render(request, "returns/done.html", opened.context(**waiting_for(opened)))


@needs("return.fill_part")
def part(request: HttpRequest, form: str, on: date, pk: int, part: str) -> HttpResponse:
    """A functional unit's part of its school's return (``pk``: the functional unit, or the school when it has none)."""
    opened, state, unit = open_part(request, form, on, pk, part)
    if request.method != "POST":
        mine = opened.form.cells_of_part(part)
        cells = dict(state.statement.cells) if state.statement else dict.fromkeys(mine)
        cells = figures.laid_under(opened.facts, cells, opened.known)
        return part_page(request, opened, state, unit, cells)
    cells = forms.read_cells(opened.form, request.POST, opened.form.cells_of_part(part))
    if "zero" in request.POST:
        cells |= {cell: 0 for cell in cells if cell in opened.form.count_cells}
    try:
        part_acts.hand_in(
            by=opened.user, school=opened.unit, unit=unit, form=opened.form, part=part, on=on, cells=cells,
            key=forms.Envelope.of(request.POST)["key"], now=opened.now,
        )  # fmt: skip
    except Refused as refused:
        return part_page(request, opened, state, unit, cells, refused.problems)
    messages.success(request, _("Your part has been handed in to the prevention office."))
    return redirect("web:home")
