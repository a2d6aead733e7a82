"""Forms of the roster's pages."""

from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core import clock, problems
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.people.models import Enrolment
from lianfang.people.models.families import Relation
from lianfang.people.models.roster import Belonging, Document, LodgingKind, Mark, Sex
from lianfang.people.rules import roster as rules
from lianfang.ui.unit_field import UnitField
from lianfang.web.roster import words

ALL = ("", _("all"))
BLANK = ("", "—")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _phone(label: Any, **options: Any) -> forms.CharField:
    box = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=40, widget=box, **options)


class FilterForm(forms.Form):
    """Filters of a list; they stay in the address, for none of them says anything about a person."""

    as_a = forms.ChoiceField(label=_("Who"), required=False, choices=[ALL, *Belonging.choices])
    lodging = forms.ChoiceField(label=_("Lodging"), required=False, choices=[ALL, *LodgingKind.choices])
    mark = forms.ChoiceField(label=_("Group"), required=False, choices=[ALL, *Mark.choices])
    state = forms.ChoiceField(
        label=pgettext_lazy("of a pupil", "State"),
        required=False,
        choices=[("", _("on the roster")), ("away", _("on leave")), ("left", _("left"))],
    )

    def chosen(self) -> dict[str, str]:
        """What was chosen; what nobody can have chosen counts as nothing."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}

    def kept(self) -> str:
        return urlencode({name: value for name, value in self.chosen().items() if value})


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Name, pinyin, school number, telephone or document number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search", "spellcheck": "false"}),
    )


class FindForm(forms.Form):
    typed = forms.CharField(
        label=_("Telephone or document number in full"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a number.")},
    )


class FactsForm(forms.Form):
    """Facts of a person. Sealed ones are not shown: blank leaves them as they are, a tick takes them away."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    former_name = forms.CharField(label=_("Former name"), max_length=60, required=False)
    sex = forms.TypedChoiceField(label=_("Sex"), choices=Sex.choices, coerce=int, required=False)
    born_on = forms.DateField(label=_("Birthday"), required=False, widget=Day())
    phone = _phone(_("Telephone"), required=False)
    address = forms.CharField(label=_("Home address"), max_length=200, required=False)
    place = forms.CharField(label=_("Present place (during a response)"), max_length=200, required=False)

    def without_place(self) -> Self:
        """Where somebody is now is not asked while no response runs; what is known can still be taken away."""
        del self.fields["place"]
        return self

    def clean_sex(self) -> int:
        return int(self.cleaned_data["sex"] or 0)

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in FactsForm.base_fields}


