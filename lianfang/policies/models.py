"""What a unit decided, dated, with its author: values that differ from the form or disease file, emergency responses,
impact assessments."""

from django.db import models
from django.db.models import F, Q

from lianfang.orgs.models import Unit


class Override(models.Model):
    """For this unit and everything below it, ``key`` has ``value`` from one day to another. Never edited: a new
    decision is a new row; the latest row of the nearest unit wins."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="overrides")
    key = models.CharField(max_length=80)
    value = models.CharField(max_length=80)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()

    event_kind = "override"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="override_dates_in_order"
            ),
        )
        indexes = (
            # in_force: the rows of one key along a unit's ancestors
            models.Index(F("key"), F("unit"), name="override_of_key"),
        )

    def __str__(self) -> str:
        return f"{self.key}={self.value}"

    def event_label(self) -> str:
        return f"{self.key}={self.value}"


class Response(models.Model):
    """An emergency response of an area (应急响应, "wartime"): from its first day until it is ended, for the unit and
    everything below it. Where none runs, it is peacetime. What was gathered for it is purged after its end.
    ``disease``: the file whose stages say what the level switches on; "" where none is named."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responses")
    name = models.CharField(max_length=60)
    disease = models.CharField(max_length=40, blank=True, default="")
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_by_id = models.BigIntegerField(null=True)
    ended_by_name = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    event_kind = "response"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="response_level"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="response_dates_in_order"
            ),
            models.UniqueConstraint(F("unit"), F("name"), condition=Q(to_on__isnull=True), name="response_once"),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name


class Assessment(models.Model):
    """An impact assessment (个人信息保护影响评估, PIPL 55–56) that must exist before a sensitive module is switched on
    at the unit or below. Kept at least three years; never edited."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assessments")
    module = models.CharField(max_length=40)
    necessity = models.TextField()
    risks = models.TextField()
    measures = models.TextField()
    valid_to = models.DateField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()

    event_kind = "assessment"

    def __str__(self) -> str:
        return self.module

    def event_label(self) -> str:
        return self.module
