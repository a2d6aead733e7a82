"""What is told to everybody, without sign-in: announcements and open letters in editions, and how often they were
opened."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class AnnouncementKind(models.TextChoices):
    ANNOUNCEMENT = "announcement", _("Announcement")
    OPEN_LETTER = "open_letter", _("Open letter")


class Announcement(models.Model):
    """An announcement (公告) or open letter (公开信) of a unit. Its address is its ``id``. What it says stands in its
    editions; withdrawn, the address tells so, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=AnnouncementKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    event_kind = "announcement"

    class Meta:
        indexes = (
            # the list of a unit, newest first
            models.Index(F("unit"), F("at").desc(), name="announcement_of_unit"),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return self.kind


class Edition(models.Model):
    """One wording. Written by one person, published by another (``published_by``) or turned back (``refused_why``); the
    newest published one counts, earlier ones stay to be read with their dates. ``changed``: what is new in it, for the
    second edition and later. ``addressed_to`` ("各位家长") and ``signed`` ("XX大学疫情防控领导小组") stand above and
    below the text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    addressed_to = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    signed = models.CharField(max_length=120)
    changed = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=200, blank=True)

    event_kind = "edition"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("announcement"), F("number"), name="edition_once"),
            models.CheckConstraint(condition=Q(published_at=None) | Q(refused_at=None), name="edition_decided_once"),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("by")), name="edition_second_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.number}"

    def event_label(self) -> str:
        return self.title


class OpenCount(models.Model):
    """How often an announcement was opened on a day: a number and nothing of the readers. In ``part`` rows, one of them
    chosen by chance for each opening, so that many readers at once do not wait for one row."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="opened")
    on = models.DateField()
    part = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(F("announcement"), F("on"), F("part"), name="open_count_once"),)

    def __str__(self) -> str:
        return f"{self.on} {self.count}"
