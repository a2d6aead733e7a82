"""Cases in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.cases.codes import CERTAINTIES, FACTS, LEVELS, PLACES, RESULTS, SAMPLES, SIGNS
from lianfang.cases.models import Case, CaseStep
from lianfang.cases.queries.cases import Judged, said
from lianfang.cases.rules.course import AGREED, OPENED, Course, Said
from lianfang.cases.rules.course import FACTS as KNOWN
from lianfang.core import clock
from lianfang.policies import diseases
from lianfang.ui import words

# What each step is called in the list of what was done, and on the button that adds one.
KINDS: dict[str, tuple[str | Promise, str]] = {
    "opened": (_("Case opened"), "folder-open"),
    "onset": (_("Day of onset"), "calendar-event"),
    "diagnosis": (_("Diagnosis"), "clipboard-text"),
    "rash": (_("First day of the rash"), "calendar-event"),
    "treatment": (_("Treatment"), "pill"),
    "place": (_("Where the person is now"), "map-pin"),
    "sample": (_("Sample"), "test-pipe"),
    "result": (_("Result of a sample"), "report"),
    "free": (_("Free of symptoms"), "mood-smile"),
    "ill_again": (_("Ill again"), "mood-sick"),
    "sign": (pgettext_lazy("of a case", "Sign"), "eye"),
    "fact": (_("What else is known"), "info-circle"),
    "discharged": (_("Out of hospital"), "door-exit"),
    "course_over": (_("Treatment is over"), "pill-off"),
    "recovered": (pgettext_lazy("of a case", "Recovered"), "heart"),
    "certificate": (pgettext_lazy("of return", "Certificate"), "certificate"),
    "agreed": (_("The school doctor agrees to the return"), "signature"),
    "note": (_("Note"), "note"),
    "returned": (_("Back at school"), "door-enter"),
    "excluded": (_("It was something else"), "x"),
    "died": (pgettext_lazy("how a case ended", "Died"), "flower"),
    "left": (pgettext_lazy("how a case ended", "Has left the school"), "door-exit"),
    "merged": (pgettext_lazy("how a case ended", "The same as another case"), "arrows-join"),
    "reopened": (_("Case opened again"), "folder-open"),
}
# What can be added, by what it is about.
ADDED: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Illness"), ("onset", "diagnosis", "rash", "sample", "result", "fact")),
    (_("Treatment and place"), ("treatment", "place", "discharged", "course_over")),
    (_("On the way back"), ("free", "ill_again", "sign", "recovered", "certificate", "agreed")),
    (pgettext_lazy("of a case", "End"), ("returned", "excluded", "left", "died")),
    (pgettext_lazy("of a case", "Other"), ("note",)),
)
CORRECTED = {OPENED, AGREED, *KNOWN}
ASKED: dict[str, str | Promise] = {
    "treated": _("whether it is treated"),
    "pneumonia": _("whether there is pneumonia"),
    "positive": _("whether bacteria were found"),
}
_CERTAIN = {"suspected": ("due", "due"), "clinical": ("alarm", "alarm"), "confirmed": ("alarm", "alarm"),
            "excluded": ("done", "quiet")}  # fmt: skip
_OWN: dict[str, dict[str, Any]] = {
    "fact": dict(FACTS), "result": dict(RESULTS), "sample": dict(SAMPLES), "place": dict(PLACES),
    "sign": dict(SIGNS), "certificate": dict(LEVELS), "diagnosis": dict(CERTAINTIES),
}  # fmt: skip


def disease(name: str) -> str:
    """The name in the reader's language; its id where no file has it any more."""
    found = diseases.catalog().get(name)
    return found.label(get_language() or "zh") if found else name


def chip(case: Case) -> dict[str, str]:
    if case.ended:
        return {"state": "done", "tone": "quiet", "label": str(case.get_ended_display())}
    state, tone = _CERTAIN[case.certainty]
    return {"state": state, "tone": tone, "label": str(case.get_certainty_display())}


def returning(one: Judged) -> dict[str, str]:
    """When the person may come back, in a word for the list and as a chip."""
    if one.course.ended:
        return {"state": "done", "tone": "quiet", "label": one.case.get_ended_display()}
    if one.verdict.may(one.on):
        return {"state": "done", "tone": "done", "label": gettext("may come back")}
    if one.verdict.on:
        return {"state": "submitted", "tone": "due", "label": gettext("from %(day)s") % {"day": day(one.verdict.on)}}
    return {"state": "late", "tone": "due", "label": gettext("not yet")}


def day(on: Any) -> str:
    return words.day(on, on.replace(day=1)) if on else ""


def answers(course: Course) -> list[dict[str, str]]:
    """What is known; what is not takes no room."""
    rows = (
        (_("Day of onset"), day(course.onset_on)),
        (_("First day of the rash"), day(course.rash_on)),
        (_("Diagnosed"), day(course.diagnosed_on)),
        (_("Treatment"), joined(course.treatment, day(course.treated_on))),
        (_("Where the person is now"), joined(word("place", course.place), course.place_words)),
        (_("Free of symptoms since"), f"{course.free_since:%Y-%m-%d %H:%M}" if course.free_since else ""),
        (_("What else is known"), gettext(", ").join(word("fact", one) for one in sorted(course.facts))),
        (_("Out of hospital"), day(course.discharged_on)),
    )
    return [{"label": str(label), "value": value} for label, value in rows if value]


def joined(*parts: str) -> str:
    return gettext(" · ").join(part for part in parts if part)


def word(kind: str, code: str) -> str:
    return str(_OWN.get(kind, {}).get(code, code)) if code else ""


def timeline(rows: Iterable[CaseStep]) -> list[dict[str, Any]]:
    """Newest first. ``step``: the one that may be corrected."""
    rows = list(rows)
    samples = {str(row.pk): said(row) for row in rows if row.kind == "sample"}
    replaced = {row.corrects_id for row in rows if row.corrects_id}
    return [
        _item(row, samples, row.pk in replaced) | {"correctable": row.pk not in replaced and row.kind in CORRECTED}
        for row in reversed(rows)
    ]


def _item(row: CaseStep, samples: dict[str, Said], replaced: bool) -> dict[str, Any]:
    label, icon = KINDS[row.kind]
    told = [text for text in _told(row, samples) if text]
    if row.corrects_id:
        told.insert(0, gettext("Corrected"))
    if replaced:
        told.insert(0, gettext("Replaced by a correction"))
    return {
        "at": row.at, "what": label, "icon": icon, "who": row.by.name if row.by else gettext("Lianfang, by a rule"),
        "note": gettext(" · ").join(told), "tone": "quiet" if replaced else "done", "step": row,
        "proof": getattr(row, "certificate", None),
    }  # fmt: skip


def _told(row: CaseStep, samples: dict[str, Said]) -> Iterable[str]:
    what = said(row)
    yield word(row.kind, what.word)
    if what.of in samples:
        yield word("sample", samples[what.of].word)
    if what.at:
        yield f"{what.at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"
    elif what.on:
        yield day(what.on)
    yield what.text
    yield row.basis.open() if row.basis else ""
