"""What waits for my agreement, confirmation or review, all in one place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.people import access
from lianfang.people.queries import grants, leave, postings
from lianfang.people.queries import requests as asked
from lianfang.ui.needs import needs, user_of
from lianfang.web.oversight import words
from lianfang.web.oversight.queries import DOOR

SHOWN = 8


@needs(*DOOR)
def desk(request: HttpRequest) -> HttpResponse:
    """The first few of each kind; each section leads to its full list."""
    user, now = user_of(request), clock.now()
    reviews, requests = grants.to_review(user), asked.waiting_for(user, now)
    posts, leaves = postings.waiting_in(user, now.date()), leave.waiting_for(user, now.date())
    context = {
        "requests": requests[:SHOWN],
        "reviews": [{"grant": grant, "sign": words.grant_sign(grant, now)} for grant in reviews[:SHOWN]],
        "postings": posts.count() if access.holds(user, "posting.confirm") else 0,
        "leaves": leaves[:SHOWN],
        "confirms": access.holds(user, "posting.confirm"),
        "watches": access.holds(user, "grant.watch") or access.holds(user, "grant.review"),
    }
    context["anything"] = any(context[name] for name in ("requests", "reviews", "postings", "leaves"))
    return render(request, "oversight/desk.html", context)
