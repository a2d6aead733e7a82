"""A return as pages show it: fields in the order of the form, words for every value, signature steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from lianfang.returns import rules
from lianfang.returns.models import Return, Signature, TurnBack, Version
from lianfang.returns.queries.figures import Known
from lianfang.returns.queries.filing import PartState
from lianfang.returns.queries.words import say
from lianfang.returns.spec import Field, Form, Tier


def value_words(value: Any) -> str:
    """Zero is 0, blank is –, 待核实 is itself, a gathered sum names how many units are still to be verified."""
    if isinstance(value, list):
        total, unverified = value
        more = ngettext("%(count)s unit to be verified", "%(count)s units to be verified", unverified)
        return f"{total:,}" + (f"（{more % {'count': unverified}}）" if unverified else "")
    if value == rules.UNVERIFIED:
        return gettext("To be verified")
    if value is None or value == "":
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


def known_words(known: Known) -> str:
    """The number, and what it lacks: classes that have not reported, people of whom nobody said where they are."""
    number = gettext("system %(number)s") % {"number": known.number if known.value is not None else "–"}
    return gettext("%(number)s, %(lack)s") % {"number": number, "lack": lack_words(known)} if not known.sure else number


def lack_words(known: Known) -> str:
    """Why the number is only a lower bound, or blank."""
    if known.sure:
        return ""
    if known.by == "checks":
        return gettext("%(said)s of %(of)s classes have reported") % {"said": known.said, "of": known.of}
    if known.by == "cases":
        return gettext("known where %(said)s of %(of)s are") % {"said": known.said, "of": known.of}
    return gettext("staff are not called by class")


@dataclass(frozen=True)
class Box:
    """One cell on the page. ``typed`` is what stands in the input, ``before`` yesterday's value, ``known`` what the
    system says, ``why`` the reason why the cell says something else."""

    cell: str
    label: str
    full_label: str
    value: Any
    before: Any
    error: str = ""
    asked: str = ""
    theirs: str = ""
    known: Known | None = None
    why: str = ""

    @property
    def known_words(self) -> str:
        return known_words(self.known) if self.known else ""

    @property
    def differs(self) -> bool:
        known = self.known
        told = known is not None and (known.sure or known.number)
        return bool(known and told and rules.differs(self.value, known.number, sure=known.sure))

    @property
    def typed(self) -> str:
        return "" if self.value is None or self.value == rules.UNVERIFIED else str(self.value)

    @property
    def unverified(self) -> bool:
        return bool(self.value == rules.UNVERIFIED)

    @property
    def words(self) -> str:
        return value_words(self.value)

    @property
    def before_words(self) -> str:
        return value_words(self.before)

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before != self.value


@dataclass(frozen=True)
class Line:
    """One field of the form with its boxes (one for each group)."""

    field: Field
    label: str
    heading: str
    help: str
    boxes: list[Box]

    @property
    def is_count(self) -> bool:
        return self.field.kind == "count"

    @property
    def box(self) -> Box:
        return self.boxes[0]


@dataclass(frozen=True)
class Page:
    """What surrounds the values: yesterday, what is wrong, what a superior asked, what somebody else just saved."""

    before: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, Any] = field(default_factory=dict)
    only: frozenset[str] | None = None
    known: Mapping[str, Known] = field(default_factory=dict)
    whys: Mapping[str, str] = field(default_factory=dict)


def lines(form: Form, cells: Mapping[str, Any], page: Page | None = None) -> list[Line]:
    """The form's fields with their values, in order; ``page.only`` limits them to the cells of a part."""
    page = page or Page()
    found = []
    for entry in form.fields:
        boxes = [
            _box(form, cell, cells, page) for cell in form.cells_of(entry) if page.only is None or cell in page.only
        ]
        if boxes:
            found.append(Line(entry, say(entry.label), say(entry.heading), say(entry.help), boxes))
    return found


def _box(form: Form, cell: str, cells: Mapping[str, Any], page: Page) -> Box:
    group = cell.partition(".")[2]
    label = next((say(one.label) for one in form.groups if one.id == group), "")
    theirs = page.theirs.get(cell) if cell in page.theirs else cells.get(cell)
    return Box(
        cell=cell,
        label=label,
        full_label=say(form.label_of(cell)),
        value=cells.get(cell),
        before=page.before.get(cell),
        error=page.errors.get(cell, ""),
        asked=page.asked.get(cell, ""),
        theirs=value_words(theirs) if theirs != cells.get(cell) else "",
        known=page.known.get(cell),
        why=page.whys.get(cell, ""),
    )


