"""The landing as a sender sees it: what it answers, and that whatever it answered is there, once."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DataError, OperationalError

from lianfang.api import committing, landing
from lianfang.api.committing import Committer
from lianfang.api.landing import Landing
from lianfang.api.tests.sending import Sent, ask, card, no_land, post
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.health.actions import recounting
from lianfang.health.actions.landing import Landed
from lianfang.health.models import Check, Held, Roll, Tally
from lianfang.health.rules.parcels import TAKEN, Outcome
from tests.cast import Cast

durable = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/land/cards", b'{"id": "x', 400, "truncated"),
        ("/land/cards", {"id": uuid4(), "person": uuid4(), "smell": 1}, 400, "unknown field"),
        ("/land/cards", {"id": uuid4()}, 400, "person"),
        ("/land/cards", {"id": uuid4(), "person": uuid4(), "temperature": "36,9"}, 400, "temperature"),
        ("/land/rolls", {"id": uuid4(), "unit": "7", "round": "morning"}, 400, "unit"),
        ("/land/cards", [{}] * 1001, 413, "1000"),
        ("/land/rolls", [{}] * 101, 413, "100"),
        ("/land/elsewhere", {}, 404, "address"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(path: str, body: object, status: int, said: str) -> None:
    answered, told, _ = ask(post(Landing(Committer(no_land)), path, body))
    assert (answered, told["state"]) == (status, "refused")
    assert said in told["error"]


def test_without_a_key_or_by_another_method_nothing_is_read() -> None:
    shut = Landing(Committer(no_land))
    assert ask(post(shut, "/land/cards", {}, key=b""))[0] == 401
    assert ask(post(shut, "/land/cards", {}, method="GET"))[0] == 405


def test_ten_megabytes_are_refused_announced_or_not() -> None:
    shut = Landing(Committer(no_land))
    announced = (b"content-length", b"10485760")
    assert ask(post(shut, "/land/cards", b"[", headers=[announced]))[0] == 413
    assert ask(post(shut, "/land/cards", b"", parts=[b"x" * 1024 * 1024] * 10))[0] == 413


def test_a_body_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "PATIENCE", 0.1)
    began = time.monotonic()
    assert ask(post(Landing(Committer(no_land)), "/land/cards", b"", parts=[b"{"] * 100, pause=0.02))[0] == 408
    assert time.monotonic() - began < 1


@durable
def test_a_card_is_there_once_however_often_it_is_sent(
    pupils: list[UUID], open_landings: Callable[[], Landing]
) -> None:
    to, one = open_landings(), card(pupils[0])
    assert [ask(post(to, "/land/cards", one))[:2] for _ in range(3)] == [
        (200, {"state": "taken"}), (200, {"state": "again"}), (200, {"state": "again"}),
    ]  # fmt: skip
    assert Check.objects.count() == 1


@durable
def test_a_key_nobody_knows_is_told_so(pupils: list[UUID], open_landings: Callable[[], Landing]) -> None:
    to = open_landings()
    status, told, _ = ask(post(to, "/land/cards", card(pupils[0]), key=b"none"))
    assert (status, told["flaws"][0]["code"]) == (401, "health.sender_unknown")
    assert ask(post(to, "/land/cards", [card(one) for one in pupils], key=b"none"))[0] == 401
    assert not Check.objects.exists()


@durable
def test_bad_records_among_a_thousand_are_kept_or_refused_and_the_rest_is_taken(
    pupils: list[UUID], open_landings: Callable[[], Landing]
) -> None:
    many: list[dict[str, object]] = [card(pupils[number % 40]) for number in range(1000)]
    many[3] = card(pupils[3], temperature=369)
    many[5] = card(pupils[5], symptoms=["cough"], onset_on=clock.today() + timedelta(days=1))
    many[7] = card(pupils[41])
    many[9] = card(pupils[9], smell="none")
    many[11] = card(pupils[11], on=clock.today() + timedelta(days=3))
    status, told, _ = ask(post(open_landings(), "/land/cards", many))
    assert (status, told["taken"]) == (200, 995)
    assert [(one["index"], one["flaws"][0]["code"]) for one in told["held"]] == [
        (3, "health.temperature_impossible"), (5, "health.onset_ahead"), (7, "health.person_elsewhere"),
        (11, "health.day_ahead"),
    ]  # fmt: skip
    assert [one["index"] for one in told["refused"]] == [9]
    assert (Check.objects.count(), Held.objects.count()) == (995, 4)


@durable
def test_a_roll_for_a_class_that_was_closed_yesterday_is_kept(
    cast: Cast, pupils: list[UUID], open_landings: Callable[[], Landing]
) -> None:
    cast.class_two.valid_to = clock.today() - timedelta(days=1)
    cast.class_two.save()
    roll = {"id": uuid4(), "round": "morning", "on": clock.today()}
    status, told, _ = ask(post(open_landings(), "/land/rolls", {**roll, "unit": cast.class_two.pk}))
    assert (status, told["flaws"][0]["code"]) == (202, "health.unit_closed")
    named = [{"person": pupils[0], "absent": "ill"}]
    assert ask(post(open_landings(), "/land/rolls", {**roll, "unit": cast.class_one.pk, "exceptions": named}))[0] == 200
    assert (Roll.objects.get().expected, Held.objects.count()) == (40, 1)


@durable
def test_a_storm_of_the_same_batches_at_two_workers_lands_each_record_once_and_counts_fit(
    cast: Cast, pupils: list[UUID], open_landings: Callable[[], Landing]
) -> None:
    own = pupils[:40]
    ill = {"symptoms": ["fever", "cough"], "temperature": 38.6}
    batches = [[card(one, **(ill if number % 4 == 0 else {})) for number, one in enumerate(own)] for _ in range(3)]
    roll = {"id": uuid4(), "unit": cast.class_one.pk, "round": "morning", "on": clock.today()}
    rolls = [{**roll, "exceptions": [{"person": one, "absent": "ill"} for one in own[:5]]}]

    async def storm() -> list[Sent]:
        workers = [open_landings(), open_landings()]
        cards = [post(to, "/land/cards", batch) for _ in range(4) for batch in batches for to in workers]
        return await asyncio.gather(*cards, *(post(to, "/land/rolls", rolls) for _ in range(4) for to in workers))

    answers = ask(storm())
    assert {status for status, _, _ in answers} == {200}
    assert sum(told["taken"] for _, told, _ in answers) == 3 * 40 + 1
    assert Check.objects.filter(source=4).count() == 3 * 40
    assert Check.objects.filter(source=2).count() == 5
    tally = Tally.objects.get(unit_id=cast.class_one.pk)
    assert (tally.morning, tally.ill, tally.symptomatic, tally.fever) == (1, 5, 8, 10)
    assert recounting.recount(cast.school.pk, clock.today(), now=clock.now()) == []


def test_past_its_limit_it_says_so_at_once_and_loses_nothing_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "QUEUE", 20)
    taken: list[Landed] = []

    def slowly(records: Sequence[Landed]) -> list[Outcome]:
        time.sleep(0.3)
        taken.extend(records)
        return [TAKEN] * len(records)

    async def press() -> tuple[list[Sent], Sent, float]:
        to = Landing(Committer(slowly))
        first = [asyncio.create_task(post(to, "/land/cards", card(uuid7()))) for _ in range(20)]
        await asyncio.sleep(0.05)  # these are being landed; what comes now has to wait
        first += [asyncio.create_task(post(to, "/land/cards", card(uuid7()))) for _ in range(40)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        late = await post(to, "/land/cards", card(uuid7()))
        waited = time.monotonic() - began
        return await asyncio.gather(*first), late, waited

    answers, late, waited = ask(press())
    assert (late[0], late[2][b"retry-after"], late[1]["state"]) == (503, b"1", "later")
    assert waited < 0.1
    assert len(taken) == sum(status == 200 for status, _, _ in answers) >= 20


def test_one_that_breaks_its_batch_does_not_take_its_neighbours_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "PAUSE", 0.0)
    unstorable, puzzling = uuid7(), uuid7()

    def breaks(records: Sequence[Landed]) -> list[Outcome]:
        time.sleep(0.02)
        people = {getattr(record.sent, "person", None) for record in records}
        if unstorable in people:
            raise DataError("no")
        if puzzling in people:
            raise ZeroDivisionError
        return [TAKEN] * len(records)

    async def press() -> tuple[list[Sent], Sent]:
        to = Landing(Committer(breaks))
        people = [uuid7() for _ in range(20)]
        people[13], people[17] = unstorable, puzzling
        singles = await asyncio.gather(*(post(to, "/land/cards", card(one)) for one in people))
        return list(singles), await post(to, "/land/cards", [card(one) for one in (uuid7(), unstorable, uuid7())])

    singles, together = ask(press())
    statuses = [status for status, _, _ in singles]
    assert statuses.count(200) == 18
    assert (statuses[13], singles[13][1]["flaws"][0]["code"]) == (400, "health.record_unstorable")
    assert statuses[17] == 503  # ours to mend: nothing is lost while we do
    assert (together[0], together[1]["taken"]) == (200, 2)
    assert [(one["index"], one["state"]) for one in together[1]["refused"]] == [(1, "refused")]


def test_a_lost_database_is_said_at_once_and_tried_again_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "RETRY", 0.2)
    tried: list[int] = []

    def lost(records: Sequence[Landed]) -> list[Outcome]:
        tried.append(len(records))
        if len(tried) in (1, 3, 4):  # once it is only the connection, then both tries of a batch fail
            raise OperationalError("no space left on device")
        return [TAKEN] * len(records)

    async def press() -> list[int]:
        to = Landing(Committer(lost))
        found = [(await post(to, "/land/cards", card(uuid7())))[0] for _ in range(3)]
        await asyncio.sleep(0.25)
        return [*found, (await post(to, "/land/cards", card(uuid7())))[0]]

    assert ask(press()) == [200, 503, 503, 200]
    assert len(tried) == 5  # the third request was answered without trying


def test_what_waits_when_it_stops_is_landed_and_nothing_more_is_taken() -> None:
    taken: list[Landed] = []

    def slowly(records: Sequence[Landed]) -> list[Outcome]:
        time.sleep(0.05)
        taken.extend(records)
        return [TAKEN] * len(records)

    async def press() -> tuple[list[Sent], Sent]:
        to = Landing(Committer(slowly))
        first = [asyncio.create_task(post(to, "/land/cards", card(uuid7()))) for _ in range(10)]
        await asyncio.sleep(0.01)
        await to.stop()
        return await asyncio.gather(*first), await post(to, "/land/cards", card(uuid7()))

    answers, late = ask(press())
    assert [status for status, _, _ in answers] == [200] * 10
    assert late[0] == 503
    assert len(taken) == 10
