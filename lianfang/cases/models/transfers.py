"""Somebody taken to a hospital: when they left, by what, with whom; what was heard since is added beside."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.cases import Case
from lianfang.cases.models.isolation import Stay
from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class By(models.TextChoices):
    """By what. Public transport is not offered."""

    AMBULANCE = "ambulance", pgettext_lazy("taken to a hospital", "Ambulance")
    SCHOOL_CAR = "school_car", pgettext_lazy("taken to a hospital", "Car of the school")
    FAMILY_CAR = "family_car", pgettext_lazy("taken to a hospital", "Car of the family")
    OTHER = "other", pgettext_lazy("taken to a hospital", "Otherwise")


class Transfer(models.Model):
    """``stay`` is the one it ended. ``hospital`` by name; ``with_whom`` and ``words`` are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="transfers")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="transfers")
    stay = models.ForeignKey(Stay, models.PROTECT, null=True, related_name="transfers")
    hospital = EncryptedText(mask="text")
    left_at = models.DateTimeField()
    how = models.CharField(max_length=12, choices=By)
    with_whom = EncryptedText(mask="name")
    words = EncryptedText(mask="text")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "transfer"

    class Meta:
        indexes = (
            # those of a school, newest first
            models.Index(F("school"), F("left_at"), name="transfer_of_school"),
        )

    def __str__(self) -> str:
        return str(self.left_at)

    def event_label(self) -> str:
        return ""


class Heard(models.TextChoices):
    """What was heard or done after somebody left."""

    ARRIVED = "arrived", pgettext_lazy("after a transfer", "Arrived at the hospital")
    TOLD = "told", pgettext_lazy("after a transfer", "Somebody was told")
    RESULT = "result", pgettext_lazy("after a transfer", "What the hospital says")


class TransferNote(models.Model):
    """Never changed. ``on_at`` is when it happened, ``at`` when it was written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=Heard)
    on_at = models.DateTimeField()
    words = EncryptedText(mask="text")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (
            # those of a transfer in their order
            models.Index(F("transfer"), F("on_at"), name="transfer_note_of_transfer"),
        )

    def __str__(self) -> str:
        return self.kind
