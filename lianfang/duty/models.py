"""Posts that are kept, who keeps them when, and what was said and done on duty."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.duty.rules import LONGEST
from lianfang.orgs.models import Unit


class Post(models.Model):
    """A place of a unit that somebody keeps (岗位). ``answers``: of the unit's posts the one whose telephone is
    answered day and night. ``leader`` leads where a shift names nobody (领导带班)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duty_posts")
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=120, blank=True)
    phone = EncryptedText(mask="phone")
    answers = models.BooleanField(default=False)
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    event_kind = "duty_post"

    class Meta:
        constraints = (
            # also finds the posts of a unit
            models.UniqueConstraint(
                F("unit"), F("name"), condition=Q(ended_at__isnull=True), name="duty_post_name_once"
            ),
            models.UniqueConstraint(
                F("unit"), condition=Q(answers=True, ended_at__isnull=True), name="duty_one_answers"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name

    @property
    def duty_phone(self) -> str:
        """In full: it is there to be called."""
        return self.phone.open() if self.phone else ""


class Pattern(models.Model):
    """How a post is kept until another pattern follows: hours of the day, weekdays, and who takes turns from
    ``from_on`` on. ``hours`` are pairs "HH:MM" (the end not after the start: the next day); ``groups`` are lists of
    user ids that take turns; ``leaders`` take turns by the day. ``days_each`` 0: each shift is the next group's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="patterns")
    hours = models.JSONField()
    weekdays = models.CharField(max_length=7)
    days_each = models.PositiveSmallIntegerField()
    groups = models.JSONField()
    leaders = models.JSONField()
    from_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    event_kind = "duty_pattern"

    class Meta:
        indexes = (
            # the pattern a post is planned by: its newest
            models.Index(F("post"), F("at").desc(), name="duty_pattern_of_post"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class ShiftQuerySet(models.QuerySet["Shift"]):
    def standing(self) -> Self:
        """What is planned and was neither changed nor taken back."""
        return self.filter(withdrawn_at__isnull=True)


class _Moments(Func):
    function = "tstzrange"


class _Number(Func):
    function = "int8range"


class Shift(models.Model):
    """Somebody keeps a post from a moment to another; ``user`` None: nobody was free, it is open. A change withdraws
    the row and adds another, so that who was on duty when stays on record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="shifts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="duty_shifts")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    event_kind = "duty_shift"

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(to_at__gt=F("from_at"), to_at__lte=F("from_at") + Value(LONGEST)),
                name="duty_shift_length",
            ),
            # Nobody is on a post while another is. The post as a range of one number needs no extension of the
            # database. It also finds who keeps a post at a moment.
            ExclusionConstraint(
                name="duty_one_on_a_post",
                expressions=(
                    (_Number(F("post_id"), F("post_id"), Value("[]")), "&&"),
                    (_Moments(F("from_at"), F("to_at"), RangeBoundary()), "&&"),
                ),
                condition=Q(withdrawn_at__isnull=True),
            ),
        )
        indexes = (
            # the roster of a post
            models.Index(F("post"), F("from_at"), name="duty_shift_of_post", condition=Q(withdrawn_at__isnull=True)),
            # one's own shifts, and the feed of them
            models.Index(F("user"), F("from_at"), name="duty_shift_of_user", condition=Q(withdrawn_at__isnull=True)),
            # whoever begins about now, everywhere
            models.Index(F("from_at"), name="duty_shift_begins", condition=Q(withdrawn_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.post_id} {self.from_at:%Y-%m-%d %H:%M}"

    def event_label(self) -> str:
        return ""

    @property
    def length(self) -> timedelta:
        return self.to_at - self.from_at


class CheckIn(models.Model):
    """That the person was there, and since when; nothing about where the telephone was. Once a shift."""

    shift = models.OneToOneField(Shift, models.PROTECT, primary_key=True, related_name="check_in")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.at)


class Handover(models.Model):
    """What whoever leaves tells whoever comes; ``taken_by`` read it and took over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.OneToOneField(Shift, models.PROTECT, related_name="handover")
    note = models.TextField()
    still_open = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    event_kind = "handover"

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(note=""), name="duty_handover_says_something"),)

    def __str__(self) -> str:
        return str(self.at)

    def event_label(self) -> str:
        return ""


class Swap(models.Model):
    """Somebody asks a colleague to take a shift, against one of theirs (``against``) or for nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="swaps")
    against = models.ForeignKey(Shift, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="swaps_asked")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    event_kind = "duty_swap"

    class Meta:
        indexes = (
            # what a colleague is asked
            models.Index(F("to"), F("at"), name="duty_swap_to"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Step(models.TextChoices):
    """Who answers a swap, in this order."""

    COLLEAGUE = "colleague", _("The colleague")
    LEADER = "leader", _("Who leads")


class SwapAnswer(models.Model):
    """One of the two answers of a swap."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    swap = models.ForeignKey(Swap, models.CASCADE, related_name="answers")
    step = models.CharField(max_length=10, choices=Step)
    agreed = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            # also finds the answers of a swap
            models.UniqueConstraint(F("swap"), F("step"), name="duty_swap_answered_once"),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.agreed}"


class Feed(models.Model):
    """The secret address of somebody's calendar; only the digest of its token is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token_index = models.BinaryField(unique=True)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    event_kind = "duty_feed"

    class Meta:
        constraints = (models.UniqueConstraint(F("user"), condition=Q(revoked_at__isnull=True), name="duty_feed_once"),)

    def __str__(self) -> str:
        return str(self.user_id)

    def event_label(self) -> str:
        return ""
