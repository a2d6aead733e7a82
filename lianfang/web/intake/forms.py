"""Forms of the import of rosters."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock, problems
from lianfang.orgs.models import UnitQuerySet
from lianfang.people.models.roster import Belonging, Ending
from lianfang.people.rules.words import HEADINGS
from lianfang.ui.unit_field import UnitField
from lianfang.web.intake.words import FIELDS


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """A file of people. Its size is judged before anything of it is read."""

    unit = UnitField(
        label=_("Where the roster belongs"), help_text=_("School, campus, department or class: name or code.")
    )
    as_a = forms.ChoiceField(
        label=_("Who is in it"),
        choices=Belonging.choices,
        initial=Belonging.STUDENT,
        help_text=_("A column such as 岗位 or 人员类别 in the file goes before this."),
    )
    first_day = forms.DateField(
        label=_("Holds from"),
        widget=_Day,
        help_text=_(
            "Whoever is new belongs to the class from this day; whoever moves or leaves did so the day before."
        ),
    )
    file = forms.FileField(label=_("Choose a file"), error_messages={"required": _("Choose a file first.")})

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].initial = clock.today
        unit = self.fields["unit"]
        if isinstance(unit, UnitField):
            unit.among(units)

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.ROSTER_LIMIT_BYTES
        if (file.size or 0) > most:
            size, limit = (round(number / 2**20) for number in (file.size or 0, most))
            raise forms.ValidationError(problems.text("core.sheet_too_large", size=size, most=limit))
        return file


class ColumnsForm(forms.Form):
    """Which column is what. ``start`` is the first line with a person, as the spreadsheet program counts."""

    start = forms.IntegerField(label=_("First line with a person"), min_value=1, max_value=100)

    def __init__(self, headings: dict[int, str], present: dict[int, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("leave out")), *((name, FIELDS[name]) for name in HEADINGS)]
        for at, heading in headings.items():
            self.fields[f"c{at}"] = forms.ChoiceField(
                label=heading, required=False, choices=choices, initial=present.get(at, "")
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [value for name, value in data.items() if name != "start" and value]
        if "name" not in chosen:
            raise forms.ValidationError(_("Choose the column of the names."))
        for name in data:
            if name != "start" and data[name] and chosen.count(data[name]) > 1:
                self.add_error(name, _("This is chosen for more than one column."))
        return data

    def columns(self) -> dict[int, str]:
        return {int(name[1:]): value for name, value in self.cleaned_data.items() if name != "start" and value}


class ConfirmForm(forms.Form):
    """Those who are not in the file stay unless somebody says why they left."""

    leave = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("They stay on the roster")),
            *((end.value, end.label) for end in (Ending.LEFT, Ending.GRADUATED, Ending.SCHOOL)),
        ],
        widget=forms.RadioSelect,
        initial="",
    )
