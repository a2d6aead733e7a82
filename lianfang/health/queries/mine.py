"""Rounds that are owed by a person's own classes and groups."""

from dataclasses import dataclass
from datetime import datetime

from lianfang.health.queries import places, sheets
from lianfang.health.queries.places import Place
from lianfang.health.rules.plan import Wanted
from lianfang.people import access
from lianfang.people.models import User

_OWN = ("class_teacher", "counsellor")  # who calls the class; a doctor may, and is asked only for groups of the school


@dataclass(frozen=True)
class Owed:
    """A round of one's own class that is open. ``at``: when it was reported."""

    place: Place
    round: Wanted
    due_at: datetime
    at: datetime | None

    @property
    def done(self) -> bool:
        return self.at is not None


def owed(user: User, now: datetime) -> list[Owed]:
    """Rounds of today that have opened, of the classes (groups) the user has a duty at. Nothing is asked of others."""
    on = now.date()
    mine = {post.unit_id for post in access.postings(user, on) if post.role in _OWN}
    at_school = {post.unit_id for post in access.postings(user, on) if post.role == "doctor"}
    wanted = [place for place in places.mine(user, on) if place.unit.pk in mine] if mine else []
    wanted += places.groups(on, unit__in=at_school - mine) if at_school else []
    if not wanted:
        return []
    said = sheets.reported(wanted, now.date())
    found = []
    for place, rounds in places.rounds(wanted, now.date()).items():
        for one in rounds:
            report = said.get((place.unit.pk, place.group_id, int(one.round.number)))
            if report is not None or one.opens <= now.time():
                due = places.due_at(one, now.date())
                found.append(Owed(place, one, due, report.at if report else None))
    return sorted(found, key=lambda one: (one.due_at, one.place.unit.path))
