"""Certificates of return: handed in as a photo or PDF, opened by those who may read the case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from lianfang.cases.actions import cases as actions
from lianfang.cases.forms.cases import ProofForm
from lianfang.cases.models import Certificate
from lianfang.cases.queries import cases as queries
from lianfang.cases.views import case_pages as pages
from lianfang.cases.views.cases import opened
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.ui.needs import needs, user_of

REJECTED = 422
_SUFFIX = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
# Nothing in a file is run, nothing is fetched by it, and it stands in no other page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'none'"


@needs(queries.MANAGE)
@sensitive_post_parameters()
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, now = opened(request, pk, queries.MANAGE), clock.now()
    form = ProofForm(request.POST or None, request.FILES or None, now=now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.prove(
                by=user_of(request), case=found, level=data["level"], on=data["on"], name=data["file"].name,
                content=data["file"].read(), basis=data["basis"].strip(), key=data["key"], now=now,
            )  # fmt: skip
        except Refused as refused:
            pages.show(refused, form)
        else:
            messages.success(request, _("The certificate is kept."))
            return redirect("cases:case", pk)
    status = REJECTED if form.errors else 200
    return render(request, "cases/case_prove.html", pages.said(found, "certificate", form), status=status)


@needs(queries.VIEW)
def file(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """The file as it was handed in. Opening it is an event."""
    found = opened(request, pk)
    row = get_object_or_404(Certificate, step=step, step__case=found)
    actions.proof_opened(by=user_of(request), case=found, now=clock.now())
    answer = HttpResponse(row.content or b"", content_type=row.media)
    name = f"certificate.{_SUFFIX.get(row.media, 'bin')}"
    answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _POLICY
    answer["Cache-Control"] = "no-store"
    return answer
