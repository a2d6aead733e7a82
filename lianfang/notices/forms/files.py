"""Choosing files. What is good is kept at once and comes back as ``kept``; only what is bad is chosen again."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianfang.core import problems
from lianfang.core.problems import Problem, Refused
from lianfang.notices.actions import attaching
from lianfang.notices.models import Attachment
from lianfang.notices.queries import files as queries
from lianfang.notices.rules import files as rules
from lianfang.people.models import User


class _Input(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files; what they are is judged one by one."""

    widget = _Input

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return [one for one in data or [] if one]


class FilesForm(forms.Form):
    files = _FilesField(
        label=_("Files"), required=False, widget=_Input(attrs={"accept": rules.ACCEPTED}),
        help_text=_(
            "Up to 5 files of 10 MB: PDF, pictures, Word, Excel, PowerPoint, text. No pictures of people, no lists of "
            "names. A photo may carry the place where it was taken."
        ),
    )  # fmt: skip
    kept: Sequence[Attachment] = ()

    def collect(self, *, by: User, now: datetime) -> bool:
        """Keep what was chosen, beside what is kept already; False where something was wrong with one of them. Raises
        nothing: the good ones stand on the page again, the others are named."""
        wanted = kept(self.data) - _ids(self.data, "drop")
        found = queries.own(by, wanted)
        chosen = self.cleaned_data["files"] if self.is_valid() else []
        wrong = [] if len(found) == len(wanted) else [problems.text("notices.files_gone")]
        if len(found) + len(chosen) > rules.MOST:
            wrong.append(problems.text("notices.files_many", most=rules.MOST, count=len(found) + len(chosen)))
            chosen = []
        for file in chosen:
            try:
                found.append(_keep(file, by, now))
            except Refused as refused:
                wrong.append(refused.problems[0].text)
        for text in wrong:
            self.add_error("files", text)
        self.kept = found
        return not self.errors

    def typed(self) -> list[tuple[str, str]]:
        """For the hidden fields of the check page."""
        return [("kept", str(row.pk)) for row in self.kept]


def kept(data: Mapping[str, Any]) -> set[UUID]:
    """The ids of the files that a page carries along."""
    return _ids(data, "kept")


def _ids(data: Mapping[str, Any], name: str) -> set[UUID]:
    """What is no id is nobody's file."""
    found = set()
    for typed in data.getlist(name) if isinstance(data, QueryDict) else ():
        with suppress(ValueError):
            found.add(UUID(typed))
    return found


def _keep(file: "UploadedFile[Any]", by: User, now: datetime) -> Attachment:
    """Its size is judged before anything of it is read. Raises `Refused`."""
    name, size = file.name or "", file.size or 0
    if size > rules.LARGEST:
        wrong = rules.too_large(name, size)
        raise Refused(Problem(wrong.code, wrong.cell, wrong.params))
    return attaching.keep(by=by, name=name, content=file.read(), now=now)
