"""What the pages of cases show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lianfang.cases import case_words
from lianfang.cases import words as emergency_words
from lianfang.cases.models import Case, CaseStep
from lianfang.cases.queries import cases as queries
from lianfang.cases.queries import recipients, suspicions
from lianfang.cases.queries.cases import Judged
from lianfang.cases.queries.suspicions import Suspicion
from lianfang.cases.rules import course as rules
from lianfang.cases.rules.emergencies import BODIES
from lianfang.cases.rules.returning import Step
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.health.rules import symptoms
from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.rules.identity import age
from lianfang.policies.diseases.spec import Edition
from lianfang.ui import return_words

# Where a condition of return is answered.
_ANSWERED = {
    "days_since_onset": "onset", "days_since_rash": "rash", "days_since_treatment": "treatment",
    "days_since_diagnosis": "diagnosis", "days_since_discharge": "discharged", "hours_free": "free", "sign": "sign",
    "negative": "sample", "school_doctor": "agreed", "course_complete": "course_over",
}  # fmt: skip
_STEP_CHIPS = {"met": ("done", "done"), "due": ("submitted", "due"), "open": ("due", "due")}


def tabs(current: str) -> list[dict[str, Any]]:
    here, look = reverse("cases:cases"), reverse("cases:suspected")
    return [
        {"label": pgettext("cases", "Running"), "url": here, "current": current == "running"},
        {"label": pgettext("cases", "To look at"), "url": look, "current": current == "suspected"},
        {"label": pgettext("cases", "Over"), "url": f"{here}?over", "current": current == "over"},
    ]  # fmt: skip


def index(user: User, page: Page[Case], over: bool, now: datetime) -> dict[str, Any]:
    rows = queries.judged(list(page), clock.day_of(now))
    counts = [
        {"label": case_words.disease(name), "value": number, "icon": "virus", "tone": "quiet"}
        for name, number in queries.by_disease(user)
    ]
    return {
        "page": page, "over": over, "rows": [_row(one) for one in rows], "counts": counts,
        "tabs": tabs("over" if over else "running"),
    }  # fmt: skip


def _row(one: Judged) -> dict[str, Any]:
    case = one.case
    facts = [case_words.disease(case.disease)]
    if case.onset_on:
        facts.append(_("onset %(day)s") % {"day": case_words.day(case.onset_on)})
    return {
        "case": case, "name": name(case), "facts": facts, "chip": case_words.chip(case),
        "returning": "" if case.ended else case_words.returning(one),
    }  # fmt: skip


def name(case: Case) -> str:
    return case.person.name if case.person else _("(data destroyed)")


def suspected(found: Sequence[tuple[Any, list[Suspicion]]]) -> dict[str, Any]:
    language = get_language() or "zh"
    return {
        "tabs": tabs("suspected"),
        "groups": [
            {"school": school, "rows": [_suspicion(one, language) for one in rows]} for school, rows in found if rows
        ],
    }  # fmt: skip


def _suspicion(one: Suspicion, language: str) -> dict[str, Any]:
    shown = _(", ").join(row.label(language) for row in symptoms.unpacked(one.finding.day.symptoms))
    degrees = f"{one.finding.tenths / 10:.1f} ℃" if one.finding.tenths else ""
    return {
        "person": one.finding.person, "unit": one.finding.unit, "seen": case_words.joined(shown, degrees),
        "thoughts": [
            {"label": thought.disease.label(language), "sure": thought.rule.is_sure} for thought in one.thoughts[:3]
        ],
        "url": f"{reverse('cases:case_new')}?person={one.finding.person.pk}",
    }  # fmt: skip


def thought_of(user: User, person: Any, now: datetime) -> list[str]:
    """Ids of the diseases that the person's day makes think of, for the form that opens a case."""
    for school in suspicions.schools(user):
        for one in suspicions.of_school(school, clock.day_of(now)):
            if one.finding.person.pk == person.pk:
                return [thought.disease.id for thought in one.thoughts]
    return []


def one(user: User, case: Case, now: datetime) -> dict[str, Any]:
    (stands,) = queries.judged([case], clock.day_of(now))
    manage = access.can(user, queries.MANAGE, case.unit)
    person = case.person
    known = recipients.contacts(case.unit)
    return {
        "case": case, "name": name(case), "disease": case_words.disease(case.disease), "chip": case_words.chip(case),
        "stands": stands, "conditions": [_condition(one, case) for one in stands.verdict.steps],
        "asked": [case_words.ASKED[one] for one in stands.verdict.asks],
        "returning": case_words.returning(stands), "answers": case_words.answers(stands.course),
        "samples": [_sample(one) for one in stands.course.samples],
        "timeline": case_words.timeline(case.steps.all()), "manage": manage,
        "edition": _edition(stands.rules), "edition_today": _edition(stands.today),
        "adds": _adds(stands) if manage and stands.course.is_open else [],
        "age": age(person.born_on, clock.day_of(now)) if person and person.born_on else None,
        "sex": person.get_sex_display() if person and person.sex in (1, 2) else "",
        "calls": [emergency_words.call(known[body]) for body in BODIES if body in known],
        "clocks": _clocks(stands), "main": _main(stands) if manage else None,
    }  # fmt: skip


