"""Two records were one person: everything moves to the one that stays, and can move back."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from lianfang.core import clock, events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions.locking import locked
from lianfang.people.models import IdentityDocument, Merge, Person, User
from lianfang.people.models.roster import Document, Ending

# Filled from the record that goes where the one that stays knows nothing.
_FILLED = ("former_name", "sex", "born_on", "nationality", "phone", "address", "place", "health_note")
# A row that cannot stand beside an open one of the kept record ends: how, by table.
_KEYS: dict[str, tuple[str, ...]] = {
    "identitydocument": ("kind",),
    "enrolment": ("school_id", "as_a"),
    "lodging": ("school_id",),
    "marking": ("school_id", "mark"),
    "guardianship": ("guardian_id",),
    "householdmember": ("household_id",),
}


@transaction.atomic
def merge(*, by: User, kept: Person, gone: Person, unit: Unit, reason: str, now: datetime) -> Merge:
    """``gone`` becomes a pointer to ``kept``; all that belonged to it belongs to ``kept``. Where both have an open row
    of which only one can be (the same class twice), that of ``gone`` ends.

    Raises `Refused` when the two have different numbers of one kind: then they are two people.
    """
    if kept.pk == gone.pk:
        raise refuse("people.merge_self")
    # always in one order, so that two merges of the same pair wait for each other instead of locking up
    rows = {person.pk: locked(person) for person in sorted((kept, gone), key=lambda person: str(person.pk))}
    kept, gone = rows[kept.pk], rows[gone.pk]
    _refuse_two_numbers(kept, gone)
    on = clock.day_of(now)
    moved: dict[str, Any] = {"rows": [], "filled": _fill(kept, gone)}
    for model, column in _tables():
        for row in model._default_manager.filter(**{column: gone}).order_by("pk"):
            before = _make_room(row, kept, on, now)
            moved["rows"].append([model._meta.model_name, column, str(row.pk), before])
            setattr(row, column, kept)
            row.save(update_fields=[column, *before])
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    made = Merge.objects.create(
        kept=kept, gone=gone, moved=moved, reason=reason.strip(), by_id=by.pk, by_name=by.name, at=now
    )
    detail = {"gone": str(gone.pk), "rows": len(moved["rows"])}
    events.record("person.merged", by=by, unit=unit, subject=kept, detail=detail, now=now)
    return made


@transaction.atomic
def undo_merge(*, by: User, merge: Merge, unit: Unit, now: datetime) -> Merge:
    """Everything that moved moves back as it was, unless it moved on since. Raises `Refused` when something else took
    its place meanwhile."""
    found = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if found.undone_at is not None:
        raise refuse("people.merge_undone")
    # both in the order in which everybody holds persons, so that nobody waits for each other in a circle
    list(Person.objects.select_for_update().filter(pk__in=(found.kept_id, found.gone_id)).order_by("pk"))
    kept = locked(Person(pk=found.kept_id))
    gone = Person.objects.select_for_update().get(pk=found.gone_id)
    if gone.purged_at or gone.merged_into_id != kept.pk:
        raise refuse("people.merge_undo_blocked")
    models_by_name = {model._meta.model_name: model for model, _ in _tables()}
    try:
        with transaction.atomic():
            for table, column, pk, before in found.moved["rows"]:
                _move_back(models_by_name[table], column, pk, before, kept, gone)
    except IntegrityError as error:
        raise refuse("people.merge_undo_blocked") from error
    _empty(kept, gone, found.moved["filled"])
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    found.undone_at, found.undone_by_id = now, by.pk
    found.save(update_fields=["undone_at", "undone_by_id"])
    detail = {"gone": str(gone.pk)}
    events.record("person.merge_undone", by=by, unit=unit, subject=kept, detail=detail, now=now)
    return found


def _tables() -> Iterator[tuple[Any, str]]:
    """Every table of this room that points at a person, and the column. Rooms above hear of the event."""
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and model is not Merge and model._meta.app_label == "people":
            yield model, relation.field.name


def _refuse_two_numbers(kept: Person, gone: Person) -> None:
    held = IdentityDocument.objects.filter(to_on__isnull=True, number_index__isnull=False)
    mine = {row.kind: row for row in held.filter(person=kept)}
    for row in held.filter(person=gone):
        other = mine.get(row.kind)
        if other is not None and other.number != row.number:
            raise refuse("people.merge_numbers", kind=Document(row.kind).label)


def _make_room(row: Any, kept: Person, on: date, now: datetime) -> dict[str, Any]:
    """End a row that cannot be open beside one of the kept record; what stood in its columns before."""
    table = row._meta.model_name
    if table == "claim":
        same = type(row).objects.filter(device=row.device_id, person=kept, revoked_at__isnull=True)
        if row.revoked_at is not None or not same.exists():
            return {}
        before = {"revoked_at": None, "revoked_why": row.revoked_why}
        row.revoked_at, row.revoked_why = now, "merged"
        return before
    if table not in _KEYS or row.to_on is not None:
        return {}
    key = {name: getattr(row, name) for name in _KEYS[table]}
    if not type(row).objects.filter(person=kept, to_on__isnull=True, **key).exists():
        return {}
    before = {"to_on": None}
    row.to_on = max(on, row.from_on or on)
    if table == "enrolment":
        before["ending"] = ""
        row.ending = Ending.MISTAKE
    return before


def _move_back(
    model: type[models.Model], column: str, pk: str, before: dict[str, Any], kept: Person, gone: Person
) -> None:
    row = model._default_manager.filter(pk=pk, **{column: kept}).first()
    if row is None:  # ended, moved or purged since
        return
    for name, value in {column: gone, **before}.items():
        setattr(row, name, value)
    row.save(update_fields=[column, *before])


def _fill(kept: Person, gone: Person) -> list[str]:
    filled = [name for name in _FILLED if not getattr(kept, name) and getattr(gone, name)]
    for name in filled:
        value = getattr(gone, name)
        setattr(kept, name, value.open() if hasattr(value, "open") else value)
    if filled:
        kept.save(update_fields=[*filled, *(["phone_index"] if "phone" in filled else [])])
    return filled


def _empty(kept: Person, gone: Person, filled: list[str]) -> None:
    """What came from the other record goes again, unless it was changed since."""
    again = [name for name in filled if getattr(kept, name) == getattr(gone, name)]
    blank = Person()
    for name in again:
        setattr(kept, name, getattr(blank, name))
    if again:
        kept.save(update_fields=[*again, *(["phone_index"] if "phone" in again else [])])
