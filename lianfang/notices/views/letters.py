"""Announcements and open letters for those who write and publish them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices.actions import announcing
from lianfang.notices.forms.letters import LetterForm, ReasonForm
from lianfang.notices.models import Edition
from lianfang.notices.queries import announcing as queries
from lianfang.notices.queries.announcing import PUBLISH, WRITE, Letter
from lianfang.notices.rules.paragraphs import parts
from lianfang.people import access
from lianfang.ui import qr
from lianfang.ui.needs import needs, user_of

PAGE = 50
REJECTED = 422


@needs(WRITE, PUBLISH)
def overview(request: HttpRequest) -> HttpResponse:
    """Those of my units, newest first."""
    page = Paginator(queries.seen_by(user_of(request)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": queries.letters(page), "may_write": access.holds(user_of(request), WRITE)}
    return render(request, "notices/letters.html", context)


@needs(WRITE)
def write(request: HttpRequest) -> HttpResponse:
    """A new one; what is sent waits for a second person."""
    user = user_of(request)
    units = queries.writers(user)
    sent = request.POST if request.method == "POST" else None
    form = LetterForm(units, sent, initial={"unit": units[0].pk if units else None})
    if request.method == "POST" and form.is_valid():
        edition = _written(form, lambda data: announcing.write(by=user, now=clock.now(), **data))
        if edition is not None:
            return _handed_in(request, edition)
    return render(request, "notices/letter_write.html", {"form": form}, status=REJECTED if form.errors else 200)


@needs(WRITE)
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next edition; until it is published the one before stands."""
    letter, user = _letter(request, pk, WRITE), user_of(request)
    last = letter.newest
    before = {name: getattr(last, name) for name in ("title", "addressed_to", "body", "signed")}
    form = LetterForm([], request.POST if request.method == "POST" else None, corrects=True, initial=before)
    if request.method == "POST" and form.is_valid():
        edition = _written(
            form, lambda data: announcing.correct(by=user, announcement=letter.row, now=clock.now(), **data)
        )
        if edition is not None:
            return _handed_in(request, edition)
    context = {"form": form, "letter": letter}
    return render(request, "notices/letter_write.html", context, status=REJECTED if form.errors else 200)


@needs(WRITE, PUBLISH)
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it says, who wrote and who published it, how often it was opened, and what can be done with it."""
    return _shown(request, _letter(request, pk), ReasonForm())


@needs(PUBLISH)
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person publishes what waits, or turns it back with the reason."""
    letter, user = _letter(request, pk, PUBLISH), user_of(request)
    edition = get_object_or_404(Edition, announcement=letter.row, number=_number(request))
    form = ReasonForm(request.POST)
    try:
        if request.POST.get("what") == "publish":
            announcing.publish(by=user, edition=edition, now=clock.now())
            messages.success(request, _("Published. Everybody who has the address can read it now."))
        elif form.is_valid():
            announcing.turn_back(by=user, edition=edition, reason=form.cleaned_data["reason"], now=clock.now())
            messages.success(request, _("Turned back to whoever wrote it."))
        else:
            return _shown(request, letter, form, status=REJECTED)
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
    return redirect("notices:letter", pk)


@needs(WRITE, PUBLISH)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its address says from now on that it was withdrawn, and why."""
    letter, user = _letter(request, pk), user_of(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if letter.row.withdrawn_at is None and not (request.method == "POST" and form.is_valid()):
        status = REJECTED if form.errors else 200
        return render(request, "notices/letter_withdraw.html", {"letter": letter, "form": form}, status=status)
    if request.method == "POST" and letter.row.withdrawn_at is None:
        reason = form.cleaned_data["reason"]
        announcing.withdraw(by=user, announcement=letter.row, reason=reason, now=clock.now())
        messages.success(request, _("Withdrawn. Its address says so from now on."))
    return redirect("notices:letter", pk)


@needs(WRITE, PUBLISH)
def picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The QR code of its public address, for the wall and the parents' group."""
    letter = _letter(request, pk)
    return HttpResponse(qr.svg(_address(request, letter)), content_type="image/svg+xml")


def _letter(request: HttpRequest, pk: UUID, verb: str = "") -> Letter:
    """Raises `Http404` outside the units for which the person may do that."""
    row = get_object_or_404(queries.seen_by(user_of(request)), pk=pk)
    if verb and not access.can(user_of(request), verb, row.unit):
        raise Http404
    return queries.letters([row])[0]


def _written(form: LetterForm, act: Any) -> Edition | None:
    """None, with the reason in the form, where the rules refuse it."""
    data = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
    try:
        made: Edition = act(data)
    except Refused as refused:
        for problem in refused.problems:
            form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        return None
    return made


def _handed_in(request: HttpRequest, edition: Edition) -> HttpResponse:
    messages.success(request, _("Handed in. Nobody reads it before a second person has published it."))
    return redirect("notices:letter", edition.announcement_id)


def _shown(request: HttpRequest, letter: Letter, form: ReasonForm, status: int = 200) -> HttpResponse:
    user, row = user_of(request), letter.row
    shown = letter.waiting or letter.standing or letter.newest
    days = queries.opened(letter, clock.today())
    most = max((many for _day, many in days), default=0)
    context = {
        "letter": letter, "edition": shown, "parts": parts(shown.body), "form": form,
        "address": _address(request, letter), "days": days, "most": most, "opened": queries.opened_in_all(row),
        "may_decide": access.can(user, PUBLISH, row.unit), "may_write": access.can(user, WRITE, row.unit),
        "own": letter.waiting is not None and letter.waiting.by_id == user.pk,
    }  # fmt: skip
    return render(request, "notices/letter.html", context, status=status)


def _address(request: HttpRequest, letter: Letter) -> str:
    return request.build_absolute_uri(reverse("open:letter", args=[letter.row.pk]))


def _number(request: HttpRequest) -> int:
    """Of the edition that was looked at: a correction that came in between is not published unseen."""
    typed = request.POST.get("number", "")
    if not typed.isdecimal() or len(typed) > 4:
        raise Http404
    return int(typed)
