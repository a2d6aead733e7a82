"""The hash chain: whoever gets past the triggers and changes, removes or adds evidence is found out."""

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from lianfang.core import events, keyring
from lianfang.core.actions import chain
from lianfang.core.models import Event, Seal, Unsealed
from lianfang.core.queries.chain import Finding, verify
from tests.cast import Cast

NOW = datetime(2020, 2, 5, 1, 0, tzinfo=UTC)
RAW = """INSERT INTO core_event (id, at, by_name, verb, unit_path, subject, subject_kind, subject_id, detail, outcome, reason)
SELECT gen_random_uuid(), %s, '', 'raw.insert', '', '', '', '', '{}', 'done', '' FROM generate_series(1, %s) RETURNING id"""


@pytest.fixture(autouse=True)
def head(tmp_path: Path, settings: Settings) -> Path:
    settings.AUDIT_HEAD = tmp_path / "home" / "audit-head.json"
    return settings.AUDIT_HEAD


def happen(count: int = 1, **more: Any) -> list[UUID]:
    return [events.record("test.happened", by=None, unit=None, now=NOW, **more).pk for _ in range(count)]


def run(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """As somebody would who holds the database: the triggers sleep meanwhile."""
    tables = ("core_event", "core_seal")
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def links(*sizes: int) -> list[list[UUID]]:
    """Sealed links with so many events each."""
    made = []
    for size in sizes:
        made.append(happen(size))
        chain.seal(now=NOW)
    return made


# ── sealing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_events_wait_and_are_sealed_in_order_each_once() -> None:
    made = happen(3)
    assert list(Unsealed.objects.order_by("pk").values_list("pk", flat=True)) == made
    assert chain.seal(now=NOW) == 3
    more = happen(2)
    assert chain.seal(now=NOW) == 2
    assert [link.events for link in Seal.objects.all()] == [made, more]
    assert not Unsealed.objects.exists()
    assert chain.seal(now=NOW) == 0
    report = verify()
    assert (report.holds, report.links, report.events, report.waiting) == (True, 2, 5, 0)


@pytest.mark.django_db
def test_rows_written_past_the_program_are_sealed_too_and_a_link_has_a_thousand_at_most() -> None:
    run(RAW, NOW, 2300)
    assert chain.seal(now=NOW) == 2300
    assert [len(link.events) for link in Seal.objects.all()] == [1000, 1000, 300]
    assert verify().holds


@pytest.mark.django_db
def test_recording_costs_no_query_for_the_chain(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        happen()
    assert Unsealed.objects.count() == 1


@pytest.mark.django_db
def test_every_column_of_an_event_is_under_its_mark(cast: Cast) -> None:
    event = events.record(
        "test.full", by=cast.clerk, unit=cast.school, subject=cast.school, detail={"n": 1}, reason="查漏", now=NOW
    )
    chain.seal(now=NOW)
    others: dict[str, Any] = {
        "at": NOW + timedelta(seconds=1), "by_id": 999, "by_name": "别人", "verb": "test.other", "unit_id": 998,
        "unit_path": "1.", "subject": "x", "subject_kind": "x", "subject_id": "x", "detail": json.dumps({"n": 2}),
        "ip": "198.51.100.7", "outcome": "refused", "reason": "",
    }  # fmt: skip
    assert {"id", *others} == {column.column for column in Event._meta.concrete_fields}
    for column, value in others.items():
        with transaction.atomic():
            with past_the_triggers():
                run(f"UPDATE core_event SET {column} = %s WHERE id = %s", value, event.pk)
            assert verify().findings == [Finding("changed", 1, (event.pk,))], column
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_joins_the_next_link() -> None:
    """An event with an earlier id and time whose transaction ends later leaves no gap."""
    with transaction.atomic():
        early = happen()
        late: list[UUID] = []

        def between() -> None:
            late.extend(happen())
            chain.seal(now=NOW)

        inside(between)
    chain.seal(now=NOW)
    assert [link.events for link in Seal.objects.all()] == [late, early]
    assert early < late
    assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_never_fork_the_chain() -> None:
    run(RAW, NOW, 5000)
    both = [Thread(target=inside, args=[lambda: chain.seal(now=NOW)], kwargs={"wait": False}) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    chain.seal(now=NOW)
    assert sum(len(link.events) for link in Seal.objects.all()) == 5000
    assert verify().holds


def inside(act: Callable[[], Any], wait: bool = True) -> None:
    """Do it on a connection of its own."""

    def there() -> None:
        try:
            act()
        finally:
            connections.close_all()

    if not wait:
        there()
        return
    thread = Thread(target=there)
    thread.start()
    thread.join()


@pytest.mark.django_db
def test_after_a_change_of_key_old_links_hold_and_new_ones_take_the_new_key(tmp_path: Path, settings: Settings) -> None:
    ring, settings.KEY_FILE = keyring.ring(), tmp_path / "keys.json"
    keyring.write(ring)
    links(2)
    fresh = replace(ring.key(ring.active), number=7, suite="sm", secret=bytes(range(32)))
    keyring.write(keyring.Ring(7, {**ring.keys, 7: fresh}))
    links(2)
    assert [bytes(link.digest)[:2] for link in Seal.objects.all()] == [b"\0\1", b"\0\7"]
    assert verify().holds
    keyring.write(keyring.Ring(7, {7: fresh}))
    assert verify().findings == [Finding("key", 1)]


# ── tampering ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["core_event", "core_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_or_empty_events_and_seals(table: str, change: str) -> None:
    links(1)
    run(f"ALTER TABLE {table} ENABLE TRIGGER {table}_never_emptied")  # asleep for tests that empty all tables
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        run(change.format(table))


@pytest.mark.django_db
def test_a_changed_event_is_named() -> None:
    made = links(3, 3)
    with past_the_triggers():
        run("UPDATE core_event SET by_name = '别人' WHERE id = %s", made[0][1])
    assert verify().findings == [Finding("changed", 1, (made[0][1],))]


@pytest.mark.django_db
def test_a_deleted_event_is_named() -> None:
    made = links(3, 3)
    with past_the_triggers():
        run("DELETE FROM core_event WHERE id = %s", made[1][2])
    assert verify().findings == [Finding("deleted", 2, (made[1][2],))]


@pytest.mark.django_db
def test_an_event_deleted_before_its_seal_is_named_and_stops_nothing() -> None:
    made = happen(3)
    with past_the_triggers():
        run("DELETE FROM core_event WHERE id = %s", made[1])
    assert chain.seal(now=NOW) == 2
    assert verify().findings == [Finding("deleted", 0, (made[1],))]


@pytest.mark.django_db
@pytest.mark.parametrize("since", [None, NOW - timedelta(days=1)])
def test_an_event_put_in_past_the_triggers_is_named(since: datetime | None) -> None:
    links(3, 3)
    with past_the_triggers():
        added = run(RAW, NOW, 1)[0][0]
    assert chain.seal(now=NOW) == 0
    assert verify(since=since).findings == [Finding("inserted", 0, (added,))]


@pytest.mark.django_db
def test_an_unsealed_event_taken_off_the_queue_is_named() -> None:
    links(1)
    hidden = happen()
    Unsealed.objects.all().delete()
    assert verify().findings == [Finding("inserted", 0, tuple(hidden))]


@pytest.mark.django_db
def test_a_changed_link_breaks_itself_and_the_one_after_it() -> None:
    made = links(2, 2, 2)
    with past_the_triggers():
        run("UPDATE core_seal SET digest = set_byte(digest, 20, 255 - get_byte(digest, 20)) WHERE number = 2")
    assert verify().findings == [Finding("link", 2), Finding("link", 3)]
    with past_the_triggers():  # an event taken out of the chain together with its place in the link
        run("UPDATE core_seal SET events = events[1:1], marks = substr(marks, 1, 16) WHERE number = 1")
        run("DELETE FROM core_event WHERE id = %s", made[0][1])
    assert Finding("link", 1) in verify().findings


@pytest.mark.django_db
def test_events_put_in_another_order_break_the_link() -> None:
    links(2)
    with past_the_triggers():
        run(
            "UPDATE core_seal SET events = ARRAY[events[2], events[1]],"
            " marks = substr(marks, 17, 16) || substr(marks, 1, 16)"
        )
    assert verify().findings == [Finding("link", 1)]


@pytest.mark.django_db
def test_a_missing_link_and_links_in_another_order_are_named() -> None:
    made = links(1, 1, 1)
    with past_the_triggers():
        run("DELETE FROM core_seal WHERE number = 2")
    assert verify().findings == [Finding("gap", 3), Finding("inserted", 0, tuple(made[1]))]
    with past_the_triggers():
        run("UPDATE core_seal SET number = 2 WHERE number = 3")
    assert [finding.kind for finding in verify().findings] == ["link", "inserted", "cut"]


@pytest.mark.django_db
def test_a_chain_cut_off_and_spun_anew_is_found_by_what_this_machine_remembers(head: Path) -> None:
    """With the database alone somebody could drop the last links, change events and let the program seal them again."""
    made = links(2, 2)
    remembered = head.read_text()
    with past_the_triggers():
        run("DELETE FROM core_seal WHERE number = 2")
        run("UPDATE core_event SET by_name = '别人' WHERE id = %s", made[1][0])
    run("INSERT INTO core_unsealed SELECT unnest(%s)", made[1])
    chain.seal(now=NOW)
    happen()
    chain.seal(now=NOW)
    assert head.read_text() == remembered
    assert verify().findings == [Finding("cut", 2)]
    for nothing in ("", "  ", "无"):
        with pytest.raises(CommandError, match="原因"):
            call_command("audit", "accept", "--reason", nothing)
    assert not verify().holds
    call_command("audit", "accept", "--reason", "恢复备份", stdout=io.StringIO())
    assert verify().holds
    assert Event.objects.get(verb="audit.accepted").reason == "恢复备份"


@pytest.mark.django_db
def test_a_damaged_memory_of_the_chain_is_no_proof(head: Path) -> None:
    links(1)
    head.write_text("{")
    assert verify().findings == [Finding("cut", 0)]


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_command_says_that_the_chain_holds_and_records_it() -> None:
    links(2)
    happen()
    out = io.StringIO()
    call_command("audit", "verify", stdout=out)
    assert "审计链完整" in out.getvalue()
    assert "1 links, 2 events" in out.getvalue()
    found = Event.objects.get(verb="audit.verified")
    assert found.detail == {"links": 1, "events": 2, "waiting": 1}
    call_command("audit", "seal", stdout=out)
    assert "已封存 2 个事件" in out.getvalue()


@pytest.mark.django_db
def test_the_command_names_events_by_id_alone_and_fails(cast: Cast) -> None:
    event = events.record("test.happened", by=cast.clerk, unit=cast.school, now=NOW)
    chain.seal(now=NOW)
    with past_the_triggers():
        run("UPDATE core_event SET reason = 'x' WHERE id = %s", event.pk)
    err = io.StringIO()
    with pytest.raises(CommandError, match="broken"):
        call_command("audit", "verify", "--since", "2020-01-01", stderr=err)
    assert "事件被改动" in err.getvalue()
    assert str(event.pk) in err.getvalue()
    assert cast.clerk.name not in err.getvalue()
    broken = Event.objects.get(verb="audit.broken")
    assert (broken.outcome, broken.detail["in_events"]) == ("failed", [str(event.pk)])


@pytest.mark.django_db
def test_a_later_day_begins_at_a_later_link() -> None:
    happen(2)
    chain.seal(now=NOW - timedelta(days=2))
    links(3)
    report = verify(since=NOW - timedelta(days=1))
    assert (report.holds, report.links, report.events) == (True, 1, 3)
    assert verify(since=NOW + timedelta(days=1)).holds


def test_several_who_note_the_end_of_the_chain_at_once_do_not_trip_over_each_other(head: Path) -> None:
    """The worker seals each minute, the operator at the console whenever they like."""
    link = Seal(number=1, digest=bytes(34))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: chain._write_head(link), range(400)))
    assert json.loads(head.read_text())["number"] == 1
    assert [file.name for file in head.parent.iterdir()] == [head.name]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["verify", "seal"])
def test_without_the_key_file_the_console_says_what_to_do(act: str, tmp_path: Path, settings: Settings) -> None:
    happen()
    chain.seal(now=NOW)
    happen()
    settings.KEY_FILE = tmp_path / "gone.json"
    with pytest.raises(CommandError, match="请从备份恢复"):
        call_command("audit", act)
