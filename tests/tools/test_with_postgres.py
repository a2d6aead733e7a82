"""The throw-away server: there for the command, gone afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools import processes
from tools.with_postgres import locked_folder

RUN = [sys.executable, "-m", "tools.with_postgres", "--"]
ASK = "import os, psycopg; u = os.environ['DATABASE_URL']; psycopg.connect(u).execute('SELECT 1'); print(u)"
WAIT = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"
pytestmark = pytest.mark.usefixtures("place")


def folder_in(url: str) -> Path:
    """…@%2Fshelf%2Flianfang-test-x%2Fpg%2Frun:5432/lianfang: the part before pg."""
    return Path(url.partition("@")[2].partition(":")[0].replace("%2F", "/")).parents[1]


def test_the_command_gets_a_server_that_is_gone_afterwards() -> None:
    done = subprocess.run([*RUN, sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert not folder_in(done.stdout.strip()).exists()


def test_the_exit_code_is_that_of_the_command() -> None:
    assert subprocess.run([*RUN, sys.executable, "-c", "raise SystemExit(7)"], check=False).returncode == 7


def test_a_server_of_ones_own_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@127.0.0.1:1/else")
    show = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])"]
    done = subprocess.run([*RUN, *show], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "postgresql://someone@127.0.0.1:1/else"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
    running = subprocess.Popen([*RUN, sys.executable, "-c", WAIT], stdout=subprocess.PIPE, text=True,
                               start_new_session=True)  # fmt: skip
    signal.signal(signal.SIGINT, before)
    assert running.stdout
    folder = folder_in(running.stdout.readline().strip())
    assert folder.exists()
    os.killpg(running.pid, number)  # as a terminal does
    assert running.wait(20) != 0
    assert not folder.exists()


def test_what_a_killed_run_left_is_removed_by_the_next() -> None:
    running = subprocess.Popen([*RUN, sys.executable, "-c", WAIT], stdout=subprocess.PIPE, text=True,
                               start_new_session=True)  # fmt: skip
    assert running.stdout
    folder = folder_in(running.stdout.readline().strip())
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    data = folder / "pg" / "data"
    assert processes.wait_until(lambda: not processes.working_in(data, "postgres"), 10)
    with locked_folder() as another:
        assert another.exists()
        assert not folder.exists()
