"""Class codes, personal links, devices and requests of families, for whoever looks after a class."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.actions import claiming, codes, subjects
from lianfang.people.models import Person, SubjectRequest
from lianfang.people.models.claims import SubjectKind
from lianfang.people.queries import claims
from lianfang.people.rules import claims as rules
from lianfang.policies.queries import assessed
from lianfang.ui import qr
from lianfang.ui.needs import needs, user_of
from lianfang.web.codes import corrections
from lianfang.web.codes.forms import AnswerForm, LinksForm
from lianfang.web.my import words

PAGE, REJECTED = 50, 422


@needs("code.manage")
def classes(request: HttpRequest) -> HttpResponse:
    """My classes: which have a code, how many families are in, what waits."""
    user, now = user_of(request), clock.now()
    page = Paginator(claims.classes(user, now), PAGE).get_page(request.GET.get("page"))
    waiting = claims.requests_for(user, now.date()).filter(answered_at__isnull=True).count()
    return render(request, "codes/list.html", {"page": page, "waiting": waiting})


@needs("code.manage")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: its code, large; who is in and who is not."""
    unit, now = _class(request, pk), clock.now()
    pupils = list(claims.pupils(unit, now))
    context = {
        "unit": unit,
        "code": claims.open_code(unit, now),
        "assessed": assessed(claims.MODULE, unit, now.date()),
        "pupils": pupils,
        "reached": sum(1 for person in pupils if getattr(person, "devices", 0)),
        "closed": claims.closed_today(unit, now),
        "most": claiming.PER_PERSON,
    }
    return render(request, "codes/class.html", context)


@require_POST
@needs("code.manage")
def open_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A new code; the old one ends."""
    unit, now = _class(request, pk), clock.now()
    replaced = claims.open_code(unit, now) is not None
    try:
        codes.open_code(by=user_of(request), unit=unit, now=now)
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
    else:
        said = _("The class has a new code. Codes on older sheets do not work any more.")
        messages.success(request, said if replaced else _("The class has a code. Print it for the families."))
    return redirect("codes:class", pk)


@require_POST
@needs("code.manage")
def close_code(request: HttpRequest, pk: int) -> HttpResponse:
    codes.close_code(by=user_of(request), unit=_class(request, pk), now=clock.now())
    messages.success(request, _("The code has been closed. Devices that are connected stay connected."))
    return redirect("codes:class", pk)


@needs("code.manage")
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of the class's open code."""
    found = claims.open_code(_class(request, pk), clock.now())
    if found is None or found.code is None:
        raise Http404
    address = request.build_absolute_uri(reverse("my:scan", args=[found.code.open()]))
    return HttpResponse(qr.svg(address), content_type="image/svg+xml")


@needs("code.manage")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet for the notice board or the parents' group."""
    unit = _class(request, pk)
    found = claims.open_code(unit, clock.now())
    if found is None:
        raise Http404
    address = request.build_absolute_uri(reverse("my:home"))
    return render(request, "codes/sheet.html", {"unit": unit, "code": found, "address": address})


@needs("code.manage")
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose pupils; the answer is their sheets, once."""
    unit, now = _class(request, pk), clock.now()
    pupils = list(claims.pupils(unit, now))
    without = [str(person.pk) for person in pupils if not getattr(person, "devices", 0)]
    form = LinksForm(pupils, request.POST or None, initial={"people": without})
    if request.method == "POST" and form.is_valid():
        chosen = [person for person in pupils if str(person.pk) in form.cleaned_data["people"]]
        try:
            made = codes.make_links(by=user_of(request), unit=unit, people=chosen, now=now)
        except Refused as refused:
            form.add_error(None, " ".join(texts(refused.problems)))
        else:
            return render(request, "codes/slips.html", {"unit": unit, "slips": _slips(request, made), "now": now})
    context = {"unit": unit, "form": form}
    return render(request, "codes/links.html", context, status=REJECTED if form.errors else 200)


@needs("code.manage")
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The devices that see one pupil."""
    found, unit = _pupil(request, pk)
    rows = [{"claim": each, "who": words.who(each.how), "how": words.HOW.get(each.how, each.how)}
            for each in claims.claims_on(found, clock.now())]  # fmt: skip
    return render(request, "codes/person.html", {"person": found, "unit": unit, "rows": rows})


