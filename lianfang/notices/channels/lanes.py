"""Many messages at once without one slow server holding up the others: a few lanes for each gateway, a bounded number
in all, and a lane rests as soon as its gateway does not answer. No database in here: the threads only speak."""

import logging
import queue
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lianfang.notices.channels.protocol import Config, Driver, Failed, Message, Unavailable

logger = logging.getLogger(__name__)

LANES, PER_GATEWAY = 16, 4
# After so many in a row without an answer the rest of a lane waits for another time.
PATIENCE = 2
# All lanes together: well within the lease of a claim (`rules.timing.LEASE`).
LANE_SECONDS = 40.0
SILENT = {"timeout", "connection", "name", "tls", "login"}


@dataclass(frozen=True)
class Target:
    """One address and what its gateway needs. ``id`` is the caller's, to be told when the address is gone."""

    config: Config
    address: str
    id: UUID | None = None


@dataclass(frozen=True)
class Job:
    """One message; a person with several browsers has several targets. ``about`` is the caller's."""

    gateway: Hashable
    driver: Driver
    message: Message
    targets: tuple[Target, ...]
    about: Any = None


@dataclass(frozen=True)
class Result:
    """``reference`` is the other side's own number where ``failure`` is None."""

    reference: str = ""
    failure: Failed | None = None
    gone: tuple[UUID, ...] = ()


def deliver(jobs: Sequence[Job]) -> Iterator[tuple[Job, Result]]:
    """Each job with what became of it, as soon as it is known: the caller notes it before it waits for the next."""
    lanes, until = list(_lanes(jobs)), time.monotonic() + LANE_SECONDS
    done: queue.SimpleQueue[tuple[Job, Result]] = queue.SimpleQueue()
    with ThreadPoolExecutor(max_workers=max(1, min(LANES, len(lanes))), thread_name_prefix="notices") as pool:
        for lane in lanes:
            pool.submit(_walk, lane, until, lambda job, result: done.put((job, result)))
        for _ in jobs:
            yield done.get()


def _lanes(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    of_gateway: dict[Hashable, list[Job]] = defaultdict(list)
    for job in jobs:
        of_gateway[job.gateway].append(job)
    for waiting in of_gateway.values():
        yield from (lane for start in range(PER_GATEWAY) if (lane := waiting[start::PER_GATEWAY]))


def _walk(lane: list[Job], until: float, tell: Callable[[Job, Result], None]) -> None:
    silent = 0
    for job in lane:
        if silent >= PATIENCE or time.monotonic() > until:
            tell(job, Result(failure=Unavailable("resting")))
            continue
        result = sent(job)
        silent = silent + 1 if result.failure and result.failure.code in SILENT else 0
        tell(job, result)


def sent(job: Job) -> Result:
    """One target that took it is enough; else a failure that is worth another try counts before a final one."""
    references: list[str] = []
    failures: list[Failed] = []
    gone: list[UUID] = []
    for target in job.targets:
        try:
            references.append(job.driver.send(job.message, target.address, target.config))
        except Failed as failure:
            failures.append(failure)
            gone += [target.id] if failure.code == "gone" and target.id else []
        except Exception:  # whatever a driver trips over: somebody waits for the answer of every job
            logger.exception("the driver %s failed", job.driver.name)
            failures.append(Unavailable("driver"))
    if references:
        return Result(references[0], gone=tuple(gone))
    later = next((one for one in failures if isinstance(one, Unavailable)), failures[0])
    return Result(failure=later, gone=tuple(gone))
