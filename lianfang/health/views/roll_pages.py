"""What the pages of a roll show."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.problems import Problem
from lianfang.health import saying
from lianfang.health.forms.rolls import PersonForm, Unreadable, encoded, initial, put
from lianfang.health.queries import key_people, places, sheets
from lianfang.health.queries.places import Place
from lianfang.health.queries.sheets import Said
from lianfang.health.rules import plan, symptoms
from lianfang.health.rules.sent import Named, key
from lianfang.health.rules.sheets import PARTS, Sheet, code, counts, part, reference
from lianfang.health.rules.status import Status
from lianfang.health.views.opening import Opened
from lianfang.orgs.queries import calendar
from lianfang.orgs.queries.calendar_words import why
from lianfang.ui import words


def reasons() -> list[tuple[str, str]]:
    """Why a report is corrected: what is chosen is what is kept, in the language of whoever chose."""
    labels = (
        _("Somebody came late"), _("Entered by mistake"), _("Somebody fell ill after it"), _("The family called"),
        _("Other"),
    )  # fmt: skip
    return [(label, label) for label in labels]


def rows(found: Sequence[Place], now: datetime) -> list[dict[str, Any]]:
    """Classes with the state of each of their rounds; what is owed stands first."""
    on = now.date()
    reported = sheets.reported(found, on)
    owed = places.rounds(found, on)
    made = []
    for place in found:
        states = [
            _state(place, wanted, reported.get((place.unit.pk, place.group_id, int(wanted.round.number))), now)
            for wanted in owed[place]
        ]
        off = "" if states else _off(place, on)
        made.append({"place": place, "rounds": states, "off": off, "open": any(one["owed"] for one in states)})
    return sorted(made, key=lambda row: not row["open"])


def _off(place: Place, on: date) -> str:
    """Why nothing is asked of it, where it is the calendar that says so."""
    day = calendar.day(place.unit, on)
    return "" if day.taught else why(day)


def _state(place: Place, wanted: plan.Wanted, said: Said | None, now: datetime) -> dict[str, Any]:
    due = places.due_at(wanted, now.date())
    opens = datetime.combine(now.date(), wanted.opens, due.tzinfo)
    if said is not None:
        state = "late" if said.at > due else "done"
    elif now < opens:
        state = "not_started"
    else:
        state = "due" if now <= due else "missing"
    return {
        "code": wanted.round.code, "label": label(wanted.round), "state": state, "said": said, "due": due,
        "opens": opens, "owed": said is None and now >= opens, "word": _WORDS[state](),
        "well": said is not None and not said.row.named,
        "href": reverse("health:roll_today", args=[place.address, wanted.round.code]),
    }  # fmt: skip


_WORDS = {
    "done": lambda: _("Reported"), "late": lambda: _("Reported late"), "not_started": lambda: _("Not open yet"),
    "due": lambda: _("To be reported"), "missing": lambda: _("Not reported yet"),
}  # fmt: skip


def label(of: plan.PlannedRound) -> str:
    return of.label(get_language() or "zh")


# ── the sheet ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fresh(found: Opened) -> Sheet:
    """Empty; for a correction, what the version that counts says."""
    if not found.versions:
        return Sheet(id=uuid7())
    last = found.versions[-1]
    return Sheet(id=uuid7(), follows=code(last.row.key), exceptions=list(last.named))


def as_correction(found: Opened, sent: Sheet) -> Sheet:
    return msgspec.structs.replace(sent, id=uuid7(), follows=code(found.versions[-1].row.key), after=None)


def as_pressed(sent: Sheet, button: str) -> Sheet:
    """A report is never made by accident: one of the two buttons was pressed. Raises `forms.rolls.Unreadable`."""
    if button not in ("well", "send"):
        raise Unreadable
    return msgspec.structs.replace(sent, exceptions=[]) if button == "well" else sent


def without(sent: Sheet, who: UUID) -> Sheet:
    return naming(sent, Named(person=who))


def naming(sent: Sheet, named: Named) -> Sheet:
    return msgspec.structs.replace(sent, exceptions=put(sent.exceptions, named))


def still_ill(sent: Sheet, who: UUID) -> Sheet:
    """One tap: away through illness today as well; a second one takes it back. What else was said stays."""
    said = next((one for one in sent.exceptions if one.person == who), Named(person=who))
    return naming(sent, msgspec.structs.replace(said, absent=None if said.absent == "ill" else "ill"))


def sheet(
    request: HttpRequest, found: Opened, sent: Sheet, problems: Iterable[Problem] = (), *, status: int = 200,
    changed: bool = False,
) -> HttpResponse:  # fmt: skip
    told = counts(len(found.members), sent.exceptions, found.fever)
    named = {one.person: one for one in sent.exceptions}
    context = {
        "found": found, "round": label(found.round), "sent": sent, "exceptions": encoded(sent.exceptions),
        "opened_at": _opened_at(request, found), "changed": changed,
        "tiles": [_tile(member, named.get(member.person), found.fever) for member in found.members],
        "followed": _followed(found), "before": _before(found, named, correcting=bool(sent.follows)),
        "expected": told.expected, "sentence": saying.sentence(told),
        "corrects": bool(sent.follows), "reasons": reasons(), "errors": _errors(found, sent, problems),
        "form": PersonForm(today=found.now.date()), "for_script": _for_script(found, sent),
        **_fever(found), "differing": len(sheets.differing(found.place, found.on, found.code)) if sent.follows else 0,
    }  # fmt: skip
    answer = render(request, "health/roll.html", context, status=status)
    if request.method == "GET" and not sent.follows:
        # How long the worker may keep this page for a time without network: no longer than a session lasts.
        answer["Lianfang-Keep"] = str(int(settings.SESSION_LONGEST.total_seconds()))
    return answer


def _fever(found: Opened) -> dict[str, Any]:
    return {"fever": f"{found.fever / 10:.1f}", "again_minutes": plan.catalog().again_minutes}


def _opened_at(request: HttpRequest, found: Opened) -> int:
    """When the sheet was first opened, in seconds; it travels from page to page."""
    told = request.POST.get("opened", "")
    return int(told) if told.isdecimal() and len(told) < 12 else int(found.now.timestamp())


def _tile(member: places.Member, named: Named | None, fever: int) -> dict[str, Any]:
    return {
        "member": member, "part": part(named, fever) if named else "",
        "said": saying.one(msgspec.structs.replace(named, note="")) or _("remark") if named else "",
    }  # fmt: skip


def _before(found: Opened, named: dict[UUID, Named], *, correcting: bool) -> list[dict[str, Any]]:
    """Who was ill or missing the last time: shown, and left open. Nothing is copied into today's report."""
    known = places.before(found.place, found.on, found.names)
    if correcting:  # what this very report opened is known from today
        known = {person: one for person, one in known.items() if one.on < found.on}
    return [
        {
            "person": person, "name": found.names[person], "chosen": person in named and named[person].absent == "ill",
            "on": words.day(one.on, found.on), "still": one.status == Status.ILL,
            "what": saying.BEFORE[one.status], "since": one.absent_since,
            "symptoms": [s.label(get_language() or "zh") for s in symptoms.unpacked(one.symptoms)],
        }
        for person, one in known.items()
    ]  # fmt: skip


