"""How the state of a report looks, everywhere the same: icon, word and tone. No state by colour alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """``tone`` is one of the colour meanings of tokens.css: quiet, due, done, late, alarm."""

    icon: str
    tone: str
    label: str | Promise


STATES: dict[str, State] = {
    "not_started": State("circle-dashed", "quiet", pgettext_lazy("state", "Not started")),
    "draft": State("circle-half-2", "quiet", pgettext_lazy("state", "Draft")),
    "submitted": State("circle-filled", "due", pgettext_lazy("state", "Submitted")),
    "signed": State("circle-check", "done", pgettext_lazy("state", "Signed")),
    "forwarded": State("circle-arrow-right", "done", pgettext_lazy("state", "Forwarded")),
    "returned": State("arrow-back-up", "alarm", pgettext_lazy("state", "Returned")),
    "late": State("clock-exclamation", "late", pgettext_lazy("state", "Late")),
    "revised": State("pencil", "due", pgettext_lazy("state", "Revised")),
    "pending": State("help-circle", "late", pgettext_lazy("state", "To be verified")),
    "missing": State("clock-exclamation", "late", pgettext_lazy("state", "Missing")),
    "done": State("circle-check", "done", pgettext_lazy("state", "Done")),
    "due": State("clock", "due", pgettext_lazy("state", "Due")),
    "let_off": State("calendar-off", "quiet", pgettext_lazy("state", "Let off")),
    "alarm": State("alert-triangle", "alarm", pgettext_lazy("state", "Attention")),
    "info": State("info-circle", "due", pgettext_lazy("state", "Information")),
}
