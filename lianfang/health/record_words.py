"""What this room and the rooms below it have to say in the record of a person (`health.record`)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE, today
from lianfang.health import card_words
from lianfang.health.models import Absence, Check, Step
from lianfang.health.queries import days as queries
from lianfang.health.queries.days import OneDay
from lianfang.health.record import Entry, Span, Viewer
from lianfang.health.rules import folding, plan
from lianfang.health.rules.sent import Round, Source
from lianfang.health.rules.status import FINDINGS, Status
from lianfang.health.saying import ABSENT, BEFORE
from lianfang.orgs.queries import calendar
from lianfang.people.models import Claim, Enrolment, Person, User

TONES = {
    Status.ILL: "alarm", Status.SYMPTOMATIC: "alarm", Status.ISOLATED: "alarm", Status.UNKNOWN: "late",
    Status.LEAVE: "due",
}  # fmt: skip
_ABSENCES = {1: "ill", 2: "leave", 3: "unknown"}


def daily(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """Findings day by day; the well days between them in one line each. Six queries."""
    found = of_days(person, span, viewer)
    names = _names(check for day in found for check in day.checks)
    for day in found:
        if day.day.status in FINDINGS:
            at = day.day.since or max(check.at for check in day.checks)
            parts = tuple(_check(check, viewer, names) for check in day.checks)
            what = str(BEFORE[day.day.status])
            yield Entry(at, "day", what, parts, icon="stethoscope", tone=TONES[day.day.status], on=_on(day.on))
    for run in folding.runs(((day.on, day.day.status) for day in found), days_off(person, span)):
        what = ngettext("%(n)s day well", "%(n)s days well", run.well) % {"n": run.well}
        silent = ngettext("no report on %(n)s day", "no report on %(n)s days", run.silent) % {"n": run.silent}
        on = card_words.span(run.first, run.last, today())
        parts = (silent,) if run.silent else ()
        yield Entry(_evening(run.last), "well", what, parts, icon="circle-check", tone="done", on=on)


def of_days(person: Person, span: Span, viewer: Viewer) -> list[OneDay]:
    """Every day of the span. Three queries."""
    belongings = list(Enrolment.objects.filter(person=person))
    return queries.of_person(person.pk, belongings, span.first, span.last, viewer.schools)


def days_off(person: Person, span: Span) -> frozenset[date]:
    """Days that asked nothing of the school to which the person belongs (belonged last). Two queries."""
    newest = queries.belongings(person).first()
    found = calendar.days(newest.unit, span.first, span.last) if newest else {}
    return frozenset(on for on, day in found.items() if not day.taught)


def _check(check: Check, viewer: Viewer, names: dict[int, str]) -> str:
    told = [str(ABSENT[_ABSENCES[check.absence]])] if check.absence in _ABSENCES else []
    own = viewer.family and check.source == Source.CARD
    told += card_words.said(check, get_language() or "zh", note=viewer.medical or own)
    who = f"{_source(check)} {check.at.astimezone(ZONE):%H:%M}"
    by = names.get(check.by_id or 0, "")
    return _("%(source)s: %(said)s") % {"source": f"{who} {by}".strip(), "said": _(" · ").join(told)}


def _source(check: Check) -> str:
    if check.source == Source.ROLL:
        wanted = next((one for one in plan.catalog().rounds if one.number == Round(check.round)), None)
        return wanted.label(get_language() or "zh") if wanted else _("Check")
    if check.source == Source.CARD:
        return _("Health card") if check.by_id is None else _("Card by telephone")
    words = {Source.OBSERVATION: _("Observation"), Source.TRACING: _("Tracing")}
    return words.get(Source(check.source), _("Device"))


def _names(checks: Iterable[Check]) -> dict[int, str]:
    wanted = {check.by_id for check in checks if check.by_id}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def absences(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """Absences through illness, and for the doctor and the family what a doctor said. Two queries."""
    rows = list(
        Absence.objects.filter(
            person=person, school__in=viewer.schools, from_on__lte=span.last, last_on__gte=span.first
        ).order_by("from_on")
    )
    for row in rows:
        parts = [str(row.get_cause_display())] if row.cause else []
        parts.append(_("back on %(day)s") % {"day": _on(row.back_on)} if row.back_on else _("not back yet"))
        on = card_words.span(row.from_on, row.last_on, today())
        at = datetime.combine(row.from_on, time(0, 1), ZONE)
        yield Entry(at, "absence", _("Absence traced"), tuple(parts), icon="phone-call", tone="late", on=on)
    if viewer.medical or viewer.family:
        steps = Step.objects.filter(absence__in=rows, kind__in=["visit", "diagnosis", "note"]).order_by("at")
        for step in steps:
            if told := _step(step, viewer):
                yield Entry(step.at, "step", str(step.get_kind_display()), told, step.by_name, icon="notes")


def _step(step: Step, viewer: Viewer) -> tuple[str, ...]:
    told = [step.hospital, step.diagnosis, *([step.note] if viewer.medical else [])]
    return tuple(value.open() for value in told if value)


def moves(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """Classes and leaves of absence. One query."""
    rows = Enrolment.objects.filter(person=person, school__in=viewer.schools).select_related("unit")
    for row in rows.order_by("from_on"):
        if span.first <= row.from_on <= span.last:
            what = _("Came to %(unit)s") % {"unit": row.unit.name}
            yield Entry(_morning(row.from_on), "move", what, icon="school", on=_on(row.from_on))
        if row.to_on and span.first <= row.to_on <= span.last:
            parts = (str(row.get_ending_display()),)
            what = _("Left %(unit)s") % {"unit": row.unit.name}
            yield Entry(_evening(row.to_on), "move", what, parts, icon="door-exit", on=_on(row.to_on))
        if row.away_from and span.first <= row.away_from <= span.last:
            on = card_words.span(row.away_from, row.away_to, today()) if row.away_to else _on(row.away_from)
            yield Entry(_morning(row.away_from), "move", _("Leave of absence"), icon="calendar-off", on=on)


def devices(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """When a telephone of the family was connected. One query."""
    first, last = _morning(span.first), _evening(span.last)
    for claim in Claim.objects.filter(person=person, at__gte=first, at__lte=last).order_by("at"):
        yield Entry(claim.at, "claim", _("The family connected a telephone"), icon="device-mobile")


PROVIDERS = (daily, absences, moves, devices)


def _on(on: date | None) -> str:
    return card_words.span(on, on, today()) if on else ""


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(), ZONE)


def _evening(on: date) -> datetime:
    return datetime.combine(on, time(23, 59), ZONE)