def _edition(edition: Edition | None) -> str:
    return edition.label(get_language() or "zh") if edition else ""


def _condition(step: Step, case: Case) -> dict[str, Any]:
    state, tone = _STEP_CHIPS[step.state]
    label = {
        "met": pgettext("condition of return", "met"),
        "due": _("from %(day)s") % {"day": case_words.day(step.on)},
        "open": pgettext("condition of return", "missing"),
    }[step.state]
    if step.state == "open" and step.condition.type == "negative" and step.have:
        label = _("%(have)s so far") % {"have": step.have}
    if step.instead and step.by and step.state != "open":
        label = _("%(state)s: %(how)s") % {
            "state": label, "how": return_words.alone(step.by, get_language() or "zh")
        }  # fmt: skip
    kind = _ANSWERED.get(step.condition.type)
    url = reverse("cases:case_say", args=[case.pk, kind]) if kind else reverse("cases:case_prove", args=[case.pk])
    return {
        "text": return_words.condition(step.condition, get_language() or "zh"), "state": state, "tone": tone,
        "label": label, "url": "" if step.state == "met" or not _can_answer(step) else url,
        "sure": step.condition.is_sure, "note": step.condition.note(get_language() or "zh"),
    }  # fmt: skip


def _can_answer(step: Step) -> bool:
    """What only waits for its day needs nobody."""
    return step.state == "open"


def _sample(sample: rules.Sample) -> dict[str, str]:
    told = case_words.word("result", sample.result) or _("waiting for the result")
    return {
        "label": f"{case_words.word('sample', sample.what)} · {sample.taken_at.astimezone(clock.ZONE):%m-%d %H:%M}",
        "value": told,
    }


def _adds(stands: Judged) -> list[dict[str, Any]]:
    waits = any(not one.result for one in stands.course.samples)
    return [
        {
            "label": label,
            "rows": [
                {"label": case_words.KINDS[kind][0], "icon": case_words.KINDS[kind][1], "url": _add(stands.case, kind)}
                for kind in kinds
                if (kind != "result" or waits) and (kind != "ill_again" or stands.course.free_since)
            ],
        }
        for label, kinds in case_words.ADDED
    ]


def _add(case: Case, kind: str) -> str:
    return reverse("cases:case_prove", args=[case.pk]) if kind == rules.CERTIFICATE else _say(case, kind)


def _main(stands: Judged) -> dict[str, str] | None:
    """The one thing to do next."""
    course, case = stands.course, stands.case
    if course.ended:
        return None
    if stands.verdict.may(stands.on):
        return {"label": _("Back at school"), "icon": "door-enter", "url": _say(case, "returned")}
    if course.certainty == "suspected":
        return {"label": _("Note the diagnosis"), "icon": "clipboard-text", "url": _say(case, "diagnosis")}
    waiting = [step for step in stands.verdict.steps if step.state == "open"]
    for step in waiting:
        kind = _ANSWERED.get(step.condition.type)
        if kind:
            what = return_words.condition(step.condition, get_language() or "zh")
            return {"label": _("Note: %(what)s") % {"what": what}, "icon": case_words.KINDS[kind][1],
                    "url": _say(case, kind)}  # fmt: skip
    if waiting:
        url = reverse("cases:case_prove", args=[case.pk])
        return {"label": _("Add a certificate"), "icon": "certificate", "url": url}
    return None


def _say(case: Case, kind: str) -> str:
    return reverse("cases:case_say", args=[case.pk, kind])


def _clocks(stands: Judged) -> str:
    """Within what time the law wants to know of such a case; empty where it says nothing."""
    of = "suspected" if stands.course.certainty == "suspected" else "confirmed"
    minutes = [row.minutes for row in (stands.rules.clocks if stands.rules else ()) if row.of == of]
    if not minutes:
        return ""
    if min(minutes) == 0:
        return _("Tell disease control and the authority above at once.")
    hours = min(minutes) // 60
    return (
        ngettext(
            "Tell disease control and the authority above within %(n)s hour.",
            "Tell disease control and the authority above within %(n)s hours.", hours,
        ) % {"n": hours}
    )  # fmt: skip


def said(case: Case, kind: str, form: forms.Form, step: CaseStep | None = None) -> dict[str, Any]:
    label, icon = case_words.KINDS[kind]
    return {"case": case, "name": name(case), "kind": kind, "label": label, "icon": icon, "form": form, "step": step}


def show(refused: Refused, form: forms.Form) -> None:
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)


def before(step: CaseStep) -> dict[str, Any]:
    """A correction begins with what stands there."""
    what = queries.said(step)
    return {
        "on": what.on, "at": what.at and what.at.astimezone(clock.ZONE), "word": what.word, "of": what.of,
        "text": what.text, "basis": step.basis.open() if step.basis else "",
    }  # fmt: skip
