"""Lists that leave the house: on paper or as a file, with a purpose, above a class only after a second person agreed
(controls B04, E02). What is written into them is made on the way out and stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lianfang.core import events, limits
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions import requests
from lianfang.people.models import Request, User
from lianfang.people.queries import looks, roster
from lianfang.people.rules import roster as rules

_MOST_AN_HOUR = 20


@dataclass(frozen=True)
class Terms:
    """What is taken out: ``form`` is "xlsx", "csv" or "print", ``people`` how many lines there are, ``as_a`` whom the
    list is limited to."""

    columns: tuple[str, ...]
    form: str
    people: int
    as_a: str = ""

    def told(self) -> dict[str, object]:
        return {"columns": list(self.columns), "form": self.form, "people": self.people, "as_a": self.as_a}


@dataclass(frozen=True)
class Watermark:
    """What stands on every page: who took the list out, when, what for, and under which number it is on record."""

    who: str
    at: datetime
    purpose: str
    number: str


def ask_export(*, by: User, unit: Unit, terms: Terms, purpose: str, now: datetime) -> Request:
    """Ask for a second person's agreement to exactly this list."""
    _check(terms, purpose)
    return requests.ask(
        by=by, kind="export", unit=unit, reason=purpose, subject_kind="roster", subject_id=str(unit.pk),
        detail=terms.told(), now=now,
    )  # fmt: skip


@transaction.atomic
def take_out(
    *, by: User, unit: Unit, terms: Terms, purpose: str, request: Request | None = None, now: datetime
) -> Watermark:
    """Put the list on record; the answer goes onto every page of it. ``request`` is the agreed one, used up by this.

    Raises `Refused` without a purpose, for more than `rules.FREELY` people or anything sealed without agreement, for
    other columns than were agreed, and after twenty lists within an hour.
    """
    purpose = " ".join(purpose.split())
    _check(terms, purpose)
    User.objects.select_for_update().get(pk=by.pk)  # lists asked for in one moment are counted one after the other
    if not limits.within("roster export", str(by.pk), most=_MOST_AN_HOUR, every=timedelta(hours=1), now=now):
        raise refuse("people.export_too_often")
    if request is not None:
        agreed = {name: request.detail.get(name) for name in ("columns", "form", "as_a")}
        wanted = {"columns": list(terms.columns), "form": terms.form, "as_a": terms.as_a}
        if request.unit_id != unit.pk or agreed != wanted:
            raise refuse("people.export_other_terms")
        requests.use(by=by, request=request, now=now)
    elif needs_agreement(by, unit, terms, now):
        raise refuse("people.export_needs_agreement", most=rules.FREELY)
    word = "person.printed" if terms.form == "print" else "person.exported"
    detail = {**terms.told(), **({"request": str(request.pk)} if request else {})}
    said = roster.without_names(unit, purpose)  # the event outlives the data of whom it names
    event = events.record(word, by=by, unit=unit, subject=unit, detail=detail, reason=said, now=now)
    return Watermark(by.name, now, purpose, event.pk.hex[-10:].upper())


def needs_agreement(by: User, unit: Unit, terms: Terms, now: datetime) -> bool:
    """A class on paper is what a teacher works with, however large it is; everything else goes by its size, and by what
    the same person took out already within a day."""
    if terms.form == "print" and unit.kind == "class":
        return rules.needs_agreement(0, terms.columns)
    return rules.needs_agreement(terms.people, terms.columns, looks.taken_freely(by, now - timedelta(days=1)))


def _check(terms: Terms, purpose: str) -> None:
    if not _known(terms.columns):
        raise refuse("people.columns_none", "columns")
    if len(purpose.strip()) < rules.SHORTEST_PURPOSE:
        raise refuse("people.purpose_short", "purpose", least=rules.SHORTEST_PURPOSE)


def _known(columns: Sequence[str]) -> bool:
    return bool(columns) and all(column in rules.COLUMNS for column in columns)
