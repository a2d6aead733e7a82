"""What the pages of two reports and of the printed sheet show."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from lianfang.health import saying
from lianfang.health.queries import places, sheets
from lianfang.health.queries.sheets import Said
from lianfang.health.rules import plan, symptoms
from lianfang.health.rules.sent import Named
from lianfang.health.rules.sheets import code, counts
from lianfang.health.views.opening import Opened
from lianfang.health.views.roll_pages import label


def context(found: Opened) -> dict[str, Any] | None:
    """None: there is nothing to decide any more."""
    waiting = sheets.differing(found.place, found.on, found.code)
    if not waiting or not found.versions:
        return None
    first, later = found.versions[-1], waiting[0]
    expected = first.row.expected
    return {
        "found": found, "round": label(found.round), "first": first, "later": later, "key": code(later.held.key),
        "later_at": later.sent.at or later.held.at, "more": len(waiting) - 1,
        "first_sentence": saying.sentence(counts(expected, first.named, found.fever)),
        "later_sentence": saying.sentence(counts(expected, later.sent.exceptions, found.fever)),
        "changes": saying.differences(first.named, later.sent.exceptions, found.names),
    }  # fmt: skip


# The symptoms that have a column of their own on the Hunan sheet (附表1); others are written out.
_COLUMNS = (
    "fever", "rash", "diarrhoea", "vomiting", "jaundice", "red_eyes", "parotid_swelling", "cough",
)  # fmt: skip


def sheet(found: Opened, now: datetime) -> dict[str, Any]:
    """All rounds of the class on that day: who was found, and which rounds were reported at all."""
    names = {one.code: one.label(get_language() or "zh") for one in symptoms.catalog()}
    rounds = []
    for planned in plan.catalog().rounds:
        versions = sheets.versions(found.place, found.on, planned.code)
        if not versions and found.place.kind not in planned.who:
            continue
        last = versions[-1] if versions else None
        told = saying.sentence(counts(last.row.expected, last.named, found.fever)) if last else ""
        rounds.append({"label": label(planned), "last": last, "sentence": told, "lines": _lines(found, last)})
    return {
        "found": found, "rounds": rounds, "now": now, "school": places.school_name(found.place),
        "columns": [names[one] for one in _COLUMNS],
    }  # fmt: skip


def _lines(found: Opened, said: Said | None) -> list[dict[str, Any]]:
    if said is None or not said.named:
        return []
    known = places.particulars(found.place, [one.person for one in said.named], found.on)
    return [_line(found, one, known.get(one.person)) for one in said.named]


def _line(found: Opened, one: Named, known: places.Particulars | None) -> dict[str, Any]:
    hottest = one.temperature_again if one.temperature_again is not None else one.temperature
    others = saying.symptom_names(code for code in one.symptoms if code not in _COLUMNS)
    return {
        "name": found.names.get(one.person, ""), "ticks": [code in one.symptoms for code in _COLUMNS],
        "others": "、".join([*others, *([one.note] if one.note else [])]), "onset": one.onset_on,
        "temperature": f"{hottest:.1f}" if hottest is not None else "", "doctor": one.seen_by_doctor,
        "absent": saying.ABSENT[one.absent] if one.absent else "",
        "sex": known.sex if known else "", "age": known.age(found.on) if known else None,
        "room": known.room if known else "",
    }  # fmt: skip
