"""The pack of a day as it was, the meeting over it, and what was decided."""

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianfang.bulletins.rules import Facts
from lianfang.core.ids import uuid7
from lianfang.obligations.models import Obligation
from lianfang.orgs.models import Unit


class Pack(models.Model):
    """What a unit's leading group has before it on a day. ``facts`` are `rules.Facts` at ``at``: never changed; figures
    that came later make another version. ``by`` None: made by the clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField()

    event_kind = "pack"

    class Meta:
        constraints = (
            # also finds the newest version of a unit's day
            models.UniqueConstraint(F("unit"), F("on"), F("version"), name="pack_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on} v{self.version}"

    def event_label(self) -> str:
        return str(self.on)

    @property
    def read(self) -> Facts:
        return msgspec.convert(self.facts, Facts)


class Meeting(models.Model):
    """That the leading group has looked at the day: who was there, what it concluded. Said again, it is another row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="meetings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    present = models.CharField(max_length=300)
    conclusion = models.TextField()

    event_kind = "meeting"

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(conclusion=""), name="meeting_concludes"),)

    def __str__(self) -> str:
        return str(self.at)

    def event_label(self) -> str:
        return ""


class Decision(models.Model):
    """What was decided, who does it, until when. From then on it is an obligation like any other: it stands on that
    person's list, is chased, and its end is the obligation's. ``result`` is what they said when it was done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    obligation = models.OneToOneField(Obligation, models.PROTECT, related_name="+")
    result = models.TextField(blank=True)

    event_kind = "decision"

    class Meta:
        indexes = (
            # what a person has been given to do, newest first
            models.Index(F("user"), F("at").desc(), name="decision_of_user"),
        )

    def __str__(self) -> str:
        return self.text

    def event_label(self) -> str:
        return ""
