"""A case: one person's illness with one disease, from the suspicion to the return.

What is known of it is said in `CaseStep` rows, which are never changed; a later row says better. The columns of `Case`
that can change (`certainty`, `onset_on`, `ended`, `closed_at` …) follow from the rows by a pure rule (`rules.course`)
and stand here for lists. A case keeps the edition of the rules by which it was judged, whatever is issued later.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.emergencies import Emergency
from lianfang.core.fields import EncryptedBytes, EncryptedJSON, EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class Certainty(models.TextChoices):
    """How far it is known that it is this disease (病例分类 of the national report card)."""

    SUSPECTED = "suspected", pgettext_lazy("of a case", "Suspected")
    CLINICAL = "clinical", pgettext_lazy("of a case", "Clinically diagnosed")
    CONFIRMED = "confirmed", pgettext_lazy("of a case", "Confirmed by laboratory")
    EXCLUDED = "excluded", pgettext_lazy("of a case", "Excluded")


class Ended(models.TextChoices):
    """How a case ended; blank while it runs."""

    RETURNED = "returned", pgettext_lazy("how a case ended", "Back at school")
    EXCLUDED = "excluded", pgettext_lazy("how a case ended", "Excluded: it was something else")
    DIED = "died", pgettext_lazy("how a case ended", "Died")
    LEFT = "left", pgettext_lazy("how a case ended", "Has left the school")
    MERGED = "merged", pgettext_lazy("how a case ended", "The same as another case")


class Origin(models.TextChoices):
    """What it was opened from."""

    CHECK = "check", pgettext_lazy("origin of a case", "Morning check or card")
    HAND = "hand", pgettext_lazy("origin of a case", "Entered by hand")
    CONTACT = "contact", pgettext_lazy("origin of a case", "A contact who fell ill")
    ABSENCE = "absence", pgettext_lazy("origin of a case", "Traced absence")


class Case(models.Model):
    """``unit`` is the class (or other part of the school) the person belonged to when it was opened. ``disease`` is the
    id of a file of `policies.diseases`; ``edition`` the edition of it that held for the school on ``rules_on``: by
    these two the case is judged until it ends. ``person`` is emptied when the person's data are destroyed. ``by`` is
    None when a rule opened it. ``key`` is made by whoever opens it: the same key twice is one case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="cases")
    disease = models.CharField(max_length=40)
    edition = models.CharField(max_length=60)
    rules_on = models.DateField()
    origin = models.CharField(max_length=10, choices=Origin)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.SUSPECTED)
    onset_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    emergency = models.ForeignKey(Emergency, models.SET_NULL, null=True, related_name="cases")
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    event_kind = "case"

    class Meta:
        constraints = (
            # two cases of one person and disease: the second is the first
            models.UniqueConstraint(
                F("person"), F("disease"), condition=Q(closed_at__isnull=True, person__isnull=False),
                name="case_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, ended="") | Q(closed_at__isnull=False) & ~Q(ended=""),
                name="case_closed_has_end",
            ),
        )  # fmt: skip
        indexes = (
            # the list of a school, what runs first
            models.Index(F("school"), F("opened_at"), name="case_of_school"),
            # what counts towards thresholds and curves: onsets of a school between two days
            models.Index(F("school"), F("onset_on"), name="case_onset", condition=~Q(certainty="excluded")),
        )

    def __str__(self) -> str:
        return f"{self.disease} {self.certainty}"

    def event_label(self) -> str:
        return ""


class CaseStep(models.Model):
    """One thing that was said about a case, at one time. ``kind`` is a word of `rules.course`; ``said`` holds what
    it says as that rule reads it (days as ISO text), ``basis`` on what it rests, in words. ``corrects`` is the
    step that it replaces, which stays. ``by`` None: a rule."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    said = EncryptedJSON(null=True)
    basis = EncryptedText(mask="text")
    corrects = models.ForeignKey("self", models.CASCADE, null=True, related_name="corrections")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "case_step"

    class Meta:
        constraints = (models.UniqueConstraint(F("case"), F("number"), name="case_step_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def event_label(self) -> str:
        return ""


class Certificate(models.Model):
    """The file of a proof, as it was handed in: a hospital's certificate of return, sealed. ``step`` says of which
    level and day it is. ``media`` was found in the content, not believed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.OneToOneField(CaseStep, models.CASCADE, related_name="certificate")
    media = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()
    content = EncryptedBytes()
    at = models.DateTimeField()

    event_kind = "certificate"

    def __str__(self) -> str:
        return f"{self.media} {self.size}"

    def event_label(self) -> str:
        return ""
