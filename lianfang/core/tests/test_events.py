"""Events: the audit trail nobody can change, and the outbox that knows nothing of rolled-back actions."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianfang.core import events
from lianfang.core.models import Event

NOW = datetime(2020, 2, 5, 1, 0, tzinfo=UTC)
HEARD: list[str] = []


def listen(event: Event) -> None:
    HEARD.append(f"{event.verb} {event.detail['n']}")


def linger(event: Event) -> None:
    HEARD.append("long")


@pytest.fixture
def wired():
    before, slow = dict(events._handlers), set(events._slow)
    HEARD.clear()
    events.wire(
        {"test.happened": (f"{__name__}.listen",), "test.long": (f"{__name__}.linger",)}, {f"{__name__}.linger"}
    )
    yield
    events.wire(before, slow)


def happen(number: int = 1) -> Event:
    return events.record("test.happened", by=None, unit=None, detail={"n": number}, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE core_event SET verb = 'x'", "DELETE FROM core_event"])
def test_the_database_refuses_to_change_an_event(change):
    happen()
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_a_recorded_event_leaves_a_job_for_each_handler(wired):
    event = happen()
    jobs = ProcrastinateJob.objects.filter(task_name="core.handle", args__event_id=str(event.pk))
    assert [job.args["handler"] for job in jobs] == [f"{__name__}.listen"]


@pytest.mark.django_db
def test_a_rolled_back_action_leaves_neither_event_nor_job(wired):
    _nothing_waits()
    with pytest.raises(RuntimeError), transaction.atomic():
        happen()
        raise RuntimeError
    assert not Event.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="core.handle", status="todo").exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_hands_each_event_to_its_handlers(wired):
    happen(1)
    happen(2)
    call_command("procrastinate", "worker", "--one-shot", "--queues", "events")
    assert sorted(HEARD) == ["test.happened 1", "test.happened 2"]


def _nothing_waits() -> None:
    """Tests in real transactions leave their jobs behind."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def _fetched() -> str | None:
    """The handler of the next job a worker with a free hand would begin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'handler' FROM procrastinate_fetch_job_v2('{events,slow}', NULL)")
        row = cursor.fetchone()
    return row[0].rpartition(".")[2] if row and row[0] else None


@pytest.mark.django_db
def test_of_what_works_for_minutes_one_runs_at_a_time_and_the_others_go_past_it(wired):
    _nothing_waits()
    for verb in ("test.long", "test.long", "test.happened"):
        events.record(verb, by=None, unit=None, detail={"n": 1}, now=NOW)
    assert [_fetched(), _fetched(), _fetched()] == ["linger", "listen", None]


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_works_for_minutes_one_after_the_other(wired):
    _nothing_waits()
    for verb in ("test.long", "test.long", "test.happened"):
        events.record(verb, by=None, unit=None, detail={"n": 1}, now=NOW)
    call_command("procrastinate", "worker", "--one-shot", "--queues", "events,slow")
    assert sorted(HEARD) == ["long", "long", "test.happened 1"]


def test_a_misspelt_handler_stops_the_start():
    with pytest.raises(ImportError):
        events.wire({"test.happened": ("lianfang.core.no_such.handler",)})
