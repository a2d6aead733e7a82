"""Forms of the notice pages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianfang.core import clock, spreadsheets
from lianfang.core.problems import Refused
from lianfang.notices.queries import audience as queries
from lianfang.notices.queries import senders
from lianfang.notices.rules import audience as rules
from lianfang.notices.rules import lists
from lianfang.notices.rules.audience import Audience
from lianfang.notices.rules.lists import Matched
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitsField

FARTHEST = timedelta(days=366)
# Above this somebody may have meant another unit: the number has to be typed.
MANY = 10_000
# The fields of each way to choose.
_OF = {
    rules.DUTIES: ("units", "whole", "roles"), rules.STAFF: ("units", "whole"), rules.GROUPS: ("groups",),
    rules.FAMILIES: ("units",), rules.STAFF_LIST: ("names", "file"), rules.PUPIL_LIST: ("names", "file"),
}  # fmt: skip
_MOMENT = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


class WriteForm(forms.Form):
    """Who is told what. ``how`` is one of `rules.audience.HOW`; what it does not need is no field. ``way`` is how
    this person does. ``sender`` is asked only of those who may write for several units."""

    how = forms.ChoiceField(choices=[(how, how) for how in rules.HOW], widget=forms.HiddenInput, required=False)
    sender: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(label=_("In the name of"), queryset=None)
    units = UnitsField(
        label=_("Units"),
        help_text=_("Name or code, one a line. Only units you are responsible for."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    whole = forms.BooleanField(label=_("And everything below these units"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("To whom there"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one duty; nobody would be told otherwise.")},
    )
    groups = forms.MultipleChoiceField(
        label=_("Working groups"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one group; nobody would be told otherwise.")},
    )
    names = forms.CharField(label=_("Names or numbers"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("Excel or CSV; the first column is read.")
    )  # fmt: skip
    title = forms.CharField(label=_("Heading"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    to_confirm = forms.BooleanField(label=_("Everyone must confirm having read it"), required=False)
    until = forms.DateTimeField(
        label=_("Confirm or answer by"), required=False, input_formats=_MOMENT,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT[0]),
        help_text=_("Whoever has not done it by then is reminded, and so are those responsible for them."),
    )  # fmt: skip
    matched: "Matched[int] | Matched[UUID] | None" = None

    def __init__(self, user: User, *args: Any, how: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.ways = user, ways(user)
        typed = self.data.get("how", "") if self.is_bound else how
        self.way = typed if typed in self.ways else self.ways[0]
        self.own = senders(user, queries.verb(self.way))
        for name in {name for names in _OF.values() for name in names} - set(_OF[self.way]):
            del self.fields[name]
        self.initial = {
            "units": self.own[:1], "whole": True, "how": self.way, "sender": self.own[0].pk if self.own else None,
            **self.initial,
        }  # fmt: skip
        self._offer()

    def _offer(self) -> None:
        mine = access.units_for(self.user, queries.verb(self.way))
        units, sender = self.fields.get("units"), self.fields["sender"]
        roles, groups, names = (self.fields.get(name) for name in ("roles", "groups", "names"))
        if isinstance(units, UnitsField):
            units.units = mine.filter(valid_to__isnull=True)
            if self.way == rules.FAMILIES:
                units.help_text = gettext(
                    "Classes, schools or areas, one a line: every pupil there, with their family."
                )
        if isinstance(roles, forms.MultipleChoiceField):
            readers = {name: role for name, role in access.ROLES.items() if "notice.read" in role.here | role.below}
            roles.choices = [(name, role.label) for name, role in readers.items()]
        if isinstance(groups, forms.MultipleChoiceField):
            found = queries.offered_groups(self.user)[: queries.MOST_GROUPS]
            groups.choices = [(str(one.pk), f"{one.unit.label} · {one.name}") for one in found]
        if names is not None:
            names.help_text = _LISTED[self.way]
        if isinstance(sender, forms.ModelChoiceField):
            sender.queryset = mine.filter(pk__in=[unit.pk for unit in self.own]).order_by("path")
            if len(self.own) == 1:
                sender.widget, sender.required = forms.HiddenInput(), False

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and not clock.now() < until < clock.now() + FARTHEST:
            raise forms.ValidationError(gettext("This moment has passed, or is more than a year away."))
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["how"] = self.way
        if len(self.own) == 1:
            data["sender"] = self.own[0]
        if data.get("until") and not data.get("to_confirm") and not self.data.get("q_kind"):
            self.add_error("until", gettext("Nothing is asked for by then. Have it confirmed, or ask a question."))
        if self.way in rules.LISTS:
            self._match(data)
        return data

    def _match(self, data: dict[str, Any]) -> None:
        """What a file holds joins what was typed, so that the pages carry one list and nothing of it is lost."""
        if file := data.pop("file", None):
            try:
                cells = _first_column(file.read(), file.name)
            except Refused as refused:
                self.add_error("file", refused.problems[0].text)
                return
            data["names"] = "\n".join(filter(None, (data.get("names", ""), *cells)))
            sent = QueryDict("", mutable=True) if not isinstance(self.data, QueryDict) else self.data.copy()
            sent["names"] = data["names"]
            self.data = sent
        typed = lists.lines(data.get("names", ""))
        if not typed:
            self.add_error("names", gettext("Write at least one name or number, or choose a file."))
        elif len(typed) > lists.MOST:
            self.add_error("names", gettext("At most %(most)s lines; there are %(count)s.")
                           % {"most": lists.MOST, "count": len(typed)})  # fmt: skip
        else:
            named = queries.pupils_named if self.way == rules.PUPIL_LIST else queries.staff_named
            self.matched = named(self.user, typed, clock.today())
            self.typed_lines = len(typed)

    @property
    def audience(self) -> Audience:
        """Of a valid form."""
        data = self.cleaned_data
        return Audience(
            self.way,
            units=tuple(unit.pk for unit in data.get("units", ())),
            whole=data.get("whole", False),
            roles=tuple(data.get("roles", ())),
            groups=tuple(map(int, data.get("groups", ()))),
            typed=self.typed_lines if self.matched else 0,
        )

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, for the hidden fields of the check page."""
        sent = self.data if isinstance(self.data, QueryDict) else QueryDict()
        return [(name, value) for name in self.fields for value in sent.getlist(name)]


_LISTED = {
    rules.STAFF_LIST: _("User names, full names or work telephones, one a line. Only people at your units."),
    rules.PUPIL_LIST: _("Student numbers or names, one a line. Only pupils whose roster you see."),
}


def ways(user: User) -> list[str]:
    """How a person may choose whom they write to, the usual way first."""
    found = []
    if access.holds(user, queries.POST):
        found += [rules.DUTIES, rules.STAFF, rules.GROUPS, rules.STAFF_LIST]
    if access.holds(user, queries.FAMILY):
        found.append(rules.FAMILIES)
        found += [rules.PUPIL_LIST] if access.holds(user, "person.view") else []
    return found


def _first_column(content: bytes, name: str) -> Sequence[str]:
    """Raises `Refused` for what is no table."""
    grids = spreadsheets.grids(content, name)
    cells = (row[0] for row in (grids[0].rows if grids else ()) if row and row[0] is not None)
    return [str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell) for cell in cells]


class KeyForm(forms.Form):
    """The key of one sending: sent twice, it is one notice. ``number``: typed where very many are reached."""

    key = forms.UUIDField()
    number = forms.CharField(required=False, max_length=12)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=200, help_text=_("Everybody who got the notice reads this.")
    )  # fmt: skip
