"""A unit typed by name or code. Where several fit, the page offers them for choice; works without script."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lianfang.orgs import queries
from lianfang.orgs.models import Unit, UnitQuerySet

# Up to so many units are offered while one types; more would weigh on a phone and help nobody.
OFFERED = 60
# Where several fit, so many stand for choice; somebody who reads more of them on a phone has lost the thread.
CHOICES = 12


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
    """Cleans to a `Unit` (None if left blank). The form's ``__init__`` says by `among` which ones may be named."""

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
        found = queries.named(self.units, typed, most=CHOICES + 1)
        if not found:
            raise ValidationError(
                _("None of your units has the name or code “%(typed)s”.") % {"typed": typed}, code="unknown"
            )
        if len(found) > 1:
            self.widget.candidates = found[:CHOICES]
            if len(found) > CHOICES:
                raise ValidationError(
                    _("Many units have this name. Choose one below, or write the school before it."), code="many"
                )
            raise ValidationError(_("Several units fit. Choose one of them below."), code="several")
        return found[0]


class UnitsField(forms.CharField):
    """Several units, one a line. Cleans to a list of `Unit` without repetitions."""

    widget = forms.Textarea
    units: UnitQuerySet | None = None
    most = 200

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(typed_as(unit) for unit in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(
                _("These are %(count)s units; at most %(most)s can be named. Name the unit above them instead.")
                % {"count": len(lines), "most": self.most}
            )
        known = self._exactly(lines)
        found: dict[int, Unit] = {}
        for line in lines:
            unit = known.get(line) or self._one(line)
            found.setdefault(unit.pk, unit)
        return list(found.values())

    def _exactly(self, lines: list[str]) -> dict[str, Unit]:
        """What is named by its code, in one query."""
        codes = {line: line.split()[-1] for line in lines}
        units = Unit.objects.none() if self.units is None else self.units.filter(code__in=codes.values())
        by_code = {unit.code: unit for unit in units}
        return {line: by_code[code] for line, code in codes.items() if code in by_code}

    def _one(self, line: str) -> Unit:
        found = [] if self.units is None else queries.named(self.units, line, most=4)
        if not found:
            raise ValidationError(_("None of your units has the name or code “%(typed)s”.") % {"typed": line})
        if len(found) > 1:
            raise ValidationError(
                _("“%(typed)s” fits several units, such as %(units)s. Write the code of the one you mean.")
                % {"typed": line, "units": pgettext("list", ", ").join(typed_as(unit) for unit in found[:3])}
            )
        return found[0]
