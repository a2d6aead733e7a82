"""Notices and their deliveries (telling), the ways that lead outside (ways)."""

from lianfang.notices.models.telling import OPEN, Delivery, DeliveryQuerySet, Notice
from lianfang.notices.models.ways import Address, Gateway, Hours, Send, State

__all__ = ["OPEN", "Address", "Delivery", "DeliveryQuerySet", "Gateway", "Hours", "Notice", "Send", "State"]
