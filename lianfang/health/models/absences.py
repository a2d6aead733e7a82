"""Absences through illness, traced from the first day to the return (因病缺勤追访)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class Cause(models.TextChoices):
    """What it was (因病缺课情况登记簿, codes 1–19)."""

    UNCLEAR = "unclear", _("Cause not clear")
    COLD = "cold", _("Common cold")
    PNEUMONIA = "pneumonia", _("Pneumonia or bronchitis")
    VARICELLA = "varicella", _("Varicella")
    RUBELLA = "rubella", _("Rubella")
    MEASLES = "measles", _("Measles")
    MUMPS = "mumps", _("Mumps")
    SCARLET_FEVER = "scarlet_fever", _("Scarlet fever")
    GASTROINTESTINAL = "gastrointestinal", _("Stomach and bowels")
    HEART = "heart", _("Heart disease")
    EYE = "eye", _("Eye disease")
    DENTAL = "dental", _("Teeth")
    ENT = "ent", _("Ear, nose and throat")
    URINARY = "urinary", _("Urinary tract")
    NEURASTHENIA = "neurasthenia", _("Neurasthenia")
    INJURY = "injury", _("Accident or injury")
    TUBERCULOSIS = "tuberculosis", _("Tuberculosis")
    HEPATITIS = "hepatitis", _("Hepatitis")
    OTHER_INFECTIOUS = "other_infectious", _("Other infectious disease")
    NOT_ILL = "not_ill", _("Not ill after all")


class Place(models.TextChoices):
    """Where the person is now (register, codes 1–4)."""

    HOME = "home", pgettext_lazy("where an absent person is", "At home")
    CLINIC = "clinic", _("School clinic")
    HOSPITAL = "hospital", _("Hospital")
    UNKNOWN = "unknown", pgettext_lazy("where an absent person is", "Not known")


class Stage(models.TextChoices):
    """How far the tracing is. The last four end it."""

    OPEN = "open", _("To be traced")
    CONTACTED = "contacted", _("Family reached")
    SEEN = "seen", pgettext_lazy("step of tracing an absence", "Saw a doctor")
    BACK = "back", _("Back at school")
    EXPLAINED = "explained", _("Explained, not ill")
    WITHDRAWN = "withdrawn", _("Was at school after all")
    LEFT = "left", _("Has left the school")


class Absence(models.Model):
    """One absence of one person, from the first day missed to the return. Its cause, place, stage and due time follow
    from the steps and the days (`rules.tracing`); they stand here for lists. ``status`` is that of the newest day
    missed: a `rules.status.Status`, ill or unknown. ``back_on`` is the first day on which the class was called
    and the person there. Following it up is owed (`rules.tracing.owed`) until ``due_at``, by whoever looks after the
    class."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_on = models.DateField()
    last_on = models.DateField()
    status = models.SmallIntegerField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    place = models.CharField(max_length=10, choices=Place, blank=True)
    due_at = models.DateTimeField(null=True)
    back_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    event_kind = "absence"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("person"), F("school"), condition=Q(closed_at__isnull=True), name="absence_one_open"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("from_on")), name="absence_days_in_order"),
        )
        indexes = (
            # what a school has open, soonest due first
            models.Index(F("school"), F("due_at"), name="absence_open", condition=Q(closed_at__isnull=True)),
            # the register of a school between two days
            models.Index(F("school"), F("from_on"), name="absence_of_school"),
        )

    def __str__(self) -> str:
        return str(self.from_on)

    def event_label(self) -> str:
        return ""


class StepKind(models.TextChoices):
    CALL = "call", pgettext_lazy("step of tracing an absence", "Called")
    UNREACHED = "unreached", _("Nobody reached")
    VISIT = "visit", pgettext_lazy("step of tracing an absence", "Saw a doctor")
    DIAGNOSIS = "diagnosis", _("Diagnosis")
    RETURN = "return", _("Back at school")
    NOTE = "note", _("Note")


class Step(models.Model):
    """One thing done or learned about an absence. Never changed; a later step says better."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    absence = models.ForeignKey(Absence, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    place = models.CharField(max_length=10, choices=Place, blank=True)
    symptoms = models.IntegerField(null=True)
    onset_on = models.DateField(null=True)
    seen_on = models.DateField(null=True)
    hospital = EncryptedText(mask="text")
    diagnosis = EncryptedText(mask="text")
    note = EncryptedText(mask="text")

    def __str__(self) -> str:
        return self.kind