def difference_rows(
    form: Form, old: Mapping[str, Any], new: Mapping[str, Any], reasons: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows for the difference table: label, old, new, reason."""
    return [
        {
            "label": say(form.label_of(cell)),
            "old": value_words(before),
            "new": value_words(after),
            "reason": reasons.get(cell, ""),
        }
        for cell, before, after in rules.differences(form, old, new)
    ]


def system_rows(form: Form, version: Version, known: Mapping[str, Known]) -> list[dict[str, Any]]:
    """What a version says otherwise than the system did then: label, what the system said, what was reported, why.
    ``known``: what the system says now, told where that is something else again; the version stays as it is."""
    rows = []
    for cell, one in version.system.items():
        now = known.get(cell)
        moved = now is not None and now.value is not None and now.value != one["said"]
        if "why" not in one and not moved:
            continue
        said = value_words(one["said"])
        rows.append(
            {
                "label": say(form.label_of(cell)),
                "old": gettext("%(said)s, now %(now)s") % {"said": said, "now": now.value} if now and moved else said,
                "new": value_words(version.cells.get(cell)),
                "reason": one.get("why", "") or (gettext("no reason was given") if "why" in one else ""),
            }
        )
    return rows


def step_rows(
    tier: Tier,
    version: Version | None,
    signatures: list[Signature],
    turned: TurnBack | None,
    parts: list[PartState],
    now: datetime,
) -> list[dict[str, Any]]:
    """The way of a return as a step list: parts, filled in, each signature, with who and when."""
    rows = [_part_row(part, now) for part in parts if part.owner is not None]
    rows.append(
        {
            "title": gettext("Submitted"),
            "state": "returned" if turned else "done" if version else "now",
            "who": version.by.name if version else "",
            "at": version.at if version else None,
            "note": gettext("Version %(number)s") % {"number": version.number} if version else "",
        }
    )
    given_by = {signature.step: signature for signature in signatures}
    waiting = version is not None and turned is None
    for step in rules.steps(tier, version.important if version else False):
        signature = given_by.get(step.id)
        state = "done" if signature else "now" if waiting else "todo"
        waiting = waiting and signature is not None
        rows.append(
            {
                "title": say(step.label),
                "state": state,
                "who": signature.by.name if signature else "",
                "at": signature.at if signature else None,
                "note": gettext("Signed what they had filled in alone") if signature and signature.self_filled else "",
            }
        )
    return rows


def _part_row(part: PartState, now: datetime) -> dict[str, Any]:
    given = part.statement
    late = gettext("Not handed in by %(due)s") % {"due": f"{part.due_at:%H:%M}"} if part.is_late(now) else ""
    return {
        "title": say(part.part.label),
        "state": "done" if given else "todo",
        "who": given.by.name if given else part.owner.name if part.owner else "",
        "at": given.at if given else None,
        "note": "" if given else late,
    }


EVENT_WORDS = {
    "return.submitted": ("send", lambda: gettext("Submitted version %(number)s")),
    "return.part_handed_in": ("checks", lambda: gettext("Part handed in")),
    "return.countersign_due": ("signature", lambda: gettext("First signature given")),
    "return.signed": ("circle-check", lambda: gettext("Version %(number)s signed; it counts from now on")),
    "return.cases_signed": (
        "alert-triangle",
        lambda: gettext("Version %(number)s signed, with cases; it counts from now on"),
    ),
    "return.revised": ("pencil", lambda: gettext("Version %(number)s signed; it replaces the one before")),
    "return.turned_back": ("arrow-back-up", lambda: gettext("Sent back by %(from)s")),
    "return.gathered": ("stack-2", lambda: gettext("Gathered from %(returns)s returns (version %(number)s)")),
    "return.reopened": ("lock-open", lambda: gettext("Day reopened: %(reason)s")),
}


def timeline(events: Any) -> list[dict[str, Any]]:
    """Events of a return in words, newest first."""
    items = []
    for event in events:
        icon, words = EVENT_WORDS.get(event.verb, ("point-filled", None))
        what = words() % event.detail if words else event.verb
        items.append({"at": event.at, "what": what, "who": event.by_name, "icon": icon})
    return items


def state_of(filed: Return | None) -> str:
    return filed.state if filed else "not_started"
