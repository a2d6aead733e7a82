"""What the pages of emergency plans show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianfang.cases import words
from lianfang.cases.forms.plans import DRILL
from lianfang.cases.models import Emergency, PlanRun, PlanStep, StepOutcome
from lianfang.cases.queries import plans as queries
from lianfang.cases.rules import plans as rules
from lianfang.cases.rules.plans import Stand
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui import words as ui

# How a step stands: state and tone of its chip.
_CHIPS = {
    "done": ("done", "done"), "not_needed": ("done", "quiet"), "open": ("due", "due"), "late": ("late", "late"),
    "waits": ("not_started", "quiet"),
}  # fmt: skip


def _language() -> str:
    return get_language() or "zh"


def index(user: User, page: Page[PlanRun], now: datetime) -> dict[str, Any]:
    mine = queries.schools(user)
    held, asked = queries.drills(mine, clock.day_of(now)), rules.drills()
    return {
        "page": page, "rows": [_row(run, now) for run in page], "may_begin": bool(mine), "asked": asked,
        "drills": [{"school": school, "held": held[school.pk]} for school in mine],
    }  # fmt: skip


def _row(run: PlanRun, now: datetime) -> dict[str, Any]:
    stands = queries.stands(run, now)
    return {
        "run": run, "title": rules.kept(run.text).label(_language()), "chip": chip(run, stands),
        "noted": sum(one.noted is not None for one in stands), "steps": len(stands),
        "late": sum(one.late for one in stands),
    }  # fmt: skip


def chip(run: PlanRun, stands: Sequence[Stand]) -> dict[str, str]:
    if run.ended_at:
        return {"state": "done", "label": pgettext("of a plan", "Closed")}
    if any(one.state == "late" for one in stands):
        return {"state": "late", "label": pgettext("of a plan", "A step is late")}
    return {"state": "due", "label": pgettext("of a plan", "Running")}


def occasions(rows: Sequence[Emergency], now: datetime) -> list[tuple[str, str]]:
    """Emergencies one may begin a plan for, as choices."""
    return [
        (str(one.pk), _(" · ").join((words.title(one), one.unit.place, ui.when(one.reported_at, now)))) for one in rows
    ]


def asked(rows: Sequence[Emergency], pk: str | None) -> dict[str, Any]:
    """The form begins with the emergency from whose page one came, and with the plan for its kind."""
    found = next((one for one in rows if str(one.pk) == pk), None)
    if found is None:
        return {"occasion": DRILL} if pk == DRILL else {}
    return {"occasion": pk, "school": str(found.school_id), "plan": rules.suited(found.kind)[0].id}


def one(user: User, run: PlanRun, now: datetime) -> dict[str, Any]:
    stands, own = queries.stands(run, now), reads(user, run)
    running = run.ended_at is None
    return {
        "run": run, "title": rules.kept(run.text).label(_language()), "chip": chip(run, stands), "own": own,
        "manage": own and running, "next": _next(stands) if running else None,
        "steps": _steps(run, stands, own=own), "left": sum(one.noted is None for one in stands),
        "went_well": _open(run.went_well) if own else "", "to_change": _open(run.to_change) if own else "",
        "noted": sum(one.noted is not None for one in stands),
        "emergency": words.title(run.emergency) if run.emergency else "",
    }  # fmt: skip


def reads(user: User, run: PlanRun) -> bool:
    """Whether one acts there: authorities above see steps and times, not the words of the school."""
    return access.can(user, queries.RUN, run.school)


def _next(stands: Sequence[Stand]) -> dict[str, Any] | None:
    found = rules.next_step(stands)
    return None if found is None else {
        "stand": found, "text": found.step.label(_language()), "who": found.step.who(_language()),
    }  # fmt: skip


def _steps(run: PlanRun, stands: Sequence[Stand], *, own: bool) -> list[dict[str, Any]]:
    said = {row.step: row for row in queries.holding(run)}
    return [_step(run, one, said.get(one.step.id), stands, own=own) for one in stands]


def _step(run: PlanRun, stand: Stand, said: PlanStep | None, stands: Sequence[Stand], *, own: bool) -> dict[str, Any]:
    state, tone = _CHIPS[stand.state]
    labels = {
        "done": _("Done late") if stand.late else str(StepOutcome.DONE.label),
        "not_needed": str(StepOutcome.NOT_NEEDED.label), "open": pgettext("step of a plan", "Open"),
        "late": pgettext("step of a plan", "Late"), "waits": pgettext("step of a plan", "Waits"),
    }  # fmt: skip
    if run.ended_at and stand.noted is None:
        labels[stand.state], state, tone = pgettext("step of a plan", "Not done"), "late", "late"
    before = next((one.number for one in stands if one.step.id == stand.step.after), None)
    step = stand.step
    return {
        "stand": stand, "text": step.label(_language()), "who": step.who(_language()), "state": state, "tone": tone,
        "label": labels[stand.state], "said": said, "result": _open(said.result) if said and own else "",
        "before": before if stand.due_at is None else None, "source": step.source,
        "unsure": step.reliability in ("unverified", "computed"), "played": run.drill and step.outside,
        "url": reverse("cases:plan_note", args=[run.pk, step.id]),
    }  # fmt: skip


def _open(sealed: Any) -> str:
    return sealed.open() if sealed else ""


def noting(run: PlanRun, step: rules.Step, form: Any) -> dict[str, Any]:
    return {
        "run": run, "form": form, "text": step.label(_language()), "who": step.who(_language()),
        "title": rules.kept(run.text).label(_language()), "played": run.drill and step.outside,
        "before": next((row for row in queries.holding(run) if row.step == step.id), None),
    }  # fmt: skip


def before(run: PlanRun, step: str) -> dict[str, Any]:
    """A correction begins with what was said."""
    row = next((row for row in queries.holding(run) if row.step == step), None)
    if row is None:
        return {}
    return {"outcome": row.outcome, "at": row.at.astimezone(clock.ZONE), "result": _open(row.result)}


def begun(data: dict[str, Any], schools: Sequence[Unit], running: Sequence[Emergency]) -> dict[str, Any]:
    """What the form says, for the action."""
    emergency = next((one for one in running if str(one.pk) == data["occasion"]), None)
    school = next(one for one in schools if str(one.pk) == data["school"])
    return {"school": school, "plan": data["plan"], "emergency": emergency, "key": data["key"]}
