"""How a request that needs a second person stands, and how long what it asks for may last."""

from collections.abc import Iterable
from datetime import datetime

# The longest time, in hours, between asking and using (a grant: from the decision on). Destruction is decided by two
# people who may be on holiday.
LONGEST = {"view": 72, "export": 72, "purge": 30 * 24}
# An emergency is over, or somebody has had time to agree (`people.models.Grant.emergency`).
LONGEST_EMERGENCY = 4
# How many characters a reason needs to say anything; who acts first and is reviewed afterwards says more.
SHORTEST_REASON = 4
SHORTEST_EMERGENCY = 10

# Who decides which kind of request.
DECIDED_WITH = {"view": "request.decide", "export": "request.decide", "purge": "purge.decide"}


def state(
    *, asker: int, needed: int, decisions: Iterable[tuple[int, bool]], until: datetime, used_at: datetime | None,
    now: datetime,
) -> str:  # fmt: skip
    """ "waiting", "agreed", "refused", "expired" or "used". ``decisions`` are (person, agreed); the asker's own would
    count for nothing, and one refusal is enough. At the very moment ``until`` it is over.
    """
    answers = dict(decisions)
    answers.pop(asker, None)
    if used_at is not None:
        return "used"
    if not all(answers.values()):
        return "refused"
    if now >= until:
        return "expired"
    return "agreed" if len(answers) >= needed else "waiting"
