"""The emergency plan in use: for an emergency, or as a drill.

A run keeps the plan as it stood when it began, so that its record says what was asked for then. What was done is a row
for each step; a row that says it better corrects the one before, which stays. What is due when and what is late is
derived from these rows (`rules.plans`).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.emergencies import Emergency
from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class StepOutcome(models.TextChoices):
    DONE = "done", pgettext_lazy("step of a plan", "Done")
    NOT_NEEDED = "not_needed", pgettext_lazy("step of a plan", "Does not apply here")


class PlanRunQuerySet(models.QuerySet["PlanRun"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)


class PlanRun(models.Model):
    """``plan`` is the id of a file of ``catalog/plans``; ``text`` the whole of it as it stood then. A run without an
    ``emergency`` is a drill (`drill`). ``went_well`` and ``to_change`` are the evaluation that ends it. ``key`` is made
    by the page: the same key twice is one run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    plan = models.CharField(max_length=40)
    text = models.JSONField()
    emergency = models.ForeignKey(Emergency, models.PROTECT, null=True, related_name="plans")
    started_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    went_well = EncryptedText(mask="text")
    to_change = EncryptedText(mask="text")
    key = models.UUIDField(unique=True)

    event_kind = "plan_run"

    objects = PlanRunQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__gte=F("started_at"), ended_by__isnull=False),
                name="plan_run_ended_by_somebody",
            ),
            # one plan is run once for an emergency, however many people begin it
            models.UniqueConstraint(F("emergency"), F("plan"), name="plan_run_once"),
        )
        indexes = (
            # the list of a school, and its drills of a year
            models.Index(F("school"), F("started_at"), name="plan_run_of_school"),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.started_at:%Y-%m-%d}"

    def event_label(self) -> str:
        return ""

    @property
    def drill(self) -> bool:
        return self.emergency_id is None


class PlanStep(models.Model):
    """What was said of one step: ``step`` is its id in the plan, ``at`` when it was done, ``noted_at`` when that was
    written down. ``corrects`` is the row this one replaces."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, choices=StepOutcome)
    at = models.DateTimeField()
    result = EncryptedText(mask="text")
    corrects = models.OneToOneField("self", models.CASCADE, null=True, related_name="corrected_by")
    noted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "plan_step"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("run"), F("number"), name="plan_step_number"),
            # two at one moment: the second corrects the first
            models.UniqueConstraint(
                F("run"), F("step"), condition=Q(corrects__isnull=True), name="plan_step_once"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step} {self.outcome}"

    def event_label(self) -> str:
        return ""
