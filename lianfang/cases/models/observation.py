"""Temperatures of those who are watched, in the rounds of `catalog/observation.yaml`.

Who is watched is one `Observation`, whether kept apart or a contact who goes on with the days; each round is owed by
whoever looks after its ``unit``.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class Site(models.TextChoices):
    """Where it was measured: the same fever reads differently."""

    ARMPIT = "armpit", pgettext_lazy("temperature taken", "Armpit")
    FOREHEAD = "forehead", pgettext_lazy("temperature taken", "Forehead")
    EAR = "ear", pgettext_lazy("temperature taken", "Ear")
    MOUTH = "mouth", pgettext_lazy("temperature taken", "Mouth")


class Observation(models.Model):
    """``unit`` looks after the person: the class of who is at home, the school of who lies in one of its beds.
    ``reason``: "isolation" while they are kept apart, else "contact". ``until``: the last day of a
    contact, kept while they are kept apart; None where they are no contact."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="observations")
    reason = models.CharField(max_length=12)
    until = models.DateField(null=True)
    began_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    event_kind = "observation"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("person"), F("school"), condition=Q(ended_at__isnull=True, person__isnull=False),
                name="observation_once",
            ),
        )  # fmt: skip
        indexes = (
            # whom a class or school measures now
            models.Index(F("unit"), name="observation_of_unit", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.reason

    def event_label(self) -> str:
        return ""


class Reading(models.Model):
    """One measurement of one round. Never changed: a correction is another row that names the one it ``corrects``.
    ``temperature`` in tenths of a degree, ``symptoms`` a number of `health.rules.symptoms`, 0 is none. ``id`` is made
    by the page: the same twice is one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    observation = models.ForeignKey(Observation, models.CASCADE, related_name="readings")
    on = models.DateField()
    round = models.CharField(max_length=10)
    temperature = models.SmallIntegerField()
    site = models.CharField(max_length=10, choices=Site)
    symptoms = models.IntegerField(default=0)
    note = EncryptedText(mask="text")
    corrects = models.OneToOneField("self", models.CASCADE, null=True, related_name="correction")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    event_kind = "reading"

    class Meta:
        constraints = (
            # a round is measured once; what comes later corrects it. Also the table of a person, day by day
            models.UniqueConstraint(
                F("observation"), F("on"), F("round"), condition=Q(corrects__isnull=True), name="reading_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.round}"

    def event_label(self) -> str:
        return ""
