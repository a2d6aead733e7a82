"""Forms of the letters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitField


class ListForm(forms.Form):
    """A table as a file, or its lines pasted."""

    unit = UnitField(label=_("School or department"), help_text=_("Name or code. Its classes and those below it."))
    file = forms.FileField(label=_("Choose a file"), required=False)
    lines = forms.CharField(
        label=_("Or paste the lines here"),
        required=False,
        max_length=200_000,
        help_text=_("One class a line: class, name, mobile number. Copied from a spreadsheet, or with commas between."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, admin: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, UnitField):
            unit.among(access.units_for(admin, "posting.manage").on(clock.today()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not (data.get("lines") or "").strip() and "file" not in self.errors:
            self.add_error("file", _("Choose a file, or paste the lines."))
        return data

    def table(self) -> tuple[bytes, str]:
        """Content and name of the file; pasted lines are a text file."""
        if file := self.cleaned_data["file"]:
            return file.read(), file.name
        return self.cleaned_data["lines"].replace("，", ",").encode(), "lines.csv"


class UnitForm(forms.Form):
    below = UnitField()

    def __init__(self, admin: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = self.fields["below"]
        if isinstance(below, UnitField):
            below.among(access.units_for(admin, "posting.manage").on(clock.today()))
