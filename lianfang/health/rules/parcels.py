"""A record on its way in: what was sent, by whom, and what became of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from lianfang.health.rules.sent import OLDEST, Card, Flaw, Roll, Source, key


@dataclass(frozen=True)
class Author:
    """Who answers for a record: an account, a gateway or family's device, or both (a teacher's telephone)."""

    by_id: int | None = None
    sender_id: UUID | None = None


@dataclass(frozen=True)
class Seat:
    """Where somebody belongs on a day."""

    school_id: int
    unit_id: int


@dataclass(frozen=True)
class CardIn:
    """A card whose author may speak for this person (the caller has checked that). ``follows``: the key of the card it
    corrects, when its sender saw that card, not its id. ``oldest``: how long ago its day may be."""

    sent: Card
    seat: Seat
    on: date
    author: Author
    source: Source = Source.CARD
    follows: int | None = None
    oldest: timedelta = OLDEST

    @cached_property
    def key(self) -> int:
        return key(self.sent.id)

    @property
    def after(self) -> int | None:
        """The key of the card this one corrects; None: it stands for itself."""
        if self.follows is not None:
            return self.follows
        return None if self.sent.after is None else key(self.sent.after)


@dataclass(frozen=True)
class RollIn:
    """A roll whose author may report for this unit. ``expected``: how many belong to the group on that day and are not
    on leave of absence; None: there is no such group on that day. ``strangers`` are named and do not belong.
    ``follows``: the key of the version it corrects, when its sender saw that version, not its id. ``oldest``: how long
    ago its day may be."""

    sent: Roll
    seat: Seat
    on: date
    author: Author
    expected: int | None = None
    strangers: frozenset[UUID] = frozenset()
    follows: int | None = None
    oldest: timedelta = OLDEST

    @cached_property
    def key(self) -> int:
        return key(self.sent.id)

    @property
    def after(self) -> int | None:
        """The key of the version this one corrects; None: it is a first one."""
        if self.follows is not None:
            return self.follows
        return None if self.sent.after is None else key(self.sent.after)


@dataclass(frozen=True)
class Outcome:
    """ "taken", "again" (it was here before; nothing changed), or "held" with what is wrong."""

    state: str
    flaws: tuple[Flaw, ...] = field(default=())


TAKEN, AGAIN = Outcome("taken"), Outcome("again")
