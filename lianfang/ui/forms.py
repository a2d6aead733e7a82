"""Django's own forms come out like ours: the error summary first, fields as ``<c-field>`` draws them."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

_AS_THEY_ARE = (
    forms.CheckboxInput,
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
    forms.FileInput,
    forms.HiddenInput,
)


class Field(forms.BoundField):
    """Gives the inputs the classes of forms.css, so that no form has to repeat them."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Adds ``class`` and, for numbers, the number pad of phones; what the widget says itself stays."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, _AS_THEY_ARE):
            return attrs
        own = str(attrs.get("class") or widget.attrs.get("class") or "")
        attrs["class"] = f"{_css_class(widget)} {own}".strip()
        if isinstance(widget, forms.NumberInput):
            attrs.setdefault("inputmode", "numeric")
        return attrs


class Renderer(TemplatesSetting):
    """The setting ``FORM_RENDERER``. Uses the project's engine, so ``django.forms`` must be an installed app."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = Field


def _css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control is-number" if isinstance(widget, forms.NumberInput) else "form-control"
