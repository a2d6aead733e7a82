"""Machines of one's own that need not begin empty: one database is migrated in a run, the others are copies of it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tools import processes
from tools.database import mark_migrated
from tools.postgres import Cluster
from tools.setup import ROOT, VENV, collect_static, runtime_home
from tools.with_postgres import locked_folder


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """``migrated(home)``: before the server of this home is started for the first time. Its data have had every
    migration and belong to no keys yet. Test processes of one run share what is copied."""
    shelf = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shelf = shelf.parent
    kept = shelf / "migrated"

    def copy(home: Path) -> None:
        with (shelf / "migrated.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not kept.exists():
                _migrate(kept)
        shutil.copytree(kept, home / "pg")

    return copy


def migrated_once(shelf: Path) -> str:
    """The name of a database of the run's own server, migrated by whoever comes first."""
    url = os.environ["DATABASE_URL"]
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_migrated"
    done = shelf / "database.migrated"
    with (shelf / "database.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            _migrations(urlunsplit(parts._replace(path=f"/{name}")))
            done.touch()
    return name


def _migrations(url: str) -> None:
    command: list[str | Path] = [VENV / "bin/python", "manage.py", "migrate", "--noinput", "--verbosity=0"]
    processes.output_of(command, {**os.environ, "DATABASE_URL": url}, ROOT)


def _migrate(kept: Path) -> None:
    with locked_folder() as place:
        with Cluster(place, test=True) as cluster:
            url = cluster.ensure_database()
            _migrations(url)
            mark_migrated(url)
        half = kept.with_suffix(".new")
        shutil.copytree(cluster.base, half, ignore=shutil.ignore_patterns("run"))
        half.rename(kept)


def lend_static(home: Path) -> None:
    """The static files of this checkout, which take seconds to gather."""
    collect_static()
    home.mkdir(exist_ok=True)
    (home / "static").symlink_to(runtime_home() / "static")
    shutil.copy(runtime_home() / ".stamp-static", home)
