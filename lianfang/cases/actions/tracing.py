"""Contacts of cases: found, added, asked about each day, released; a contact who falls ill.

Nothing is overwritten: every verb adds a `ContactNote`, and what the contact stands at is made anew from all of them
(`rules.following`). What a class owes for its contacts is one thing a day, however many they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.urls import reverse

from lianfang.cases.actions import cases as opening
from lianfang.cases.actions import observing
from lianfang.cases.models import Case, Contact, ContactNote, ContactState, Origin
from lianfang.cases.queries import cases as case_queries
from lianfang.cases.queries import exposed as queries
from lianfang.cases.queries import finding
from lianfang.cases.rules import course
from lianfang.cases.rules import following as rules
from lianfang.cases.rules.following import Said
from lianfang.core import clock, events
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import refuse
from lianfang.health.rules.sent import COLDEST, HOTTEST
from lianfang.notices import actions as notices
from lianfang.obligations.actions import bulk
from lianfang.obligations.actions.bulk import Thing
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, Person, User
from lianfang.policies.diseases.spec import Contacts

_NOTHING = Said()
_TWICE = 2  # temperatures a day from which somebody is watched one by one (`observing`), not asked with the class


@transaction.atomic
def add_found(*, by: User, case: Case, people: Collection[UUID], now: datetime) -> list[Contact]:
    """Take over those of ``people`` whom the search finds now, with the days it finds: as new contacts, or as another
    meeting of known ones. Doing it again adds nothing. Raises `Refused` where nobody is chosen."""
    row = _locked(case)
    on = clock.day_of(now)
    search = finding.search(row, course.course(case_queries.steps(row.steps.order_by("number"))), on)
    chosen = [one for one in search.found if one.person.pk in people and one.is_new]
    if not people:
        raise refuse("cases.contact_nobody", "people")
    asked = _asked_for(row)
    made, said = list[Contact](), dict[UUID, Said]()
    for one in chosen:
        days = {link: one.exposure.count(link) for link in one.exposure.links}
        told = Said(days=days, last_on=one.exposure.last_on, level=one.exposure.level)
        contact = one.known or _new(row, one.unit, told, one.exposure.last_on, uuid7(), by, now, person=one.person)
        said[contact.pk] = told
        made.append(contact)
    Contact.objects.bulk_create([contact for contact in made if contact._state.adding])
    _note(made, rules.FOUND, said, uuid7(), by, now)
    _keep(made, asked)
    _after(row, made, asked, by, now)
    return made


@transaction.atomic
def add(
    *, by: User, case: Case, home: Enrolment | None = None, name: str = "", phone: str = "", link: str,
    level: str = "", last_on: date, text: str = "", key: UUID, now: datetime,
) -> Contact:  # fmt: skip
    """One contact by hand: somebody of the school (``home``), or somebody from outside by name and telephone. Whoever
    is a contact of the case already is that contact, met once more. The same ``key`` twice is one. Raises `Refused` for
    the case itself, an unknown link and days that cannot be."""
    row = _locked(case)
    if again := Contact.objects.filter(notes__key=key, case=row).first():
        return again
    if home is not None and home.person_id == row.person_id:
        raise refuse("cases.contact_self", "person")
    if home is not None and finding.with_disease(row, [home.person_id]):
        raise refuse("cases.contact_is_case", "person")
    if home is None and not name.strip():
        raise refuse("cases.contact_name_missing", "name")
    if rules.catalog().way(link) is None:
        raise refuse("cases.contact_link", "link")
    nearness = level or rules.level_of([link])
    said = Said(days={link: 1}, last_on=last_on, level="close" if nearness == "close" else "general", text=text)
    known = Contact.objects.filter(case=row, person=home.person_id).first() if home else None
    _fits(row, known, rules.ADDED, said, now)
    asked = _asked_for(row)
    contact = known or _new(
        row, home.unit if home else row.school, said, last_on, key, by, now, person=home.person if home else None,
        name=name.strip(), phone=phone.strip(),
    )  # fmt: skip
    _keep_new(contact)
    _note([contact], rules.ADDED, {contact.pk: said}, key, by, now)
    _keep([contact], asked)
    _after(row, [contact], asked, by, now)
    return contact


@transaction.atomic
def say(*, by: User, contact: Contact, kind: str, said: Said, key: UUID, now: datetime) -> Contact:
    """One thing more about one contact. The same ``key`` twice is said once. Raises `Refused`."""
    case = _locked(contact.case)
    row = Contact.objects.select_related("unit", "school", "person").get(pk=contact.pk)
    if ContactNote.objects.filter(contact=row, key=key).exists():
        return row
    _fits(case, row, kind, said, now)
    if said.temperature is not None and not COLDEST <= said.temperature <= HOTTEST:
        raise refuse("health.temperature_impossible", "temperature")
    _note([row], kind, {row.pk: said}, key, by, now)
    _keep([row], _asked_for(case))
    _watch([row], _asked_for(case), by, now)
    _let_go([row], by, now)
    if said.is_ill:
        _tell(row.unit, by, now)
    events.record("contact.changed", by=by, unit=row.unit, subject=row, detail={"kind": kind}, now=now)
    _settle({row.unit_id}, now)
    return row


@transaction.atomic
def ask(*, by: User, unit: Unit, told: Mapping[UUID, Said], key: UUID, now: datetime) -> int:
    """What the contacts of a class said today, by person; whoever is not named in ``told`` is noted as without
    symptoms. How many people. The same ``key`` twice is said once. Raises `Refused` for a temperature nobody has."""
    on = clock.day_of(now)
    asked = queries.followed_in(unit, on)
    said = {contact.pk: told.get(one.person.pk, Said(symptoms=[])) for one in asked for contact in one.contacts}
    if any(one.temperature is not None and not COLDEST <= one.temperature <= HOTTEST for one in said.values()):
        raise refuse("health.temperature_impossible", "temperature")
    rows = list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=said).order_by("pk"))
    if ContactNote.objects.filter(contact__in=rows, key=key).exists():
        return len(asked)
    _note(rows, rules.NOTED, said, key, by, now)
    _keep_noted(rows, said, on)
    events.record("contact.asked", by=by, unit=unit, subject=unit, detail={"people": len(asked)}, now=now)
    if any(one.is_ill for one in said.values()):
        _tell(unit, by, now)
    bulk.fulfil(keys=[rules.owed(unit.pk, on)], now=now)
    return len(asked)


@transaction.atomic
def release(*, by: User, case: Case, now: datetime) -> int:
    """Everybody of a case whose days are over. How many; doing it again releases nobody."""
    row, on = _locked(case), clock.day_of(now)
    over = Contact.objects.filter(case=row, state__in=("followed", "lost"), until__lt=on)
    rows = list(over.select_related("unit", "person", "school").order_by("pk"))
    _note(rows, rules.RELEASED, {one.pk: _NOTHING for one in rows}, uuid7(), by, now)
    for one in rows:
        one.state, one.ended_at = ContactState.RELEASED, now
    Contact.objects.bulk_update(rows, ["state", "ended_at"])
    _let_go(rows, by, now)
    if rows:
        events.record("contact.released", by=by, unit=row.unit, subject=row, detail={"people": len(rows)}, now=now)
    return len(rows)


@transaction.atomic
def fell_ill(
    *, by: User, contact: Contact, onset_on: date, text: str = "", key: UUID, now: datetime
) -> Case | None:  # fmt: skip
    """The contact has fallen ill: a case is opened (or the one that runs is theirs), and this is how they came to it.
    None for somebody from outside, of whom the school keeps no case. Raises `Refused`."""
    row = Contact.objects.select_related("case__school", "person", "unit", "school").get(pk=contact.pk)
    if row.person is None:
        say(by=by, contact=row, kind=rules.FELL_ILL, said=Said(text=text), key=key, now=now)
        return None
    made = opening.suspect(
        by=by, person=row.person, school=row.school, unit=row.unit, disease=row.case.disease, origin=Origin.CONTACT,
        onset_on=onset_on, basis=text, key=key, emergency=row.case.emergency, now=now,
    )  # fmt: skip
    _came_from(made, by, now)
    return made


def case_opened(event: Event) -> None:
    """Handler of ``case.opened``: whoever was followed as a contact of the disease is so no longer; they are a case."""
    case = Case.objects.filter(pk=event.subject_id).first()
    if case is not None:
        with transaction.atomic():
            _came_from(case, None, event.at)


def open_day(*, now: datetime) -> int:
    """Every morning and whenever it runs: each class with contacts to be asked today owes that. How many classes."""
    on = clock.day_of(now)
    waiting = queries.waiting(on)
    due = rules.due_at(on, clock.ZONE)
    bulk.withdraw(keys=[rules.owed(unit, day) for unit, day in queries.asked_before(on)], now=now)
    things = [
        Thing(rules.owed(unit, on), unit, due, reverse("cases:contacts_asked", args=[unit])) for unit in sorted(waiting)
    ]
    bulk.owe(kind=rules.OBLIGATION, things=things, now=now)
    return len(things)


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _locked(case: Case) -> Case:
    """Contacts of one case are changed one after the other."""
    return Case.objects.select_for_update(of=("self",)).select_related("school", "unit", "emergency").get(pk=case.pk)


def _asked_for(case: Case) -> Contacts | None:
    edition = case_queries.rules_of(case)
    return edition.contacts if edition else None


def _fits(case: Case, contact: Contact | None, kind: str, said: Said, now: datetime) -> None:
    was = queries.stands(contact, _days(_asked_for(case))) if contact else None
    first = finding.first_day(case, case_queries.rules_of(case))
    wrong = rules.flaw(was, kind, said, first=first, today=clock.day_of(now))
    if wrong is not None:
        raise refuse(wrong.code, wrong.cell)


def _days(asked: Contacts | None) -> int | None:
    return asked.days if asked else None


def _new(
    case: Case, unit: Unit, said: Said, last_on: date, key: UUID, by: User, now: datetime, *,
    person: Person | None = None, name: str = "", phone: str = "",
) -> Contact:  # fmt: skip
    return Contact(
        case=case, school=case.school, unit=unit, person=person, outsider=name or None, phone=phone or None,
        level=said.level or "general", last_on=last_on, at=now, by=by, key=key,
    )  # fmt: skip


def _keep_new(contact: Contact) -> None:
    if not contact._state.adding:
        return
    try:
        with transaction.atomic():
            contact.save(force_insert=True)
    except IntegrityError:  # the key was used for a contact of another case
        raise refuse("cases.exposed_meanwhile") from None


def _note(
    rows: Sequence[Contact], kind: str, said: Mapping[UUID, Said], key: UUID, by: User | None, now: datetime
) -> None:  # fmt: skip
    ContactNote.objects.bulk_create(
        [
            ContactNote(contact=row, kind=kind, said=msgspec.to_builtins(said[row.pk]), at=now, by=by, key=key)
            for row in rows
        ],
        ignore_conflicts=True,
    )


def _keep(rows: Sequence[Contact], asked: Contacts | None) -> None:
    """The columns that lists read, from everything that was said. Two statements, whatever the number."""
    told: dict[UUID, list[ContactNote]] = {row.pk: [] for row in rows}
    for note in ContactNote.objects.filter(contact__in=rows).order_by("at", "pk"):
        told[note.contact_id].append(note)
    for row in rows:
        found = rules.stands(queries.notes(told[row.pk]), _days(asked))
        row.links, row.level, row.state = list(found.links), found.level, found.state
        row.last_on, row.until = found.last_on or row.last_on, found.until
        row.noted_on, row.ill_on, row.ended_at = found.noted_on, found.ill_on, found.ended_at
    fields = ["links", "level", "state", "last_on", "until", "noted_on", "ill_on", "ended_at"]
    Contact.objects.bulk_update(rows, fields)


def _keep_noted(rows: Sequence[Contact], said: Mapping[UUID, Said], on: date) -> None:
    """As `_keep`, for what a day's asking can change, without opening what was said before."""
    for row in rows:
        row.noted_on = on
        if said[row.pk].is_ill and row.ill_on is None:
            row.ill_on = on
        if said[row.pk].reached and row.state == "lost":
            row.state, row.ended_at = ContactState.FOLLOWED, None
    Contact.objects.bulk_update(rows, ["noted_on", "ill_on", "state", "ended_at"])


