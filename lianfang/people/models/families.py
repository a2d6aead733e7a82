"""Who looks after a person and who lives with them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.fields import BlindIndex, EncryptedText, indexed
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models.roster import Person


class Relation(models.TextChoices):
    """What a guardian is to the child (GB/T 4761, shortened)."""

    FATHER = "father", _("Father")
    MOTHER = "mother", _("Mother")
    GRANDPARENT = "grandparent", _("Grandparent")
    SIBLING = "sibling", _("Brother or sister")
    RELATIVE = "relative", _("Other relative")
    GUARDIAN = "guardian", _("Other guardian")


class Guardian(models.Model):
    """A parent or other guardian, known by name and telephone; one row for several children."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    phone = EncryptedText(mask="phone")
    phone_index = BlindIndex(of="phone", use="phone")

    event_kind = "guardian"

    class Meta:
        constraints = (indexed("phone", name="guardian_phone_indexed"),)
        indexes = (
            # the guardian with this telephone: import, claims, exact search
            models.Index(F("phone_index"), name="guardian_phone", condition=Q(phone_index__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return ""


class Guardianship(models.Model):
    """``position`` 1 is called first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    guardian = models.ForeignKey(Guardian, models.CASCADE, related_name="guardianships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="guardianships")
    relation = models.CharField(max_length=12, choices=Relation)
    position = models.PositiveSmallIntegerField(default=1)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("guardian"), F("person"), condition=Q(to_on__isnull=True), name="guardianship_once"
            ),
        )

    def __str__(self) -> str:
        return self.relation


class Household(models.Model):
    """People who live together, as a school knows it: a flat of the family quarter, brothers and sisters at one school.
    ``label`` is what the school calls it ("3栋2单元501")."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    address = EncryptedText(mask="address")

    class Meta:
        constraints = (models.UniqueConstraint(F("school"), F("label"), name="household_once"),)

    def __str__(self) -> str:
        return self.label


class HouseholdMember(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="households")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("household"), F("person"), condition=Q(to_on__isnull=True), name="household_member_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.person_id)