def _followed(found: Opened) -> list[dict[str, Any]]:
    """Key people of the group: whether one of them stays away is known before the names are called."""
    marks = key_people.followed(found.place.school_id, list(found.names), found.on)
    return [{"name": name, "keeps": marks[person]} for person, name in found.names.items() if person in marks]


def _errors(found: Opened, sent: Sheet, problems: Iterable[Problem]) -> list[dict[str, str]]:
    made = []
    for problem in problems:
        number = problem.cell.split(".")[1] if problem.cell.startswith("exceptions.") else ""
        who = sent.exceptions[int(number)].person if number.isdecimal() else None
        name = found.names.get(who) if who else None
        text = _("%(name)s: %(problem)s") % {"name": name, "problem": problem.text} if name else problem.text
        target = "reason" if problem.cell == "reason" else f"p-{who}" if name else ""
        made.append({"text": text, "id": target})
    return made


def _for_script(found: Opened, sent: Sheet) -> dict[str, Any]:
    """What `roll.js` needs; names stand in the tiles only."""
    return {
        "url": reverse("health:roll_submit", args=found.address),
        "page": reverse("health:roll", args=found.address),
        "user": found.user.pk, "on": found.on.isoformat(), "follows": sent.follows, "expected": len(found.members),
        "label": f"{found.place.label} {label(found.round)}",
        "fever": found.fever, "againMinutes": plan.catalog().again_minutes,
        "parts": list(PARTS), "words": {name: str(text) for name, text in saying.PART_WORDS.items()},
        "absent": {name: str(text) for name, text in saying.ABSENT.items()},
        "degrees": _("%(degrees)s °C"), "again": _("again %(degrees)s °C"), "doctor": _("saw a doctor"),
        "since": _("since %(day)s"), "remark": _("remark"), "between": _(" · "),
        "changedHere": _("Changed before it was sent"), "machine": clock.machine_now().timestamp(),
        "impossible": Problem("health.temperature_impossible").text, "ahead": Problem("health.onset_ahead").text,
        "reasonWanted": Problem("health.reason_wanted").text,
        "measureAgain": _("A fever. Let the pupil rest, and measure again at %(at)s; the second value counts."),
    }  # fmt: skip


