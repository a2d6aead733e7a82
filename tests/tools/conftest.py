"""A folder the database server's account can enter: pytest's own temporary folders are closed to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.with_postgres import locked_folder


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("LIANFANG_PORT", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with locked_folder() as folder:
        yield folder
