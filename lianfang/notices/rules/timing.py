"""When something is sent: not at night, several at once, and again after a failure."""

from datetime import datetime, time, timedelta

# Nobody's telephone sounds between these unless it is urgent; a person may choose other hours.
QUIET = (time(21, 30), time(6, 30))
# So long a notice waits for others to the same person, which then leave as one message.
GATHER = timedelta(minutes=2)
# After each failure; after the last there is no other try.
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
# A claimed message comes up again after this if nobody has noted what became of it: its worker was killed.
LEASE = timedelta(minutes=10)


def free_from(now: datetime, quiet: tuple[time, time]) -> datetime:
    """``now``, or the end of the quiet hours that hold then. ``now`` is local time; equal ends mean no quiet hours."""
    begin, end = quiet
    at = now.time()
    overnight = begin > end
    if not (begin <= at < end if not overnight else at >= begin or at < end):
        return now
    last = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return last + timedelta(days=1) if overnight and at >= begin else last


def again_at(now: datetime, attempts: int) -> datetime | None:
    """After so many tries in vain; None: no other one."""
    return now + AGAIN[attempts - 1] if 0 < attempts <= len(AGAIN) else None
