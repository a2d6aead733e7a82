"""Reads of notices."""

from lianfang.notices.queries.telling import (
    INBOX,
    RECEIPTS,
    inbox,
    inbox_counts,
    latest_open,
    open_count,
    readers,
    receipts,
    recipients,
    senders,
    sent,
)

__all__ = [
    "INBOX", "RECEIPTS", "inbox", "inbox_counts", "latest_open", "open_count", "readers", "receipts", "recipients",
    "senders", "sent",
]  # fmt: skip
