"""The program itself, started as `make run` starts it, on a server of one's own and on the embedded one."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.machines import lend_static
from tools.postgres import Cluster
from tools.supervisor import Instance


@pytest.fixture
def home(place: Path) -> Path:
    lend_static(place / "home")
    return place / "home"


def test_it_runs_on_a_server_of_ones_own(place: Path, home: Path) -> None:
    with Cluster(place / "server", test=True, tcp=True) as cluster:
        cluster.ensure_database()
        with Instance(home, port=0, database_url=cluster.url(tcp=True)) as instance:
            instance.wait_ready()
            with psycopg.connect(cluster.url()) as connection:
                assert connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)
            assert not instance.migrate()
        assert not (home / "pg").exists()


def test_it_comes_back_when_each_of_its_processes_is_killed(home: Path, migrated: Callable[[Path], None]) -> None:
    migrated(home)
    with Instance(home, port=0, test=True) as instance:
        instance.wait_ready()
        for name in ("web", "worker", "postgres"):
            instance.kill(name)
            instance.wait_ready()
