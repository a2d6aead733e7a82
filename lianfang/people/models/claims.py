"""How pupils and guardians come in without an account: codes, links, devices, and what they claimed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.fields import BlindIndex, EncryptedText, indexed
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models.families import Guardian
from lianfang.people.models.roster import Person


class ClassCode(models.Model):
    """The code of a class on the wall or in the parents' group (QR): shown again to the class teacher, so it is sealed
    and not hashed. It opens nothing without a fact the school holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = EncryptedText(mask="text")
    code_index = BlindIndex(of="code", use="class_code")
    until = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    event_kind = "class_code"

    class Meta:
        constraints = (
            indexed("code", name="class_code_indexed"),
            models.UniqueConstraint(F("code_index"), name="class_code_once"),
            models.UniqueConstraint(F("unit"), condition=Q(revoked_at__isnull=True), name="class_code_one_open"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class PersonalLink(models.Model):
    """A link for one person, printed or sent once; works once. Only its digest is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    token_index = models.BinaryField(unique=True)
    until = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    event_kind = "personal_link"

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Device(models.Model):
    """A telephone or computer that holds a token (cookie); only the token's digest is stored. ``name`` is the browser's
    family, not a fingerprint."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_index = models.BinaryField(unique=True)
    name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    seen_on = models.DateField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    event_kind = "device"

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Claim(models.Model):
    """A device acts for a person: as the person, or as a guardian of a child (``how``). ``guardian`` is empty for the
    pupil, and where a guardian proved the claim by the child's document. A guardian goes on seeing a child who has
    turned 14, since it is them the school calls; what they consented to lapses (`people.rules.claims`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="claims")
    person = models.ForeignKey(Person, models.CASCADE, related_name="claims")
    guardian = models.ForeignKey(Guardian, models.CASCADE, null=True, related_name="claims")
    how = models.CharField(max_length=20)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=40, blank=True)

    event_kind = "claim"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("device"), F("person"), condition=Q(revoked_at__isnull=True), name="claim_once"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Consent(models.Model):
    """An answer to a question that is not owed by law (optional data, PIPL 14, 29): given or refused, by whom, to which
    wording. Rows are never changed; the newest counts. After a refusal nobody asks again for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    given = models.BooleanField()
    guardian = models.ForeignKey(Guardian, models.SET_NULL, null=True, related_name="+")
    by_claim = models.ForeignKey(Claim, models.SET_NULL, null=True, related_name="+")
    verified_how = models.CharField(max_length=20)
    at = models.DateTimeField()

    event_kind = "consent"

    def __str__(self) -> str:
        return self.purpose

    def event_label(self) -> str:
        return self.purpose


class SubjectKind(models.TextChoices):
    COPY = "copy", _("Copy of my data")
    CORRECT = "correct", _("Correction")
    DELETE = "delete", _("Deletion")
    EXPLAIN = "explain", _("Explanation")


class SubjectRequest(models.Model):
    """What a guardian or pupil asks about their data (PIPL 45–50). A refusal carries its reason in writing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="subject_requests")
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=SubjectKind)
    text = EncryptedText(mask="text")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=60, blank=True)
    granted = models.BooleanField(null=True)
    answer = EncryptedText(mask="text")

    event_kind = "subject_request"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(granted=True) | Q(answer__isnull=False),
                name="subject_request_refused_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return self.kind
