"""The data map: for every table why it is kept, on what ground, until when, and what each column is.

``processing.yaml`` beside this file names the grounds, the purposes and the retention rules once; each room's
``datamap.yaml`` lists its tables. The public processing rules, the page for staff, the retention report and the tests
that let no column in unlisted all read these structs.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

ROOMS = Path(__file__).parents[1]
CLASSES = ("sensitive", "personal", "internal", "public")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in both languages."""

    zh: str
    en: str

    def in_language(self, code: str) -> str:
        return self.zh if code.startswith("zh") else self.en


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lawful ground (PIPL 13) with its articles."""

    label: Words
    law: Words


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What something is kept for, how it is handled, and who sees it. ``told``: belongs on the public page."""

    label: Words
    means: Words
    seen_by: Words
    told: bool = True


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when. ``days`` counts from what ``label`` says (None: no number of days). ``ends`` is how it ends: "sweep"
    by the daily run, "purge" by an agreed purge run, "with" the row it belongs to, "stays" since the law asks for the
    record, "use" while it is used."""

    label: Words
    ends: Literal["sweep", "purge", "with", "stays", "use"]
    days: int | None = None


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``what`` names the kinds of data in plain words. A column stands in exactly one class; a sensitive one is sealed,
    or ``in_clear`` says why it is not. ``dated`` is the column that tells the age of a row. Not ``told`` on the public
    page: what comes with a package and stays empty."""

    what: Words
    purpose: str
    basis: str
    kept: str
    dated: str = ""
    told: bool = True
    sensitive: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    in_clear: Mapping[str, str] = {}

    @property
    def columns(self) -> Iterator[tuple[str, str]]:
        """(column, class) of all."""
        for name in CLASSES:
            yield from ((column, name) for column in getattr(self, name))

    @property
    def about_people(self) -> bool:
        return bool(self.sensitive or self.personal)


class Processing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    edition: str
    bases: Mapping[str, Basis]
    purposes: Mapping[str, Purpose]
    kept: Mapping[str, Kept]


class DataMap(msgspec.Struct, frozen=True):
    """``tables`` by the label of the model ("people.Person"); ``edition`` dates the processing rules."""

    edition: str
    bases: Mapping[str, Basis]
    purposes: Mapping[str, Purpose]
    kept: Mapping[str, Kept]
    tables: Mapping[str, Table]

    def of_purpose(self, purpose: str) -> list[tuple[str, Table]]:
        return [(label, table) for label, table in self.tables.items() if table.purpose == purpose]


@cache
def datamap() -> DataMap:
    """The whole map. Raises ValueError for a table named twice or a word that ``processing.yaml`` does not know."""
    shared = msgspec.yaml.decode((Path(__file__).parent / "processing.yaml").read_bytes(), type=Processing)
    tables: dict[str, Table] = {}
    for file in sorted(ROOMS.glob("*/datamap.yaml")):
        for label, table in msgspec.yaml.decode(file.read_bytes(), type=dict[str, Table]).items():
            if label in tables:
                raise ValueError(f"{file.parent.name}: {label} is in the map twice")
            _known(label, table, shared)
            tables[label] = table
    return DataMap(shared.edition, shared.bases, shared.purposes, shared.kept, tables)


def days(rule: str) -> int:
    """How many days a rule keeps something. Raises LookupError for a rule that counts no days."""
    found = datamap().kept[rule].days
    if found is None:
        raise LookupError(f"the rule {rule!r} counts no days")
    return found


def _known(label: str, table: Table, shared: Processing) -> None:
    for word, known in ((table.purpose, shared.purposes), (table.basis, shared.bases), (table.kept, shared.kept)):
        if word not in known:
            raise ValueError(f"{label}: processing.yaml does not know {word!r}")
    columns = [column for column, _ in table.columns]
    if len(columns) != len(set(columns)):
        raise ValueError(f"{label}: a column stands in two classes")
