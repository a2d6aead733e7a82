"""One account's browser: cookies, forms as the pages give them, and patience while a killed process comes back."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from tools.day.measures import Measures
from tools.day.page import Form, Page

PAUSE = 0.25  # seconds between two tries of an interrupted request
DOOR = "/account/sign-in/"
GONE = (502, 503, 504)


class BrokenError(RuntimeError):
    """The server answered what no person should see, or did not answer at all."""


@dataclass
class Answer:
    """What came back. ``place`` is where a redirect leads, "" for none."""

    status: int
    page: Page
    place: str
    content: bytes
    type: str
    sent_at: float
    came_at: float


class Site:
    """The running program as its users reach it. ``patience``: seconds for which an interrupted request is repeated."""

    def __init__(self, address: str, measures: Measures, *, patience: float = 0.0) -> None:
        self.address = address
        self.measures = measures
        self.patience = patience
        self.on_request: Callable[[], None] = lambda: None
        # One pool for all accounts; a context of its own would cost each client 20 ms.
        self._ways = httpx.HTTPTransport(
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        )

    def client(self) -> httpx.Client:
        return httpx.Client(transport=self._ways, base_url=self.address, timeout=30.0, trust_env=False)

    def close(self) -> None:
        self._ways.close()


class Browser:
    """Signed in as one account as soon as `sign_in` returned; kept for the whole day."""

    def __init__(self, site: Site, username: str, password: str) -> None:
        self.site = site
        self.username = username
        self._password = password
        self._client = site.client()
        self._signed_in = False

    def get(self, step: str, path: str, expect: tuple[int, ...] = (200,)) -> Answer:
        return self._ask(step, "GET", path, None, expect)

    def post(self, step: str, path: str, data: Mapping[str, str], expect: tuple[int, ...] = (302,)) -> Answer:
        """A redirect is the acknowledgement; it is not followed. Sent again with the same data when interrupted."""
        return self._ask(step, "POST", path, data, expect)

    def send(self, step: str, form: Form, path: str, expect: tuple[int, ...] = (302,)) -> Answer:
        """Send a form of the page at ``path``."""
        return self.post(step, form.action or path, form.fields, expect)

    def sign_in(self) -> None:
        if self._signed_in:
            return
        # A sign-in that broke half-way has changed the page's token: a person loads the page again, and so do we.
        for last in (False, False, True):
            form = self.get("sign-in page", DOOR).page.form("password")
            form.fields |= {"username": self.username, "password": self._password}
            stale = (403,) if self.site.patience and not last else ()
            if self.send("sign in", form, DOOR, (302, *stale)).status == 302:
                break
        self._signed_in = True

    def _ask(
        self, step: str, method: str, path: str, data: Mapping[str, str] | None, expect: tuple[int, ...]
    ) -> Answer:
        """Raises BrokenError for an answer that is not expected, and when patience is over."""
        give_up = time.monotonic() + self.site.patience
        self.site.on_request()
        while True:
            sent = time.perf_counter()
            try:
                answer = self._client.request(method, path, data=data)
            except httpx.TransportError as problem:
                said = repr(problem)
            else:
                came = time.perf_counter()
                if answer.status_code not in GONE or not self.site.patience:
                    return self._take(step, answer, sent, came, expect)
                said = f"{answer.status_code}"
            if time.monotonic() > give_up:
                self.site.measures.answered(step, time.perf_counter() - sent, "", error=True)
                raise BrokenError(f"{method} {path} ({self.username}): {said}")
            self.site.measures.interrupted(step)
            time.sleep(PAUSE)

    def _take(self, step: str, answer: httpx.Response, sent: float, came: float, expect: tuple[int, ...]) -> Answer:
        place = answer.headers.get("location", "")
        # a redirect to the door is no acknowledgement
        fits = answer.status_code in expect and not place.startswith(DOOR)
        self.site.measures.answered(step, came - sent, answer.headers.get("server-timing", ""), error=not fits)
        type_ = answer.headers.get("content-type", "")
        page = Page(answer.text if "text" in type_ else "")
        if not fits:
            said = "; ".join(page.problems()) or page.title
            where = f"{answer.request.method} {answer.request.url.path} ({self.username})"
            raise BrokenError(f"{where}: {answer.status_code}, not {expect}: {said}")
        return Answer(answer.status_code, page, place, answer.content, type_, sent, came)
