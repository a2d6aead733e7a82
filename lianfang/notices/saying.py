"""What leaves the house. Fixed words with a number; over a channel that reaches one person alone, the headings of the
notices and the units they come from. Never the text of a notice, its parameters or its attachments: whoever wants to
read signs in."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from lianfang.notices.channels.protocol import Driver
from lianfang.notices.models import Notice


def link() -> str:
    """The shortest way to one's notices; blank where the installation knows no public address."""
    return settings.PUBLIC_ADDRESS + reverse("notices:inbox") if settings.PUBLIC_ADDRESS else ""


def said(driver: Driver, notices: Sequence[Notice], *, people: int, language: str) -> tuple[str, str]:
    """Subject and text."""
    with translation.override(language):
        if driver.group:
            return gettext("Lianfang"), to_group(len(notices), people)
        if driver.headings:
            return subject(notices), listed(notices)
        return gettext("Lianfang"), to_anyone(len(notices))


def to_anyone(count: int) -> str:
    words = ngettext(
        "[Lianfang] %(count)s notice waits for you. Please sign in.",
        "[Lianfang] %(count)s notices wait for you. Please sign in.",
        count,
    )
    return words % {"count": count}


def to_group(count: int, people: int) -> str:
    words = ngettext(
        "[Lianfang] %(count)s new notice for %(people)s of us. Please sign in.",
        "[Lianfang] %(count)s new notices for %(people)s of us. Please sign in.",
        count,
    )
    return words % {"count": count, "people": people}


def subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return f"[{gettext('Lianfang')}] {notices[0].heading}"
    words = ngettext("%(count)s new notice", "%(count)s new notices", len(notices)) % {"count": len(notices)}
    return f"[{gettext('Lianfang')}] {words}"


def listed(notices: Sequence[Notice]) -> str:
    lines = [f"- {notice.heading} ({notice.unit.name})" for notice in notices]
    return "\n".join([*lines, "", gettext("Please sign in to read.")])


def probe(language: str) -> tuple[str, str]:
    """The test message."""
    with translation.override(language):
        return gettext("[Lianfang] Test"), gettext("[Lianfang] A test: this channel works.")


def code(digits: str, language: str) -> tuple[str, str]:
    """Shows that an address is one's own. Neither name nor account: whoever gets it by mistake learns nothing."""
    with translation.override(language):
        words = gettext(
            "[Lianfang] Your code is %(code)s. It holds for 30 minutes. If you did not ask for it, ignore it."
        )
        return gettext("[Lianfang] Code"), words % {"code": digits}
