"""People as a roster writes them: by name, among those who can keep a post of the unit."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Self

from lianfang.duty.queries.roster import staff
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.people.rules import tidy


class Doubtful(Exception):
    """Nobody or several people are meant; ``fits`` are these."""

    def __init__(self, typed: str, fits: Iterable[User] = ()) -> None:
        self.typed, self.fits = typed, list(fits)
        super().__init__(typed)


class Names:
    """Looks up many names in one query."""

    def __init__(self, people: Iterable[User]) -> None:
        self._named: dict[str, list[User]] = defaultdict(list)
        for user in people:
            for form in {_bare(user.name), user.username, _bare(f"{user.name}{user.username}")}:
                self._named[form].append(user)

    @classmethod
    def of(cls, unit: Unit, day: date) -> Self:
        return cls(staff(unit, day))

    def find(self, typed: str) -> User:
        """By name, user name, or both together. Raises `Doubtful`; never guesses."""
        found = self._named.get(_bare(typed), [])
        if len(found) != 1:
            raise Doubtful(typed, found)
        return found[0]


def _bare(typed: str) -> str:
    """王 芳 is 王芳."""
    return "".join(tidy(typed).split())
