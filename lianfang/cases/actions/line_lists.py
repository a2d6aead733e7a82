"""Line lists of an outbreak leave the house: with a purpose, on record; above a class, or with anything sealed in full,
only after a second person agreed, as lists of the roster do (controls B04, E02; `people.actions.exporting`)."""

from datetime import datetime, timedelta

from lianfang.core import clock, events, limits
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions import requests
from lianfang.people.models import Request, User
from lianfang.people.queries import looks, roster
from lianfang.people.rules import roster as rules

SUBJECT = "line_list"
_DAY, _HOUR, _MOST_AN_HOUR = timedelta(days=1), timedelta(hours=1), 20


def subject_id(school: Unit, disease: str) -> str:
    """What a request is about."""
    return f"{school.pk} {disease}"


def ask(*, by: User, school: Unit, disease: str, people: int, purpose: str, now: datetime) -> Request:
    """Ask for a second person's agreement to taking out this list once, with everything in full."""
    return requests.ask(
        by=by, kind="export", unit=school, reason=purpose, subject_kind=SUBJECT, subject_id=subject_id(school, disease),
        detail={"people": people}, now=now,
    )  # fmt: skip


def take_out(
    *, by: User, school: Unit, people: int, whole: bool, form: str, purpose: str, request: Request | None = None,
    now: datetime,
) -> str:  # fmt: skip
    """Put it on record. What stands above and below the list: who, when, what for, under which number. ``request`` is
    the agreed one, used up by this. Raises `Refused` where agreement is needed and there is none, and after twenty
    lists within an hour."""
    with limits.in_turn(SUBJECT, str(by.pk)):  # two lists in one moment are counted one after the other
        if not limits.within(SUBJECT, str(by.pk), most=_MOST_AN_HOUR, every=_HOUR, now=now):
            raise refuse("cases.export_too_often")
        if request is not None:
            requests.use(by=by, request=request, now=now)
        elif needs_agreement(by, people, whole, now):
            raise refuse("people.export_needs_agreement", most=rules.FREELY)
        detail = {"people": people, "form": form, **({"request": str(request.pk)} if request else {})}
        said = roster.without_names(school, purpose)  # the event outlives the data of whom it names
        event = events.record("case.exported", by=by, unit=school, subject=school, detail=detail, reason=said, now=now)
    return " · ".join((by.name, f"{now.astimezone(clock.ZONE):%Y-%m-%d %H:%M}", purpose, event.pk.hex[-10:].upper()))


def needs_agreement(by: User, people: int, whole: bool, now: datetime) -> bool:
    columns = ("phone",) if whole else ()
    return rules.needs_agreement(people, columns, looks.taken_freely(by, now - _DAY))
