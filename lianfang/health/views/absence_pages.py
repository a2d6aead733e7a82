"""What the pages of absences show."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.core.ids import uuid7
from lianfang.health.forms.absences import StepForm
from lianfang.health.models import Absence, Cause, Place, Stage, Step, StepKind
from lianfang.health.queries import absences as queries
from lianfang.health.rules import symptoms, tracing
from lianfang.health.rules.status import Status
from lianfang.health.saying import BEFORE
from lianfang.obligations.queries import told
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules.identity import age
from lianfang.ui import words

# Chip of a stage: state and tone. One that is overdue is late whatever was done.
_CHIPS: dict[str, tuple[str, str]] = {
    Stage.OPEN: ("due", "due"), Stage.CONTACTED: ("draft", "due"), Stage.SEEN: ("submitted", "due"),
    Stage.BACK: ("done", "done"), Stage.EXPLAINED: ("done", "quiet"), Stage.WITHDRAWN: ("done", "quiet"),
    Stage.LEFT: ("done", "quiet"),
}  # fmt: skip
_GOING_ON = {Stage.OPEN: "clock", Stage.CONTACTED: "phone-check", Stage.SEEN: "stethoscope"}
_ICONS: dict[str, tuple[str, str]] = {
    StepKind.CALL: ("phone-check", "done"), StepKind.UNREACHED: ("phone-x", "late"),
    StepKind.VISIT: ("stethoscope", "done"), StepKind.DIAGNOSIS: ("clipboard-text", "done"),
    StepKind.RETURN: ("door-enter", "done"), StepKind.NOTE: ("note", "quiet"),
}  # fmt: skip


def shown(page: Page[Absence]) -> list[Unit]:
    """Whose list it is: of each school the one class of which pupils stand on the page, else the school."""
    of_school: dict[int, set[Unit]] = defaultdict(set)
    schools = {row.school_id: row.school for row in page}
    for row in page:
        of_school[row.school_id].add(row.unit)
    return [units.pop() if len(units) == 1 else schools[pk] for pk, units in of_school.items()]


def index(user: User, page: Page[Absence], over: bool, now: datetime) -> dict[str, Any]:
    counts = queries.stages(user, now)
    still = sum(counts[stage] for stage in _GOING_ON)
    here = reverse("health:absences")
    return {
        "page": page, "over": over, "rows": [_row(row, now) for row in page], "now": now,
        "counts": [
            {"label": _("Overdue"), "value": counts["late"], "tone": "late", "icon": "clock-exclamation"},
            *(
                {"label": Stage(stage).label, "value": counts[stage], "tone": "quiet", "icon": icon}
                for stage, icon in _GOING_ON.items()
            ),
        ],
        "tabs": [
            {"label": _("To follow up"), "url": here, "current": not over, "count": still},
            {"label": _("Over in the last 30 days"), "url": f"{here}?over", "current": over, "count": counts["over"]},
        ],
    }  # fmt: skip


def _row(row: Absence, now: datetime) -> dict[str, Any]:
    return {"absence": row, "chip": chip(row, now), "facts": facts(row, now.date()), "late": _is_late(row, now)}


def _is_late(row: Absence, now: datetime) -> bool:
    return row.closed_at is None and row.due_at is not None and row.due_at <= now


def chip(row: Absence, now: datetime) -> dict[str, str]:
    state, tone = ("late", "late") if _is_late(row, now) else _CHIPS[row.stage]
    return {"state": state, "tone": tone, "label": str(Stage(row.stage).label)}


def facts(row: Absence, today: date) -> str:
    """ "因病缺勤 · 第 3 天 · 感冒" """
    last = row.back_on or (row.last_on if row.closed_at else today)
    days = max((last - row.from_on).days, 0) + (0 if row.back_on else 1)
    told = [str(BEFORE[Status(row.status)])] if row.status in BEFORE else []
    if row.closed_at is None:
        told.append(_("day %(n)s") % {"n": days})
    else:
        told.append(ngettext("%(n)s day", "%(n)s days", max(days, 1)) % {"n": max(days, 1)})
    if row.cause:
        told.append(str(Cause(row.cause).label))
    return _(" · ").join(told)


def short(row: Absence) -> dict[str, Any]:
    """For the page of a number: one tap when nobody answers."""
    return {"unreached_id": uuid7(), "name": row.person.name}


def one(user: User, row: Absence, form: StepForm, now: datetime) -> dict[str, Any]:
    found = queries.opened(row)
    person = row.person
    years = age(person.born_on, now.date()) if person.born_on else None
    return {
        "absence": row, "found": found, "form": form, "chip": chip(row, now), "facts": facts(row, now.date()),
        "sex": person.get_sex_display() if person.sex in (1, 2) else "", "age": years,
        "may_reveal": access.can(user, "person.reveal", row.unit), "is_open": row.closed_at is None,
        "answers": _answers(found), "timeline": _timeline(found, now), "now": now,
        "unreached_id": uuid7(), "return_id": uuid7(),
    }  # fmt: skip


def _answers(found: queries.Opened) -> list[dict[str, Any]]:
    """What is known by now; what is not takes no room."""
    row, steps = found.absence, found.steps
    told = found.day.symptoms if found.day else 0
    seen = next((step.seen_on for step in reversed(steps) if step.seen_on), None)
    onset = next((step.onset_on for step in reversed(steps) if step.onset_on), None)
    known: list[dict[str, Any]] = [
        {"label": _("Absent since"), "value": _shown(row.from_on)},
        {"label": _("Cause"), "value": str(Cause(row.cause).label) if row.cause else _("Not known yet")},
        {"label": _("Symptoms"), "value": _names(told)},
        {"label": _("Ill since"), "value": _shown(onset)},
        {"label": Stage.SEEN.label, "value": _shown(seen) or (_("yes") if row.stage == Stage.SEEN else "")},
        {"label": _("Where now"), "value": str(Place(row.place).label) if row.place else ""},
    ]
    return [one for one in known if one["value"]]


def _shown(on: date | None) -> str:
    return words.day(on, on.replace(day=1)) if on else ""


def _names(number: int) -> str:
    return _(", ").join(one.label(get_language() or "zh") for one in symptoms.unpacked(number))


def _timeline(found: queries.Opened, now: datetime) -> list[dict[str, Any]]:
    """Newest first; the finding itself is the oldest."""
    row = found.absence
    items = [_item(step) for step in found.steps]
    items.append({"at": row.from_on, "what": _("First missed at a class check"), "icon": "user-question", "who": ""})
    items += [
        {"at": one.at, "what": _("Overdue: told") if one.names else _("Overdue: nobody holds the duty"),
         "icon": "bell-ringing", "tone": "late", "who": _(", ").join(one.names)}
        for one in told.told(tracing.owed(row.pk), row.school_id, row.from_on)
    ]  # fmt: skip
    if row.closed_at and not any(step.kind == StepKind.RETURN for step in found.steps):
        items.append({"at": row.closed_at, "what": Stage(row.stage).label, "icon": "circle-check", "tone": "done",
                      "who": _("Lianfang, by the class check")})  # fmt: skip
    return sorted(items, key=lambda item: _moment(item["at"], now), reverse=True)


def _moment(at: datetime | date, now: datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=now.tzinfo)


def _item(step: Step) -> dict[str, Any]:
    icon, tone = _ICONS[step.kind]
    return {
        "at": step.at, "what": StepKind(step.kind).label, "who": step.by_name, "icon": icon, "tone": tone,
        "note": _(" · ").join(said(step)),
    }  # fmt: skip


def said(step: Step, *, sealed: bool = True) -> Iterable[str]:
    """What a step says, part by part; without ``sealed`` only what may leave the house."""
    told = [Cause(step.cause).label if step.cause else "", Place(step.place).label if step.place else ""]
    told += [_names(step.symptoms or 0)]
    told += [_("ill since %(day)s") % {"day": _shown(step.onset_on)} if step.onset_on else ""]
    told += [_("saw a doctor on %(day)s") % {"day": _shown(step.seen_on)} if step.seen_on else ""]
    if sealed:
        told += [value.open() if value else "" for value in (step.hospital, step.diagnosis, step.note)]
    return [str(part) for part in told if part]


def noted(step: Step) -> str:
    if step.kind == StepKind.RETURN:
        return _("Noted: back at school. The absence is over.")
    return _("Noted. Try again later; the time stands above.")
