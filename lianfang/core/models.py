"""The event: audit trail, activity list and outbox in one append-only table; the seals that chain events; and the
marks by which key file and database know each other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7


class Event(models.Model):
    """What somebody did to something of a unit. Never changed, never deleted (a trigger refuses both).

    ``by_id``, ``unit_id`` and ``subject_id`` carry no foreign keys: the audit outlives what it tells of. ``ip`` is the
    address the request came from (None: a command or job), ``outcome`` is "done", "refused" or "failed". A person of
    the roster is told of by id, never by name: what is purged must not live on in the audit.
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
    ip = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=10, default="done")
    reason = models.TextField(blank=True)

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


class Unsealed(models.Model):
    """An event that no seal covers yet (a trigger puts it here in the event's own transaction)."""

    event_id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.event_id)


class Seal(models.Model):
    """One link of the hash chain. ``marks`` hold sixteen bytes of a keyed digest of each event of ``events``, in this
    order, so that the event that changed can be named; ``digest`` is the number of its key (two bytes) and a keyed
    digest over number, time, previous link, events and marks. Append-only as events are.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    previous = models.BinaryField()
    events = ArrayField(models.UUIDField())
    marks = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        ordering = ("number",)
        indexes = (
            # the link that covers an event, the links of the last weeks: found by time among all there ever were
            models.Index(F("at"), F("number"), name="seal_at"),
        )

    def __str__(self) -> str:
        return str(self.number)


class KeyMark(models.Model):
    """A known text sealed with each key in use: tells a wrong or lost key file before anything else is read."""

    number = models.PositiveIntegerField(primary_key=True)
    mark = EncryptedText()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)


class Allowance(models.Model):
    """How often something was done in a window of time (`core.limits`); ``key`` is a keyed digest of what and who."""

    key = models.BinaryField(primary_key=True)
    began_at = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        indexes = (
            # sweeping out what is over
            models.Index(F("began_at"), name="allowance_began"),
        )

    def __str__(self) -> str:
        return f"{self.used}"
