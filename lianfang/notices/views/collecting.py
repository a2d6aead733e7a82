"""What a notice carries beside its words while it is written: a question, and files that are kept as soon as they are
chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from lianfang.core import problems
from lianfang.core.problems import Problem, Refused
from lianfang.notices.actions import attaching
from lianfang.notices.forms.asking import QuestionForm
from lianfang.notices.forms.files import FilesForm
from lianfang.notices.models import Attachment
from lianfang.notices.queries import files as queries
from lianfang.notices.rules import files as rules
from lianfang.people.models import User


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
        collect(found.files, by=by, now=now)
    return found


def collect(form: FilesForm, *, by: User, now: datetime) -> None:
    """Keep what was chosen, beside what is kept already. Raises nothing: what is wrong stands in the form, the good
    files on its page."""
    found = queries.own(by, form.wanted)
    chosen = form.cleaned_data["files"] if form.is_valid() else []
    wrong = [] if len(found) == len(form.wanted) else [problems.text("notices.files_gone")]
    if len(found) + len(chosen) > rules.MOST:
        wrong.append(problems.text("notices.files_many", most=rules.MOST, count=len(found) + len(chosen)))
        chosen = []
    for file in chosen:
        try:
            found.append(_keep(file, by, now))
        except Refused as refused:
            wrong.append(refused.problems[0].text)
    for text in wrong:
        form.add_error("files", text)
    form.kept = found


def _keep(file: "UploadedFile[Any]", by: User, now: datetime) -> Attachment:
    """Its size is judged before anything of it is read. Raises `Refused`."""
    name, size = file.name or "", file.size or 0
    if size > rules.LARGEST:
        wrong = rules.too_large(name, size)
        raise Refused(Problem(wrong.code, wrong.cell, wrong.params))
    return attaching.keep(by=by, name=name, content=file.read(), now=now)