@require_POST
@needs("code.manage")
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign out every device of one pupil."""
    found, unit = _pupil(request, pk)
    ended = claiming.revoke_all(by=user_of(request), unit=unit, person=found, now=clock.now())
    said = ngettext("%(n)s device has been signed out.", "%(n)s devices have been signed out.", ended)
    messages.success(request, said % {"n": ended})
    return redirect("codes:person", pk)


@needs("subject.answer")
def requests(request: HttpRequest) -> HttpResponse:
    """What families ask: waiting first, by day; answered ones below."""
    user, now = user_of(request), clock.now()
    done = request.GET.get("state") == "answered"
    rows = claims.requests_for(user, now.date()).filter(answered_at__isnull=not done)
    page = Paginator(rows.order_by("-answered_at" if done else "at", "pk"), PAGE).get_page(request.GET.get("page"))
    base = reverse("codes:requests")
    tabs = [
        {"label": _("Waiting"), "url": base, "current": not done},
        {"label": _("Answered"), "url": f"{base}?state=answered", "current": done},
    ]
    return render(request, "codes/requests.html", {"page": page, "tabs": tabs, "done": done, "days": rules.ANSWER_DAYS})


@needs("subject.answer")
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read one request and answer it."""
    row = get_object_or_404(_asked(request), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            subjects.answer(by=user_of(request), request=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("The family sees your answer on their page."))
            return redirect("codes:requests")
    return _answer_page(request, row, form)


@require_POST
@needs("subject.answer")
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A correction into the roster with one tap, and granted."""
    row = get_object_or_404(_asked(request), pk=pk)
    try:
        subjects.take_over(by=user_of(request), request=row, note="", now=clock.now())
    except Refused as refused:
        return _answer_page(request, row, AnswerForm(), texts(refused.problems))
    messages.success(request, _("The roster has been corrected, and the family told."))
    return redirect("codes:requests")


def _answer_page(
    request: HttpRequest, row: SubjectRequest, form: AnswerForm, problems: Sequence[str] = ()
) -> HttpResponse:
    text = row.text.open() if row.text else ""
    about, value = rules.unpack(text) if row.kind == SubjectKind.CORRECT else ("", text)
    waits = row.answered_at is None
    context: dict[str, Any] = {
        "on_file": corrections.on_file(row, about, clock.today()) if waits else None,
        "row": row, "form": form, "problems": [{"text": said} for said in problems], "text": value,
        "about": words.CORRECTABLE.get(about, ""),
        "can_take_over": claims.can_take_over(row), "unit": claims.home(row.person, clock.today()),
        "who": words.who(row.claim.how) if row.claim else "", "answer": row.answer.open() if row.answer else "",
    }  # fmt: skip
    return render(request, "codes/answer.html", context, status=REJECTED if form.errors or problems else 200)


def _asked(request: HttpRequest) -> QuerySet[SubjectRequest]:
    return claims.requests_for(user_of(request), clock.today())


def _class(request: HttpRequest, pk: int) -> Unit:
    mine = access.units_for(user_of(request), "code.manage").filter(kind="class").on(clock.today())
    return get_object_or_404(mine, pk=pk)


def _pupil(request: HttpRequest, pk: UUID) -> tuple[Person, Unit]:
    found = get_object_or_404(claims.looked_after(user_of(request), "code.manage", clock.today()), pk=pk)
    unit = claims.home(found, clock.today())
    if unit is None:
        raise Http404
    return found, unit


def _slips(request: HttpRequest, made: list[tuple[Person, str]]) -> list[dict[str, Any]]:
    return [
        {"person": each, "qr": qr.source(request.build_absolute_uri(reverse("my:follow", args=[token])))}
        for each, token in made
    ]
