"""What is over goes by the clock; what needs agreement is listed; the rest is told its age (control G04)."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import Model

from lianfang.core import events
from lianfang.core.actions import sweeping
from lianfang.core.datamap import datamap
from lianfang.core.models import Allowance, Event
from lianfang.orgs.models import KeptList
from lianfang.people.actions import retention
from lianfang.people.models import (
    Claim,
    ClassCode,
    Device,
    Enrolment,
    Leave,
    Letters,
    Person,
    PersonalLink,
    PurgeRun,
    RosterFile,
    RosterRow,
    SubjectRequest,
)
from lianfang.people.queries.retention import report
from lianfang.people.rules import retention as rules
from tests.cast import DAY, NOW, Cast

BY = {"by_id": 1, "by_name": "马琴"}


def rows(cast: Cast, days: int) -> dict[str, Model]:
    """A row of each table that is swept, each that many days old by what its rule counts from."""
    at = NOW - timedelta(days=days)
    pupil = Person.objects.create(name="张三")
    file = RosterFile.objects.create(unit=cast.school, name="a.xlsx", content=b"a", digest=b"", at=at, **BY)
    device = Device.objects.create(token_index=b"%d" % days, at=at, seen_on=DAY, until=at)
    Claim.objects.create(device=device, person=pupil, how="x", at=at)
    return {
        "core.Allowance": Allowance.objects.create(key=b"%d" % days, began_at=at, used=1),
        "orgs.KeptList": KeptList.objects.create(under=cast.school, name="a", lines=[], by_id=1, at=at),
        "people.ClassCode": ClassCode.objects.create(
            unit=cast.class_one, code=f"code{days}", until=at, at=at, revoked_at=at, **BY
        ),
        "people.PersonalLink": PersonalLink.objects.create(
            person=pupil, token_index=b"%d" % days, until=NOW, at=at, used_at=at, **BY
        ),
        "people.Device": device,
        "people.SubjectRequest": SubjectRequest.objects.create(person=pupil, kind="copy", at=at, answered_at=at),
        "people.RosterFile": file,
        "people.RosterRow": RosterRow.objects.create(file=file, line=1, plan="join", cells={"a": "b"}),
        "people.Leave": Leave.objects.create(
            user=cast.clerk, unit=cast.school, kind="leave", from_on=at.date(), to_on=at.date(), reason="事假", at=at
        ),
        "people.Letters": Letters.objects.create(unit=cast.school, rows=[["a"]], total=1, by=cast.admin, at=at),
        "sessions.Session": Session.objects.create(session_key=f"s{days}", session_data="", expire_date=at),
    }


EMPTIED = {"people.RosterFile": "content", "people.RosterRow": "cells", "people.Letters": "rows"}


def is_there(table: str, row: Model) -> bool:
    kept = type(row)._default_manager.filter(pk=row.pk)
    return kept.exclude(**{f"{EMPTIED[table]}__isnull": True}).exists() if table in EMPTIED else kept.exists()


@pytest.mark.parametrize("table", sorted({one.table for one in retention.SWEEPS} - {
    "axes.AccessAttempt", "usersessions.UserSession"
}))  # fmt: skip
def test_a_row_goes_after_its_days_and_not_before(cast: Cast, table: str) -> None:
    days = datamap().kept[datamap().tables[table].kept].days
    assert days is not None
    young, old = rows(cast, days - 1)[table], rows(cast, days + 1)[table]
    retention.sweep(now=NOW)
    assert (is_there(table, young), is_there(table, old)) == (True, False)


def test_each_rule_that_says_sweep_has_somebody_who_sweeps() -> None:
    swept = {one.table for one in retention.SWEEPS}
    promised = {label for label, table in datamap().tables.items() if datamap().kept[table.kept].ends == "sweep"}
    by_others = {
        "people.Claim",  # with its device, or revoked with it
        "procrastinate.ProcrastinateJob", "procrastinate.ProcrastinateEvent",  # by the job of config/schedule.py
        "axes.AccessAttemptExpiration",  # with its attempt
        "axes.AccessFailureLog", "axes.AccessLog",  # switched off: nothing is written
    }  # fmt: skip
    assert promised == swept | by_others


def test_what_went_is_one_event_with_numbers(cast: Cast) -> None:
    rows(cast, 400)
    done = retention.sweep(now=NOW)
    assert Event.objects.get(verb="retention.swept").detail == {"rows": done}
    assert done["people.Device"] == 1
    retention.sweep(now=NOW)
    assert Event.objects.filter(verb="retention.swept").count() == 1, "nothing to do, nothing to say"


def test_more_than_a_chunk_goes_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 10)
    old = NOW - timedelta(days=9)
    Allowance.objects.bulk_create(Allowance(key=b"%d" % n, began_at=old, used=1) for n in range(35))
    assert sweeping.sweep(sweeping.SWEEPS, NOW) == {"core.Allowance": 35}


def test_a_chunk_begins_behind_the_one_before(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Emptied rows stay in the table, a million of them: reading them again for each chunk takes hours."""
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    Allowance.objects.bulk_create([Allowance(key=b"%d" % at, began_at=NOW, used=1) for at in range(5)])
    stays_due = sweeping.Sweep("core.Allowance", lambda now: Allowance.objects.all(), {"used": 0})
    assert sweeping.sweep([stays_due], NOW) == {"core.Allowance": 5}


