"""Cleaning what people type into a return. The form itself comes from the form file, so these are not model forms."""

import base64
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from lianfang.core.ids import uuid7
from lianfang.returns import rules
from lianfang.returns.spec import Form

WHOLE = re.compile(r"-?\d{1,12}")
NOT_KNOWN = {"待核实", "?", "？", "to be verified"}


def read_cells(form: Form, post: Mapping[str, str], only: Iterable[str] | None = None) -> dict[str, Any]:
    """The cells as typed: whole numbers as int, 待核实 as "?", blank as None, anything else as the text itself, which
    `rules.findings` then refuses at its cell. Full-width digits and thousands commas are understood."""
    wanted = set(form.cells if only is None else only)
    counts = set(form.count_cells)
    cells: dict[str, Any] = {}
    for cell in form.cells:
        if cell in wanted:
            raw = post.get(f"c-{cell}", "").replace("\x00", "")
            cells[cell] = _count(raw, f"u-{cell}" in post) if cell in counts else raw.replace("\r\n", "\n").strip()
    return cells


def _count(raw: str, not_known: bool) -> Any:
    text = unicodedata.normalize("NFKC", raw).strip().replace(",", "")
    if not_known or text.lower() in NOT_KNOWN:
        return rules.UNVERIFIED
    if not text:
        return None
    return int(text) if WHOLE.fullmatch(text) else raw.strip()[:40]


def read_prefixed(form: Form, post: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Texts given per cell ("r-confirmed.students": a reason), blanks left out, at most 200 characters each."""
    found = {cell: post.get(f"{prefix}-{cell}", "").replace("\x00", "").strip()[:200] for cell in form.cells}
    return {cell: text for cell, text in found.items() if text}


class Envelope(forms.Form):
    """What travels with the cells: the key of this submission, the version and the draft the page started from."""

    key = forms.UUIDField(required=False)
    base = forms.IntegerField(required=False, min_value=0)
    rev = forms.IntegerField(required=False, min_value=0)

    @classmethod
    def of(cls, post: Mapping[str, str]) -> dict[str, Any]:
        """Always usable: a page with a damaged key gets a fresh one and is then judged by its base version."""
        envelope = cls(post)
        envelope.is_valid()
        key: UUID = envelope.cleaned_data.get("key") or uuid7()
        return {
            "key": key,
            "base": envelope.cleaned_data.get("base") or 0,
            "rev": envelope.cleaned_data.get("rev") or 0,
        }


class SignForm(forms.Form):
    """Which version the signer has in front of them."""

    version = forms.UUIDField()


class GatherForm(forms.Form):
    """The fingerprint of the sums on the page, and the gatherer's own words."""

    key = forms.UUIDField()
    seen = forms.CharField(max_length=16)
    remark = forms.CharField(
        label=_("Remarks"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    contact = forms.CharField(label=_("Contact"), max_length=100)


class TurnBackForm(forms.Form):
    """Why a return goes back; reasons per cell are read beside it."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What should be corrected?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The school reads this at the top of its form. You can also say it at single cells below."),
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is the day opened again?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


SALT = "returns.import"
ONE_HOUR = 3600


def sealed(rows: list[dict[str, Any]]) -> str:
    """Checked rows of an upload, to travel with the page until they are confirmed: signed and compressed."""
    return signing.dumps(rows, salt=SALT, compress=True)


def unsealed(text: str) -> list[dict[str, Any]] | None:
    """The rows again; None when they were altered or are older than an hour."""
    try:
        rows: list[dict[str, Any]] = signing.loads(text, salt=SALT, max_age=ONE_HOUR)
    except signing.BadSignature:
        return None
    return rows


def as_link(content: bytes, content_type: str) -> str:
    """A small file as an address inside the page, so that nothing uploaded has to be kept on the server."""
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


class TermForm(forms.Form):
    """One term of a unit's own, from a day on."""

    term = forms.ChoiceField(label=_("Which term"))
    value = forms.CharField(
        label=_("From now on"),
        max_length=20,
        help_text=_("A time of day such as 14:30; for signing: allowed or refused."),
    )
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, form: Form, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            "school": _("Cut-off of schools"),
            "city": _("Cut-off of cities"),
            "province": _("Cut-off of the province"),
        }
        dues = [(f"due.{tier.tier}", names[tier.tier]) for tier in form.tiers if tier.tier in names]
        choices = [*dues, ("self_sign", _("Signing what one alone filled in"))]
        self.fields["term"].choices = choices  # type: ignore[attr-defined]

    def clean_value(self) -> str:
        """The two words may be typed in the reader's language; full-width digits and colons are understood."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["value"]).strip()
        return {str(_("allowed")): "allowed", str(_("refused")): "refused"}.get(typed, typed)


class AssignForm(forms.Form):
    """From which day on the form is required."""

    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class UploadForm(forms.Form):
    file = forms.FileField(label=_("Spreadsheet"))
