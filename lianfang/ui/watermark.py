"""What stands on every page of a list that leaves the house."""

from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.people.actions.exporting import Watermark


def mark(watermark: Watermark) -> str:
    """导出人 · 时间 · 用途 · 编号, on one line."""
    at = watermark.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")
    return _("Taken out by %(who)s · %(at)s · for: %(purpose)s · No. %(number)s") % {
        "who": watermark.who, "at": at, "purpose": watermark.purpose, "number": watermark.number,
    }  # fmt: skip


def plain(text: str) -> str:
    """Page headers take ampersands as commands and at most 255 signs for all three parts."""
    return text.replace("&", "＆")[:110]