class ChangeForm(FactsForm):
    """What is blank of the sealed facts stays; what is ticked goes."""

    SEALED = ("phone", "address", "place")

    remove = forms.MultipleChoiceField(
        label=_("Take away"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What is ticked here is deleted."),
    )  # fmt: skip

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        plain = ("name", "former_name", "sex", "born_on")
        kwargs["initial"] = {name: getattr(person, name) for name in plain}
        super().__init__(*args, **kwargs)
        known = [name for name in self.SEALED if getattr(person, name)]
        for name in known:
            self.fields[name].help_text = words.known(getattr(person, name))
        if known:
            self.fields["remove"].choices = [(name, words.FIELDS[name]) for name in known]  # type: ignore[attr-defined]
        else:
            del self.fields["remove"]

    def facts(self) -> dict[str, Any]:
        """What is to be changed: the plain facts, and sealed ones that were typed or are to go."""
        data = dict(self.cleaned_data)
        gone = data.pop("remove", [])
        typed = {name: value for name, value in data.items() if name not in self.SEALED or value}
        return {**typed, **{name: None for name in gone if name not in typed}}


class HealthForm(forms.Form):
    """The note is not shown beside its box either; a new one takes its place."""

    health_note = forms.CharField(
        label=_("Health note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as an allergy. Takes the place of the present note; blank takes it away."),
    )  # fmt: skip


class DocumentForm(forms.Form):
    document_kind = forms.ChoiceField(
        label=_("Kind of document"), choices=[("", _("let the number tell")), *Document.choices], required=False
    )
    number = forms.CharField(
        label=_("Document number"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    label = forms.CharField(
        label=_("Which document"), max_length=40, required=False, help_text=_("Only for “other document”.")
    )


class LodgingForm(forms.Form):
    lodging = forms.ChoiceField(label=_("Lodging"), choices=LodgingKind.choices, initial=LodgingKind.DAY)
    building = forms.CharField(label=_("Building"), max_length=40, required=False)
    room = forms.CharField(label=_("Room"), max_length=20, required=False)
    bed = forms.CharField(label=_("Bed"), max_length=10, required=False)


class DatedLodgingForm(LodgingForm):
    from_on = forms.DateField(label=_("From"), widget=Day(), initial=clock.today)


class GuardianForm(forms.Form):
    guardian_name = forms.CharField(label=_("Name of the guardian"), max_length=60)
    guardian_phone = _phone(_("Telephone of the guardian"), required=False)
    relation = forms.ChoiceField(label=_("Relation"), choices=Relation.choices)
    position = forms.TypedChoiceField(
        label=_("Called"), choices=[(1, _("first")), (2, _("second")), (3, _("third"))], coerce=int, initial=1
    )


class PlaceForm(forms.Form):
    """Where and as what somebody belongs."""

    as_a = forms.ChoiceField(label=_("Belongs as"), choices=Belonging.choices)
    unit = UnitField(label=_("Class or unit"))
    school_number = forms.CharField(label=_("School number"), max_length=40, required=False)
    title = forms.CharField(
        label=_("Title"), max_length=60, required=False, help_text=_("Of staff, such as head cook.")
    )
    from_on = forms.DateField(label=_("Since"), widget=Day(), initial=clock.today)

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _among(self, "unit", units)


class AddForm(FactsForm, PlaceForm, LodgingForm, GuardianForm):
    """Everything known when somebody comes. The guardian may be left out as a whole."""

    document_kind = forms.ChoiceField(
        label=_("Kind of document"), choices=[("", _("let the number tell")), *Document.choices], required=False
    )
    document_number = forms.CharField(
        label=_("Document number"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sure = forms.BooleanField(label=_("I have compared: enter this person"), required=False)

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(units, *args, **kwargs)
        for name in ("guardian_name", "position"):
            self.fields[name].required = False

    @property
    def has_guardian(self) -> bool:
        return bool(self.cleaned_data["guardian_name"] or self.cleaned_data["guardian_phone"])


class _OfBelonging(forms.Form):
    """Asks about one belonging. What cannot be is told before the page on which it is read over, not behind it; the
    action checks again."""

    def __init__(self, held: Enrolment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held

    def _not_before_it_began(self, field: str, code: str) -> None:
        day, begun = self.cleaned_data.get(field), self.held.from_on
        if day and day < begun:
            self.add_error(field, problems.text(code, from_on=date_format(begun, "DATE_FORMAT")))


class MoveForm(_OfBelonging):
    unit = UnitField(label=_("To class or unit"))
    from_on = forms.DateField(label=_("First day there"), widget=Day(), initial=clock.today)

    def __init__(self, held: Enrolment, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(held, *args, **kwargs)
        _among(self, "unit", units)

    def clean(self) -> None:
        if (unit := self.cleaned_data.get("unit")) and unit.pk == self.held.unit_id:
            self.add_error("unit", problems.text("people.moves_nowhere"))
        self._not_before_it_began("from_on", "people.moves_before_start")


class EndForm(_OfBelonging):
    ending = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    to_on = forms.DateField(label=_("Last day"), widget=Day(), initial=clock.today)

    def __init__(self, held: Enrolment, endings: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(held, *args, **kwargs)
        self.fields["ending"].choices = endings  # type: ignore[attr-defined]

    def clean(self) -> None:
        self._not_before_it_began("to_on", "people.ends_before_it_began")


class AwayForm(_OfBelonging):
    why = forms.CharField(label=_("Why"), max_length=40, required=False, help_text=_("In a word, no diagnosis."))
    away_from = forms.DateField(label=_("First day away"), widget=Day(), initial=clock.today)
    away_to = forms.DateField(
        label=_("Last day away"), widget=Day(), required=False, help_text=_("Blank: not known yet.")
    )

    def clean(self) -> None:
        away_from, away_to = (self.cleaned_data.get(name) for name in ("away_from", "away_to"))
        self._not_before_it_began("away_from", "people.away_before_start")
        if away_from and away_to and away_to < away_from:
            self.add_error("away_to", problems.text("people.away_order"))


class BackForm(forms.Form):
    on = forms.DateField(label=_("First day back"), widget=Day(), initial=clock.today)


class MarkForm(forms.Form):
    group = forms.ChoiceField(label=_("Group"), choices=Mark.choices)
    note = forms.CharField(
        label=_("Note"), max_length=120, required=False, help_text=_("Such as the firm of an intern.")
    )
    from_on = forms.DateField(label=_("From"), widget=Day(), initial=clock.today)


class ClassForm(forms.Form):
    """A whole class goes on or graduates; ``to`` blank graduates."""

    chosen = forms.MultipleChoiceField(label=_("Pupils"), error_messages={"required": _("Choose at least one person.")})
    what = forms.ChoiceField(
        label=_("What happens"), widget=forms.RadioSelect, initial="move",
        choices=[("move", _("They go on to another class")), ("graduate", _("They graduate"))],
    )  # fmt: skip
    to = UnitField(label=_("To class"), required=False)
    on = forms.DateField(
        label=_("Day"), widget=Day(), initial=clock.today,
        help_text=_("Of a move the first day in the new class, of a graduation the last day at school."),
    )  # fmt: skip

    def __init__(self, pupils: list[tuple[str, str]], units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = pupils  # type: ignore[attr-defined]
        _among(self, "to", units)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("what") == "move" and "to" in data and not data["to"]:
            self.add_error("to", _("Choose the class they go to."))
        return data


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What do you need it for?"), widget=forms.RadioSelect, choices=list(words.REASONS.items())
    )
    words = forms.CharField(
        label=_("In a few words"), max_length=200, required=False,
        help_text=_("Needed for the last two reasons. Name nobody here."),
    )  # fmt: skip


class MergeForm(forms.Form):
    keep = forms.ChoiceField(label=_("Which record stays?"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why are they one person?"), max_length=200)

    def __init__(self, records: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = records  # type: ignore[attr-defined]


class HouseholdForm(forms.Form):
    label = forms.CharField(label=_("Name of the household"), max_length=80, help_text=_("Such as building and flat."))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class MemberForm(forms.Form):
    """A member is named as a list would find them."""

    typed = forms.CharField(
        label=_("Name, school number or telephone"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.UUIDField(label=_("Who is it?"), required=False)


class ExportForm(forms.Form):
    as_a = forms.ChoiceField(label=_("Who"), required=False, choices=[ALL, *Belonging.choices])
    columns = forms.MultipleChoiceField(
        label=_("Columns"), widget=forms.CheckboxSelectMultiple, choices=list(words.COLUMNS.items()),
        initial=list(rules.USUAL_COLUMNS), error_messages={"required": _("Choose at least one column.")},
        help_text=_("Take only what the purpose needs. Identity numbers never leave in a list."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What is the list for?"), max_length=100, min_length=rules.SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip
    form = forms.ChoiceField(
        label=_("File format"),
        widget=forms.RadioSelect,
        initial="xlsx",
        choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV")],
    )


class PrintForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=_("Columns"), widget=forms.CheckboxSelectMultiple,
        choices=[(name, words.COLUMNS[name]) for name, sealed in rules.COLUMNS.items() if not sealed],
        initial=["number", "name", "sex"], error_messages={"required": _("Choose at least one column.")},
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What is the list for?"), max_length=100, min_length=rules.SHORTEST_PURPOSE,
        help_text=_("Stands with your name on every page."),
    )  # fmt: skip


def _among(form: forms.Form, name: str, units: UnitQuerySet) -> None:
    field = form.fields[name]
    if isinstance(field, UnitField):
        field.among(units)


def places(units: UnitQuerySet, school: Unit) -> UnitQuerySet:
    """The parts of one school somebody can be put at."""
    return units.filter(school=school).on(clock.today())
