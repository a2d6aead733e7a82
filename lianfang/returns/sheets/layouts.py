"""The layouts a form file can name (``sheet.layout``). A new one is a file beside this one and a line here."""

from lianfang.returns.sheets import annex_2020, plain
from lianfang.returns.sheets.table import Column, Layout
from lianfang.returns.spec import Form

PLAIN = "plain"
LAYOUTS: dict[str, Layout] = {
    "annex_2020": annex_2020.layout,
    PLAIN: plain.layout,
}


def columns(form: Form, layout: str = "") -> tuple[Column, ...]:
    """The columns of a form's own layout, or of another one. KeyError for a layout that does not exist."""
    return LAYOUTS[layout or form.sheet.layout](form)


def readable(form: Form) -> list[tuple[Column, ...]]:
    """The layouts a filled-in sheet may have: the form's own first."""
    return [columns(form, name) for name in dict.fromkeys((form.sheet.layout, PLAIN))]
