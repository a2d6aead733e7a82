"""The event: audit trail, activity list and outbox in one append-only table."""

from django.db import models
from django.db.models import F

from lianfang.core.ids import uuid7


class Event(models.Model):
    """What somebody did to something of a unit. Never changed, never deleted (a trigger refuses both).

    ``by_id``, ``unit_id`` and ``subject_id`` carry no foreign keys: the audit outlives what it tells of.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.TextField(blank=True)
    verb = models.CharField(max_length=60)
    unit_id = models.BigIntegerField(null=True)
    unit_path = models.TextField(blank=True, db_collation="C")
    subject = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            # the newest events of a province or the nation: a walk along time, not a sort of millions
            models.Index(F("at").desc(), F("id").desc(), name="event_latest"),
            # the activity list of a unit and everything below it, newest first
            models.Index(F("unit_path"), F("at").desc(), name="event_of_unit"),
            # the history of one thing
            models.Index(F("subject_kind"), F("subject_id"), F("at").desc(), name="event_of_subject"),
            # what one person did
            models.Index(F("by_id"), F("at").desc(), name="event_by"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"
