"""Key people (重点人员): who is in which class since when, who looks after them, and every time they were asked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import EncryptedJSON, EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person, User


class Ending(models.TextChoices):
    """Why somebody is no longer in a class. After ``MOVED`` another row goes on."""

    RELEASED = "released", pgettext_lazy("of a key person", "No longer followed")
    MOVED = "moved", _("In another class now")
    LEFT = "left", pgettext_lazy("of a key person", "Has left the school")
    MISTAKE = "mistake", pgettext_lazy("of a key person", "Listed by mistake")


class KeyPerson(models.Model):
    """A person in one class (``category``, of an ``edition`` of `rules.key_editions`) at a school. Another class, rule
    or unit is another row with ``after``. ``since`` and ``until`` are what the rule counts: the day it counts from, the
    last day of being followed (None: only somebody's word ends it). ``from_on`` and ``ended_on`` are what counts of a
    day are made of: the day somebody was listed, and the first day on which they no longer were. ``rule`` is "listed"
    for who was listed by hand. ``reasons`` are those of `rules.key_persons` and words; ``plan`` is what holds for this
    person (一人一策)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    after = models.OneToOneField("self", models.CASCADE, null=True, related_name="next")
    edition = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    rule = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True)
    reasons = EncryptedJSON()
    responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    plan = EncryptedText(mask="text")
    due_at = models.DateTimeField(null=True)
    from_on = models.DateField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ending_note = EncryptedText(mask="text")
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    ended_by_name = models.CharField(max_length=60, blank=True)

    event_kind = "key_person"

    class Meta:
        constraints = (
            # nobody is in two classes of a school at once
            models.UniqueConstraint(
                F("person"), F("school"), condition=Q(ended_on__isnull=True), name="key_person_one_class"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ending="")
                | (Q(ended_on__gte=F("from_on"), ended_at__isnull=False) & ~Q(ending="")),
                name="key_person_ends_for_a_reason",
            ),
        )
        indexes = (
            # whom a school follows, by when they are asked next
            models.Index(F("school"), F("due_at"), name="key_person_due", condition=Q(ended_on__isnull=True)),
            # the classes of a school on a day
            models.Index(F("school"), F("from_on"), name="key_person_of_day"),
        )

    def __str__(self) -> str:
        return self.category

    def event_label(self) -> str:
        return ""


class FollowUp(models.Model):
    """One time somebody was asked. Never changed: a later one says better. ``reached`` False: nobody answered.
    Temperatures are tenths of a degree, ``symptoms`` a number of `rules.symptoms`, 0 is none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_person = models.ForeignKey(KeyPerson, models.CASCADE, related_name="follow_ups")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    reached = models.BooleanField()
    temperature = models.SmallIntegerField(null=True)
    symptoms = models.IntegerField(null=True)
    place = EncryptedText(mask="text")
    note = EncryptedText(mask="text")

    class Meta:
        indexes = (
            # what one was told, day by day
            models.Index(F("key_person"), F("at"), name="follow_up_of_person"),
        )

    def __str__(self) -> str:
        return str(self.at)
