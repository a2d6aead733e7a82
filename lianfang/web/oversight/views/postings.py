"""Duties that open personal data: confirmed or rejected by the security administrator."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.people import access
from lianfang.people import actions as people
from lianfang.people.actions import postings as actions
from lianfang.people.models import Posting
from lianfang.people.queries import account
from lianfang.people.queries import postings as queries
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import answer, rejected
from lianfang.web.oversight import forms

# On one page, so that a school's class teachers are confirmed with one press.
PAGE = 100


@needs("posting.confirm")
def waiting(request: HttpRequest) -> HttpResponse:
    """Who is to get which duty where; all on the page are chosen, single ones can be left out."""
    page = Paginator(_mine(request), PAGE).get_page(request.GET.get("page"))
    rested = queries.rested_among(page)
    rows = [{**_row(post), "rested": rested.get(post.pk)} for post in page]
    return render(request, "oversight/postings.html", {"page": page, "rows": rows})


@needs("posting.confirm")
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The chosen ones, all or none. What somebody else confirmed meanwhile is passed over."""
    chosen = [int(pk) for pk in request.POST.getlist("posting")[:PAGE] if pk.isdecimal() and len(pk) < 19]
    if not chosen:
        messages.error(request, _("Nothing was chosen. Tick the duties you confirm."))
        return redirect("oversight:postings")
    try:
        done = actions.confirm(by=user_of(request), postings=_mine(request).filter(pk__in=chosen), now=clock.now())
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("oversight:postings")
    said = ngettext("%(count)s duty has been confirmed.", "%(count)s duties have been confirmed.", done)
    messages.success(request, said % {"count": done})
    return redirect("oversight:postings")


@needs("posting.confirm")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(_mine(request), pk=pk)
    form = forms.RejectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reject(by=user_of(request), posting=post, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "oversight/reject.html", form, refused, row=_row(post))
        messages.success(request, _("The duty has been rejected; the administrator is told why."))
        return redirect("oversight:postings")
    return answer(request, "oversight/reject.html", form, row=_row(post))


@needs("posting.confirm")
def security(request: HttpRequest) -> HttpResponse:
    """A security administrator for a unit below mine."""
    by, now = user_of(request), clock.now()
    form = forms.SecurityForm(by, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, unit = account(form.cleaned_data["username"].strip()), form.cleaned_data["unit"]
        if user is None:
            form.add_error("username", _("Nobody has this user name. Ask the unit administrator for the account."))
            return answer(request, "oversight/security.html", form)
        try:
            people.appoint(
                by=by, user=user, unit=unit, role="security_admin", title="", deputy=False, from_on=now.date(), now=now
            )
        except Refused as refused:
            return rejected(request, "oversight/security.html", form, refused)
        said = _("%(name)s is security administrator of %(unit)s now.")
        messages.success(request, said % {"name": user.name, "unit": unit.name})
        return redirect("oversight:desk")
    return answer(request, "oversight/security.html", form)


def _mine(request: HttpRequest) -> QuerySet[Posting]:
    return queries.waiting_in(user_of(request), clock.today())


def _row(post: Posting) -> dict[str, Any]:
    return {"post": post, "label": access.ROLES[post.role].label}
