"""Forms of the pages about units."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock, problems
from lianfang.obligations import spec
from lianfang.orgs import rules
from lianfang.orgs.models import LENGTHS, Function, Kind, Unit, UnitQuerySet
from lianfang.people import rules as people
from lianfang.ui.unit_field import UnitField
from lianfang.web.units.words import DUTIES


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FactsForm(forms.Form):
    """What is known of a unit. A blank head count is "not known", which is not 0."""

    name = forms.CharField(label=_("Name"), max_length=LENGTHS["name"])
    short_name = forms.CharField(label=_("Short name"), max_length=LENGTHS["short_name"], required=False)
    function = forms.ChoiceField(
        label=_("Function"),
        required=False,
        help_text=_("Return forms ask functional units for their part by this."),
        choices=[("", _("none of these")), *Function.choices],
    )
    students = forms.IntegerField(
        label=_("Students"), required=False, min_value=0, max_value=rules.MOST_PEOPLE, help_text=_("Blank: not known.")
    )
    staff = forms.IntegerField(
        label=_("Staff"), required=False, min_value=0, max_value=rules.MOST_PEOPLE, help_text=_("Blank: not known.")
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=LENGTHS["phone"],
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("Address"), max_length=LENGTHS["address"], required=False)

    def __init__(self, unit: Unit | None, *args: Any, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = {name: getattr(unit, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if unit is not None and unit.kind != Kind.OFFICE:
            del self.fields["function"]


class NewUnitForm(FactsForm):
    """A unit below another one; only kinds that may stand there are offered."""

    field_order = ("kind", "name", "code")
    kind = forms.ChoiceField(label=_("Kind of unit"))
    code = forms.CharField(label=_("Code"), max_length=LENGTHS["code"], required=False)

    def __init__(self, parent: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in Kind if rules.may_stand_under(kind, parent.kind)]
        kind, code = self.fields["kind"], self.fields["code"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = kinds
        inner = all(rules.tier_of(value, parent.kind) == "inner" for value, _label in kinds)
        code.help_text = (
            _("Left blank, the unit gets the next code of its school.")
            if inner
            else _("Areas: 6 digits. Schools: the 10 digits of the school code, or the 18 of the credit code.")
        )
        if not any(value == Kind.OFFICE for value, _label in kinds):
            del self.fields["function"]


class MoveForm(forms.Form):
    to = UnitField(label=_("New superior unit"), help_text=_("Name or code."))

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, UnitField):
            field.among(units)


class SponsorForm(forms.Form):
    sponsor = UnitField(label=_("Sponsor"), help_text=_("Name or code of the area or authority."))
    from_on = forms.DateField(
        label=_("From"), required=False, widget=_Day(), help_text=_("Blank: it has always been so.")
    )

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sponsor"]
        if isinstance(field, UnitField):
            field.among(units.filter(kind__in=[*rules.AREAS, Kind.AUTHORITY], valid_to__isnull=True))


class LastDayForm(forms.Form):
    """The last day of a unit or a reporting line."""

    on = forms.DateField(label=_("Last day"), widget=_Day(), initial=clock.today)


class UploadForm(forms.Form):
    """A file of units. Its size is judged before anything of it is read."""

    file = forms.FileField(label=_("Choose a file"), error_messages={"required": _("Choose a file first.")})

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            size, most = (round(number / 2**20) for number in (file.size or 0, settings.UPLOAD_LIMIT_BYTES))
            raise forms.ValidationError(problems.text("core.sheet_too_large", size=size, most=most))
        return file


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name, code or pinyin"), required=False, max_length=60)


OWED = "owed."  # before the kind of obligation for which somebody has to answer


class GapForm(forms.Form):
    """Filters of the gap list; they stay in the address."""

    duty = forms.ChoiceField(label=_("Missing"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    unit = UnitField(label=_("Unit and below"), required=False)

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        duty, kind, unit = self.fields["duty"], self.fields["kind"], self.fields["unit"]
        if isinstance(duty, forms.ChoiceField) and isinstance(kind, forms.ChoiceField):
            owed = [(OWED + one.id, one.label(get_language() or "zh")) for one in spec.catalog().values() if one.source]
            duty.choices = [("", _("any duty")), *DUTIES.items(), (_("Nobody answers for"), owed)]
            kind.choices = [("", _("all kinds")), *((name, Kind(name).label) for name in people.REQUIRED)]
        if isinstance(unit, UnitField):
            unit.units = units
