"""The roster: persons, their documents, where they belong and belonged.

Names stand in clear, since a class is read, sorted and searched by name; everything that leads from a name to a door
or a telephone is sealed (`core.fields`). A person is one row however many schools, classes and years they pass through.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import BlindIndex, EncryptedJSON, EncryptedText, indexed
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class Sex(models.IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, _("Unknown")
    MALE = 1, _("Male")
    FEMALE = 2, _("Female")
    UNSTATED = 9, _("Not stated")


class Document(models.TextChoices):
    """Kinds of identity documents (domain rules §3). ``NONE`` is a statement: this person has no document."""

    RESIDENT = "resident", _("Resident identity card")
    HKMT_RESIDENCE = "hkmt_residence", _("Residence permit for Hong Kong, Macao and Taiwan residents")
    FOREIGN_RESIDENCE = "foreign_residence", _("Foreign permanent resident identity card")
    HKM_PASS = "hkm_pass", _("Mainland travel permit for Hong Kong and Macao residents")
    TAIWAN_PASS = "taiwan_pass", _("Mainland travel permit for Taiwan residents")
    PASSPORT = "passport", _("Passport")
    BIRTH = "birth", _("Birth certificate")
    STUDENT_NUMBER = "student_number", _("National student number")
    PROVISIONAL = "provisional", _("Provisional number of the school")
    OTHER = "other", _("Other document")
    NONE = "none", _("No document")


# Kinds that are nothing without their number.
NUMBERED = ["resident", "hkmt_residence", "foreign_residence", "student_number", "provisional"]


class Belonging(models.TextChoices):
    """As what somebody belongs to a school."""

    STUDENT = "student", _("Student")
    TEACHER = "teacher", _("Teacher")
    STAFF = "staff", pgettext_lazy("a person", "Staff")
    CANTEEN = "canteen", _("Canteen worker")
    DORMITORY = "dormitory", _("Dormitory worker")
    SHOP = "shop", _("Shop worker")
    SERVICE = "service", _("Guard or service worker")
    RESIDENT = "resident", _("Resident of the family quarter")


class Ending(models.TextChoices):
    """Why a belonging ended."""

    CLASS = "class", _("Moved to another class")
    SCHOOL = "school", _("Moved to another school")
    GRADUATED = "graduated", _("Graduated")
    LEFT = "left", _("Left")
    DIED = "died", _("Died")
    MISTAKE = "mistake", _("Entered by mistake")


class Person(models.Model):
    """``pinyin`` is the name in full ("zhang xiaoming"), ``initials`` its letters ("zxm"): what search reads. Guardians
    are no persons of a roster (`Guardian`). ``merged_into``: this row was a duplicate. ``purged_at``: nothing personal
    is left in the row and its children; it stands so that counts of the past stay right."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    former_name = models.CharField(max_length=60, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, db_collation="C")
    initials = models.CharField(max_length=20, blank=True, db_collation="C")
    sex = models.PositiveSmallIntegerField(choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(null=True)
    nationality = models.CharField(max_length=3, blank=True)
    phone = EncryptedText(mask="phone")
    phone_index = BlindIndex(of="phone", use="phone")
    address = EncryptedText(mask="address")
    place = EncryptedText(mask="address")
    health_note = EncryptedText(mask="text")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    purged_at = models.DateTimeField(null=True)

    event_kind = "person"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True)
                | Q(phone__isnull=True, address__isnull=True, place__isnull=True, health_note__isnull=True, name=""),
                name="person_purged_is_empty",
            ),
            indexed("phone", name="person_phone_indexed"),
        )
        indexes = (
            # exact search by telephone number
            models.Index(F("phone_index"), name="person_phone", condition=Q(phone_index__isnull=False)),
            # finding duplicates: the same name and birthday
            models.Index(F("name"), F("born_on"), name="person_name_born"),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        """Never the name: events are not purged."""
        return ""


class IdentityDocument(models.Model):
    """``number`` in its normal form (`people.rules.identity`); "none" and some others have none. A number belongs to
    one person: its index is unique among documents of the kind that are in use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=Document)
    label = models.CharField(max_length=40, blank=True)
    number = EncryptedText(mask="identity")
    number_index = BlindIndex(of="number", use="identity")
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)

    class Meta:
        constraints = (
            indexed("number", name="document_number_indexed"),
            models.UniqueConstraint(
                F("number_index"), F("kind"),
                condition=Q(to_on__isnull=True, number_index__isnull=False), name="document_number_once",
            ),
            models.UniqueConstraint(F("person"), F("kind"), condition=Q(to_on__isnull=True), name="document_kind_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=NUMBERED)
                | Q(number__isnull=False) | Q(to_on__isnull=False),
                name="document_has_number",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.kind


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def on(self, day: date) -> Self:
        """Belongings that hold on that day (leave of absence included)."""
        return self.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


class Enrolment(models.Model):
    """A person belongs to a unit of a school as something for a time. A change of class ends one row and begins
    the next; a leave of absence (休学) is ``away_from`` … ``away_to`` inside it. ``number`` is the school's own
    (学号, 工号). ``spelt`` is what lists are searched and sorted by, "zhang xiaoming zhangxiaoming zxm 张小明": a
    trigger copies it from the person (a list of 15,000 sorted through a join takes three times as long)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="enrolments")
    as_a = models.CharField(max_length=10, choices=Belonging)
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=60, blank=True)
    spelt = models.TextField(blank=True, editable=False, db_collation="C")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    away_from = models.DateField(null=True)
    away_to = models.DateField(null=True)
    away_why = models.CharField(max_length=40, blank=True)

    event_kind = "enrolment"

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("person"), F("school"), F("as_a"), condition=Q(to_on__isnull=True), name="enrolment_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="enrolment_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True, ending="") | (Q(to_on__isnull=False) & ~Q(ending="")),
                name="enrolment_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(away_to__isnull=True) | Q(away_from__isnull=False, away_to__gte=F("away_from")),
                name="enrolment_leave_in_order",
            ),
        )
        indexes = (
            # the list of a class or department, and counts of a unit
            models.Index(F("unit"), F("to_on"), name="enrolment_of_unit"),
            # the list of a school
            models.Index(F("school"), F("to_on"), name="enrolment_of_school"),
            # finding somebody by the school's own number
            models.Index(F("school"), F("number"), name="enrolment_number", condition=~Q(number="")),
        )

    def __str__(self) -> str:
        return f"{self.as_a} {self.unit_id}"

    def event_label(self) -> str:
        return str(self.as_a)


