"""The home page, and the probe that says the program is alive."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.notices.queries import latest_open
from lianfang.people import access
from lianfang.people.queries.postings import waiting_of
from lianfang.ui.needs import public, signed_in, user_of
from lianfang.web.today import checks, coming, ill, rows, units


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """今日待办: what I owe in order of time, each with its one action; then what my units owe."""
    user, now = user_of(request), clock.now()
    owed = rows.owed(request, now)
    waiting = [row for row in owed if row.done_at is None]
    context = {
        "open_rows": waiting,
        "done_rows": owed[len(waiting) :],
        "units": units.owed(user, now),
        "findings": checks.findings(user, now),
        "cases": ill.ways(user, now.date()),
        "notices": latest_open(user, 5),
        "now": now,
        "today": now.date(),
        "postings": [(post, access.ROLES[post.role].label) for post in access.postings(user)],
        "waiting": [(post, access.ROLES[post.role].label) for post in waiting_of(user, now.date())],
    }
    return render(request, "web/home.html", context)


@signed_in
def next_deadline(request: HttpRequest) -> HttpResponse:
    """The sentence about what comes next, for somebody with nothing left to do; 204 where nothing does. Days are looked
    through for it one by one, so an empty page asks for it once it is there."""
    found = coming.coming(user_of(request), clock.now())
    return render(request, "web/_coming.html", {"coming": found}) if found else HttpResponse(status=204)


@public
def alive(request: HttpRequest) -> HttpResponse:
    """200 as soon as pages can be answered, database included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