def _after(case: Case, made: Sequence[Contact], asked: Contacts | None, by: User, now: datetime) -> None:
    if made:
        _watch(made, asked, by, now)
        events.record("contact.added", by=by, unit=case.unit, subject=case, detail={"people": len(made)}, now=now)
        open_day(now=now)


def _watch(rows: Sequence[Contact], asked: Contacts | None, by: User, now: datetime) -> None:
    """Close contacts of a disease whose rule wants two temperatures a day are measured."""
    if asked is None or asked.temperatures < _TWICE:
        return
    for row in rows:
        if row.person is not None and row.state == "followed" and row.level == "close":
            observing.begin(
                by=by, person=row.person, school=row.school, unit=row.unit, reason="contact", until=row.until, now=now
            )


def _let_go(rows: Sequence[Contact], by: User | None, now: datetime) -> None:
    """Who is no contact any more, of no case, is measured no longer."""
    for row in rows:
        if row.person is None or row.state in ("followed", "lost") or queries.still_near(row.person.pk, row.school):
            continue
        observing.end(by=by, person=row.person, school=row.school, unit=row.unit, reason="contact", now=now)


def _settle(units: Iterable[int], now: datetime) -> None:
    """A class in which nobody is left to be asked today owes nothing."""
    on = clock.day_of(now)
    left = queries.waiting(on)
    bulk.fulfil(keys=[rules.owed(unit, on) for unit in units if unit not in left], now=now)


