"""A worker that is killed in the middle of an import, and two imports of one school at once."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from lianfang.core.tests.test_keys import started
from lianfang.core.tests.test_rotation_at_once import at_once
from lianfang.people.actions import intake
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import Enrolment, Guardianship, IdentityDocument, Person, RosterFile, RosterRow
from lianfang.people.tests.rosters import book, pupil
from tests.cast import DAY, NOW, Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MANY = 400
# A worker in small steps, so that the blow falls between two of them or in the middle of one.
_WORKER = """
import django; django.setup()
from uuid import UUID
from lianfang.core import clock
from lianfang.people.actions.intake import {module}
{module}.CHUNK = 10
{module}.{verb}(file_id=UUID("{file}"), now=clock.now())
"""


def uploaded(cast: Cast, first: int = 1, many: int = MANY) -> RosterFile:
    rows = [pupil(at, "王" + chr(0x4E00 + at)) for at in range(first, first + many)]
    return intake.upload(
        by=cast.registrar, unit=cast.school, name="a.xlsx", content=book(rows), as_a="student", first_day=DAY, now=NOW
    )


def killed(module: str, verb: str, file: RosterFile, begun: Callable[[], bool]) -> None:
    """Start the step in a process of its own and kill it as soon as ``begun``."""
    worker: Any = started("-c", _WORKER.format(module=module, verb=verb, file=file.pk))
    until = time.monotonic() + 30
    while not begun() and worker.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(worker.pid, signal.SIGKILL)
    _said, wrong = worker.communicate()
    assert worker.returncode == -signal.SIGKILL, wrong


def test_a_worker_killed_while_checking_and_another_while_taking_over_leave_nothing_double_or_missing(
    cast: Cast,
) -> None:
    file = uploaded(cast)
    killed("checking", "check", file, lambda: RosterRow.objects.filter(file=file).count() > 20)
    assert 0 < RosterRow.objects.filter(file=file).count() < MANY
    checking.check(file_id=file.pk, now=NOW)
    assert RosterRow.objects.filter(file=file, plan="join").count() == MANY
    intake.confirm(by=cast.registrar, file=file, leave="", now=NOW)
    done = RosterRow.objects.filter(file=file, applied=True)
    killed("applying", "apply", file, lambda: done.count() > 20)
    assert 0 < done.count() == Person.objects.count() < MANY, "a step is whole or undone"
    applying.apply(file_id=file.pk, now=NOW)
    file.refresh_from_db()
    assert (file.stage, file.summary["applied"]) == ("done", {"join": MANY})
    counts = [model.objects.count() for model in (Person, Enrolment, IdentityDocument, Guardianship)]
    assert counts == [MANY] * 4


def test_two_files_of_one_school_taken_over_at_once_make_everybody_once(cast: Cast) -> None:
    files = [uploaded(cast, 1, 60), uploaded(cast, 31, 60)]  # thirty pupils stand in both
    for file in files:
        checking.check(file_id=file.pk, now=NOW)
        intake.confirm(by=cast.registrar, file=file, leave="", now=NOW)
    assert at_once(*(lambda pk=file.pk: applying.apply(file_id=pk, now=NOW) for file in files * 2)) == []
    assert set(RosterFile.objects.values_list("stage", flat=True)) == {"done"}
    assert Person.objects.count() == IdentityDocument.objects.count() == Enrolment.objects.count() == 90
    connections.close_all()
