"""What all scenes of the day share: the site, the accounts' browsers, the ledger, the clock."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from lianfang.returns.spec import ZONE, Form
from tools.day.browser import Browser, Site
from tools.day.ledger import Ledger


class Clock:
    """The program's clock file; without one (a server that is not ours) the hour stays what it is."""

    def __init__(self, file: Path | None, on: date) -> None:
        self.file = file
        self.on = on

    def set(self, hour: int, minute: int, second: int = 0) -> None:
        """It runs on from there. Whole or not at all: the pages read it all the time."""
        if self.file is None:
            return
        at = datetime(self.on.year, self.on.month, self.on.day, tzinfo=ZONE)
        at += timedelta(hours=hour, minutes=minute, seconds=second)
        half = self.file.with_suffix(".new")
        half.write_text(json.dumps({"at": at.isoformat(), "set": time.time()}))
        os.replace(half, self.file)


@dataclass
class Stage:
    site: Site
    form: Form
    on: date
    password: str
    clock: Clock
    ledger: Ledger = field(default_factory=Ledger)
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def browser(self, username: str) -> Browser:
        """Signed in; the same one all day. Two threads never begin as the same account."""
        with self._lock:
            browser = self._browsers.setdefault(username, Browser(self.site, username, self.password))
        browser.sign_in()
        return browser

    def path(self, unit: int, page: str = "") -> str:
        """The address of a page of a return: "", "fill", "sign", "table" …"""
        return f"/returns/{self.form.id}/{self.on}/{unit}/{page + '/' if page else ''}"