class LodgingKind(models.TextChoices):
    DAY = "day", _("Day pupil")
    BOARDER = "boarder", _("Boarder")
    RENTED = "rented", _("Rented room outside")
    QUARTER = "quarter", _("Family quarter")


class Lodging(models.Model):
    """Where a person of a school sleeps (走读/住校), with building, room and bed for boarders."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="lodgings")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LodgingKind)
    building = models.CharField(max_length=40, blank=True)
    room = models.CharField(max_length=20, blank=True)
    bed = models.CharField(max_length=10, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(F("person"), F("school"), condition=Q(to_on__isnull=True), name="lodging_once"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="lodging_dates_in_order"
            ),
        )
        indexes = (
            # the people of a dormitory room
            models.Index(
                F("school"), F("building"), F("room"), name="lodging_of_room", condition=Q(to_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.building} {self.room}".strip()


class Mark(models.TextChoices):
    """Groups that are tracked on their own (B8)."""

    STAYING = "staying", _("Stays at school in the holidays")
    INTERN = "intern", pgettext_lazy("a student", "Intern")


class Marking(models.Model):
    """A person of a school belongs to a tracked group for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="markings")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    mark = models.CharField(max_length=10, choices=Mark)
    note = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("person"), F("school"), F("mark"), condition=Q(to_on__isnull=True), name="marking_once"
            ),
        )
        indexes = (
            # the members of a group of a school
            models.Index(F("school"), F("mark"), name="marking_of_school", condition=Q(to_on__isnull=True)),
        )

    def __str__(self) -> str:
        return self.mark


class Merge(models.Model):
    """Two rows were one person: which one stayed, and what was moved, so that it can be undone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kept = models.ForeignKey(Person, models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Person, models.CASCADE, related_name="+")
    moved = EncryptedJSON()
    reason = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    event_kind = "merge"

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),)

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    def event_label(self) -> str:
        return ""
