"""Targets: a question with a file that the city asked the clerk."""

from typing import Any

from lianfang.notices.actions import attaching
from lianfang.notices.tests.asked import ask, delivery
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    notice = ask(cast, [cast.clerk])
    file = attaching.keep(by=cast.city, name="通知.pdf", content=b"%PDF-1.7", now=cast.now)
    attaching.attach(by=cast.city, files=[file.pk], notice=notice)
    return {
        "asked_clerk": [delivery(notice, cast.clerk).pk],
        "asked_by_city": [notice.pk],
        "citys_file": [file.pk],
    }
