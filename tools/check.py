"""Everything that can be said about the code without running it as a whole: `make check`.

Two checks at a time; only the output of those that fail is shown.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tools.say import words
from tools.setup import ROOT, VENV

BIN = VENV / "bin"
PYTHON = str(BIN / "python")
AT_ONCE = 2


class Step(NamedTuple):
    name: str
    command: list[str]


class Outcome(NamedTuple):
    step: Step
    code: int
    seconds: float
    output: str


def steps() -> list[Step]:
    """The longest first, so that no core waits at the end."""
    return [
        Step("types", [str(BIN / "mypy"), "lianfang", "tools"]),
        Step("house", [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_house.py"]),
        Step("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Step("templates", [str(BIN / "djlint"), "--lint", "--quiet", "lianfang"]),
        Step("contracts", [str(BIN / "lint-imports")]),
        Step("messages", [PYTHON, "-m", "tools.messages", "check"]),
        Step("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
        Step("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ]


def carry_out(step: Step) -> Outcome:
    start = time.monotonic()
    done = subprocess.run(
        step.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    return Outcome(step, done.returncode, time.monotonic() - start, done.stdout)


def main() -> int:
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(carry_out, steps()))
    failed = [outcome for outcome in outcomes if outcome.code != 0]
    for outcome in failed:
        print(f"\n── {outcome.step.name} ──\n{outcome.output.rstrip()}\n")
    for outcome in outcomes:
        verdict = words("通过", "ok") if outcome.code == 0 else words("未通过", "FAILED")
        print(f"{outcome.step.name:<12}{outcome.seconds:6.1f} s  {verdict}")
    print(f"{'':<12}{time.monotonic() - start:6.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
