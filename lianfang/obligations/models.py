"""What somebody owes once, what was granted instead, and the ledger of whom it was said to.

What recurs every day has no row here: who owes it is derived (`obligations.sources`). Knows people and units, and
nothing of what is owed: a subject is a label, a key and an address.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class Outcome(models.TextChoices):
    """How a single obligation ended."""

    DONE = "done", pgettext_lazy("of an obligation", "Done")
    WITHDRAWN = "withdrawn", _("No longer owed")


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def waiting(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Obligation(models.Model):
    """One thing owed once: by ``user``, or by whoever holds one of its kind's roles (`obligations.spec`) at the unit.

    ``key`` names the occasion, so that whoever opens it may run again. ``label`` names no person. ``due_at`` None: it
    waits without a clock. ``rung`` counts how many steps of the ladder have been taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=160, blank=True)
    url = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rung = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    event_kind = "obligation"

    objects = ObligationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="obligation_ends_once",
            ),
        )
        indexes = (
            # what a unit owes: today's list of whoever has a duty there
            models.Index(F("unit"), F("due_at"), name="obligation_of_unit", condition=Q(ended_at__isnull=True)),
            # what a person owes by name
            models.Index(
                F("user"),
                F("due_at"),
                name="obligation_of_user",
                condition=Q(ended_at__isnull=True, user__isnull=False),
            ),
            # what climbs this minute, everywhere
            models.Index(F("due_at"), name="obligation_due", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.label or self.kind

    def event_label(self) -> str:
        return self.label or self.kind


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def on(self, day: date) -> Self:
        return self.filter(from_on__lte=day, to_on__gte=day, ended_at__isnull=True)


class Exemption(models.Model):
    """A recurring obligation a superior let a unit (and what is below it) off for some days, with the reason. ``slot``
    blank: all deadlines of the kind's day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    slot = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    event_kind = "exemption"

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="exemption_dates_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_says_why"),
        )
        indexes = (
            # who owes nothing of a kind on a day
            models.Index(F("kind"), F("from_on"), name="exemption_of_kind", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"

    def event_label(self) -> str:
        return self.kind


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def standing(self, on: date) -> Self:
        return self.filter(on=on, ended_at__isnull=True)


class Extension(models.Model):
    """A later deadline that a superior granted a unit (and what is below it) on one day, with the reason. What is done
    by then is in time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    slot = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    event_kind = "extension"

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="extension_says_why"),
            models.UniqueConstraint(
                fields=["on", "kind", "slot", "unit"], name="extension_once", condition=Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    def event_label(self) -> str:
        return self.kind


class Chase(models.Model):
    """A step that was taken because something was not done: the ledger of all chasing, one row a unit and step.

    ``slot`` is the deadline of the kind's day, or the id of a single obligation. ``step`` is "r" and the number of the
    rung, or `rules.by_hand` where a superior (``by_id``) asked: a step is taken once, whoever runs. ``told`` counts
    those it was said to; 0 is a gap in the duties. ``school_id`` is the unit itself where it belongs to no school.
    """

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "unit_id", "kind", "slot", "step")
    school_id = models.IntegerField()
    on = models.DateField()
    unit_id = models.IntegerField()
    kind = models.CharField(max_length=40)
    slot = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    told = models.SmallIntegerField()
    notice_id = models.UUIDField(null=True)
    by_id = models.IntegerField(null=True)

    class Meta:
        indexes = (
            # who has been told already by a step of a deadline, read from the index alone
            models.Index(fields=["on", "kind", "slot", "step"], include=["unit_id"], name="chase_of_step"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.step}"
