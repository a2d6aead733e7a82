"""A roll from a page: checked before it is taken, since whoever stands before the page can mend it at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.core import events
from lianfang.core.ids import uuid7
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.health.actions import rolls
from lianfang.health.models import Held
from lianfang.health.queries import places, sheets, versions
from lianfang.health.queries.places import Place
from lianfang.health.queries.sheets import Differing
from lianfang.health.rules import sent as rules
from lianfang.health.rules.parcels import Author, RollIn
from lianfang.health.rules.sheets import Sheet
from lianfang.health.rules.sheets import code as code_of
from lianfang.people.models import User


@transaction.atomic
def report(
    *, by: User, place: Place, on: date, code: str, sheet: Sheet, now: datetime, oldest: timedelta = rules.OLDEST
) -> str:
    """ "taken"; "again" (it was here before, or says what stands there already); "changed" (its id was here before and
    said something else: the page was gone back to); "differs" (kept beside the other report, for somebody to decide).
    Raises `Refused` with problems at "exceptions.<number>…", "reason" or the whole."""
    roll = replace(_roll_in(by, place, on, code, sheet, now), oldest=oldest)
    found = [Problem(flaw.code, flaw.field) for flaw in rules.flaws(roll.sent, now, oldest)]
    if roll.expected is None:
        found.append(Problem("health.unit_closed"))
    found += [
        Problem("health.person_elsewhere", f"exceptions.{number}.person")
        for number, one in enumerate(sheet.exceptions)
        if one.person in roll.strangers
    ]
    if roll.after is not None and not sheet.reason:
        found.append(Problem("health.reason_wanted", "reason"))
    if found:
        raise Refused(*found)
    (outcome,) = rolls.take([roll], now=now)
    if outcome.flaws:
        return "differs"
    if outcome.state == "again" and _says_else(roll):
        return "changed"
    if outcome.state == "taken" and roll.after is not None:
        opened = (roll.sent.at or now) - timedelta(seconds=sheet.seconds or 0)
        _settle_shown(by, place, on, code, opened, roll.key, now)
    return outcome.state


def _roll_in(by: User, place: Place, on: date, code: str, sheet: Sheet, now: datetime) -> RollIn:
    there = {member.person for member in places.members(place, on)}
    strangers = frozenset(one.person for one in sheet.exceptions if one.person not in there)
    return RollIn(
        sheet.roll(place.unit.pk, place.group_id, code, on, now), place.seat, on, Author(by.pk),
        len(there) if places.exists(place, on) else None, strangers, sheet.corrects,
    )  # fmt: skip


def _says_else(roll: RollIn) -> bool:
    """Whether the version that counts is another one than this, and says something else."""
    current = versions.current(roll)
    return current is not None and current.says != rolls.said_by(roll.sent.exceptions)


@transaction.atomic
def decide(
    *, by: User, place: Place, on: date, code: str, key: int, mine: bool, reason: str, now: datetime
) -> None:  # fmt: skip
    """Of two reports that differ, one holds: the one that stands there, or (``mine``) the later one, which becomes a
    correction of it. Raises `Refused`, also when somebody else has decided meanwhile."""
    waiting = next((one for one in sheets.differing(place, on, code) if one.held.key == key), None)
    if waiting is None:
        raise refuse("health.decided_meanwhile")
    counts = sheets.versions(place, on, code)[-1].row.key
    if mine:
        sheet = Sheet(
            id=uuid7(), follows=code_of(counts), at=waiting.sent.at, seconds=waiting.sent.seconds, reason=reason,
            exceptions=waiting.sent.exceptions,
        )  # fmt: skip
        if report(by=by, place=place, on=on, code=code, sheet=sheet, now=now) != "taken":
            raise refuse("health.decided_meanwhile")
        counts = rules.key(sheet.id)
    _settle(waiting, counts, by, now)
    detail = {"round": code, "on": on.isoformat(), "kept": "later" if mine else "first"}
    events.record("roll.decided", by=by, unit=place.unit, detail=detail, now=now)


def _settle_shown(by: User, place: Place, on: date, code: str, opened: datetime, became: int, now: datetime) -> None:
    """Reports that differ were told of on the sheet of the correction, which puts them together by hand: none of those
    that had come before it was ``opened`` waits any more."""
    for waiting in sheets.differing(place, on, code):
        if waiting.held.at <= opened:
            _settle(waiting, became, by, now)


def _settle(waiting: Differing, became: int, by: User, now: datetime) -> None:
    held = waiting.held
    Held.objects.filter(school_id=held.school_id, on=held.on, key=held.key).update(
        settled_at=now, settled_by_id=by.pk, became=became
    )
