"""Sealing events into the hash chain, and saying what a check of it found."""

import json
import logging
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from lianfang.core import events, keyring, once
from lianfang.core.models import Seal, Unsealed
from lianfang.core.queries import chain

AT_ONCE = 1000
_LOCK = 0x1F0A_5EA1  # any number that nothing else locks: one sealer at a time, or the chain would fork
_NEXT = """
SELECT waiting.event_id FROM core_unsealed waiting JOIN core_event event ON event.id = waiting.event_id
ORDER BY waiting.event_id LIMIT %s
"""
_log = logging.getLogger(__name__)


def seal(*, now: datetime) -> int:
    """Seal every event that waits and can be seen; how many these were. What commits later, with whatever time or
    number, waits for the next turn: nothing can slip in between."""
    sealed = 0
    while link := _next_link(now=now):
        sealed += len(link.events)
        if len(link.events) < AT_ONCE:
            break
    if sealed:
        _keep_head()
    return sealed


def check(*, now: datetime, since: datetime | None = None) -> chain.Report:
    """Verify the chain and record the result as an event, which the next link seals in turn."""
    report = chain.verify(since=since)
    verb = "audit.verified" if report.holds else "audit.broken"
    detail: dict[str, Any] = {"links": report.links, "events": report.events, "waiting": report.waiting}
    if not report.holds:
        detail["findings"] = dict(Counter(finding.kind for finding in report.findings))
        detail["in_links"] = sorted({finding.link for finding in report.findings})[:20]
        detail["in_events"] = [str(one) for finding in report.findings for one in finding.events][:20]
    outcome = "done" if report.holds else "failed"
    events.record(verb, by=None, unit=None, detail=detail, outcome=outcome, now=now)
    return report


@transaction.atomic
def accept(*, reason: str, now: datetime) -> Seal | None:
    """Take the chain as it ends in the database for the right one, after a backup was put back. The reason stays in the
    log; what else does not hold goes on being found."""
    seen, newest = chain.head_seen(), chain.newest()
    detail = {"seen": seen.number if seen else 0, "newest": newest.number if newest else 0}
    events.record("audit.accepted", by=None, unit=None, detail=detail, reason=reason, now=now)
    _write_head(newest)
    return newest


@transaction.atomic
def _next_link(*, now: datetime) -> Seal | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_NEXT, [AT_ONCE])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return None
    key, before = keyring.active(), chain.newest()
    marks = {one: chain.mark(key, event) for one, event in chain.rows(ids)}
    link = Seal(
        number=before.number + 1 if before else 1,
        at=now,
        previous=bytes(before.digest) if before else b"",
        events=ids,
        marks=b"".join(marks[one] for one in ids),
    )
    link.digest = chain.digest(key, link)
    link.save(force_insert=True)
    Unsealed.objects.filter(pk__in=ids).delete()
    return link


def _keep_head() -> None:
    """Only ever moved on from a link that still stands: a chain cut off and spun anew does not replace it."""
    if chain.head_fits():
        _write_head(chain.newest())
    else:
        _log.error("the chain of events does not end as this machine has seen it: run manage.py audit verify")


def _write_head(newest: Seal | None) -> None:
    place = settings.AUDIT_HEAD
    if newest is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    once.replace(place, json.dumps({"number": newest.number, "digest": bytes(newest.digest).hex()}) + "\n")
