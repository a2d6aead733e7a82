"""Reads of notices."""

from django.db.models import QuerySet

from lianfang.notices.models import Delivery, DeliveryQuerySet, Notice
from lianfang.orgs.models import Unit
from lianfang.people.models import User


def inbox(user: User) -> DeliveryQuerySet:
    """Everything told to a person, newest first."""
    rows = Delivery.objects.filter(user=user).select_related("notice", "notice__by", "notice__unit")
    return rows.order_by("-delivered_at", "-pk")


def latest_open(user: User, most: int) -> list[Delivery]:
    """The newest notices still to be read or confirmed."""
    return list(inbox(user).open()[:most])


def open_count(user: User) -> int:
    return Delivery.objects.filter(user=user, read_at__isnull=True).count()


def sent_by(unit: Unit) -> QuerySet[Notice]:
    """What a unit has told, newest first."""
    return Notice.objects.filter(unit=unit).select_related("by").order_by("-at")
