"""Clusters: what many findings of one school say together, and the statutory thresholds they reached.

Nothing here can be switched off, and nothing is overwritten: an alarm stays as it was raised, with the people it
counted; a cluster only moves on (graver, reported, over).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.cases.models import Emergency
from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class GroupKind(models.TextChoices):
    """What is counted for itself."""

    CLASS = "class", pgettext_lazy("group that is counted", "Class")
    DORMITORY = "dormitory", pgettext_lazy("group that is counted", "Dormitory room")
    CAMPUS = "campus", pgettext_lazy("group that is counted", "Campus")
    SCHOOL = "school", pgettext_lazy("group that is counted", "School")


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Cluster(models.Model):
    """One event at a school (事件): alarms of one syndrome (`rules.syndromes`) that overlap. ``tier`` 2 once one of
    them is a public-health emergency by its threshold. ``due_at``: by when it has to be told, the earliest of its
    alarms' clocks. ``emergency``: the report by which it was told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    syndrome = models.CharField(max_length=40)
    tier = models.PositiveSmallIntegerField()
    discovered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    last_on = models.DateField()
    emergency = models.ForeignKey(Emergency, models.SET_NULL, null=True, related_name="clusters")
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ending = EncryptedText(mask="text")

    event_kind = "cluster"

    objects = ClusterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("school"), F("syndrome"), condition=Q(ended_at__isnull=True), name="cluster_one_running"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False),
                name="cluster_ended_at_some_time",
            ),
        )
        indexes = (
            # the list of a school
            models.Index(F("school"), F("discovered_at"), name="cluster_of_school"),
            # what runs anywhere, for authorities
            models.Index(F("discovered_at"), name="cluster_running", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.syndrome

    def event_label(self) -> str:
        return self.syndrome


class Alarm(models.Model):
    """A threshold of a disease file that a group reached: ``count`` distinct persons with onset within the ``days``
    that end on ``on``, ``wanted`` of whom the rule asks for. ``what``: the disease, or the symptom they share.
    ``group`` is the id of a unit, or building and room of a dormitory. ``minutes``: within what time it is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="alarms")
    disease = models.CharField(max_length=40)
    edition = models.CharField(max_length=60)
    threshold = models.CharField(max_length=40)
    what = models.CharField(max_length=40)
    group_kind = models.CharField(max_length=10, choices=GroupKind)
    group = models.CharField(max_length=80)
    on = models.DateField()
    days = models.PositiveSmallIntegerField()
    wanted = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    tier = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    at = models.DateTimeField()

    event_kind = "alarm"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("cluster"), F("disease"), F("threshold"), F("what"), F("group_kind"), F("group"), name="alarm_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.disease} {self.threshold}"

    def event_label(self) -> str:
        return ""


class Counted(models.Model):
    """One whom an alarm counted, with the day of onset. Goes with the person; the alarm keeps its number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="counted")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    onset_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(F("alarm"), F("person"), name="counted_once"),)

    def __str__(self) -> str:
        return str(self.onset_on)


class Measure(models.Model):
    """What was done about a cluster, as somebody wrote it down. Never changed; a later line says better."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="measures")
    kind = models.CharField(
        max_length=12,
        choices=(
            ("separated", _("Those who are ill were kept apart")), ("parents", _("Parents were told")),
            ("aired", _("Aired and disinfected")), ("contacts", _("Contacts were looked for")),
            ("lessons", _("Lessons and gatherings were changed")), ("advice", _("Disease control gave advice")),
            ("other", pgettext_lazy("measure", "Something else")),
        ),
    )  # fmt: skip
    words = EncryptedText(mask="text")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "measure"

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return ""


class ExposureKind(models.TextChoices):
    MEAL = "meal", pgettext_lazy("common exposure", "Common meal")
    WATER = "water", pgettext_lazy("common exposure", "Common drinking water")


class Exposure(models.Model):
    """What several people ate or drank together (卫办疾控发〔2006〕65号: 共同用餐、饮水史), as the school doctor noted
    it. ``units``: ids of the classes whose people did. One that was noted by mistake counts no longer and stays to be
    read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ExposureKind)
    had_at = models.DateTimeField()
    words = EncryptedText(mask="text")
    units = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "exposure"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("school"), F("kind"), F("had_at"), condition=Q(withdrawn_at__isnull=True), name="exposure_once"
            ),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return ""