def test_an_upload_nobody_took_over_is_dropped_with_its_content(cast: Cast) -> None:
    file = rows(cast, 31)["people.RosterFile"]
    retention.sweep(now=NOW)
    file.refresh_from_db()
    assert isinstance(file, RosterFile)
    assert (file.stage, file.content) == ("dropped", None)


def left(cast: Cast, **facts: Any) -> Person:
    one = Person.objects.create(name="张三")
    gone = DAY - timedelta(days=400)
    Enrolment.objects.create(
        person=one, school=cast.school, unit=cast.class_one, as_a="student",
        **{"from_on": gone, "to_on": gone, "ending": "left", **facts},
    )  # fmt: skip
    return one


def test_who_left_long_ago_is_listed_once_and_stays_until_two_agreed(cast: Cast) -> None:
    one = left(cast)
    left(cast, to_on=None, ending="")
    retention.sweep(now=NOW)
    retention.sweep(now=NOW)
    run = PurgeRun.objects.get()
    assert (run.unit, run.why, run.tally["people"]) == (cast.school, "retention", [str(one.pk)])
    assert Person.objects.get(pk=one.pk).name == "张三"


def test_the_report_tells_the_age_of_each_table_and_what_is_due(cast: Cast) -> None:
    rows(cast, 400)
    lines = {line.table: line for line in report(retention.SWEEPS, NOW)}
    assert lines["people.Device"].due == 1
    assert lines["people.Device"].oldest == (NOW - timedelta(days=400)).date()
    assert lines["people.Person"].due is None, "goes by agreement only"
    assert lines["people.Person"].rows == 1
    assert "procrastinate.ProcrastinateWorker" not in lines


def test_the_oldest_day_is_that_of_china(db: None) -> None:
    """The database tells moments in UTC, where it is still the day before."""
    events.record("test.happened", by=None, unit=None, now=datetime(2020, 2, 9, 17, tzinfo=UTC))
    (line,) = [line for line in report(retention.SWEEPS, NOW) if line.table == "core.Event"]
    assert line.oldest == date(2020, 2, 10)


def test_the_command_changes_nothing_unless_it_is_told_to(cast: Cast) -> None:
    rows(cast, 400)
    out = io.StringIO()
    call_command("retention", stdout=out)
    assert Device.objects.exists()
    assert "people.Device" in out.getvalue()
    call_command("retention", "--apply", stdout=out)
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("to_on", "lasts"),
    [(date(2020, 2, 5), True), (date(2020, 2, 4), False), (date(2021, 2, 5), True), (date(2021, 2, 6), False)],
)
def test_a_hold_lasts_a_year_at_most(to_on: date, lasts: bool) -> None:
    assert rules.hold_lasts(date(2020, 2, 5), to_on) is lasts


@pytest.mark.parametrize(
    ("request_state", "begun", "done", "state"),
    [
        ("", False, False, "prepared"), ("waiting", False, False, "waiting"), ("agreed", False, False, "agreed"),
        ("refused", False, False, "prepared"), ("expired", False, False, "prepared"), ("used", True, False, "running"),
        ("used", True, True, "done"),
    ],
)  # fmt: skip
def test_a_run_stands_where_its_facts_say(request_state: str, begun: bool, done: bool, state: str) -> None:
    at = {True: NOW, False: None}
    assert rules.run_state(request=request_state, begun_at=at[begun], done_at=at[done]) == state
