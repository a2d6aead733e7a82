"""Rows as the program itself would have written them, in bulk: a measuring tool may do what no room may.

Versions carry valid seals, signatures and labels, so that `verify_returns` passes on them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from lianfang.returns import rules
from lianfang.returns.spec import Form
from tools.day.roster import School
from tools.supervisor import Instance

SESSION_DAYS = 1


def enter(instance: Instance) -> None:
    """From here on this process is a Django process on the instance's database."""
    environment = instance.environment()
    names = ("DATABASE_URL", "LIANFANG_HOME", "LIANFANG_DEMO", "LIANFANG_CLOCK_FILE", "LIANFANG_KEY_FILE")
    os.environ.update({name: environment[name] for name in names})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.config.settings")
    import django

    django.setup()


def sessions(usernames: Iterable[str]) -> dict[str, str]:
    """User name → session id, without the price of Argon2: signing in is measured on its own."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from lianfang.people.actions.sessions import marks
    from lianfang.people.models import User

    store, found, rows = SessionStore(), {}, []
    until = timezone.now() + timedelta(days=SESSION_DAYS)
    for user in User.objects.filter(username__in=set(usernames)):
        content = {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
            "_auth_user_hash": user.get_session_auth_hash(),
            **marks(own_factor=False),
        }
        key = uuid4().hex
        rows.append(Session(session_key=key, session_data=store.encode(content), expire_date=until))
        found[user.username] = key
    Session.objects.bulk_create(rows, batch_size=2000)
    return found


@dataclass
class Filed:
    """One return that was written: the version is what a signer signs."""

    school: School
    version: UUID


def write(
    connection: psycopg.Connection,
    form: Form,
    on: date,
    at: datetime,
    schools: Iterable[tuple[School, Mapping[str, int]]],
    *,
    signed: bool,
) -> list[Filed]:
    """A return for each school with these counts (others zero), submitted at ``at``. Unsigned ones wait for the head
    alone: where a leader must sign first, the leader has."""
    users: dict[str, int] = dict(connection.execute("SELECT username, id FROM people_user").fetchall())
    done, parts = [], _Parts([], [], [], [])
    for school, above in schools:
        done.append(Filed(school, _one(parts, form, on, at, school, above, users, signed)))
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns, rows in (
            ("returns_return", RETURN, parts.returns),
            ("returns_version", VERSION, parts.versions),
            ("returns_figure", FIGURE, parts.figures),
            ("returns_signature", SIGNATURE, parts.signatures),
        ):
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    connection.execute("ANALYZE returns_return, returns_version, returns_figure, returns_signature")
    return done


RETURN = (
    'id, form, edition, unit_id, "on", state, head_id, counted_id, important, first_submitted_at, '
    "first_signed_at, differs"
)
VERSION = (
    "id, filed_id, number, made, cells, reasons, fillers, important, key, by_id, at, previous_sha256, sha256, system"
)
FIGURE = 'version_id, form, "on", cell, value, unverified'
SIGNATURE = "id, version_id, step, sha256, self_filled, by_id, title, at"


@dataclass
class _Parts:
    returns: list[tuple[Any, ...]]
    versions: list[tuple[Any, ...]]
    figures: list[tuple[Any, ...]]
    signatures: list[tuple[Any, ...]]


def _one(
    parts: _Parts,
    form: Form,
    on: date,
    at: datetime,
    school: School,
    above: Mapping[str, int],
    users: Mapping[str, int],
    signed: bool,
) -> UUID:
    from lianfang.core.ids import uuid7

    filed, version, clerk = uuid7(), uuid7(), users[school.clerk]
    cells: dict[str, Any] = {
        **rules.zero_cells(form, {}),
        "treatment": "",
        "remark": "",
        "contact": school.clerk,
        **above,
    }
    important = rules.is_important(form, cells)
    seal = rules.seal(
        filed_id=str(filed), number=1, made="filed", cells=cells, reasons={}, by_id=clerk, at=at, previous=""
    )
    last = at + timedelta(minutes=2)
    state, counted = ("signed", version) if signed else ("submitted", None)
    first_signed = last if signed else None
    parts.returns.append(
        (filed, form.id, form.edition, school.id, on, state, version, counted, important, at, first_signed, False)
    )
    content = json.dumps(cells, ensure_ascii=False)
    fillers = json.dumps([clerk])
    parts.versions.append(
        (version, filed, 1, "filed", content, "{}", fillers, important, uuid7(), clerk, at, "", seal, "{}")
    )
    parts.figures += [(version, form.id, on, cell, cells[cell], 0) for cell in form.count_cells]
    steps = [("leader", school.leader)] if important else []
    for step, name in [*steps, *([("office", school.head)] if signed else [])]:
        parts.signatures.append((uuid7(), version, step, seal, False, users[name], "", last))
    return version
