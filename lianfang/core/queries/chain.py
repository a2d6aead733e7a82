"""The hash chain of events: what a link is made of, and whether it all still holds (control C03).

Each event has a *mark*, a keyed digest of every column of it; each link (`Seal`) a keyed digest over its events, their
marks and the link before. Who changes, removes or adds a row past the triggers leaves a mark, a link or a row that
fits nothing, and without the keys nobody can make one that does.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, models

from lianfang.core import keyring
from lianfang.core.keyring import Key, KeysMissing
from lianfang.core.models import Event, Seal, Unsealed

MARK = 16
_LINKS_AT_ONCE = 25
_COLUMNS = [str(column.column) for column in Event._meta.concrete_fields]
# As text that depends neither on the time zone nor on the driver.
_AS_TEXT = {
    models.DateTimeField: "(extract(epoch FROM {}) * 1000000)::bigint::text",
    models.GenericIPAddressField: "host({})",
}
_TEXTS = [_AS_TEXT.get(type(one), "{}::text").format(one.column) for one in Event._meta.concrete_fields]
_ROWS = f"SELECT id, {', '.join(_TEXTS)} FROM core_event WHERE id = ANY(%s)"  # noqa: S608 (columns of the model)

_UNCHAINED = """
SELECT event.id FROM core_event event
LEFT JOIN core_unsealed waiting ON waiting.event_id = event.id
LEFT JOIN (SELECT unnest(events) AS id FROM core_seal WHERE %(since)s::timestamptz IS NULL OR at >= %(since)s) sealed
    ON sealed.id = event.id
WHERE waiting.event_id IS NULL AND sealed.id IS NULL
    AND (%(since)s::timestamptz IS NULL OR event.at >= %(since)s)
ORDER BY event.id LIMIT 10000
"""
_SEALED_BEFORE = "SELECT id FROM core_seal, unnest(events) AS id WHERE id = ANY(%(ids)s)"
_GONE_UNSEALED = """
SELECT waiting.event_id FROM core_unsealed waiting
WHERE NOT EXISTS (SELECT 1 FROM core_event event WHERE event.id = waiting.event_id) ORDER BY 1
"""


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: ``kind`` is "changed", "deleted", "inserted", "link" (a link was changed or does not
    follow on the one before it), "gap" (links are missing), "key" (the key of a link is gone), or "cut" (this machine
    has seen a later or another link). ``link`` is the number of the seal, 0 where there is none."""

    kind: str
    link: int = 0
    events: tuple[UUID, ...] = ()


@dataclass
class Report:
    """What a walk along the chain found. ``waiting`` events have no seal yet."""

    links: int = 0
    events: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Head:
    """The newest link that this machine knows of (`settings.AUDIT_HEAD`)."""

    number: int
    digest: bytes


@dataclass(frozen=True)
class State:
    """What the auditor's page says of the chain."""

    newest: Seal | None
    waiting: int
    checked: Event | None


def verify(*, since: datetime | None = None, told: Callable[[Report], None] | None = None) -> Report:
    """Walk the chain, all of it or from the first link at or after ``since``; ``told`` hears of the progress. Reads in
    small portions while events go on being recorded and sealed."""
    report = Report(waiting=Unsealed.objects.count())
    ring, before = keyring.ring(), _before(since)
    while portion := list(Seal.objects.filter(number__gt=before.number if before else 0)[:_LINKS_AT_ONCE]):
        marks = _marks_found(portion, ring)
        for link in portion:
            report.findings += _link_findings(link, before, ring)
            report.findings += _event_findings(link, marks.get(_key_number(link)))
            report.links, report.events, before = report.links + 1, report.events + len(link.events), link
        if told:
            told(report)
    report.findings += _rows_outside(since)
    if not head_fits():
        report.findings.append(Finding("cut", getattr(head_seen(), "number", 0)))
    return report


