"""The formatter of the log: nothing personal, and what the operator needs."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from lianfang.core.logs import Discreet


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings would write, from INFO on."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def test_every_handler_writes_discreetly() -> None:
    formatters = settings.LOGGING["formatters"]
    assert {formatters[one["formatter"]]["class"] for one in settings.LOGGING["handlers"].values()} == {
        "lianfang.core.logs.Discreet"
    }
    assert not [handler for handler in logging.getLogger("django").handlers if handler.level <= logging.INFO]


def test_what_the_operator_needs_stays(log: io.StringIO) -> None:
    one = logging.getLogger("lianfang.test")
    one.info("sealed %s events in %s", 1234567, "2020-02-05 14:30:12")
    one.warning("job core.handle[123456] 0197f3a4-1b2c-7def-8123-456789abcdef")
    one.warning("telephone +86 139-1234-5678 and 11010120050307813X, (0731-8800 0001)")
    one.info("GET / 200 51234 in 1234 ms at 10.0.0.1:54321")
    text = log.getvalue()
    assert "2020-02-05 14:30:12" in text
    assert "core.handle[123456] 0197f3a4-1b2c-7def-8123-456789abcdef" in text
    assert "telephone … and …, (…)" in text
    assert "200 51234 in 1234 ms at 10.0.0.1:54321" in text
    assert text[:4].isdigit()


def test_a_closed_door_is_one_line(log: io.StringIO) -> None:
    try:
        raise PermissionDenied
    except PermissionDenied:
        logging.getLogger("lianfang.test").warning("Forbidden", exc_info=True)
    assert log.getvalue().count("\n") == 1


def test_the_server_for_developers_tells_patterns_too(log: io.StringIO) -> None:
    server = logging.getLogger("lianfang.test")
    for asked in (
        "GET /my/l/secret-token/ HTTP/1.1",
        "GET /notices/?page=2 HTTP/1.1",
        "GET /nowhere/secret-token HTTP/1.1",
    ):
        server.info('"%s" %s %s', asked, "302", "0", extra={"request": object()})
    text = log.getvalue()
    assert '"GET /my/l/<str:word>/ HTTP/1.1" 302 0' in text
    assert '"GET /notices/ HTTP/1.1"' in text
    assert '"GET (unknown address) HTTP/1.1"' in text
    assert "secret" not in text
