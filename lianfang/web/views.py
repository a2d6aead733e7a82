"""The home page, and the probe that says the program is alive."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianfang.core import clock
from lianfang.notices.queries import latest_open
from lianfang.people import access
from lianfang.people.queries import claims
from lianfang.people.queries.postings import waiting_of
from lianfang.returns.queries import tasks
from lianfang.returns.queries.tasks import Task
from lianfang.returns.queries.words import say
from lianfang.ui import nav
from lianfang.ui.needs import public, signed_in, user_of
from lianfang.web import checks


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """今日待办: what I owe in order of time, each with its one action; then what my units owe."""
    user, now = user_of(request), clock.now()
    rows = _in_order([*checks.tasks(user, now), *(_row(task) for task in tasks.tasks_for(user, now))])
    context = {
        "open_rows": [row for row in rows if not row["done"]],
        "done_rows": [row for row in rows if row["done"]],
        "areas": [_area(*watched) for watched in tasks.watched(user, now)],
        "checks": checks.areas(user, now),
        "findings": checks.findings(user, now),
        "notices": latest_open(user, 5),
        "now": now,
        "approvals": _approvals(request),
        "families": claims.waiting_for(user, now) if access.holds(user, "subject.answer") else None,
        "postings": [(post, access.ROLES[post.role].label) for post in access.postings(user)],
        "waiting": [(post, access.ROLES[post.role].label) for post in waiting_of(user, now.date())],
    }
    return render(request, "web/home.html", context)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open ones first, by the clock."""
    return sorted(rows, key=lambda row: (row["done"], row["due"] is None, row["due"] or 0))


def _approvals(request: HttpRequest) -> nav.NavItem | None:
    """The desk of what waits for a second person, if something does; the navigation has counted it already."""
    desk = reverse("oversight:desk")
    return next((item for item in nav.items(request) if item.url == desk and item.count), None)


@public
def alive(request: HttpRequest) -> HttpResponse:
    """200 as soon as pages can be answered, database included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def _row(task: Task) -> dict[str, Any]:
    short = say(task.form.short)
    titles = {
        "part": lambda: _("Hand in the part “%(part)s”") % {"part": _part_label(task)},
        "return": lambda: _("File the return: %(form)s") % {"form": short},
        "sign": lambda: _("Sign: %(form)s") % {"form": short},
        "gather": lambda: _("Gather and sign: %(form)s") % {"form": short},
    }
    actions = {"part": _("Fill in"), "return": _("Fill in"), "sign": _("Read and sign"), "gather": _("Gather")}
    note = ""
    if task.what == "gather":
        missing = ngettext("%(count)s school has not reported", "%(count)s schools have not reported", task.missing)
        note = missing % {"count": task.missing} if task.missing else _("all schools have reported")
    return {
        "title": titles[task.what](),
        "action": _("Look") if task.done else actions[task.what],
        "href": reverse(task.page, args=task.args),
        "due": task.due_at,
        "state": task.state,
        "unit": task.unit.name,
        "note": note,
        "on": None if task.on == clock.today() else task.on,
        "done": task.done,
    }


def _part_label(task: Task) -> str:
    return next(say(part.label) for part in task.form.parts if part.id == task.part)


def _area(form: Any, unit: Any, count: Any) -> dict[str, Any]:
    return {
        "form": say(form.short),
        "unit": unit,
        "count": count,
        "url": reverse("returns:board", args=[form.id, clock.today(), unit.pk]),
    }
