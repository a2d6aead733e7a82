"""Choosing files. What is good is kept at once (`views.collecting`) and comes back as ``kept``; only what is bad is
chosen again."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianfang.notices.models import Attachment
from lianfang.notices.rules import files as rules


class _Input(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files; what they are is judged one by one."""

    widget = _Input

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return [one for one in data or [] if one]


class FilesForm(forms.Form):
    files = _FilesField(  # type: ignore[assignment]  # a form keeps the fields of its class elsewhere
        label=_("Files"), required=False, widget=_Input(attrs={"accept": rules.ACCEPTED}),
        help_text=_(
            "Up to 5 files of 10 MB: PDF, pictures, Word, Excel, PowerPoint, text. No pictures of people, no lists of "
            "names. A photo may carry the place where it was taken."
        ),
    )  # fmt: skip
    kept: Sequence[Attachment] = ()

    @property
    def wanted(self) -> set[UUID]:
        """The files that the page carries along, those left out that were ticked so."""
        return self._ids("kept") - self._ids("drop")

    def typed(self) -> list[tuple[str, str]]:
        """For the hidden fields of the check page."""
        return [("kept", str(row.pk)) for row in self.kept]

    def _ids(self, name: str) -> set[UUID]:
        """What is no id is nobody's file."""
        found = set()
        for typed in self.data.getlist(name) if isinstance(self.data, QueryDict) else ():
            with suppress(ValueError):
                found.add(UUID(typed))
        return found