def _came_from(case: Case, by: User | None, now: datetime) -> None:
    """All contacts that the person was of cases of the disease: any of them may have been it."""
    if case.person_id is None:
        return
    rows = [row for row in queries.running(case.person_id, case.disease) if row.case_id != case.pk]
    _note(rows, rules.FELL_ILL, {row.pk: _NOTHING for row in rows}, case.key, by, now)
    for row in rows:
        row.became, row.state, row.ended_at = case, ContactState.CASE, now
    Contact.objects.bulk_update(rows, ["became", "state", "ended_at"])
    _let_go(rows, by, now)
    for row in rows:
        events.record("contact.changed", by=by, unit=row.unit, subject=row, detail={"kind": rules.FELL_ILL}, now=now)
    _settle({row.unit_id for row in rows}, now)


def _tell(unit: Unit, by: User, now: datetime) -> None:
    """The doctor hears that somebody who is followed has symptoms, once a day for each class; the message names the
    school alone."""
    school = unit.school or unit
    held = access.holders(unit.ancestor_ids, ("doctor",), clock.day_of(now))
    to = {post.user_id for post in held} - {by.pk}
    notices.post(
        by=None, unit=school, to=to, kind="contact.ill", key=f"contact ill {unit.pk} {clock.day_of(now)}",
        params={"school": school.label}, url=reverse("cases:contacts_asked", args=[unit.pk]),
        channels=("app", "sms"), urgent=True, now=now,
    )  # fmt: skip
