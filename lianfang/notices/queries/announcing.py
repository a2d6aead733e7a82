"""Reads of announcements for everybody."""

from uuid import UUID

from lianfang.notices.models import Edition


def published(announcement: UUID) -> list[Edition]:
    """Its published editions, the newest first, with the announcement and its unit: one query. A withdrawn one has
    them still."""
    rows = Edition.objects.filter(announcement=announcement, published_at__isnull=False)
    return list(rows.select_related("announcement__unit").order_by("-number"))
