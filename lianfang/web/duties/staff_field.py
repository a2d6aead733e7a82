"""A colleague typed by name or user name. Where several fit, the page offers them for choice; works without script."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianfang.people import rules
from lianfang.people.models import User

OFFERED = 60


def typed_as(user: User) -> str:
    """How the field shows a person and understands it again."""
    return f"{user.name} {user.username}"


class StaffInput(forms.TextInput):
    template_name = "duties/_staff.html"

    def __init__(self) -> None:
        super().__init__({"autocomplete": "off", "maxlength": 130})
        self.candidates: list[User] = []
        self.offered: list[User] = []

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The choice made counts as long as the text it was offered for still stands there."""
        typed = data.get(name)
        return data[f"{name}_pick"] if f"{name}_pick" in data and data.get(f"{name}_asked") == typed else typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if self.offered:
            attrs = {**(attrs or {}), "list": f"{name}_offered"}
        context = super().get_context(name, value, attrs)
        offered = [typed_as(user) for user in self.offered]
        context["widget"] |= {"candidates": self.candidates, "offered": offered}
        return context


class StaffField(forms.CharField):
    """Cleans to a `User` (None if left blank). The form's ``__init__`` says by `among` who may be named."""

    widget = StaffInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Person"))
        options.setdefault("help_text", gettext_lazy("Name or user name."))
        super().__init__(max_length=130, **options)
        self.people: QuerySet[User] = User.objects.none()

    def among(self, people: QuerySet[User]) -> None:
        """Allow these people, and offer them while one types if they are few."""
        self.people = people
        few = list(people[: OFFERED + 1])
        self.widget.offered = few if len(few) <= OFFERED else []

    def prepare_value(self, value: Any) -> Any:
        return typed_as(value) if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        typed = rules.tidy(super().clean(value) or "")
        if not typed:
            return None
        known = Q(name=typed) | Q(username=typed) | Q(username=typed.split()[-1])
        found = list(self.people.filter(known)[:20])
        exact = [user for user in found if typed in (user.username, typed_as(user))]
        if len(exact) == 1:
            return exact[0]
        if not found:
            said = _("Nobody here has the name or user name “%(typed)s”.")
            raise ValidationError(said % {"typed": typed}, code="unknown")
        if len(found) > 1:
            self.widget.candidates = found
            raise ValidationError(_("Several people fit. Choose one of them below."), code="several")
        return found[0]
