"""The table of a gatherer: live sums beside what each area and the unit itself have signed; gather and sign."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lianfang.core.ids import uuid7
from lianfang.core.problems import Refused
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.returns import display, forms
from lianfang.returns.actions import gathering as acts
from lianfang.returns.queries import board, rollup
from lianfang.returns.views.opening import Opened, open_return
from lianfang.returns.views.pages import REJECTED, day_links, default_contact
from lianfang.ui.needs import needs


@needs("return.view")
def table(request: HttpRequest, form: str, on: date, pk: int) -> HttpResponse:
    """GET shows the table to everybody above; the gatherer's POST freezes the sums and signs."""
    opened = open_return(request, form, on, pk, "return.view")
    if not rollup.gathers(opened.form, opened.unit):
        raise Http404
    sent = forms.GatherForm(request.POST or None, initial={"contact": default_contact(opened)})
    problems: list[str] = []
    if request.method == "POST" and sent.is_valid():
        texts = {"remark": sent.cleaned_data["remark"], "contact": sent.cleaned_data["contact"]}
        try:
            acts.gather(
                by=opened.user, unit=opened.unit, form=opened.form, on=on, now=opened.now,
                seen=sent.cleaned_data["seen"], key=sent.cleaned_data["key"], texts=texts,
            )  # fmt: skip
        except Refused as refused:
            problems = [problem.text for problem in refused.problems]
            opened.reread()
        else:
            messages.success(request, _("Gathered, signed and passed on."))
            return redirect("returns:table", *opened.address)
    context = _context(opened) | {"form": sent, "summary": [{"text": text, "id": ""} for text in problems]}
    return render(request, "returns/table.html", context, status=REJECTED if problems else 200)


def _context(opened: Opened) -> dict[str, Any]:
    form, unit, on = opened.form, opened.unit, opened.on
    # First the fingerprint: should somebody sign between this query and the next, the page shows newer sums than it
    # names, and the signature is refused; the other way round something unseen would be signed.
    used, seen = rollup.seen(form, unit, on)
    counts = board.counts(form, unit, on, opened.now)
    live = rollup.sums_by_child(form, unit, on)
    children = board.children(counts)
    signed = rollup.frozen(form, [*children, unit.pk], on)
    rows = [
        _row(opened, children.get(pk), counts[pk], live.get(pk), signed.get(pk))
        for pk in sorted(counts, key=lambda pk: (children[pk].position, children[pk].code) if pk else (10**9, ""))
    ]
    shown = [row for row in rows if not row["is_school"] or row["above"] or not row["count"].reported]
    total = rollup.Sums()
    for part in live.values():
        for cell, value in part.values.items():
            total.add(cell, value, part.unverified[cell])
    own = signed.get(unit.pk)
    return opened.context(
        rows=shown, plain=len(rows) - len(shown), counts=board.total(counts), cells=form.count_cells,
        fields=form.counts, groups=form.groups, live=_cells(opened, total), frozen=_cells(opened, own) if own else None,
        differs=own is not None and _values(opened, own) != _values(opened, total),
        seen=seen, used=used, key=uuid7(),
        counted=opened.filed.counted if opened.filed else None,
        may_gather=access.can(opened.user, "return.gather", unit),
        may_export=access.can(opened.user, "return.export", unit),
        **day_links(opened, "returns:table"),
    )  # fmt: skip


def _row(
    opened: Opened, child: Unit | None, count: board.Count, live: rollup.Sums | None, signed: rollup.Sums | None
) -> dict[str, Any]:
    is_school = child is not None and child.kind in opened.form.filed_by
    now = live or rollup.Sums()
    return {
        "unit": child,
        "name": child.label if child else _("Sponsored schools"),
        "is_school": is_school,
        "state": next((state for state, number in count.states.items() if number), "not_started"),
        "count": count,
        "live": _cells(opened, now),
        "above": bool(now.values or now.unverified),
        "signed": not is_school and signed is not None,
        "differs": not is_school and signed is not None and _values(opened, signed) != _values(opened, now),
        "frozen": _cells(opened, signed) if signed and not is_school else None,
    }


def _values(opened: Opened, sums: rollup.Sums) -> list[tuple[int, int]]:
    return [(sums.values.get(cell, 0), sums.unverified.get(cell, 0)) for cell in opened.form.count_cells]


def _cells(opened: Opened, sums: rollup.Sums) -> list[dict[str, Any]]:
    return [
        {"cell": cell, "words": display.value_words([value, unverified]), "above": bool(value or unverified)}
        for cell, (value, unverified) in zip(opened.form.count_cells, _values(opened, sums), strict=True)
    ]
