"""Notices and their deliveries (telling), the ways that lead outside (ways)."""

from lianfang.notices.models.telling import OPEN, Delivery, DeliveryQuerySet, Notice

__all__ = ["OPEN", "Delivery", "DeliveryQuerySet", "Notice"]
