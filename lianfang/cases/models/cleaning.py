"""Places that a sick person was in, to be disinfected: a task each, with what was done and who looked at it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.cases import Case
from lianfang.cases.models.isolation import Bed
from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class How(models.TextChoices):
    """How it was disinfected (方式)."""

    WIPE = "wipe", pgettext_lazy("disinfection", "Wiping")
    SPRAY = "spray", pgettext_lazy("disinfection", "Spraying")
    SOAK = "soak", pgettext_lazy("disinfection", "Soaking")
    MOP = "mop", pgettext_lazy("disinfection", "Mopping")
    UV = "uv", pgettext_lazy("disinfection", "Ultraviolet lamp")
    OTHER = "other", pgettext_lazy("disinfection", "Other")


class Cleaning(models.Model):
    """``unit`` owes it: the school's logistics where it has one, else the school. ``place`` names a place, never a
    person; ``what`` a kind of place of `catalog/cleaning.yaml`, which says how. ``bed``: nobody is put there before.
    What was done and who looked at it is written once; where it was not well done, another task comes ``after`` it.
    ``strength`` in mg of active chlorine (or what the agent says) a litre, None where it has none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="cleanings")
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="cleanings")
    after = models.OneToOneField("self", models.PROTECT, null=True, related_name="again")
    what = models.CharField(max_length=20)
    place = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    who = EncryptedText(mask="name")
    objects_done = models.CharField(max_length=80, blank=True)
    agent = models.CharField(max_length=60, blank=True)
    strength = models.PositiveIntegerField(null=True)
    how = models.CharField(max_length=10, choices=How, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    well = models.BooleanField(null=True)
    dropped_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, unique=True)

    event_kind = "cleaning"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, noted_at__isnull=True, checked_at__isnull=True)
                | Q(done_at__isnull=False, noted_at__isnull=False, dropped_at__isnull=True),
                name="cleaning_checked_after_done",
            ),
            models.CheckConstraint(
                condition=Q(began_at__isnull=True) | Q(began_at__lte=F("done_at")), name="cleaning_begins_before_end"
            ),
        )
        indexes = (
            # what waits at a school, what is due first
            models.Index(
                F("school"), F("due_at"), name="cleaning_waiting",
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
            ),
            # the register, newest first
            models.Index(F("school"), F("done_at"), name="cleaning_done", condition=Q(done_at__isnull=False)),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.place

    def event_label(self) -> str:
        return self.place