def rows(ids: Sequence[UUID]) -> Iterator[tuple[UUID, bytes]]:
    """Events as stored, each as the bytes that its mark is made of: every column by name, length and text. One without
    content is left out: a column that comes later and is empty in old events leaves their marks as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(ids)])
        for event, *texts in cursor:
            told = zip(_COLUMNS, texts, strict=True)
            kept = [f"{name}:{len(text)}:{text}" for name, text in told if text and text != "{}"]
            yield event, "\n".join(kept).encode()


def mark(key: Key, event: bytes) -> bytes:
    return key.cipher.digest(b"audit event", event)[:MARK]


def digest(key: Key, link: Seal) -> bytes:
    """What ``link.digest`` has to be under this key."""
    parts = (
        link.number.to_bytes(8),
        link.at.astimezone(UTC).isoformat().encode(),
        bytes(link.previous),
        b"".join(one.bytes for one in link.events),
        bytes(link.marks),
    )
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return key.number.to_bytes(2) + key.cipher.digest(b"audit", message)


def head_seen() -> Head | None:
    """None when this machine has sealed nothing yet. A file that cannot be read counts as a link nobody has."""
    try:
        told = json.loads(settings.AUDIT_HEAD.read_text())
        return Head(int(told["number"]), bytes.fromhex(told["digest"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Head(0, b"")


def head_fits() -> bool:
    """Whether the link this machine saw last still stands in the chain."""
    seen = head_seen()
    if seen is None:
        return True
    link = Seal.objects.filter(pk=seen.number).first()
    return link is not None and bytes(link.digest) == seen.digest


def newest() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def state() -> State:
    checked = Event.objects.filter(verb__in=("audit.verified", "audit.broken"), unit_path="").order_by("-at", "-pk")
    return State(newest(), Unsealed.objects.count(), checked.first())


def _key_number(link: Seal) -> int:
    return int.from_bytes(bytes(link.digest)[:2])


def _marks_found(portion: Sequence[Seal], ring: keyring.Ring) -> dict[int, dict[UUID, bytes]]:
    """Key number → event → its mark as it has to be today."""
    found: dict[int, dict[UUID, bytes]] = {}
    for number in {_key_number(link) for link in portion} & set(ring.keys):
        key, links = ring.keys[number], [link for link in portion if _key_number(link) == number]
        ids = [one for link in links for one in link.events]
        found[number] = {one: mark(key, event) for one, event in rows(ids)}
    return found


def _link_findings(link: Seal, before: Seal | None, ring: keyring.Ring) -> Iterator[Finding]:
    if link.number != (before.number + 1 if before else 1):
        yield Finding("gap", link.number)
    elif bytes(link.previous) != (bytes(before.digest) if before else b""):
        yield Finding("link", link.number)
        return
    try:
        key = ring.key(_key_number(link))
    except KeysMissing:
        yield Finding("key", link.number)
        return
    if digest(key, link) != bytes(link.digest) or len(link.marks) != MARK * len(link.events):
        yield Finding("link", link.number)


def _event_findings(link: Seal, found: dict[UUID, bytes] | None) -> Iterator[Finding]:
    if found is None:  # without the key of the link nothing can be said of its events
        return
    marks = bytes(link.marks)
    gone = tuple(one for one in link.events if one not in found)
    changed = tuple(
        one for at, one in enumerate(link.events) if one in found and found[one] != marks[at * MARK : at * MARK + MARK]
    )
    if gone:
        yield Finding("deleted", link.number, gone)
    if changed:
        yield Finding("changed", link.number, changed)


def _rows_outside(since: datetime | None) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_UNCHAINED, {"since": since})
        unchained = [row[0] for row in cursor.fetchall()]
        if unchained and since:  # an event may stand in a link from before that day
            cursor.execute(_SEALED_BEFORE, {"ids": unchained})
            unchained = sorted(set(unchained) - {row[0] for row in cursor.fetchall()})
        cursor.execute(_GONE_UNSEALED)
        gone = tuple(row[0] for row in cursor.fetchall())
    if unchained:
        yield Finding("inserted", 0, tuple(unchained))
    if gone:
        yield Finding("deleted", 0, gone)


def _before(since: datetime | None) -> Seal | None:
    """The link before the walk begins."""
    if since is None:
        return None
    first = Seal.objects.filter(at__gte=since).order_by("at", "number").first()
    return Seal.objects.filter(number__lt=first.number).last() if first else newest()
