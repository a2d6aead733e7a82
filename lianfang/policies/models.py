"""What a unit decided differently from the form or disease file: dated rows with author and reason."""

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
