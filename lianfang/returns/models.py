"""What a unit files for a day: working drafts, and the evidence (versions, figures, signatures) that is never
overwritten.

Version, Figure, Signature, TurnBack, Source and Statement are append-only; the database refuses to change or delete
their rows. `Return` holds labels computed from them by `returns.rules`, stored for lists.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.returns import spec


class State(models.TextChoices):
    NOT_STARTED = "not_started", pgettext_lazy("return", "Not started")
    DRAFT = "draft", pgettext_lazy("return", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("return", "Submitted")
    SIGNED = "signed", pgettext_lazy("return", "Signed")
    FORWARDED = "forwarded", pgettext_lazy("return", "Forwarded")
    RETURNED = "returned", pgettext_lazy("return", "Returned for correction")


class Assignment(models.Model):
    """A form is to be filed by all units of its kinds under ``unit``, from one day to another."""

    form = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    event_kind = "assignment"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("form"), F("unit"), F("from_on"), name="assignment_once"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="assignment_dates_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.form} → {self.unit_id}"

    def event_label(self) -> str:
        return self.form


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(access.scope(user, "return.view", "unit__"))


class Return(models.Model):
    """One form of one unit for one day. ``head`` is the newest version, ``counted`` the newest fully signed one, which
    is the one that totals use. ``differs``: its newest version says something else than the system did. The moments of
    the first submission and the first complete signature decide lateness."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="returns")
    on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    head = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    counted = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    important = models.BooleanField(default=False)
    differs = models.BooleanField(default=False)
    first_submitted_at = models.DateTimeField(null=True)
    first_signed_at = models.DateTimeField(null=True)

    event_kind = "return"

    objects = ReturnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(F("form"), F("on"), F("unit"), name="return_once"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(first_signed_at__isnull=False), name="counted_is_signed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.on} {self.unit_id}"

    @property
    def spec(self) -> spec.Form:
        return spec.catalog()[self.form]

    def event_label(self) -> str:
        return f"{self.form} {self.on:%Y-%m-%d}"


class Draft(models.Model):
    """What is being typed, before it becomes evidence. ``rev`` counts saves: two people who save over each other are
    told. ``fillers`` are the ids of all who typed since the last submission."""

    filed = models.OneToOneField(Return, models.CASCADE, primary_key=True, related_name="draft")
    cells = models.JSONField()
    reasons = models.JSONField(default=dict)
    fillers = models.JSONField(default=list)
    rev = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.filed_id}"


class Statement(models.Model):
    """What a functional unit handed in for its part; a correction is a new row with the next number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    filed = models.ForeignKey(Return, models.PROTECT, related_name="statements")
    part = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    cells = models.JSONField()
    key = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(F("filed"), F("part"), F("number"), name="statement_numbered"),
            models.UniqueConstraint(F("filed"), F("key"), name="statement_sent_once"),
        )

    def __str__(self) -> str:
        return f"{self.part} {self.number} of {self.filed_id}"


class Version(models.Model):
    """What was submitted, unalterably. ``sha256`` covers the content and the hash of the version before
    (`returns.rules.seal`). ``key`` is made by the page: the same key twice is the same submission.

    ``cells``: {cell: int | "?" | text} of a filed version; {cell: [sum, units to be verified]} of a gathered one.
    ``system`` is what the system itself said at that moment (`returns.rules.compared`), with the reason where it
    differs: {cell: {said, sure, why}}.
    """

    class Made(models.TextChoices):
        FILED = "filed", _("Filled in")
        IMPORTED = "imported", _("Imported from a spreadsheet")
        GATHERED = "gathered", _("Gathered from below")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    filed = models.ForeignKey(Return, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made = models.CharField(max_length=10, choices=Made)
    cells = models.JSONField()
    reasons = models.JSONField(default=dict)
    system = models.JSONField(default=dict)
    fillers = models.JSONField(default=list)
    important = models.BooleanField()
    key = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(F("filed"), F("number"), name="version_numbered"),
            models.UniqueConstraint(F("filed"), F("key"), name="version_sent_once"),
        )

    def __str__(self) -> str:
        return f"version {self.number} of {self.filed_id}"


class Figure(models.Model):
    """One count of one version. A number has ``value``; 待核实 has none and ``unverified`` = 1; a gathered sum has both
    (``unverified`` units are not in it). A blank is no row: it cannot be submitted."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="figures")
    form = models.CharField(max_length=40)
    on = models.DateField()
    cell = models.CharField(max_length=60)
    value = models.IntegerField(null=True)
    unverified = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(F("version"), F("cell"), name="figure_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(unverified__gt=0), name="figure_says_something"
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="figure_not_negative"),
        )
        indexes = (
            # the roll-up of a day reads only what is not a plain zero: on most days next to nothing
            models.Index(
                F("form"),
                F("on"),
                name="figure_not_zero",
                condition=~Q(value=0) | Q(value__isnull=True) | Q(unverified__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.cell}={self.value}"


class Signature(models.Model):
    """One signature under one version. ``self_filled``: the signer was the only one who had filled it in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    step = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    self_filled = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(F("version"), F("step"), name="signed_once"),)

    def __str__(self) -> str:
        return f"{self.step} of {self.version_id}"


class TurnBack(models.Model):
    """A version was returned for correction: why, and which cells (``cells``: {cell: reason})."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.OneToOneField(Version, models.PROTECT, related_name="turn_back")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    cells = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"turn back of {self.version_id}"


class Source(models.Model):
    """A gathered version was made from this version of a unit below."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="sources")
    used = models.ForeignKey(Version, models.PROTECT, related_name="uses")

    class Meta:
        constraints = (models.UniqueConstraint(F("version"), F("used"), name="source_once"),)

    def __str__(self) -> str:
        return f"{self.used_id} in {self.version_id}"


class Reopening(models.Model):
    """A superior opened a closed day for a unit, until a moment."""

    form = models.CharField(max_length=40)
    on = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (
            # may this unit still file for this day?
            models.Index(F("unit"), F("form"), F("on"), name="reopening_of_unit"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.on} {self.unit_id}"


class Chase(models.Model):
    """A unit that had not reported was asked to (催报), before all asking stood in `obligations.models.Chase`. Kept as
    a record; nothing is entered here any more."""

    form = models.CharField(max_length=40)
    on = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (
            # when a unit was asked on a day
            models.Index(F("form"), F("on"), F("unit"), F("at").desc(), name="chase_of_unit"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.on} {self.unit_id}"
