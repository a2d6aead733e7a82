"""What a notice carries beside its words: a question and files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from lianfang.notices.forms.asking import QuestionForm
from lianfang.notices.forms.files import FilesForm, kept
from lianfang.people.models import User

__all__ = ["Extras", "extras", "kept"]


@dataclass
class Extras:
    question: QuestionForm
    files: FilesForm

    def is_valid(self) -> bool:
        """Of both, so that all that is wrong is told at once. Call it with the words of the notice, not after them."""
        return self.question.is_valid() & (not self.files.errors)

    def typed(self) -> list[tuple[str, str]]:
        """For the hidden fields of the check page."""
        return self.question.typed() + self.files.typed()

    @property
    def errors(self) -> list[dict[str, Any]]:
        """For the summary on top of the page."""
        return [
            {"text": f"{field.label}: {error}", "id": field.id_for_label}
            for form in (self.question, self.files)
            for field in form
            for error in field.errors
        ]

    @property
    def asks(self) -> dict[str, Any]:
        """For `Notice.question`."""
        return self.question.question.stored() if self.question.question else {}


def extras(request: HttpRequest, *, by: User, now: datetime) -> Extras:
    """As sent with the request; files that are good are kept from here on."""
    sent = request.POST if request.method == "POST" else None
    found = Extras(QuestionForm(sent), FilesForm(sent, request.FILES if sent else None))
    if sent is not None:
        found.files.collect(by=by, now=now)
    return found
