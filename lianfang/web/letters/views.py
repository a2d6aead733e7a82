"""Accounts for class teachers: a list, what it would do, the letters to print."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock, masks, spreadsheets
from lianfang.core.problems import Refused, texts
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import letters as actions
from lianfang.people.models import Letters
from lianfang.people.queries import letters as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.letters import forms, sheets

REJECTED = 422
SHOWN = 50


@needs("posting.manage")
def start(request: HttpRequest) -> HttpResponse:
    """Upload or paste; wrong lines are listed, and nothing is opened yet."""
    admin, day = user_of(request), clock.today()
    unit = _own_school(request)
    form = forms.ListForm(admin, request.POST or None, request.FILES or None, initial={"unit": unit})
    context: dict[str, Any] = {"form": form, "problems": [], "total": 0, "unit": unit}
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.lines(spreadsheets.grids(*form.table()))
        except Refused as refused:
            form.add_error("file" if form.cleaned_data["file"] else "lines", " ".join(texts(refused.problems)))
        else:
            plan = queries.plan(found, form.cleaned_data["unit"], day)
            if not plan.problems:
                unit = form.cleaned_data["unit"]
                return redirect("letters:batch", actions.keep(by=admin, unit=unit, rows=plan.rows, now=clock.now()).pk)
            context |= {"problems": [_wrong(each) for each in plan.problems[:SHOWN]], "total": len(plan.problems)}
    status = REJECTED if form.errors or context["problems"] else 200
    return render(request, "letters/start.html", context, status=status)


@needs("posting.manage")
def template(request: HttpRequest) -> HttpResponse:
    """The table with the classes that have no class teacher yet."""
    form = forms.UnitForm(user_of(request), request.GET)
    if not form.is_valid():
        raise Http404
    rows = queries.without_teacher(form.cleaned_data["below"], clock.today())
    return sheets.answer(sheets.template(rows), _("class-teachers.xlsx"))


@needs("posting.manage")
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the list will do; how far it has come; the letters."""
    letters = _mine(request, pk)
    rows = letters.rows or []
    plans = [row["plan"] for row in rows]
    context = {
        "letters": letters,
        "new": plans.count("new"),
        "post": plans.count("post"),
        "same": plans.count("same"),
        "rows": [{**row, "phone": masks.phone(row["phone"])} for row in rows[:SHOWN]],
        "more": max(len(rows) - SHOWN, 0),
        "failed": sum(1 for row in rows if row.get("problem")),
    }
    return render(request, "letters/batch.html", context)


@needs("posting.manage")
@require_POST
def open_accounts(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.begin(by=user_of(request), letters=_mine(request, pk), now=clock.now())
    return redirect("letters:batch", pk)


@needs("posting.manage")
@require_POST
@sensitive_variables("found")
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letters, once, three on a sheet."""
    letters = _mine(request, pk)
    try:
        found = actions.shown(by=user_of(request), letters=letters, now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("letters:batch", pk)
    address = request.build_absolute_uri(reverse("account:sign_in"))
    code = mark_safe(sheets.code(address))  # noqa: S308  (our own drawing of our own address)
    return render(request, "letters/sheet.html", {"letters": letters, "found": found, "address": address, "code": code})


def _mine(request: HttpRequest, pk: UUID) -> Letters:
    """Only whoever prepared them can compute the passwords; and only while the unit is still theirs."""
    admin = user_of(request)
    mine = access.scope(admin, "posting.manage", "unit__")
    return get_object_or_404(Letters.objects.select_related("unit").filter(mine), pk=pk, by=admin)


def _own_school(request: HttpRequest) -> Unit | None:
    """Whoever administers one school need not name it."""
    posts = [post for post in access.postings(user_of(request)) if post.role == "unit_admin"]
    return posts[0].unit if len(posts) == 1 and posts[0].unit.school_id else None


def _wrong(each: Any) -> dict[str, Any]:
    line, problem = each
    value = {"class": line.place or line.code, "name": line.name, "phone": line.phone}[problem.cell]
    return {"row": line.number, "column": queries.LABELS[problem.cell], "value": value, "problem": problem.text}
