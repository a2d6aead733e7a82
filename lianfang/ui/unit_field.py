"""A unit typed by name or code. Where several fit, the page offers them for choice; works without script."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianfang.orgs import queries
from lianfang.orgs.models import Unit, UnitQuerySet

# Up to so many units are offered while one types; more would weigh on a phone and help nobody.
OFFERED = 60


def typed_as(unit: Unit) -> str:
    """How the field shows a unit and understands it again."""
    return f"{unit.name} {unit.code}"


class UnitInput(forms.TextInput):
    """A text box; after an answer that fitted several units, with these beside it as choices."""

    template_name = "ui/forms/unit.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.candidates: list[Unit] = []
        self.offered: list[Unit] = []

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The choice made counts as long as the text it was offered for still stands there."""
        typed = data.get(name)
        return data[f"{name}_pick"] if f"{name}_pick" in data and data.get(f"{name}_asked") == typed else typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if self.offered:
            attrs = {**(attrs or {}), "list": f"{name}_offered"}
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "candidates": [(unit.code, unit) for unit in self.candidates],
            "offered": [typed_as(unit) for unit in self.offered],
        }
        return context


class UnitField(forms.CharField):
    """Cleans to a `Unit` (None if left blank). Set ``units``, the ones that may be named, in the form's ``__init__``."""

    widget = UnitInput
    units: UnitQuerySet | None = None

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Unit"))
        super().__init__(max_length=160, **options)

    def among(self, units: UnitQuerySet) -> None:
        """Allow these units, and offer them while one types if they are few."""
        self.units = units
        few = list(units.order_by("path")[: OFFERED + 1])
        self.widget.offered = few if len(few) <= OFFERED else []

    def prepare_value(self, value: Any) -> Any:
        return typed_as(value) if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed or self.units is None:
            return None
        found = queries.named(self.units, typed)
        if not found:
            raise ValidationError(
                _("None of your units has the name or code “%(typed)s”.") % {"typed": typed}, code="unknown"
            )
        if len(found) > 1:
            self.widget.candidates = found
            raise ValidationError(_("Several units fit. Choose one of them below."), code="several")
        return found[0]
