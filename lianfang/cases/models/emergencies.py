"""An emergency: what was seen where and when, what was said about it since, and everybody who was told.

What is said is never overwritten: a correction is another statement that says which one it corrects. Whether a clock
was met is derived (`rules.emergencies`) from the moments that stand here.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class EmergencyKind(models.TextChoices):
    """Its clocks and recipients stand in ``catalog/emergency.yaml``."""

    PERSON = "person", _("Somebody suspected, confirmed or isolated")
    CLUSTER = "cluster", _("Several with the same symptoms")
    UNEXPLAINED = "unexplained", _("Severe illness nobody can explain")
    OTHER = "other", _("Another public-health event")


class CaseStage(models.TextChoices):
    """How far it is known what somebody has."""

    SUSPECTED = "suspected", pgettext_lazy("of an emergency", "Suspected")
    CONFIRMED = "confirmed", pgettext_lazy("of an emergency", "Confirmed")
    ISOLATED = "isolated", pgettext_lazy("of an emergency", "Isolated by the authorities")


class StatementKind(models.TextChoices):
    FIRST = "first", _("First report")
    PROGRESS = "progress", _("Progress report")
    FINAL = "final", _("Final report")


class Shared(models.TextChoices):
    """What those who fell ill together had in common."""

    NOTHING = "", _("Nothing known")
    MEAL = "meal", pgettext_lazy("shared by those who fell ill", "A meal")
    WATER = "water", pgettext_lazy("shared by those who fell ill", "Drinking water")
    ROOM = "room", pgettext_lazy("shared by those who fell ill", "A class or dormitory")


class Outcome(models.TextChoices):
    """How it ended. A false alarm carries no liability (《传染病防治法》第五十一条)."""

    EXCLUDED = "excluded", _("Excluded: it was nothing")
    HANDLED = "handled", _("Dealt with; it is over")
    HANDED_OVER = "handed_over", _("The authorities have taken it over")


class How(models.TextChoices):
    """By what way somebody was told."""

    APP = "app", _("In this system")
    PHONE = "phone", _("By telephone")
    FAX = "fax", _("By fax")
    IN_PERSON = "in_person", _("In person")


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Emergency(models.Model):
    """``unit`` is the class or other part of the school, or the school itself. ``discovered_at`` starts the clocks
    and is never after ``reported_at``. ``person``: of whom it is said, for those of the school who may know;
    destroyed with the person. ``joins``: the emergency it was the same as. ``key`` is made by the page: the same key
    twice is one report. ``proved`` False: whoever reported had not shown the second factor they need. ``ended_at`` is
    that of the final statement, or of being joined."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=EmergencyKind)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    discovered_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    joins = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)
    proved = models.BooleanField(default=True)

    event_kind = "emergency"

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(discovered_at__lte=F("reported_at")), name="emergency_discovered_before_reported"
            ),
            models.CheckConstraint(
                condition=Q(joins__isnull=True) | (Q(ended_at__isnull=False) & ~Q(joins=F("id"))),
                name="emergency_joined_is_ended",
            ),
        )
        indexes = (
            # those of a school: its list, and whether the same was reported a moment ago
            models.Index(F("school"), F("reported_at"), name="emergency_of_school"),
            # the lists of authorities: what runs first, wherever it is
            models.Index(F("reported_at"), name="emergency_running", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return ""


class Statement(models.Model):
    """What was said at one time. ``corrects`` is the one that it replaces, which
    stays. ``count`` None: not known, which is not 0. ``symptoms`` a number of `health.rules.symptoms`, ``since`` when
    the first of them fell ill. ``words`` and ``place`` name nobody, but are sealed as people may write more than they
    should."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.CASCADE, related_name="statements")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=StatementKind)
    corrects = models.ForeignKey("self", models.CASCADE, null=True, related_name="corrections")
    count = models.PositiveSmallIntegerField(null=True)
    since = models.DateTimeField(null=True)
    symptoms = models.IntegerField(default=0)
    shared = models.CharField(max_length=10, choices=Shared, blank=True)
    stage = models.CharField(max_length=10, choices=CaseStage, blank=True)
    place = EncryptedText(mask="text")
    words = EncryptedText(mask="text")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "statement"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("emergency"), F("number"), name="statement_once"),
            models.CheckConstraint(
                condition=Q(kind="final") & ~Q(outcome="") | ~Q(kind="final") & Q(outcome=""),
                name="statement_final_has_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def event_label(self) -> str:
        return ""


class OutsideContact(models.Model):
    """Whom a unit and those below it call outside: the disease control centre, the community, the hospital. The nearest
    unit above with a contact of that body holds. A changed number is another row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    body = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    phone = EncryptedText(mask="phone")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    event_kind = "outside_contact"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("unit"), F("body"), condition=Q(ended_at__isnull=True), name="outside_contact_once"
            ),
            models.CheckConstraint(condition=Q(phone__isnull=False), name="outside_contact_has_phone"),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.body


class Recipient(models.Model):
    """One who is told by rule. ``part`` is a recipient of ``catalog/emergency.yaml``; ``unit`` where its duty is
    held, None for an outside body. ``gap``: nobody holds the duty there; the next above was told. Whoever was told
    by telephone and said so has ``acknowledged_at`` and ``whom`` without an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.CASCADE, related_name="recipients")
    part = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    gap = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, choices=How, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    whom = EncryptedText(mask="name")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    event_kind = "emergency_recipient"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("emergency"), F("part"), F("unit"), name="recipient_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(told_at__isnull=False), name="recipient_told_first"
            ),
        )

    def __str__(self) -> str:
        return self.part

    def event_label(self) -> str:
        return self.part
