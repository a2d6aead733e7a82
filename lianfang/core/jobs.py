"""Jobs of the outbox. procrastinate keeps them in PostgreSQL, so a job exists exactly when its transaction
committed.
"""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lianfang.core import events


@app.task(
    name="core.handle",
    queue="events",
    retry=RetryStrategy(max_attempts=10, exponential_wait=3),
)
def handle(event_id: str, handler: str) -> None:
    events.dispatch(UUID(event_id), handler)


@app.task(
    name="core.handle_slow",
    queue="slow",
    # while one waits for its next try those behind it wait as well: seconds, where others may wait for hours
    retry=RetryStrategy(max_attempts=5, wait=5),
)
def handle_slow(event_id: str, handler: str) -> None:
    events.dispatch(UUID(event_id), handler)
