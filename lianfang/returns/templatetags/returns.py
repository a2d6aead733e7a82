"""Words of form files in templates."""

from django import template
from django.utils.translation import gettext as _

from lianfang.returns.queries import words as reader
from lianfang.returns.spec import Form, Words

register = template.Library()


@register.filter
def say(words: Words | None) -> str:
    """Words of a form file in the reader's language."""
    return reader.say(words)


@register.filter
def cell_label(form: Form, cell: str) -> str:
    """The label of a cell, such as 学生 · 确诊人数."""
    return reader.say(form.label_of(cell)) if cell in form.cells else cell


@register.filter
def reference(seal: str) -> str:
    """The first twelve signs of a seal in groups of four, to read out on the telephone."""
    short = seal[:12].upper()
    return " ".join(short[start : start + 4] for start in range(0, len(short), 4))


@register.filter
def term(key: str) -> str:
    """What an override's key means ("returns.situation_2020.due.school")."""
    names = {
        "due.school": _("Cut-off of schools"),
        "due.city": _("Cut-off of cities"),
        "due.province": _("Cut-off of the province"),
        "self_sign": _("Signing what one alone filled in"),
    }
    return names.get(key.split(".", 2)[-1], key)


@register.filter
def term_value(value: str) -> str:
    """A time of day as it is; the two words in the reader's language."""
    return {"allowed": _("allowed"), "refused": _("refused")}.get(value, value)
