"""Files of notices, for whoever got the notice and for the unit that sent it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from lianfang.notices.models import Attachment
from lianfang.notices.queries import files as queries
from lianfang.notices.rules import files as rules
from lianfang.ui.needs import signed_in, user_of

# Nothing in a file is run, nothing is fetched by it, and it stands in no other page.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"
# The viewer that a browser brings along for PDF does not start in a sandbox.
_VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@signed_in
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    return response(get_object_or_404(queries.for_staff(user_of(request)), pk=pk))


def response(attachment: Attachment) -> HttpResponse:
    """The file itself: PDF and pictures in the browser, everything else to be kept."""
    answer = HttpResponse(attachment.content or b"", content_type=attachment.media)
    answer["Content-Length"] = str(attachment.size)
    kept = attachment.media not in rules.SHOWN
    answer["Content-Disposition"] = content_disposition_header(kept, attachment.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _VIEWER if attachment.media == "application/pdf" else _SANDBOX
    answer["Cache-Control"] = "no-store"
    return answer
