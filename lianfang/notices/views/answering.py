"""Answering a notice; for whoever asked, what was answered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices import answer_sheet, asking, queries
from lianfang.notices.actions import exporting
from lianfang.notices.asking import Asked
from lianfang.notices.forms.asking import PurposeForm
from lianfang.notices.models import Delivery, DeliveryQuerySet, Notice
from lianfang.notices.queries import answers as reads
from lianfang.notices.queries import files
from lianfang.notices.queries.audience import FAMILY, POST
from lianfang.notices.rules.questions import NUMBER, Question, stored
from lianfang.ui.needs import needs, signed_in, user_of

PAGE = 50
REJECTED = 422
_SEES = (POST, FAMILY)


def shown(delivery: Delivery, asked: Asked | None = None) -> dict[str, Any]:
    """What the page of a notice that was got needs. ``asked``: the question as it came back with something wrong."""
    return {
        "delivery": delivery, "notice": delivery.notice, "asked": asked or asking.asked(delivery),
        "files": linked(delivery.notice) if delivery.notice.withdrawn_at is None else [],
    }  # fmt: skip


@signed_in
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, or answer anew."""
    user = user_of(request)
    delivery: Delivery = get_object_or_404(queries.inbox(user), pk=pk)
    if not delivery.notice.question:
        raise Http404
    asked = asking.take(request.POST, delivery, by=user, now=clock.now())
    if asked is not None:
        return render(request, "notices/read.html", shown(delivery, asked), status=REJECTED)
    messages.success(request, _("Answered. The sender can see it."))
    return redirect("notices:read", pk)


@needs(*_SEES)
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was answered and by whom; who has not answered stands first."""
    notice, question = _asked(request, pk)
    user, only = user_of(request), request.GET.get("only", "")
    rows = queries.told(user, notice)
    found = reads.chosen(rows, only, question)
    if found is None:
        raise Http404
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "notice": notice, "page": page,
        "rows": answer_sheet.lines(question, list(page), clock.today()),
        "tabs": _tabs(reverse("notices:answers", args=[pk]), notice, reads.counts(rows), only),
        **results(notice, question, queries.told(user, notice, named=False)),
    }  # fmt: skip
    return render(request, "notices/answers.html", context)


@needs(*_SEES)
def export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The list as a spreadsheet, for a purpose."""
    notice, question = _asked(request, pk)
    user, form, rows = user_of(request), PurposeForm(request.POST or None), queries.told(user_of(request), notice)
    context: dict[str, Any] = {"form": form, "notice": notice, "count": rows.count()}
    if request.method == "POST" and form.is_valid():
        purpose, now = form.cleaned_data["purpose"], clock.now()
        try:
            seal = exporting.answers_taken(by=user, notice=notice, lines=context["count"], purpose=purpose, now=now)
        except Refused as refused:
            form.add_error("purpose", refused.problems[0].text)
        else:
            book = answer_sheet.written(notice, question, rows, seal, now.date())
            return FileResponse(
                book, as_attachment=True, filename=answer_sheet.name(now.date()), content_type=answer_sheet.XLSX
            )
    return render(request, "notices/answers_export.html", context, status=REJECTED if form.errors else 200)


def results(notice: Notice, question: Question, rows: DeliveryQuerySet) -> dict[str, Any]:
    """The answers in numbers, for the partial ``notices/_results.html``: a bar for each option, or figures."""
    count, base = reads.counts(rows), reverse("notices:answers", args=[notice.pk])
    chosen = reads.by_option(rows) if question.options else {}
    bars = [
        {"label": asking.label(one), "value": chosen.get(one.code, 0), "url": f"{base}?only={one.code}"}
        for one in question.options
    ]
    figures = reads.figures(rows) if question.kind == NUMBER else None
    said = _figures(question, figures) if figures else []
    return {"asks": question, "answered": count[reads.ANSWERED], "answers_of": count[""], "bars": bars, "figures": said}


def linked(notice: Notice) -> list[dict[str, Any]]:
    """For the partial ``notices/_files.html`` on pages of staff."""
    return [
        {"name": row.name, "size": row.size, "url": reverse("notices:file", args=[row.pk])}
        for row in files.of_notice(notice)
    ]


def _figures(question: Question, found: reads.Figures) -> list[dict[str, str]]:
    mean = asking.with_unit(question, round(found.mean, 2))
    return [
        {"label": _("Sum"), "value": asking.with_unit(question, found.total)},
        {"label": _("Mean"), "value": mean},
        {"label": _("Smallest"), "value": asking.with_unit(question, found.least)},
        {"label": _("Largest"), "value": asking.with_unit(question, found.most)},
    ]


def _asked(request: HttpRequest, pk: UUID) -> tuple[Notice, Question]:
    notice: Notice = get_object_or_404(reads.asked_by(user_of(request)), pk=pk)
    question = stored(notice.question)
    if question is None:
        raise Http404
    return notice, question


def _tabs(base: str, notice: Notice, count: dict[str, int], only: str) -> list[dict[str, Any]]:
    words = {
        "": _("All"),
        reads.UNANSWERED: pgettext("answers", "Not answered yet"),
        reads.ANSWERED: pgettext("answers", "Answered"),
    }
    if notice.until:
        words[reads.LATE] = pgettext("answers", "Late")
    return [
        {"label": word, "url": f"{base}?only={key}", "current": key == only, "count": count[key]}
        for key, word in words.items()
    ]
