"""Reads of notices."""

from lianfang.notices.queries.telling import (
    INBOX,
    RECEIPTS,
    begins_at,
    below,
    by_unit,
    count,
    inbox,
    inbox_counts,
    is_own,
    latest_open,
    of_pupil,
    open_count,
    open_of_pupils,
    readers,
    receipts,
    seen_by,
    senders,
    sent,
    told,
    without_device,
)

__all__ = [
    "INBOX", "RECEIPTS", "begins_at", "below", "by_unit", "count", "inbox", "inbox_counts", "is_own", "latest_open",
    "of_pupil", "open_count", "open_of_pupils", "readers", "receipts", "seen_by", "senders", "sent", "told",
    "without_device",
]  # fmt: skip
