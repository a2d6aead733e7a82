"""A child's record for the family: looking, numbers in full, copies."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.notices import queries
from lianfang.people.actions import claiming
from lianfang.people.models import Claim
from lianfang.people.queries import claims
from lianfang.people.queries.looks import looks_at
from lianfang.people.rules import claims as rules
from lianfang.web.my import copies, words
from lianfang.web.my.views.door import of_claim

SPAN = timedelta(days=184)  # as long as the audit is kept at least (control C04)


@of_claim
def record(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What the school has on file, masked as on a page that others may see over one's shoulder."""
    claiming.looked(claim=claim, what="record", now=clock.now())
    return render(request, "my/record.html", _record(claim, full=False))


@require_POST
@of_claim
def full(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The same with every number in full, until the page is left."""
    claiming.looked(claim=claim, what="full", now=clock.now())
    return render(request, "my/record.html", _record(claim, full=True))


@of_claim
def looks(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Who opened, took out or changed this record. Devices that came and went have a page of their own."""
    now = clock.now()
    since = now - SPAN
    found = looks_at(claim.person, since=since, until=now)
    rows = [look for look in found if look.verb.startswith(("person.", "my."))]
    claiming.looked(claim=claim, what="looks", now=now)
    return render(request, "my/looks.html", {"claim": claim, "looks": rows, "since": since})


@of_claim
def copy(request: HttpRequest, claim: Claim) -> HttpResponse:
    """A sheet to print or keep."""
    claiming.looked(claim=claim, what="copy", now=clock.now())
    sections = copies.rows(claims.file_of(claim.person, clock.today()), claim, full=True)
    asked = _answers(claim)
    return render(request, "my/copy.html", {"claim": claim, "sections": sections, "asked": asked})


@of_claim
def copy_file(request: HttpRequest, claim: Claim) -> HttpResponse:
    """A file for other programs. Its name tells nobody's."""
    claiming.looked(claim=claim, what="file", now=clock.now())
    now = clock.now()
    found = copies.machine(claims.file_of(claim.person, now.date()), claim, claims.purposes(claim.person, now))
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return answer


def _record(claim: Claim, *, full: bool) -> dict[str, Any]:
    now = clock.now()
    decides = rules.may_decide(claim.how, claim.person.born_on, now.date())
    asked = [row for row in _answers(claim) if row["asked"].standing == "ask"] if decides else []
    return {
        "claim": claim,
        "unit": claims.home(claim.person, now.date()),
        "sections": copies.rows(claims.file_of(claim.person, now.date()), claim, full=full),
        "full": full,
        "newcomers": [{"claim": each, "who": words.who(each.how)} for each in claims.newcomers(claim, now)],
        "question": asked[0] if asked else None,
        "told": queries.open_of_pupils([claim.person_id]).get(claim.person_id, 0),
        "waiting": claims.asked_of(claim.person).filter(answered_at__isnull=True).count(),
    }


def _answers(claim: Claim) -> list[dict[str, Any]]:
    return [
        {"asked": each, "words": words.PURPOSES[each.purpose.id]} for each in claims.purposes(claim.person, clock.now())
    ]
