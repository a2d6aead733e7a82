"""Swaps: asking a colleague, answering."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.duty import words
from lianfang.duty.actions import swapping
from lianfang.duty.forms import SwapAnswerForm, SwapForm
from lianfang.duty.queries import swaps as reads
from lianfang.duty.views.opening import answer, rejected, shift_seen
from lianfang.ui.needs import signed_in, user_of


@signed_in
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A colleague is asked to take one of my shifts."""
    row = shift_seen(request, pk)
    if row.user_id != user_of(request).pk:
        raise Http404
    form, context = SwapForm(row, request.POST or None), {"row": row, "hours": words.hours(row.from_at, row.to_at)}
    if request.method == "POST" and form.is_valid():
        try:
            made = swapping.ask(by=user_of(request), shift=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/swap_ask.html", form, refused, **context)
        messages.success(request, _("Asked. You get a notice as soon as it is answered."))
        return redirect("duty:swap", made.pk)
    return answer(request, "duty/swap_ask.html", form, **context)


@signed_in
def swap(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How it stands; whoever is to answer does it here."""
    user, now = user_of(request), clock.now()
    row = get_object_or_404(reads.visible(user), pk=pk)
    form, (chip, said) = SwapAnswerForm(request.POST or None), words.SWAPS[reads.state(row, now)]
    context = {
        "row": row, "chip": chip, "said": said, "step": reads.waits_for(user, row, now), "answers": row.answers.all(),
        "hours": words.hours(row.shift.from_at, row.shift.to_at),
        "against_hours": words.hours(row.against.from_at, row.against.to_at) if row.against else "",
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            swapping.answer(by=user, swap=row, now=now, **form.cleaned_data)
        except Refused as refused:
            return rejected(request, "duty/swap.html", form, refused, **context)
        messages.success(request, _("Your answer has been recorded."))
        return redirect("duty:swap", pk)
    return answer(request, "duty/swap.html", form, **context)
