"""A message of the system before it is posted, one of very many."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Draft:
    """``kind`` and ``params`` as `notices.wording` fills them; ``unit``: in whose name, ``by`` who of it;
    ``to``: ids of users."""

    pk: UUID
    kind: str
    params: dict[str, Any]
    unit: int
    url: str
    to: set[int]
    by: int | None = None
