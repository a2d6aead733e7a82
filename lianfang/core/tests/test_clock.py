"""The clock: China's wall time, and the file that moves it on a demo day only."""

import json
import os
import time
from datetime import timedelta

import pytest

from lianfang.core import checks, clock


def test_it_is_chinas_time():
    assert clock.now().utcoffset() == timedelta(hours=8)


def test_a_file_moves_it_and_time_runs_on(tmp_path, settings):
    file = tmp_path / "clock.json"
    settings.CLOCK_FILE = str(file)
    assert clock.today() >= clock.now().date() - timedelta(days=1), "no file yet: the machine's own time"
    file.write_text(json.dumps({"at": "2020-02-10T14:00:00+08:00", "set": time.time() - 60}))
    assert f"{clock.now():%Y-%m-%d %H:%M}" == "2020-02-10 14:01"
    file.write_text(json.dumps({"at": "2020-02-10T16:00:00+08:00", "set": time.time()}))
    os.utime(file, ns=(1, 1))
    assert f"{clock.now():%H:%M}" == "16:00"


@pytest.mark.parametrize(("file", "demo", "errors"), [("", "", 0), ("x", "", 1), ("x", "1", 0), ("", "1", 0)])
def test_a_moved_clock_outside_the_demo_stops_the_start(settings, monkeypatch, file, demo, errors):
    settings.CLOCK_FILE = file
    monkeypatch.setenv("LIANFANG_DEMO", demo)
    assert len(checks.clock_is_real(None)) == errors
