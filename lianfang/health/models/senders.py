"""Who sends without a session, and the groups that are checked beside the classes."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User

LONGEST = timedelta(days=366)  # a key nobody renews ends by itself


class SenderKind(models.TextChoices):
    GATEWAY = "gateway", _("Gateway or other system")
    STAFF = "staff", _("Telephone of a member of staff")


class Sender(models.Model):
    """A key with which a device or system of a school sends (a thermometer at the gate, the school's own system), or a
    teacher's telephone that keeps an outbox while there is no network. Only its digest is stored. A telephone sends as
    its ``user``, with the rights the user has at that moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_index = models.BinaryField(unique=True)
    kind = models.CharField(max_length=8, choices=SenderKind)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    until = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    seen_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    event_kind = "sender"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="gateway", user__isnull=True) | Q(kind="staff", user__isnull=False),
                name="sender_staff_is_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name


class GroupKind(models.TextChoices):
    """Who is checked together when it is not a class."""

    DORMITORY = "dormitory", _("Boarders of a building")
    STAYING = "staying", _("Those who stay at school")
    INTERN = "intern", pgettext_lazy("students", "Interns")
    WORKERS = "workers", _("Workers on site")


class Group(models.Model):
    """A group of a school that has rolls of its own: boarders of a building, those who stay in the holidays, interns,
    the workers of an office. Its people are derived from the roster each day (`queries.expected`)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=GroupKind)
    label = models.CharField(max_length=40)
    building = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    event_kind = "roll_group"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("unit"), F("label"), condition=Q(to_on__isnull=True), name="roll_group_once"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def event_label(self) -> str:
        return self.label
