"""Notices, their deliveries and answers (telling), what is told to everybody (announcing), the ways that lead outside
(ways)."""

from lianfang.notices.models.announcing import Announcement, AnnouncementKind, Edition, OpenCount
from lianfang.notices.models.telling import OPEN, UNDONE, Answer, Attachment, Delivery, DeliveryQuerySet, Notice
from lianfang.notices.models.ways import Address, Gateway, Hours, Send, State

__all__ = [
    "OPEN", "UNDONE", "Address", "Announcement", "AnnouncementKind", "Answer", "Attachment", "Delivery",
    "DeliveryQuerySet", "Edition", "Gateway", "Hours", "Notice", "OpenCount", "Send", "State",
]  # fmt: skip
