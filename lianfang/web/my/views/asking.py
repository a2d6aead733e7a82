"""What a family decides and asks: optional purposes, corrections, deletion, explanations."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people.actions import consents, subjects
from lianfang.people.models import Claim
from lianfang.people.models.claims import SubjectKind
from lianfang.people.queries import claims
from lianfang.people.rules import claims as rules
from lianfang.web.my import forms, words
from lianfang.web.my.views.door import of_claim

REJECTED = 422


@of_claim
def choices(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Every optional purpose: how it stands, and both answers, always."""
    now = clock.now()
    form = forms.ChoiceForm(request.POST or None)
    decides = rules.may_decide(claim.how, claim.person.born_on, now.date())
    if request.method == "POST" and form.is_valid():
        if not decides:
            raise Http404
        purpose = next(each for each in rules.PURPOSES if each.id == form.cleaned_data["purpose"])
        consents.answer(claim=claim, purpose=purpose, given=form.cleaned_data["given"], now=now)
        messages.success(request, _("Your answer is on file. You can change it at any time."))
        return redirect("my:choices", claim.pk)
    asked, born = claims.purposes(claim.person, now), claim.person.born_on
    context = {
        "claim": claim, "rows": [{"asked": each, "words": words.PURPOSES[each.purpose.id]} for each in asked],
        "decides": decides, "as_guardian": rules.is_guardians(claim.how),
        "ended": any(each.at and rules.lapsed(each.at, born, now) for each in asked),
    }  # fmt: skip
    return render(request, "my/choices.html", context, status=REJECTED if form.errors else 200)


@of_claim
def requests(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What was asked about this child and what the school answered; and what can be asked."""
    rows = []
    for row in claims.asked_of(claim.person):
        text = row.text.open() if row.text else ""
        about, value = rules.unpack(text) if row.kind == SubjectKind.CORRECT else ("", text)
        label = words.CORRECTABLE.get(about, "")
        rows.append({"row": row, "text": value, "about": label, "answer": row.answer.open() if row.answer else ""})
    context = {"claim": claim, "rows": rows, "kinds": words.KINDS.items(), "days": rules.ANSWER_DAYS}
    return render(request, "my/requests.html", context)


@of_claim
def ask(request: HttpRequest, claim: Claim, kind: str) -> HttpResponse:
    if kind not in words.KINDS:
        raise Http404
    form = (forms.CorrectForm if kind == SubjectKind.CORRECT else forms.TextForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            subjects.ask(claim=claim, kind=kind, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
        else:
            messages.success(request, _("The school has received this and will answer here."))
            return redirect("my:requests", claim.pk)
    context = {"claim": claim, "form": form, "words": words.KINDS[kind], "days": rules.ANSWER_DAYS}
    return render(request, "my/ask.html", context, status=REJECTED if form.errors else 200)
