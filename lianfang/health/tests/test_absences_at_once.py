"""Two workers do the same minute's work at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from lianfang.core.ids import uuid7
from lianfang.health.actions import absences, rolls, tracing
from lianfang.health.models import Absence, Step
from lianfang.health.queries import courses
from lianfang.health.rules import sent
from lianfang.health.rules.parcels import Author, RollIn, Seat
from lianfang.health.rules.tracing import NewStep
from lianfang.health.tests.classes import fill
from lianfang.notices.models import Notice
from lianfang.obligations import spec
from lianfang.obligations.actions import climbing
from lianfang.obligations.models import Obligation
from tests.cast import DAY, NOW, Cast

WORKERS = 4
MORNING = NOW.replace(hour=8)


def at_once(act: Callable[[], object]) -> None:
    """Four do it at the same moment, each on a connection of its own."""
    start = Barrier(WORKERS)

    def run(_: int) -> None:
        try:
            start.wait(10)
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, range(WORKERS)))


@pytest.mark.django_db(transaction=True)
def test_four_workers_open_climb_and_note_once(cast: Cast) -> None:
    pupils = fill(cast.class_one, 6)
    seat = Seat(cast.school.pk, cast.class_one.pk)
    named = [sent.Named(person=one.pk, absent="unknown") for one in pupils]
    said = sent.Roll(id=uuid7(), unit=seat.unit_id, round="morning", on=DAY, exceptions=named)
    rolls.take([RollIn(said, seat, DAY, Author(by_id=cast.teacher.pk), 6)], now=MORNING)
    whom = courses.changed([(cast.school.pk, DAY)])
    assert len(whom) == 6

    at_once(lambda: absences.follow(whom, now=MORNING))
    assert Absence.objects.count() == Obligation.objects.count() == 6

    late = NOW + timedelta(hours=1)
    at_once(lambda: climbing.climb(spec.kind("absence"), now=late))
    assert set(Obligation.objects.values_list("rung", flat=True)) == {2}  # the last step whose moment has come
    assert Notice.objects.get().params["count"] == 6

    one, step = Absence.objects.order_by("pk")[0], NewStep(uuid7(), "call", cause="cold")
    at_once(lambda: tracing.take_step(by=cast.teacher, absence=one, step=step, now=late))
    assert Step.objects.count() == 1
