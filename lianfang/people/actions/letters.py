"""Accounts for many class teachers at once, each with a letter that holds a one-time password."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from lianfang.core import clock, crypto, events
from lianfang.core.models import Event
from lianfang.core.problems import Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people.actions.accounts import create_account
from lianfang.people.actions.postings import appoint
from lianfang.people.models import Letters, Posting, User
from lianfang.people.queries import letters as lists
from lianfang.people.queries.letters import ROLE, Row
from lianfang.people.queries.one_time import of_row

# Rows of one transaction: each new account costs some 25 ms of hashing, and progress should be seen.
CHUNK = 40
_TURN = 0x6C74  # tells these locks from others of the application


@transaction.atomic
def keep(*, by: User, unit: Unit, rows: Sequence[Row], now: datetime) -> Letters:
    """Keep what was checked until it is carried out; nothing is opened yet. A list that was never carried out goes when
    the same person keeps the next one, its rows at the latest after the days of ``list_over``."""
    Letters.objects.filter(by=by, started_at__isnull=True).delete()
    return Letters.objects.create(by=by, unit=unit, rows=[asdict(row) for row in rows], total=len(rows), at=now)


@transaction.atomic
def begin(*, by: User, letters: Letters, now: datetime) -> None:
    """Open the accounts, in the worker. Twice is once."""
    if Letters.objects.filter(pk=letters.pk, by=by, started_at__isnull=True).update(started_at=now):
        detail = {"rows": letters.total}
        events.record("account.letters_begun", by=by, unit=letters.unit, subject=letters, detail=detail, now=now)


def carry_out(event: Event) -> None:
    """Handler of "account.letters_begun": goes on where it stopped."""
    while _some(UUID(event.subject_id), clock.now()):
        pass


@transaction.atomic
def shown(*, by: User, letters: Letters, now: datetime) -> list[dict[str, Any]]:
    """The letters, once: name, user name, class, password of each account that was opened and not used yet. Afterwards
    the list is empty."""
    letters = Letters.objects.select_for_update(of=("self",)).select_related("unit").get(pk=letters.pk, by=by)
    if letters.finished_at is None or letters.shown_at is not None or letters.rows is None:
        raise refuse("people.letters_shown")
    rows = [(at, row) for at, row in enumerate(letters.rows) if row.get("user")]
    waiting = User.objects.filter(pk__in=[row["user"] for _, row in rows], must_change_password=True, is_active=True)
    users = waiting.in_bulk()
    found = [
        {
            "name": row["name"],
            "place": row["place"],
            "username": users[row["user"]].username,
            "password": of_row(letters.pk, at, by),
        }
        for at, row in rows
        if row["user"] in users
    ]
    letters.shown_at, letters.rows = now, []
    letters.save(update_fields=["shown_at", "rows"])
    detail = {"letters": len(found)}
    events.record("account.letters_shown", by=by, unit=letters.unit, subject=letters, detail=detail, now=now)
    return found


@transaction.atomic
def _some(pk: UUID, now: datetime) -> bool:
    """The next rows; False when none are left."""
    letters = Letters.objects.select_for_update(of=("self",)).select_related("by", "unit").get(pk=pk)
    if letters.finished_at is not None or letters.started_at is None:
        return False
    with connection.cursor() as cursor:  # lists of one school take turns, or they reach for the same user names
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_TURN, letters.unit.school_id or 0])
    rows = letters.rows
    for at in range(letters.done, min(letters.done + CHUNK, letters.total)):
        letters.opened += _row(letters, at, rows[at], now)
    letters.done = min(letters.done + CHUNK, letters.total)
    letters.finished_at = now if letters.done == letters.total else None
    letters.save(update_fields=["rows", "done", "opened", "finished_at"])
    return letters.finished_at is None


def _row(letters: Letters, at: int, row: dict[str, Any], now: datetime) -> int:
    """One account and its duty, as far as they are not there; 1 for a new account. A row that does not do any more
    (the class was closed meanwhile) keeps its problem and stops nobody else."""
    unit = lists.place(row["unit"])
    found = User.objects.filter(phone_index__in=crypto.sought("phone", row["phone"]), is_active=True).first()
    try:
        with transaction.atomic():
            user = found or _account(letters, at, row, unit, now)
            if not Posting.objects.filter(user=user, unit=unit, role=ROLE, to_on__isnull=True).exists():
                appoint(
                    by=letters.by, user=user, unit=unit, role=ROLE, title="", deputy=False, from_on=now.date(), now=now
                )
    except Refused as refused:
        row["problem"] = refused.problems[0].code
        return 0
    if found is None:
        row["user"] = user.pk
    return int(found is None)


def _account(letters: Letters, at: int, row: dict[str, Any], unit: Unit, now: datetime) -> User:
    return create_account(
        by=letters.by, username=_username(unit), name=row["name"], phone=row["phone"], email="",
        password=of_row(letters.pk, at, letters.by), must_change=True, unit=unit, now=now,
    )  # fmt: skip


def _username(unit: Unit) -> str:
    """Such as "t4143010532.17": the school and a number that nobody has there. Teachers sign in by telephone."""
    school = lists.school_code(unit)
    taken = User.objects.filter(username__startswith=f"t{school}.").count()
    number = taken + 1
    while User.objects.filter(username=f"t{school}.{number}").exists():
        number += 1
    return f"t{school}.{number}"
