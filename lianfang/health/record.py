"""The health record of a person: one timeline of what every room has to say about them. Rooms above this one register a
provider at start-up, as the providers of this room do; nobody keeps a copy of what another room knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from lianfang.people.models import Person


@dataclass(frozen=True)
class Span:
    """Days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Viewer:
    """Who reads. ``schools``: whose rows may be shown. ``medical``: diagnoses, hospitals and remarks too (the doctor).
    ``family``: the person or a guardian, who sees no remarks that staff wrote for themselves."""

    schools: frozenset[int]
    medical: bool = False
    family: bool = False


@dataclass(frozen=True)
class Entry:
    """``what`` in a few words, ``parts`` of a line under it. ``tone`` is one of the colour meanings (`ui.states`);
    ``href`` leads on for staff."""

    at: datetime
    kind: str
    what: str
    parts: tuple[str, ...] = ()
    who: str = ""
    icon: str = "point-filled"
    tone: str = "quiet"
    href: str = ""
    on: str = ""


Provider = Callable[[Person, Span, Viewer], Iterable[Entry]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called at start-up by the app of the room that has something to say."""
    if provider not in _providers:
        _providers.append(provider)


def timeline(person: Person, span: Span, viewer: Viewer) -> list[Entry]:
    """Everything of those days, newest first."""
    found = [entry for provider in _providers for entry in provider(person, span, viewer)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)
