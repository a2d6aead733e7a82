"""Months of growth tables: made once, taken out whole, and never dropped before they can be read from their file."""

import csv
import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from lianfang.core.actions import archiving, months
from tests.cast import NOW

OLD = date(2019, 11, 5)
TABLE = "health_tally"
Tally = apps.get_model("health", "Tally")  # any growth table would do; ours stand above
pytestmark = pytest.mark.django_db


def tally(unit: int, on: date = OLD) -> None:
    months.ensure({on})
    counts = dict.fromkeys(
        ("morning", "noon", "evening", "cards", "symptomatic", "ill", "leave", "unknown", "isolated", "fever"), 1
    )
    Tally.objects.create(school_id=7, on=on, unit_id=unit, **counts)


def archived(folder: Path, *, drop: bool = False) -> list[archiving.Archived]:
    return [one for one in archiving.archive(date(2019, 12, 1), folder, drop=drop, now=NOW) if one.table == TABLE]


def stands(month: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [months.partition(TABLE, month)])
        return bool(cursor.fetchone()[0])


def test_a_month_is_written_whole_and_leaves_its_table(tmp_path: Path) -> None:
    for unit in range(50):
        tally(unit)
    tally(1, date(2020, 2, 5))
    (done,) = archived(tmp_path)
    assert (done.month, done.rows) == ("2019-11", 50)
    with gzip.open(tmp_path / done.file, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["unit_id"]) for row in rows} == set(range(50))
    assert json.loads((tmp_path / "health_tally_2019_11.csv.json").read_text())["sha256"] == done.sha256
    assert (tmp_path / done.file).stat().st_mode & 0o077 == 0
    assert Tally.objects.count() == 1
    assert stands(OLD.replace(day=1))  # nobody asked to drop it
    assert archiving.standing() == [OLD.replace(day=1)]


def test_what_was_written_is_dropped_only_when_asked_to(tmp_path: Path) -> None:
    tally(1)
    archived(tmp_path)
    assert len(archived(tmp_path, drop=True)) == 1
    assert not stands(OLD.replace(day=1))
    tally(2)  # a late row makes its month anew
    assert Tally.objects.count() == 1


@pytest.mark.parametrize("harm", ["changed", "more rows"])
def test_nothing_is_dropped_that_its_file_does_not_hold(tmp_path: Path, harm: str) -> None:
    tally(1)
    (done,) = archived(tmp_path)
    if harm == "changed":
        (tmp_path / done.file).write_bytes(b"")
    else:
        own = months.partition(TABLE, OLD)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE more AS SELECT * FROM {own}; UPDATE more SET unit_id = 9")
            cursor.execute(f"INSERT INTO {own} SELECT * FROM more")
    with pytest.raises(OSError, match=done.file):
        archived(tmp_path, drop=True)
    assert stands(OLD.replace(day=1))


def test_the_command_lists_and_refuses_young_months(tmp_path: Path) -> None:
    tally(1)
    said = StringIO()
    call_command("months", "list", stdout=said)
    assert "health_tally  2019-11" in said.getvalue()
    with pytest.raises(CommandError, match="two months"):
        call_command("months", "archive", "--before", f"{date.today():%Y-%m}", "--to", str(tmp_path))
    with pytest.raises(CommandError, match="month"):
        call_command("months", "archive", "--before", "soon", "--to", str(tmp_path))
