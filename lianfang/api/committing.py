"""Group commit: many requests share one transaction, and each is answered after it is on disk.

A thread of its own takes whatever waits, up to `MOST` records, lands it in one transaction and hands the outcomes back
to the event loop. While a commit is under way the next batch gathers, so the batches grow with the load; under load it
also waits a moment for those who have just been answered and come again, because a transaction of thirty costs hardly
more than one of five. When the queue is full, whoever comes is refused at once (`FullError`): a sender that is told to
come back in a second is better off than one that waits for an answer that comes too late.
"""

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DataError, InterfaceError, OperationalError, connection

from lianfang.health.actions.landing import Landed
from lianfang.health.rules.parcels import Outcome
from lianfang.health.rules.sent import Flaw

logger = logging.getLogger(__name__)
MOST = 1000  # records in one transaction
RETRY = 1  # seconds after which a sender may come again
QUEUE = 6000  # records that wait before nobody else is let in: less than a second's worth on a good day
LONGEST = 1.0  # seconds the first of them has waited before nobody else is let in: on a bad day that comes earlier
ARRIVES = 0.25  # seconds in which a body is usually here: for so long a place is kept for who was let in
# Seconds after which the committer's thread lets another one run. The 5 ms of Python are too long here: the loop gives
# up its turn with every byte it reads or writes, and would wait for each as long as that.
TURN = 0.0005
PAUSE = 0.008  # seconds at most in which a batch gathers until it is as large as the one before

UNSTORABLE = Outcome("refused", (Flaw("health.record_unstorable", ""),))
Land = Callable[[Sequence[Landed]], list[Outcome]]


class FullError(Exception):
    """More is waiting than can be taken in a second."""


class DownError(Exception):
    """The database did not take the batch; nothing of it is claimed to be there."""


@dataclass(slots=True)
class _Request:
    records: list[Landed]
    answer: "asyncio.Future[list[Outcome]]"
    loop: asyncio.AbstractEventLoop
    at: float


_Result = tuple[_Request, list[Outcome] | Exception]


class Committer:
    """``land`` runs in the committer's own thread, so it has a database connection of its own."""

    def __init__(self, land: Land) -> None:
        self._land = land
        self._waiting: deque[_Request] = deque()
        self._records = 0
        self._oldest = float("inf")  # the moment since which the first one waits
        self._coming = 0  # requests let in lately whose body is not here yet
        self._since = 0.0  # since when these are counted
        self._usual = 1.0  # records a request brings
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._enough = 1  # requests for which it is not worth while to wait any longer
        self._down_until = 0.0
        self._stopping = False

    @property
    def is_full(self) -> bool:
        """Whoever comes while it is not finds a place whole, however many records it brings."""
        coming = self._coming * self._usual
        return self._records + coming >= QUEUE or time.monotonic() - self._oldest > LONGEST

    @contextmanager
    def let_in(self) -> Iterator[None]:
        """Around the reading of a body. Raises `FullError` at the door, and a place is kept for who was let in: to read
        first and refuse then would cost the time in which others could be told. Whoever is slow loses the place, so
        that nobody keeps others out by it, and may find all of them taken."""
        if self.is_full:
            raise FullError
        now = time.monotonic()
        if now - self._since > ARRIVES:
            self._coming, self._since = 0, now
        self._coming += 1
        try:
            yield
        finally:
            self._coming = max(0, self._coming - 1)
        if self._records >= QUEUE:
            raise FullError

    async def take(self, records: list[Landed]) -> list[Outcome]:
        """The outcomes of the records, durable. Raises `FullError` and `DownError`."""
        loop = asyncio.get_running_loop()
        now = time.monotonic()
        request = _Request(records, loop.create_future(), loop, now)
        if now < self._down_until:
            raise DownError
        with self._wake:
            if self._stopping:
                raise DownError
            if self._records >= QUEUE:
                raise FullError
            self._usual += (len(records) - self._usual) / 16
            self._records += len(records)
            self._waiting.append(request)
            self._oldest = min(self._oldest, now)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
                self._thread.start()
            if len(self._waiting) in (1, self._enough):
                self._wake.notify()
        return await request.answer

    def stop(self) -> None:
        """Lands what waits, and takes nothing more."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        sys.setswitchinterval(TURN)
        try:
            while batch := self._next():
                try:
                    self._commit(batch)
                except Exception as problem:
                    logger.exception("%s records could not be landed", sum(len(one.records) for one in batch))
                    _hand_back([(request, DownError(type(problem).__name__)) for request in batch])
        finally:
            connection.close()

    def _next(self) -> list[_Request]:
        with self._wake:
            while not self._waiting and not self._stopping:
                self._wake.wait()
            if not self._waiting:
                return []
            self._wake.wait_for(lambda: len(self._waiting) >= self._enough or self._stopping, PAUSE)
            batch = [self._waiting.popleft()]
            number = len(batch[0].records)
            while self._waiting and number + len(self._waiting[0].records) <= MOST:
                batch.append(self._waiting.popleft())
                number += len(batch[-1].records)
            self._records -= number
            self._oldest = self._waiting[0].at if self._waiting else float("inf")
            self._enough = len(batch)
            return batch

    def _commit(self, batch: list[_Request]) -> None:
        """One bad request must not take its neighbours along: when the batch fails, each is tried by itself."""
        try:
            outcomes = self._landed([record for request in batch for record in request.records])
        except (OperationalError, InterfaceError):
            self._down_until = time.monotonic() + RETRY
            raise
        except Exception:
            if len(batch) > 1:
                logger.exception("a batch failed; its %s requests are landed one by one", len(batch))
                self._one_by_one(batch)
                return
            outcomes = self._each(batch[0].records)
        results: list[_Result] = []
        place = 0
        for request in batch:
            results.append((request, outcomes[place : place + len(request.records)]))
            place += len(request.records)
        _hand_back(results)

    def _one_by_one(self, batch: list[_Request]) -> None:
        for request in batch:
            try:
                self._commit([request])
            except Exception as problem:
                _hand_back([(request, DownError(type(problem).__name__))])

    def _each(self, records: list[Landed]) -> list[Outcome]:
        """What the database can never store is refused: its sender would come with it again and again. Raises whatever
        else is wrong; those that are landed by then will be there already."""
        outcomes: list[Outcome] = []
        for record in records:
            try:
                outcomes += self._landed([record])
            except DataError:
                logger.exception("a record cannot be stored")
                outcomes.append(UNSTORABLE)
        return outcomes

    def _landed(self, records: list[Landed]) -> list[Outcome]:
        """When it is the database that fails, they are tried once more (what was there already is "again")."""
        try:
            return self._land(records)
        except (OperationalError, InterfaceError):
            return self._land(records)


def _hand_back(results: list[_Result]) -> None:
    """One call into the loop for the whole batch."""

    def settle() -> None:
        for request, result in results:
            if request.answer.done():  # the sender has gone
                continue
            if isinstance(result, Exception):
                request.answer.set_exception(result)
            else:
                request.answer.set_result(result)

    results[0][0].loop.call_soon_threadsafe(settle)
