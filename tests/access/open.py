"""Targets: an open letter that is published, and one that waits."""

from typing import Any

from lianfang.notices.actions import announcing
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    words = {
        "kind": "open_letter",
        "title": "致家长的一封信",
        "addressed_to": "",
        "body": "请勿返校。",
        "signed": "学校",
    }
    one, other = (announcing.write(by=cast.clerk, unit=cast.school, now=cast.now, **words) for _ in range(2))
    announcing.publish(by=cast.head, edition=one, now=cast.now)
    return {
        "open_letter": [one.announcement_id],
        "open_letter_first": [one.announcement_id, 1],
        "waiting_letter": [other.announcement_id],
        "letters_unit": [cast.school.pk],
        "silent_unit": [cast.second.pk],
    }
