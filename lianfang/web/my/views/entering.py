"""Coming in: a code or link, what happens to the data, a fact the school holds."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.core import clock, origin
from lianfang.core.problems import Refused, texts
from lianfang.health.queries import cards, surveys
from lianfang.notices import queries
from lianfang.people.actions import claiming
from lianfang.people.models import ClassCode, Device, PersonalLink
from lianfang.people.queries import claims
from lianfang.ui.families import device_of, everybody
from lianfang.web.my import forms, words
from lianfang.web.my.views.door import entry_of, keep, let_in, of_device

REJECTED, TOO_MANY = 422, 429


@of_device
def home(request: HttpRequest, device: Device) -> HttpResponse:
    """The children this device stands for."""
    day = clock.today()
    held = list(claims.claims_of(device, day))
    if not held:
        return redirect("my:enter")
    people = [claim.person_id for claim in held]
    today, asked = cards.today(people, day), surveys.today(people, day)
    told = queries.open_of_pupils(people)
    owed = {person for person, coming in today.items() if coming.owes}
    owed |= {person for person, rows in asked.items() if any(row.answer is None for row in rows)}
    rows = [
        {
            "claim": claim, "unit": claims.home(claim.person, day), "who": words.who(claim.how),
            "card": today.get(claim.person_id), "surveys": asked.get(claim.person_id, []),
            "told": told.get(claim.person_id, 0), "owes": claim.person_id in owed,
        }
        for claim in sorted(held, key=lambda claim: claim.person_id not in owed)
    ]  # fmt: skip
    return render(request, "my/home.html", {"rows": rows, "device": device})


@everybody
def enter(request: HttpRequest) -> HttpResponse:
    """Type the class code."""
    form, status = forms.CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _come_in(request, form.cleaned_data["code"], personal=False)
        except Refused as refused:
            form.add_error("code", " ".join(texts(refused.problems)))
            status = _status(refused)
    elif request.method == "POST":
        status = REJECTED
    context = {"form": form, "gone": "gone" in request.GET, "known": device_of(request) is not None}
    return render(request, "my/enter.html", context, status=status)


@everybody
def scan(request: HttpRequest, word: str) -> HttpResponse:
    """What the QR code of a class leads to. Looking at it uses nothing up: messengers open links before people do."""
    return _scanned(request, word, personal=False)


@everybody
def follow(request: HttpRequest, word: str) -> HttpResponse:
    """What the QR code of a personal sheet leads to."""
    return _scanned(request, word, personal=True)


@everybody
def notice(request: HttpRequest) -> HttpResponse:
    """What happens to the data, in plain words, before anything is asked."""
    entry = entry_of(request)
    if entry is None:
        return redirect("my:enter")
    return render(request, "my/notice.html", {"unit": _unit(entry)})


@everybody
@sensitive_post_parameters()
def claim_as_guardian(request: HttpRequest) -> HttpResponse:
    return _claim(request, forms.GuardianForm)


@everybody
@sensitive_post_parameters()
def claim_as_pupil(request: HttpRequest) -> HttpResponse:
    return _claim(request, forms.PupilForm)


def _claim(request: HttpRequest, kind: type[forms.GuardianForm] | type[forms.PupilForm]) -> HttpResponse:
    entry = entry_of(request)
    if entry is None:
        return redirect("my:enter")
    form = kind(request.POST or None, named=isinstance(entry, PersonalLink))
    if request.method == "POST" and form.is_valid():
        try:
            made, token = claiming.claim(
                entry=entry, told=form.told(), device=device_of(request), now=clock.now(),
                agent=request.headers.get("User-Agent", ""), address=origin.network(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, " ".join(texts(refused.problems)))
            return _form(request, form, entry, status=_status(refused))
        messages.success(request, _("This device is connected. Here is what the school has on file."))
        answer = redirect("my:record", made.pk)
        return keep(answer, token) if token else answer
    return _form(request, form, entry, status=REJECTED if form.errors else 200)


def _form(request: HttpRequest, form: Any, entry: ClassCode | PersonalLink, status: int) -> HttpResponse:
    context = {"form": form, "unit": _unit(entry), "as_guardian": form.as_guardian}
    return render(request, "my/claim.html", context, status=status)


def _scanned(request: HttpRequest, word: str, *, personal: bool) -> HttpResponse:
    """Always a redirect, also for what is refused: a refused address would be logged, and what it carries with it."""
    try:
        return _come_in(request, word, personal=personal)
    except Refused as refused:
        messages.error(request, " ".join(texts(refused.problems)))
        return redirect("my:enter")


def _come_in(request: HttpRequest, word: str, *, personal: bool) -> HttpResponse:
    address = origin.network(request)
    entry = claiming.enter(word=word, personal=personal, address=address, now=clock.now())
    return let_in(redirect("my:notice"), entry)


def _status(refused: Refused) -> int:
    return TOO_MANY if refused.problems[0].code == "people.claim_too_often" else REJECTED


def _unit(entry: ClassCode | PersonalLink) -> Any:
    return entry.unit if isinstance(entry, ClassCode) else claims.home(entry.person, clock.today())
