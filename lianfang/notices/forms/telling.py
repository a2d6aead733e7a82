"""Forms of the notice pages."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianfang.notices.queries import senders
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.unit_field import UnitsField


class WriteForm(forms.Form):
    """Who is told what. ``sender`` is asked only of those who may write for several units."""

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
    title = forms.CharField(label=_("Heading"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    to_confirm = forms.BooleanField(label=_("Everyone must confirm having read it"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        own = senders(user)
        kwargs.setdefault("initial", {"units": own[:1], "whole": True, "sender": own[0].pk if own else None})
        super().__init__(*args, **kwargs)
        mine = access.units_for(user, "notice.post")
        units = self.fields["units"]
        if isinstance(units, UnitsField):
            units.units = mine.filter(valid_to__isnull=True)
        roles = self.fields["roles"]
        if isinstance(roles, forms.MultipleChoiceField):
            readers = {name: role for name, role in access.ROLES.items() if "notice.read" in role.here | role.below}
            roles.choices = [(name, role.label) for name, role in readers.items()]
        sender = self.fields["sender"]
        if isinstance(sender, forms.ModelChoiceField):
            sender.queryset = mine.filter(pk__in=[unit.pk for unit in own]).order_by("path")
            if len(own) == 1:
                sender.widget, sender.required = forms.HiddenInput(), False
        self.own = own

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if len(self.own) == 1:
            data["sender"] = self.own[0]
        return data

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, for the hidden fields of the check page."""
        sent = self.data if isinstance(self.data, QueryDict) else QueryDict()
        return [(name, value) for name in self.fields for value in sent.getlist(name)]


class KeyForm(forms.Form):
    """The key of one sending: sent twice, it is one notice."""

    key = forms.UUIDField()