# ── one person ────────────────────────────────────────────────────────────────────────────────────────────────────────


def person(
    request: HttpRequest, found: Opened, sent: Sheet, who: UUID, form: PersonForm | None = None, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    named = next((one for one in sent.exceptions if one.person == who), None)
    context = {
        "found": found, "round": label(found.round), "sent": sent, "exceptions": encoded(sent.exceptions),
        "opened_at": request.POST.get("opened", ""), "who": who, "name": found.names[who], "named": named,
        "form": form or PersonForm(initial=initial(named), today=found.now.date()),
        **_fever(found),
    }  # fmt: skip
    return render(request, "health/roll_person.html", context, status=status)


# ── what was reported ─────────────────────────────────────────────────────────────────────────────────────────────────


def told(request: HttpRequest, found: Opened) -> HttpResponse:
    last = found.versions[-1]
    context = {
        "found": found, "round": label(found.round), "last": last, "reference": reference(last.row.key),
        "sentence": _sentence(found, last), "late": last.at > found.due_at, "just_now": "done" in request.GET,
        "people": [(found.names.get(one.person, ""), saying.one(one)) for one in last.named],
        "history": _history(found), "differing": sheets.differing(found.place, found.on, found.code),
        "another": _another_round(found),
    }  # fmt: skip
    return render(request, "health/roll_told.html", context)


def _sentence(found: Opened, said: Said) -> str:
    return saying.sentence(counts(said.row.expected, said.named, found.fever))


def _history(found: Opened) -> list[dict[str, Any]]:
    """Versions from the newest to the first, each with what it changed."""
    made = []
    for old, new in zip([None, *found.versions], found.versions, strict=False):
        made.append({
            "said": new, "sentence": _sentence(found, new), "reason": new.row.reason,
            "changes": saying.differences(old.named, new.named, found.names) if old else [],
            "old": _("Version %(n)s") % {"n": old.number} if old else "",
            "new": _("Version %(n)s") % {"n": new.number},
        })  # fmt: skip
    return made[::-1]


def _another_round(found: Opened) -> list[dict[str, Any]]:
    """The other rounds of the day, to go on with."""
    return [one for one in rows([found.place], found.now)[0]["rounds"] if one["code"] != found.code]


def after(found: Opened, state: str) -> str:
    if state == "differs":
        return reverse("health:roll_compare", args=found.address)
    return reverse("health:roll", args=found.address) + "?done"


def taken_json(found: Opened, sent: Sheet, state: str) -> JsonResponse:
    return JsonResponse({"state": state, "url": after(found, state), "reference": reference(key(sent.id))})


def another_user() -> JsonResponse:
    """409: it waits on the telephone until the one who filled it in signs in."""
    return JsonResponse({"state": "waits"}, status=409)


def refused_json(found: Opened, sent: Sheet, problems: Sequence[Problem]) -> JsonResponse:
    errors = _errors(found, sent, problems)
    return JsonResponse({"state": "refused", "errors": errors}, status=422)
