"""How the recipients of a notice are chosen, as it is kept in `Notice.audience`: ids of units and groups, names of
duties; of a list only how long it was. Never an id or name of a person: who was told stands in the deliveries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DUTIES, STAFF, GROUPS, STAFF_LIST, FAMILIES, PUPIL_LIST = HOW = (
    "duties", "staff", "groups", "staff_list", "families", "pupil_list",
)  # fmt: skip
LISTS = (STAFF_LIST, PUPIL_LIST)


@dataclass(frozen=True)
class Audience:
    """``whole``: everything below the units too. ``roles``: only who holds one of these duties. ``typed``: lines of
    a list."""

    how: str
    units: tuple[int, ...] = ()
    whole: bool = False
    roles: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    typed: int = 0

    @property
    def of_pupils(self) -> bool:
        """Whether it goes to pupils and their families, not to staff."""
        return self.how in (FAMILIES, PUPIL_LIST)

    @property
    def is_list(self) -> bool:
        return self.how in LISTS

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def read(stored: Mapping[str, Any]) -> Audience | None:
    """What `Audience.stored` gave; None for a notice of the system."""
    if stored.get("how") not in HOW:
        return None
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    return Audience(**known)
