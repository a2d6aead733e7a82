"""Emptying what is known about people, table by table. Called by purge runs inside their transactions."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Exists, F, Func, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from lianfang.core import clock
from lianfang.people import erasers
from lianfang.people.models import (
    Claim,
    Decision,
    Device,
    Enrolment,
    Grant,
    Guardian,
    Guardianship,
    Hold,
    Household,
    HouseholdMember,
    Letters,
    Merge,
    Person,
    Posting,
    Request,
    RosterFile,
    RosterRow,
    User,
)
from lianfang.people.models.roster import Ending
from lianfang.people.queries import purging as queries
from lianfang.people.queries.purging import CHILDREN

# Where `web.roster` keeps what is searched for (a test compares them).
SEARCHED = "roster_words"

# What colleagues write in their own words, where a name may stand although the form asks for none.
_WORDS: tuple[tuple[type[Model], str], ...] = (
    (Request, "reason"), (Decision, "reason"), (Grant, "reason"), (Grant, "review"),
)  # fmt: skip

# A person's row without anything personal: counts of the past refer to it, and it names nobody.
_NOBODY: dict[str, Any] = {
    "name": "", "former_name": "", "pinyin": "", "initials": "", "sex": 0, "born_on": None, "nationality": "",
    "phone": None, "phone_index": None, "address": None, "place": None, "health_note": None,
}  # fmt: skip


@dataclass
class Counts:
    """Table (label of the model) → rows that were deleted, and rows that were emptied."""

    destroyed: Counter[str] = field(default_factory=Counter)
    anonymised: Counter[str] = field(default_factory=Counter)

    def delete(self, rows: QuerySet[Any]) -> None:
        self.destroyed.update(rows.delete()[1])

    def empty(self, rows: QuerySet[Any], /, **columns: Any) -> None:
        self.anonymised[rows.model._meta.label] += rows.update(**columns)


def people(ids: Sequence[UUID], *, now: datetime) -> Counts:
    """Everything about these people and the rows merged into theirs: their own rows are emptied, what hangs on them is
    deleted, in the rooms above as well, guardians and devices nobody needs any more with it, and uploads that may name
    them are emptied."""
    counts = Counts()
    everyone = queries.with_duplicates(ids)
    guardians = list(Guardianship.objects.filter(person__in=everyone).values_list("guardian_id", flat=True))
    devices = list(Claim.objects.filter(person__in=everyone).values_list("device_id", flat=True))
    households = list(HouseholdMember.objects.filter(person__in=everyone).values_list("household_id", flat=True))
    _uploads(counts, everyone)
    _words(counts, everyone, guardians)
    for eraser in erasers.registered():
        eraser(everyone, counts)
    counts.delete(Merge.objects.filter(Q(kept__in=everyone) | Q(gone__in=everyone)))
    counts.delete(Hold.objects.filter(person__in=everyone))
    for model in CHILDREN:
        counts.delete(model._default_manager.filter(person__in=everyone))
    left = Guardianship.objects.filter(guardian=OuterRef("pk"))
    counts.delete(Guardian.objects.filter(~Exists(left), pk__in=guardians))
    counts.delete(Device.objects.filter(~Exists(Claim.objects.filter(device=OuterRef("pk"))), pk__in=devices))
    members = HouseholdMember.objects.filter(household=OuterRef("pk"))
    counts.delete(Household.objects.filter(~Exists(members), pk__in=households))
    _accounts(counts, everyone, now)
    asked = Request.objects.filter(subject_kind="person", subject_id__in=[str(one) for one in everyone])
    counts.empty(asked, reason="–", detail={})
    belongings = Enrolment.objects.filter(person__in=everyone)
    # who asked while they still belonged to a school: nobody without a name stays on its lists
    last = clock.day_of(now) - timedelta(days=1)
    belongings.filter(to_on__isnull=True).update(to_on=Greatest(F("from_on"), last), ending=Ending.LEFT)
    counts.empty(belongings, number="", title="", away_why="")
    counts.empty(Person.objects.filter(pk__in=everyone, purged_at__isnull=True), **_NOBODY, purged_at=now)
    return counts


def gathered(schools: Q) -> Counts:
    """What was gathered for a response in these schools (a condition on "school__"): where people are. Who stays in the
    holidays and who lives with whom a school knows without one."""
    counts = Counts()
    here = Enrolment.objects.filter(schools, person=OuterRef("pk"))
    counts.empty(Person.objects.filter(Exists(here), place__isnull=False), place=None)
    return counts


def _uploads(counts: Counts, everyone: Sequence[UUID]) -> None:
    """Rosters that were uploaded for these people's schools, by whatever unit: a file or a line that could not be taken
    over names people without pointing to them. Letters of accounts likewise. The caller holds the turn of the schools
    (`intake.turns`), so nothing is being read or taken over; what was interrupted goes on without these people."""
    schools = Enrolment.objects.filter(person__in=everyone).values_list("school__path", flat=True).distinct()
    near = Q(pk__in=[])
    for path in schools:
        above = [int(part) for part in path.split(".") if part]
        near |= Q(unit__path__startswith=path) | Q(unit__in=above)
    files = RosterFile.objects.filter(near)
    counts.delete(RosterRow.objects.filter(person__in=everyone))
    lines = RosterRow.objects.filter(file__in=files, cells__isnull=False)
    to_come = lines.filter(file__stage="applying", applied=False, plan__in=["join", "move", "change", "leave"])
    names = set(Person.objects.filter(pk__in=everyone).values_list("name", "former_name"))
    named = {name for pair in names for name in pair if name}
    of_them = [row.pk for row in to_come.iterator() if row.cells and row.cells["cells"].get("name") in named]
    counts.delete(RosterRow.objects.filter(pk__in=of_them))
    counts.empty(lines.exclude(pk__in=to_come.values("pk")), cells=None)
    files.filter(stage__in=["waiting", "checking", "checked"]).update(stage="dropped")
    for file in files.exclude(name__startswith="*").defer("content"):
        counts.empty(RosterFile.objects.filter(pk=file.pk), content=None, name=f"*{PurePath(file.name).suffix[:8]}")
    counts.empty(Letters.objects.filter(near, rows__isnull=False, finished_at__isnull=False), rows=None)


def _words(counts: Counts, everyone: Sequence[UUID], guardians: Sequence[UUID]) -> None:
    """Why somebody looked or broke the glass stays on record; the names of these people and of who looked after them go
    out of it, those of a namesake with them."""
    called = Person.objects.filter(pk__in=everyone).values_list("name", "former_name")
    names = {name for pair in called for name in pair} | set(
        Guardian.objects.filter(pk__in=guardians).values_list("name", flat=True)
    )
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 1)
    if not pattern:
        return
    for model, column in _WORDS:
        without = Func(F(column), Value(pattern), Value("…"), Value("g"), function="regexp_replace")
        counts.empty(model._default_manager.filter(**{f"{column}__regex": pattern}), **{column: without})


def _accounts(counts: Counts, everyone: Sequence[UUID], now: datetime) -> None:
    """An account is no longer this person; if it holds no duty, nobody is reached through it either. Its name stays in
    what was signed with it."""
    duties = Posting.objects.filter(user=OuterRef("pk")).filter(Q(to_on__isnull=True) | Q(to_on__gte=now.date()))
    accounts = User.objects.filter(person__in=everyone)
    counts.empty(accounts.filter(~Exists(duties)), person=None, phone=None, phone_index=None, email="", is_active=False)
    accounts.update(person=None)


def searches() -> Counts:
    """What people typed to find somebody is kept for their next page, sealed, in their session: it goes, nobody is
    signed out."""
    counts = Counts()
    found = [row.pk for row in Session.objects.all().iterator() if SEARCHED in row.get_decoded()]
    # read again, held: who goes on working or signs out in this moment must not lose what they do, nor stop the run
    for session in Session.objects.select_for_update().filter(pk__in=found).order_by("pk"):
        kept = session.get_decoded()
        kept.pop(SEARCHED, None)
        session.session_data = Session.objects.encode(kept)
        session.save(update_fields=["session_data"])
        counts.anonymised["sessions.Session"] += 1
    return counts
