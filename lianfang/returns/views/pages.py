"""The pages that several views of a return answer with."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from lianfang.core.ids import uuid7
from lianfang.core.problems import Problem
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.returns import display, rules
from lianfang.returns.actions.signing import tier_of
from lianfang.returns.models import Return
from lianfang.returns.queries import filing
from lianfang.returns.queries.filing import PartState
from lianfang.returns.queries.words import say
from lianfang.returns.views.opening import Opened, by_cell

REJECTED = 422
MANY = 3


def form_page(
    request: HttpRequest, opened: Opened, cells: Mapping[str, Any], problems: Iterable[Problem] = ()
) -> HttpResponse:
    """The form with what was typed; problems stand at their cells and in the summary. Nothing typed is ever dropped."""
    problems = list(problems)
    filed = opened.filed
    turned = _turned_back(filed)
    draft = getattr(filed, "draft", None) if filed else None
    clash = any(problem.code == "returns.draft_changed" for problem in problems)
    page = display.Page(
        before=filing.yesterday(opened.form, opened.unit, opened.on),
        errors=by_cell(problems),
        asked=turned.cells if turned else {},
        theirs=draft.cells if draft and clash else {},
        known=opened.known,
    )
    context = opened.context(
        lines=display.lines(opened.form, cells, page),
        summary=_summary(opened, problems),
        turned=turned,
        parts=filing.parts(opened.form, opened.unit, opened.on),
        steps=steps_for(opened),
        rev=draft.rev if draft else 0,
        base=head_number(opened),
        key=uuid7(),
        closed=filing.is_closed(opened.form, opened.unit, opened.on, opened.now),
        assigned=filing.is_assigned(opened.form, opened.unit, opened.on),
        future=opened.on > opened.now.date(),
        prefilled=bool(opened.known),
        as_of=opened.facts.at,
        sees_names=opened.sees_names,
    )
    return render(request, "returns/fill.html", context, status=REJECTED if problems else 200)


def check_page(
    request: HttpRequest, opened: Opened, cells: Mapping[str, Any], base: int, problems: Iterable[Problem] = (),
    whys: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Everything in words before it is submitted; what differs from the system must say why, what differs from
    yesterday may."""
    problems = list(problems)
    before = filing.yesterday(opened.form, opened.unit, opened.on)
    page = display.Page(before=before, known=opened.known, whys=whys or {}, errors=by_cell(problems))
    lines = display.lines(opened.form, cells, page)
    boxes = [box for line in lines for box in line.boxes]
    context = opened.context(
        lines=lines,
        all_zero=all(box.value == 0 for line in lines if line.is_count for box in line.boxes),
        against=[box for box in boxes if box.differs],
        changed=[box for box in boxes if box.cell in opened.form.count_cells and box.changed and not box.differs],
        summary=_summary(opened, problems, "w"),
        hidden=[(f"c-{box.cell}", display.value_words(box.value) if box.unverified else box.typed) for box in boxes],
        important=rules.is_important(opened.form, cells),
        base=base,
        key=uuid7(),
    )
    return render(request, "returns/check.html", context, status=REJECTED if problems else 200)


def part_page(
    request: HttpRequest,
    opened: Opened,
    state: PartState,
    unit: Unit,
    cells: Mapping[str, Any],
    problems: Iterable[Problem] = (),
) -> HttpResponse:
    problems = list(problems)
    page = display.Page(
        before=filing.yesterday(opened.form, opened.unit, opened.on),
        errors=by_cell(problems),
        only=frozenset(opened.form.cells_of_part(state.part.id)),
        known=opened.known,
    )
    context = opened.context(
        lines=display.lines(opened.form, cells, page),
        summary=_summary(opened, problems),
        part=state,
        part_label=say(state.part.label),
        owner=unit,
        key=uuid7(),
        prefilled=bool(opened.known),
        as_of=opened.facts.at,
        sees_names=opened.sees_names,
    )
    return render(request, "returns/part.html", context, status=REJECTED if problems else 200)


def steps_for(opened: Opened) -> list[dict[str, Any]]:
    """The way of this return so far: parts, submission, signatures."""
    filed = opened.filed
    states = filing.parts(opened.form, opened.unit, opened.on) if opened.unit.kind in opened.form.filed_by else []
    stand_in = filed or Return(form=opened.form.id, unit=opened.unit, on=opened.on)
    head = filed.head if filed else None
    signatures = list(head.signatures.select_related("by")) if head else []
    return display.step_rows(tier_of(stand_in), head, signatures, _turned_back(filed), states, opened.now)


def waiting_for(opened: Opened) -> dict[str, Any]:
    """Which signature is due now on the newest version, and who may give it."""
    filed = opened.filed
    if filed is None or filed.head is None or filed.state == "returned":
        return {"step": None, "signers": []}
    signed = set(filed.head.signatures.values_list("step", flat=True))
    step = rules.next_step(tier_of(filed), filed.head.important, signed)
    if step is None:
        return {"step": None, "signers": []}
    people = access.holders([opened.unit.pk], access.roles_with(step.verb), opened.now.date())
    return {"step": step, "step_label": say(step.label), "signers": people}


def head_number(opened: Opened) -> int:
    return opened.filed.head.number if opened.filed and opened.filed.head else 0


def default_contact(opened: Opened) -> str:
    """Whoever fills in is the contact, unless the return already names one."""
    phone = opened.user.work_phone or opened.unit.phone
    return f"{opened.user.name} {phone}".strip()


def day_links(opened: Opened, name: str) -> dict[str, Any]:
    """Addresses of the same page a day earlier and, up to today, a day later."""
    before, after = opened.on - timedelta(days=1), opened.on + timedelta(days=1)
    form, unit = opened.form.id, opened.unit.pk
    return {
        "day_before": reverse(name, args=[form, before, unit]),
        "day_after": reverse(name, args=[form, after, unit]) if after <= opened.now.date() else "",
        "today": reverse(name, args=[form, opened.now.date(), unit]),
    }


def _turned_back(filed: Return | None) -> Any:
    if filed is None or filed.head is None or filed.state != "returned":
        return None
    return getattr(filed.head, "turn_back", None)


def _summary(opened: Opened, problems: Iterable[Problem], prefix: str = "c") -> list[dict[str, str]]:
    """For the error summary: each problem with the label and the id of its cell; many blank boxes are one line."""
    rows = []
    problems = list(problems)
    blank = [problem.cell for problem in problems if problem.code == "returns.blank"]
    for problem in problems:
        if len(blank) > MANY and problem.cell in blank:
            if problem.cell == blank[0]:
                said = gettext("%(count)s boxes are blank. Write 0 where there is nobody.") % {"count": len(blank)}
                rows.append({"text": said, "id": f"c-{problem.cell}"})
        elif problem.cell in opened.form.cells:
            label = say(opened.form.label_of(problem.cell))
            rows.append({"text": f"{label}：{problem.text}", "id": f"{prefix}-{problem.cell}"})
        else:
            rows.append({"text": problem.text, "id": ""})
    return rows
