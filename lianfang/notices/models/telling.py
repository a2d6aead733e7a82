"""A notice, its deliveries, its question's answers and its files. Knows people and nothing of what is announced: its
subject is an address, no foreign key."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from lianfang.core.fields import EncryptedBytes, EncryptedText
from lianfang.core.ids import uuid7
from lianfang.notices import wording
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class Notice(models.Model):
    """Something told to named people. Never changed once posted; withdrawn, it stays to be seen as such.

    Written by a person (``title``, ``body``) or by the system: ``kind`` names its words in `notices.wording` and
    ``params`` fill them, so that each reader gets their own language. ``audience`` is how the sender chose
    (`rules.audience`), by ids of units and groups, never of people. ``question`` as `rules.questions` reads it, empty:
    none. ``until``: by when to confirm or answer. ``recipients``: how many were chosen; ``complete_at``: when the last
    of them had it, None while a job is still at it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    to_confirm = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=80, unique=True)
    audience = models.JSONField(default=dict)
    question = models.JSONField(default=dict)
    until = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(default=0)
    complete_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    event_kind = "notice"

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(kind="") | ~Q(title=""), name="notice_says_something"),)
        indexes = (
            # what a unit has sent, newest first
            models.Index(F("unit"), F("at").desc(), name="notice_of_unit"),
            # notices with a deadline of a day: what is owed and who is late
            models.Index(F("until"), name="notice_until", condition=Q(until__isnull=False)),
        )

    def __str__(self) -> str:
        return self.kind or self.title

    @property
    def heading(self) -> str:
        return wording.heading(self.kind, self.params) if self.kind else self.title

    @property
    def text(self) -> str:
        return wording.text(self.kind, self.params) if self.kind else self.body

    @property
    def sender(self) -> str:
        return self.by.name if self.by else gettext("Lianfang")

    def event_label(self) -> str:
        return self.title or self.kind


# What its recipient was asked to do and has not done: confirm, or answer.
UNDONE = Q(notice__to_confirm=True, confirmed_at__isnull=True) | (~Q(notice__question={}) & Q(answered_at__isnull=True))
# Waits for its recipient: not read, or not done. Nothing of a withdrawn notice does.
OPEN = Q(notice__withdrawn_at__isnull=True) & (Q(read_at__isnull=True) | UNDONE)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> Self:
        return self.filter(OPEN)


class Delivery(models.Model):
    """A notice in the hands of one member of staff (``user``) or of one pupil and their family (``person``): when it
    came, was read, was confirmed, was answered. ``as_guardian``: a guardian was the first to read it, not the pupil.

    Three hundred thousand come in one step of a province's chase. So the database does not look up each one's notice
    and user, neither of which is ever deleted, and keeps no index but those that pages use."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries", db_constraint=False, db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="deliveries", db_index=False)
    delivered_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    as_guardian = models.BooleanField(default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(F("notice"), F("user"), name="delivered_once"),
            models.UniqueConstraint(F("notice"), F("person"), name="delivered_to_pupil_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, person__isnull=True) | Q(user__isnull=True, person__isnull=False),
                name="delivered_to_one",
            ),
        )
        indexes = (
            # a person's inbox, newest first
            models.Index(F("user"), F("delivered_at").desc(), name="inbox"),
            # the count of unread ones in the navigation of every page
            models.Index(F("user"), name="inbox_unread", condition=Q(read_at__isnull=True)),
            # the notices of a pupil, for the family, newest first
            models.Index(
                F("person"), F("delivered_at").desc(), name="inbox_of_pupil", condition=Q(person__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.user_id or self.person_id}"

    @property
    def to_confirm(self) -> bool:
        """Whether the recipient's confirmation is still awaited."""
        return self.notice.to_confirm and self.confirmed_at is None and self.notice.withdrawn_at is None

    @property
    def to_answer(self) -> bool:
        """Whether the recipient's answer is still awaited."""
        return bool(self.notice.question) and self.answered_at is None and self.notice.withdrawn_at is None

    @property
    def is_open(self) -> bool:
        return self.notice.withdrawn_at is None and (self.read_at is None or self.to_confirm or self.to_answer)


class Answer(models.Model):
    """An answer to a notice's question. A later one is a new row with the next ``version``; the newest counts.
    ``choices``: codes of the options ticked; ``number`` and ``text`` for questions of that kind. ``as_guardian``: given
    by a guardian, not by the pupil."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="answers")
    version = models.PositiveSmallIntegerField()
    choices = ArrayField(models.CharField(max_length=20), default=list)
    number = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    text = EncryptedText(mask="text")
    as_guardian = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            # also the newest of a delivery
            models.UniqueConstraint(F("delivery"), F("version"), name="answer_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.version}"


class Attachment(models.Model):
    """A file of a notice or of an announcement, sealed. Without either it waits for its notice to be sent, and is swept
    out after a day. ``media`` was found in the content, not believed; ``name`` is the sender's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="attachments")
    edition = models.ForeignKey("notices.Edition", models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()
    content = EncryptedBytes()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(notice=None) | Q(edition=None), name="attachment_of_one"),)
        indexes = (
            # those nobody sent, to be swept out
            models.Index(F("at"), name="attachment_waiting", condition=Q(notice=None, edition=None)),
        )

    def __str__(self) -> str:
        return f"{self.media} {self.size}"
