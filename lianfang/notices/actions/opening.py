"""Counting how often an announcement is opened."""

import logging
from datetime import date
from random import randrange
from uuid import UUID

from django.db import DatabaseError, connection, transaction

_PARTS = 16
_COUNT = """
    INSERT INTO notices_opencount (announcement_id, "on", part, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (announcement_id, "on", part) DO UPDATE SET count = notices_opencount.count + 1
"""
_log = logging.getLogger(__name__)


def count(*, announcement: UUID, on: date) -> None:
    """One more. Never fails: a disk that is full takes no letter away from its readers."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [announcement, on, randrange(_PARTS)])  # noqa: S311 (spreads, hides nothing)
    except DatabaseError as problem:
        _log.warning("an opening was not counted: %s", type(problem).__name__)
