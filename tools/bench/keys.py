"""Sealing personal data: how long one value takes, and how fast a whole database changes its keys."""

from __future__ import annotations

import json
import re

from tools.bench.figures import Figure
from tools.supervisor import Instance

ENOUGH = 5_000.0  # rows a second: a city of a million people changes its keys in minutes, while it works
# Run by the program itself: prints microseconds a value, by suite and step.
_TIMED = """
import json, time
from lianfang.core import crypto
from lianfang.core.ciphers import SUITES
from lianfang.core.keyring import Key
told, plain, place = {}, b"+8613812345678", "people_person.phone"
for suite in SUITES:
    key = Key(1, suite, bytes(32), "")
    token = crypto.seal_with(key, plain, place)
    steps = {
        "seal": lambda: crypto.seal_with(key, plain, place),
        "open": lambda: key.cipher.open(token[2:], place.encode()),
        "index": lambda: key.cipher.digest(b"index phone", plain),
    }
    for name, step in steps.items():
        turns = []
        for _ in range(5):
            began = time.perf_counter()
            for _ in range(4000):
                step()
            turns.append((time.perf_counter() - began) / 4000 * 1e6)
        told.setdefault(suite, {})[name] = min(turns)
print(json.dumps(told))
"""


def measure(instance: Instance) -> list[Figure]:
    """The figures; afterwards everything is sealed with a newer key."""
    told = json.loads(instance.manage("shell", "-v", "0", "-c", _TIMED))
    figures = [
        Figure(f"one value, {suite}", ", ".join(f"{step} {micro:.1f} µs" for step, micro in steps.items()))
        for suite, steps in told.items()
    ]
    instance.manage("keys", "new")
    said = instance.manage("keys", "rotate")
    took = re.findall(r"([\d.]+) 秒", said)[-1]
    rows = int(re.findall(r"([\d,]+) rows sealed anew", said)[-1].replace(",", ""))
    seconds = max(float(took), 0.1)
    rate = rows / seconds
    value = f"{rows:,} rows in {seconds:.1f} s = {rate:,.0f} rows/s"
    return [
        *figures,
        Figure("keys rotate, a telephone and its index a row", value, f"> {ENOUGH:,.0f}/s", rate > ENOUGH),
    ]
