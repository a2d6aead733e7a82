"""The data map is complete and true (control F01)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.db.models import CompositePrimaryKey, Field, Model

from lianfang.core import datamap
from lianfang.core.fields import SEALED, BlindIndex

MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
MAP = datamap.datamap()


def columns(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    fields = (field for field in model._meta.get_fields() if isinstance(field, Field))
    yield from (field for field in fields if not isinstance(field, CompositePrimaryKey))  # made of other columns


def test_every_table_is_in_the_map_and_nothing_else() -> None:
    assert set(MAP.tables) == {label for label in MODELS if not _of_a_test(label)}


def _of_a_test(label: str) -> bool:
    return ".tests." in MODELS[label].__module__


@pytest.mark.parametrize("label", sorted(MAP.tables))
def test_every_column_has_a_class(label: str) -> None:
    assert {name for name, _ in MAP.tables[label].columns} == {field.name for field in columns(MODELS[label])}


def test_what_is_sensitive_is_sealed_or_says_why_not() -> None:
    open_ones = []
    for label, table in MAP.tables.items():
        for name in table.sensitive:
            field = MODELS[label]._meta.get_field(name)
            if not isinstance(field, (*SEALED, BlindIndex)) and not table.in_clear.get(name):
                open_ones.append(f"{label}.{name}")
    assert open_ones == []


def test_what_is_sealed_is_called_sensitive() -> None:
    """The other way round: nobody seals a column and tells the public it is nothing."""
    marks = {"core.KeyMark.mark"}  # a known text, sealed to recognise keys
    hidden = {
        f"{label}.{field.name}"
        for label, model in MODELS.items()
        if label in MAP.tables
        for field in columns(model)
        if isinstance(field, SEALED) and field.name not in MAP.tables[label].sensitive
    }
    assert hidden == marks


def test_an_exception_is_for_a_column_that_needs_one() -> None:
    for label, table in MAP.tables.items():
        for name in table.in_clear:
            assert name in table.sensitive, f"{label}.{name}"
            assert not isinstance(MODELS[label]._meta.get_field(name), SEALED), f"{label}.{name}"


def test_whatever_is_about_people_stands_on_a_ground() -> None:
    grounds = {label for label, table in MAP.tables.items() if table.basis == "no_person" and table.sensitive}
    assert grounds == set()


def test_a_table_is_dated_by_a_column_of_its_own() -> None:
    for label, table in MAP.tables.items():
        if table.dated:
            MODELS[label]._meta.get_field(table.dated)


def test_what_goes_by_the_clock_counts_days() -> None:
    for name, rule in MAP.kept.items():
        assert rule.days is not None or rule.ends in ("with", "stays", "use"), name


def test_no_code_of_health_and_no_track_is_gathered() -> None:
    """Control G03: the codes and itineraries of 2020 to 2022 are gone and stay gone."""
    words = ("health_code", "itinerary", "track", "trip", "travel", "location", "latitude", "face", "photo")
    found = [
        f"{label}.{name}"
        for label, table in MAP.tables.items()
        for name, _ in table.columns
        if any(word in name for word in words)
    ]
    assert found == []


def test_a_table_named_twice_or_a_word_nobody_knows_stops_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"what": {"zh": "甲", "en": "A"}, "purpose": "roster", "basis": "statutory_duty", "kept": "left_school"}
    for room in ("one", "two"):
        _write(tmp_path / room, {"a.A": table})
    monkeypatch.setattr(datamap, "ROOMS", tmp_path)
    with pytest.raises(ValueError, match="twice"):
        datamap.datamap.__wrapped__()
    _write(tmp_path / "two", {"a.B": {**table, "kept": "for_ever"}})
    with pytest.raises(ValueError, match="for_ever"):
        datamap.datamap.__wrapped__()


def _write(room: Path, tables: dict[str, object]) -> None:
    room.mkdir(exist_ok=True)
    (room / "datamap.yaml").write_bytes(msgspec.yaml.encode(tables))
