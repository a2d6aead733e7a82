"""An uploaded roster on its way in: the file, and one row for each of its lines."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.fields import EncryptedBytes, EncryptedJSON
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class Stage(models.TextChoices):
    """How far a file has come. "checking" and "applying" are jobs; both begin again where they stopped."""

    WAITING = "waiting", _("Waiting to be checked")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing changed yet")
    APPLYING = "applying", _("Being taken over")
    DONE = "done", _("Taken over")
    REFUSED = "refused", _("Cannot be read")
    DROPPED = "dropped", _("Dropped")


class RosterFile(models.Model):
    """``unit`` is where the roster belongs (a school, campus, department or class); ``content`` is the file itself,
    sealed, until it was taken over or dropped. ``choices`` are the uploader's (columns, who left, dates), ``summary``
    the counts of the dry run; neither holds anything personal. ``total``/``done`` drive the progress bar. ``digest``
    tells the same file again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = EncryptedBytes()
    digest = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    choices = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    event_kind = "roster_file"

    class Meta:
        indexes = (
            # the uploads of a unit, newest first
            models.Index(F("unit"), F("at").desc(), name="roster_file_of_unit"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Plan(models.TextChoices):
    """What a line will do."""

    JOIN = "join", _("Joins")
    MOVE = "move", _("Moves to another class")
    CHANGE = "change", _("Details change")
    SAME = "same", _("Nothing changes")
    LEAVE = "leave", _("Not in the file")
    ERROR = "error", _("Cannot be taken over")


class RosterRow(models.Model):
    """A line of the file (or, for "leave", a person who is not in it). ``cells`` is what was read, sealed; ``problems``
    are codes with their cells, without values. ``applied`` is set in the transaction that writes the person, so a
    repeated run skips it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(RosterFile, models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveIntegerField()
    plan = models.CharField(max_length=8, choices=Plan)
    cells = EncryptedJSON()
    problems = models.JSONField(default=list)
    warned = models.BooleanField(default=False)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(F("file"), F("sheet"), F("line"), F("plan"), name="roster_row_once"),)
        indexes = (
            # the rows of one plan for the preview
            models.Index(F("file"), F("plan"), name="roster_row_plan"),
            # what is still to be done after a crash
            models.Index(F("file"), F("sheet"), F("line"), name="roster_row_left", condition=Q(applied=False)),
        )

    def __str__(self) -> str:
        return f"{self.sheet}:{self.line}"
