"""Children are kept running, stopped in order, and never left behind. Stand-ins for web and worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tools import children, instance_files, processes
from tools.instance_files import AlreadyRunningError, InstanceFiles, read_status
from tools.ports import PortError, choose_port
from tools.supervisor import Instance, NotReadyError

WEB = """
import http.server, os, signal, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(str(os.getpid()).encode())
def bye(*_):
    print("web stops", flush=True); sys.exit()
signal.signal(signal.SIGTERM, bye)
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Page).serve_forever()
"""
# Hears no SIGTERM: only a supervisor that insists gets rid of it.
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
SLEEPER = "import time; time.sleep(600)"
OWNER = """
import sys, time
from pathlib import Path
from tests.tools.test_supervisor import stand_in, deaf
from tools.supervisor import Instance
i = Instance(Path(sys.argv[1]), port=0, database_url="postgresql://x", commands=globals()[sys.argv[2]])
i.start_database(); i.start_program(); i.wait_ready(); print(flush=True); time.sleep(600)
"""


def stand_in(bind: str, port: int) -> Mapping[str, Sequence[str]]:
    web = [sys.executable, "-c", WEB, bind, str(port)]
    return {"web": web, "worker": [sys.executable, "-c", SLEEPER]}


def deaf(bind: str, port: int) -> Mapping[str, Sequence[str]]:
    return {**stand_in(bind, port), "worker": [sys.executable, "-c", DEAF]}


@pytest.fixture
def instance(place: Path) -> Iterator[Instance]:
    """Without a database, which test_postgres looks after."""
    running = Instance(place, port=0, database_url="postgresql://elsewhere", commands=stand_in)
    running.start_database()
    running.start_program()
    running.wait_ready(20)
    yield running
    running.stop()


def pids(place: Path) -> list[int]:
    return [pid for pid in read_status(place)["pids"].values() if pid]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_started_again(instance: Instance, name: str) -> None:
    killed = instance.kill(name)
    instance.wait_ready(20)
    status = read_status(instance.home)
    assert status["pids"][name] not in (None, killed)
    assert status["restarts"][name] == 1


def test_a_killed_database_is_started_again_and_keeps_its_databases(place: Path) -> None:
    instance = Instance(place, port=0, commands=stand_in)
    try:
        instance.start_database()
        cluster = instance.cluster
        assert cluster
        killed = instance.kill("postgres")
        assert processes.wait_until(cluster.is_ready, 20)
        assert cluster.pid != killed
        assert cluster.ensure_database() == instance.database_url
    finally:
        instance.stop()
    assert cluster.pid is None


def test_everything_is_stopped_in_the_end(instance: Instance) -> None:
    running = pids(instance.home)
    assert len(running) == 2
    instance.stop()
    assert not [pid for pid in running if processes.alive(pid)]
    assert "web stops" in instance.files.log("web").read_text()
    assert read_status(instance.home) == {}


def test_a_second_one_is_told_where_the_first_runs(instance: Instance) -> None:
    second = Instance(instance.home, port=0, commands=stand_in)
    with pytest.raises(AlreadyRunningError, match=str(instance.port)):
        second.start_database()
    second.stop()
    instance.wait_ready(1)


def test_a_child_that_does_not_listen_is_ended_all_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "GRACE", ((signal.SIGTERM, 0.3),))
    instance = Instance(place, port=0, database_url="postgresql://elsewhere", commands=deaf)
    instance.start_database()
    instance.start_program()
    instance.wait_ready(20)
    worker = instance.children["worker"].pid
    assert worker
    time.sleep(0.3)  # until it has stopped listening
    instance.stop()
    assert not processes.alive(worker)


def owner_of(place: Path, commands: str) -> "subprocess.Popen[str]":
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", OWNER, str(place), commands]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
    assert owner.stdout
    owner.stdout.readline()
    return owner


@pytest.mark.skipif(sys.platform != "linux", reason="uses the death signal of Linux")
def test_children_do_not_outlive_a_killed_supervisor(place: Path) -> None:
    owner = owner_of(place, "stand_in")
    orphans = pids(place)
    owner.kill()
    owner.wait()
    assert processes.wait_until(lambda: not any(map(processes.alive, orphans)), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_next_run_ends_what_a_killed_one_left_behind(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "POLITELY", ((signal.SIGTERM, 0.3), (signal.SIGKILL, 5.0)))
    owner = owner_of(place, "deaf")
    worker = read_status(place)["pids"]["worker"]
    time.sleep(0.3)
    owner.kill()
    owner.wait()
    assert processes.alive(worker)
    following = Instance(place, port=0, database_url="postgresql://elsewhere", commands=stand_in)
    following.start_database()
    assert not processes.alive(worker)
    following.stop()


def test_one_that_never_answers_is_reported_with_its_log(place: Path) -> None:
    broken = {"web": [sys.executable, "-c", "raise SystemExit('no such module')"]}
    instance = Instance(place, port=0, database_url="postgresql://x", commands=lambda bind, port: broken)
    try:
        instance.start_database()
        instance.start_program()
        with pytest.raises(NotReadyError, match="no such module"):
            instance.wait_ready(1)
    finally:
        instance.stop()


def test_a_port_that_was_asked_for_is_not_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(PortError, match=str(taken)):
            choose_port("127.0.0.1", taken)
        monkeypatch.setenv("LIANFANG_PORT", str(taken))
        with pytest.raises(PortError, match="make run LIANFANG_PORT="):
            choose_port("127.0.0.1", None)


@pytest.mark.parametrize("value", ["eighty", "-1", "70000"])
def test_a_port_that_is_no_number_is_refused_in_words(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANFANG_PORT", value)
    with pytest.raises(PortError, match=value):
        choose_port("127.0.0.1", None)


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(PortError, match=r"192\.0\.2\.1"):
        choose_port("192.0.2.1", 8000)


def test_otherwise_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANFANG_PORT", raising=False)
    first = choose_port("127.0.0.1", None)
    with socket.create_server(("127.0.0.1", first)):
        assert choose_port("127.0.0.1", None) > first


def test_long_logs_are_rotated_while_they_are_being_written(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_files, "LOG_BYTES", 100)
    files = InstanceFiles(place)
    log = files.log("web")
    log.parent.mkdir()
    with log.open("a") as writer:
        for turn in range(6):
            writer.write(f"{turn}" * 150)
            writer.flush()
            files.rotate_logs()
        writer.write("end")
    assert log.read_text() == "end"
    kept = sorted(file.name for file in log.parent.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (log.parent / "web.log.1").read_text() == "5" * 150


def test_the_status_file_is_for_our_eyes_only(instance: Instance) -> None:
    assert os.stat(instance.home / "run" / "status.json").st_mode & 0o077 == 0
