"""How notices leave the house: a unit's gateways, a person's addresses and hours, and what was sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import BlindIndex, EncryptedJSON, EncryptedText, indexed
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class Gateway(models.Model):
    """A channel set up by a unit for itself and everything below that has none nearer. ``driver`` names the module in
    `notices.channels`; ``config`` holds what was typed, passwords with it. Of the last test (``tested_at``) ``tested``
    is the code of its failure, blank when it went through."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)
    driver = models.CharField(max_length=20)
    config = EncryptedJSON()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)
    tested = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    event_kind = "gateway"

    class Meta:
        constraints = (
            # also how the nearest gateway above a unit is found
            models.UniqueConstraint(
                F("unit"), F("channel"), name="gateway_of_unit_once", condition=Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.driver} {self.unit_id}"

    def event_label(self) -> str:
        return self.driver


class Address(models.Model):
    """Where a person is reached beside the duty telephone: an e-mail address, the name in a company's WeCom, a browser.
    Used only once they have shown that it is theirs (``verified_at``). ``always``: for every notice, not only for those
    whose sender asks for the channel. ``gateway``: of channels whose addresses belong to one gateway."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="addresses")
    channel = models.CharField(max_length=20)
    value = EncryptedText(mask="mail")
    value_index = BlindIndex(of="value", use="address")
    gateway = models.ForeignKey(Gateway, models.PROTECT, null=True, related_name="+")
    always = models.BooleanField(default=True)
    label = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    code = EncryptedText(mask="text")
    code_until = models.DateTimeField(null=True)

    event_kind = "address"

    class Meta:
        constraints = (
            indexed("value", name="address_indexed"),
            models.CheckConstraint(condition=Q(value__isnull=False), name="address_says_where"),
            # also the list of a person, and whom a channel reaches
            models.UniqueConstraint(F("user"), F("channel"), F("value_index"), name="address_once"),
        )

    def __str__(self) -> str:
        return self.channel

    def event_label(self) -> str:
        return self.channel


class Hours(models.Model):
    """The quiet hours a person chose instead of the usual ones (`rules.timing.QUIET`)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    begin = models.TimeField()
    end = models.TimeField()

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}–{self.end:%H:%M}"


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("of a sending", "Waits")
    SENT = "sent", pgettext_lazy("of a sending", "Sent")
    FAILED = "failed", pgettext_lazy("of a sending", "Failed")
    DROPPED = "dropped", _("Not needed any more")


class Send(models.Model):
    """A notice on its way to one person over one channel, or (``user_id`` 0) into a unit's group chat. Made in the
    transaction of the delivery.

    ``school_id`` is that of the notice's unit, or the unit itself if it belongs to no school. ``message_id`` is given
    at the first try and stays: rows that share it leave as one message, again under the same name after a failure or a
    killed worker. ``next_at`` is the next try, and while one is under way the moment from which it counts as lost.
    """

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "notice_id", "channel", "user_id")
    school_id = models.IntegerField()
    on = models.DateField()
    notice_id = models.UUIDField()
    channel = models.CharField(max_length=20)
    user_id = models.IntegerField()
    unit_id = models.IntegerField()
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State)
    attempts = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)
    gateway_id = models.UUIDField(null=True)
    code = models.CharField(max_length=20, blank=True)
    said = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (
            # what is due now, everywhere
            models.Index(F("next_at"), name="send_due", condition=Q(state="waiting")),
            # what failed lately at a unit, for whoever looks after its gateways
            models.Index(F("unit_id"), F("ended_at").desc(), name="send_failed", condition=Q(state="failed")),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
