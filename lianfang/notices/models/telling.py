"""A notice and its deliveries. Knows people and nothing of what is announced: its subject is an address, no foreign
key."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from lianfang.core.ids import uuid7
from lianfang.notices import wording
from lianfang.orgs.models import Unit


class Notice(models.Model):
    """Something told to named people. Never changed once posted.

    Written by a person (``title``, ``body``) or by the system: ``kind`` names its words in `notices.wording` and
    ``params`` fill them, so that each reader gets their own language.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    to_confirm = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=80, unique=True)

    event_kind = "notice"

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(kind="") | ~Q(title=""), name="notice_says_something"),)
        indexes = (
            # what a unit has sent, newest first
            models.Index(F("unit"), F("at").desc(), name="notice_of_unit"),
        )

    def __str__(self) -> str:
        return self.kind or self.title

    @property
    def heading(self) -> str:
        return wording.heading(self.kind, self.params) if self.kind else self.title

    @property
    def text(self) -> str:
        return wording.text(self.kind, self.params) if self.kind else self.body

    @property
    def sender(self) -> str:
        return self.by.name if self.by else gettext("Lianfang")

    def event_label(self) -> str:
        return self.title or self.kind


# Not yet read, or read but still to be confirmed.
OPEN = Q(read_at__isnull=True) | Q(notice__to_confirm=True, confirmed_at__isnull=True)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> Self:
        return self.filter(OPEN)


class Delivery(models.Model):
    """A notice in one person's hands: when it came, was read, was confirmed."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deliveries")
    delivered_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(F("notice"), F("user"), name="delivered_once"),)
        indexes = (
            # a person's inbox, newest first
            models.Index(F("user"), F("delivered_at").desc(), name="inbox"),
            # the count of unread ones in the navigation of every page
            models.Index(F("user"), name="inbox_unread", condition=Q(read_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.user_id}"

    @property
    def to_confirm(self) -> bool:
        """Whether the recipient's confirmation is still awaited."""
        return self.notice.to_confirm and self.confirmed_at is None

    @property
    def is_open(self) -> bool:
        return self.read_at is None or self.to_confirm
